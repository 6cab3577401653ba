"""Nothing appears and nothing vanishes: money, duties, land, carbon, under whatever is chosen."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from experiments import build
from experiments.forms import within
from model.mechanisms import SLOTS, form, options
from model.parameters import parameters_of
from model.restoration_model import RestorationModel
from model.state.habitats import Habitats
from model.state.ledger import Ledger, Overdrawn, split
from model.state.obligations import HORIZON, Obligations
from model.units import fen
from tests.small_worlds import small_world
from tests.worlds import world

WHOLE = [Phase.explicit, Phase.reuse, Phase.generate]  # shrinking a whole model takes minutes
QUICK = settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow], phases=WHOLE)
COUNTS = {"people.investors": 20}  # enough to be many; each is an object


@cache
def _levels(slot: str, option: str) -> dict[str, Any]:
    return within(build.config([f"{slot}={option}"]).config, slot)


@st.composite
def words(draw: Any) -> list[str]:
    """Random options for all slots, and a few random levels inside their plausible ranges."""
    said = []
    for slot in SLOTS:
        option = draw(st.sampled_from(options(slot)))
        said.append(f"{slot}={option}")
        values = _levels(slot, option)
        for parameter in parameters_of(form(slot, option)):
            if parameter.words or not draw(st.booleans()):
                continue
            name = f"{slot.replace('/', '.')}.{parameter.name}"
            low, high = parameter.evidence.low, min(parameter.evidence.high, COUNTS.get(name, np.inf))
            whole = isinstance(values[parameter.name], int)
            level = draw(st.integers(int(low), int(high)) if whole else st.floats(low, high))
            said.append(f"{name}={level}" if whole else f"{name}={level!r}")
    return said


def closing(model: RestorationModel) -> None:
    """All identities of one finished year, after the model's own guards: G10 to G13, MR-50, MR-53, MR-54.

    Money sums to nothing and nobody stands below its credit, every column is inside its bounds, the shares of a mine
    fit into it.
    """
    state = model.state
    assert int(state.ledger.balance.sum()) == 0
    inside = state.ledger.balance >= -state.ledger.credit
    assert inside.all(), [state.ledger.names[k] for k in np.flatnonzero(~inside)]
    for table in state.tables.values():
        table.check()
    mines = state.mines
    used = mines.active + mines.due + mines.ordered + mines.bare + mines.faked + mines.reclaimed
    assert (used <= state.habitats.area[mines.patch] * (1.0 + 1e-9)).all()
    begun = state.sites.begun >= 0
    assert (state.sites.carbon_credited[~begun] == 0.0).all()
    assert (state.habitats.composition <= state.habitats.structure + 1e-12).all()


@pytest.mark.slow
@settings(parent=QUICK, max_examples=150)
@given(said=words(), seed=st.integers(0, 2**32), side=st.integers(1, 9), firms=st.integers(0, 5))
def test_everything_closes_in_many_more_worlds(said: list[str], seed: int, side: int, firms: int) -> None:
    everything_closes(said, seed, side, firms)


@QUICK
@given(said=words(), seed=st.integers(0, 2**32), side=st.integers(1, 7), firms=st.integers(0, 4))
def test_everything_closes_every_year_whatever_is_chosen(
    said: list[str], seed: int, side: int, firms: int
) -> None:
    everything_closes(said, seed, side, firms)


def everything_closes(said: list[str], seed: int, side: int, firms: int) -> None:
    """Six years of a random world under random options and levels, all identities checked every year (G10 to G14)."""
    land = small_world(side, firms=firms, seed=seed % 1000)
    model = world(said, land, seed=seed, years=6, connectivity_every=2)
    lives_and_closes(model, 6)
    _outputs_are_numbers(model)


def lives_and_closes(model: RestorationModel, years: int) -> None:
    """So many years in which everything closes each year, then books, funds and fines over all of them (G10 to G13)."""
    area = areas(model)
    held = [model.ledger.balance[model.state.firms.fund].copy()]
    books: list[pd.DataFrame] = []
    owed, close = model.state.obligations, model.state.obligations.close_year
    owed.close_year = lambda year: books.append(owed.book(year)) or close(year)  # type: ignore[method-assign, func-returns-value]
    for _ in range(years):
        model.step()
        closing(model)
        held.append(model.ledger.balance[model.state.firms.fund].copy())
    assert areas(model) == area
    owed = pd.concat(books)
    gap = (
        owed["opening_fen"]
        + owed["created_fen"]
        - owed["met_fen"]
        - owed["written_off_fen"]
        - owed["closing_fen"]
    )
    assert (gap == 0).all()
    funds_close(model, held)
    fines_close(model, owed)


def areas(model: RestorationModel) -> dict[tuple[int, int], float]:
    """Hectares by ecosystem and county."""
    h = model.habitats
    keys = list(zip(h.ecosystem.tolist(), h.county.tolist(), strict=True))
    return {key: float(h.area[[k == key for k in keys]].sum()) for key in sorted(set(keys))}


FUND = {
    "mine_fund_accrual": ("payee", 1),
    "reclamation": ("payer", -1),
    "mine_fund_forfeited": ("payer", -1),
    "mine_fund_lost": ("payer", -1),
}
"""On which side a fund stands in each of its instruments, and whether that fills or empties it."""


def funds_close(model: RestorationModel, held: list[np.ndarray]) -> dict[str, int]:
    """G11, MR-51, restoration funds: accrued = held + spent on reclamation + forfeited + lost, every firm and year.

    ``held``: what each fund holds at the start and at the end of every year. Returns the fen of each instrument.
    """
    flows, funds = model.ledger.flows(), [f"fund:{name}" for name in model.state.firms.ids]
    accrued_less_gone, used = np.array(held[0]), dict.fromkeys(FUND, 0)
    touching = flows[flows["payer"].isin(funds) | flows["payee"].isin(funds)]
    assert set(touching["instrument"]) <= set(FUND)
    for year, standing in enumerate(held[1:], start=model.settings.start_year + 1):
        for instrument, (side, sign) in FUND.items():
            rows = flows[(flows["year"] == year) & (flows["instrument"] == instrument)]
            sums = (
                rows.groupby(side)["amount_fen"].sum().reindex(funds, fill_value=0).to_numpy(dtype=np.int64)
            )
            accrued_less_gone += sign * sums
            used[instrument] += int(sums.sum())
        np.testing.assert_array_equal(accrued_less_gone, standing, err_msg=str(year))
        assert (standing >= 0).all()
    to_contractors = touching[touching["instrument"] == "reclamation"]["payee"]
    assert set(to_contractors) <= {model.ledger.names[model.state.accounts.contractors]}
    return used


def test_a_fund_is_filled_spent_forfeited_and_lost_to_the_fen() -> None:
    """G11, MR-51 where every term of the identity is more than nothing."""
    model = world(
        ["funding.mine_fund.rate=0.15", "funding.mine_fund.supervised=0.5", "people.firm_cash=20000.0",
         "people.firm_credit=20000.0", "enforcement.sanctions.fine=900000.0", "enforcement.sanctions.close_fund=1"],
        small_world(9, firms=12), years=15, connectivity_every=0,
    )  # fmt: skip
    held = [model.ledger.balance[model.state.firms.fund].copy()]
    for _ in range(15):
        model.step()
        held.append(model.ledger.balance[model.state.firms.fund].copy())
    used = funds_close(model, held)
    assert all(amount > 0 for amount in used.values()), used
    assert held[-1].sum() > 0


FIXED = ("area", "county", "ecosystem", "catchment", "bay", "x", "y")


def test_no_form_may_move_land_between_patches_counties_or_ecosystems() -> None:
    """G12, MR-53: area is conserved because no room holds a form that could change what makes it up."""
    fixed = {f"habitats.{name}" for name in FIXED}
    assert set(FIXED) <= set(Habitats.columns)
    writers = {f"{slot}={option}": form(slot, option).writes for slot in SLOTS for option in options(slot)}
    assert not {name: fixed & set(written) for name, written in writers.items() if fixed & set(written)}


def test_land_that_appears_and_mines_that_outgrow_their_patch_are_noticed() -> None:
    """G12: the guard's own two alarms."""
    model = world(connectivity_every=0)
    with model.state.opened(["habitats.area"]):
        model.habitats.area[3] += 1.0
    with pytest.raises(AssertionError, match=r"2024: 1 ha appeared or vanished"):
        model.state.check()
    model = world(connectivity_every=0)
    with model.state.opened(["mines.bare"]):
        model.state.mines.bare[2] = 1e4
    with pytest.raises(AssertionError, match=r"mines \[2\] use more than their area"):
        model.state.check()


def fines_close(model: RestorationModel, owed: pd.DataFrame) -> None:
    """G11, MR-52: fines assessed = paid + outstanding + written off; what is paid stands in the ledger."""
    fines = owed[owed["kind"] == "fine"]
    flows = model.ledger.flows()
    paid = flows.loc[flows["instrument"] == "fine_paid", "amount_fen"].sum()
    assert fines["met_fen"].sum() == paid
    outstanding = model.state.obligations.outstanding("fine", model.state.firms.account).sum()
    assert fines["created_fen"].sum() == paid + outstanding + fines["written_off_fen"].sum()


NULLABLE_WHERE_NOTHING_IS = (
    "_mean",
    "_share",
    "_pct",
    "_per_",
    "_effect",
    "cost_per",
    "eca_ha",
    "pc",
    "gini_",
)


def _outputs_are_numbers(model: RestorationModel) -> None:
    """G14, MR-54: nothing infinite, and no value only where there may be nothing to take a mean of."""
    table = model.indicators()
    numbers = table.select_dtypes("number")
    assert not np.isinf(numbers.to_numpy(dtype=np.float64)).any()
    for name in numbers:
        if not any(part in name for part in NULLABLE_WHERE_NOTHING_IS):
            assert not numbers[name].isna().any(), name
    whole = table[table["county"] == "all"]
    eca = whole["eca_ha"].dropna().to_numpy()
    h = model.habitats
    assert (eca <= h.area.sum() * (1.0 + 1e-12)).all()


def test_eca_lies_between_isolated_and_joined_every_time() -> None:
    """MR-55: sqrt(sum a^2) <= ECA <= sum a, of the habitat as it stands."""
    from model.measures import connected
    from model.view import View

    model = world(seed=4)
    for _ in range(6):
        model.step()
        view = View(model.state, 0.001)
        habitat = np.where(view.habitat, model.habitats.area * view.condition, 0.0)
        _, whole = connected(view)
        assert np.sqrt((habitat**2).sum()) * (1 - 1e-12) <= whole <= habitat.sum() * (1 + 1e-12)


def test_credits_never_exceed_measured_growth_and_a_patch_sells_once() -> None:
    """Sold carbon had grown, less the buffer, when it was sold; what is lost later is what the buffer is for."""
    model = world(["funding.carbon_market.additionality=0"], small_world(9, seed=3), seed=2)
    most: dict[tuple[int, int], float] = {}
    for _ in range(25):
        model.step()
        sites, h = model.state.sites, model.habitats
        current = np.flatnonzero((sites.begun >= 0) & (h.site[sites.patch] == np.arange(sites.rows)))
        for row in current:
            grown = h.carbon[sites.patch[row]] - sites.carbon_start[row]
            key = (int(sites.patch[row]), int(sites.begun[row]))
            most[key] = max(most.get(key, 0.0), grown)
            assert sites.carbon_credited[row] <= 0.9 * most[key] + 1e-9
        assert not pd.Series(sites.patch[sites.carbon_credited > 0.0]).duplicated().any()
    assert (model.state.sites.carbon_credited > 0.0).any()


def test_nobody_spends_what_they_do_not_have() -> None:
    ledger = Ledger()
    outside = ledger.open(["outside"], 2**62)
    poor = ledger.open(["poor"], 50)
    ledger.post("gift", outside, poor, 100)
    with pytest.raises(Overdrawn, match="poor would stand at -51 fen, its limit is -50"):
        ledger.post("feast", poor, outside, 151)
    assert ledger.balance.tolist() == [-100, 100]
    ledger.post("feast", poor, outside, 150)
    assert ledger.balance.tolist() == [50, -50]


def test_bills_beyond_a_mine_s_money_stay_owed_and_are_paid_before_the_next() -> None:
    """All that a firm was ever billed is paid or owed, to the fen; who gets money pays its oldest bills first."""
    poor = ("people.firm_cash=0", "people.firm_credit=0", "extraction.overhead=200000", "insolvency=none")
    model = world([*poor, "reclamation=none", "enforcement/sanctions=none"], connectivity_every=0)
    firms, mines, owed = model.state.firms, model.state.mines, model.state.obligations
    rescued = False
    for _ in range(12):
        before, active = owed.outstanding("arrears", firms.account), mines.active.copy()
        windfall = bool(before.sum()) and not rescued
        if windfall:
            gift = np.full(len(firms), fen(1e9))
            model.ledger.post("gift", model.state.accounts.treasury, firms.account, gift)
            rescued = True
        opened = mines.opened_total.copy()
        model.step()
        form_ = model.mechanisms["extraction"].at(model.year)
        cost = fen(
            (mines.opened_total - opened) * form_.sales[mines.mineral] * (1.0 - form_.margin[mines.mineral])
        )
        held = np.bincount(mines.firm, active, minlength=len(firms))
        bills = model.state.by_firm(cost) + fen(held * form_.overhead)
        flows = model.ledger.flows().query("year == @model.year and instrument == 'mining_costs'")
        after = owed.outstanding("arrears", firms.account)
        gap = before.sum() + bills.sum() - flows["amount_fen"].sum() - after.sum()
        assert abs(int(gap)) <= len(mines)  # hectares are found from a sum: a fen of rounding each
        assert not windfall or after.sum() == 0
    assert rescued


def test_a_million_postings_of_one_fen_and_amounts_beyond_doubles() -> None:
    """G10: exact where a double is not."""
    ledger = Ledger()
    a, b = (int(ledger.open([name], 2**62)[0]) for name in "ab")
    assert ledger.post("drops", a, b, np.ones(10**6, dtype=np.int64)) == 10**6
    assert ledger.balance.tolist() == [-(10**6), 10**6]
    large = 2**53 + 1
    ledger.post("sea", b, a, large)
    assert ledger.balance[0] == large - 10**6
    ledger.close_year(2025)
    assert ledger.flows()["amount_fen"].tolist() == [10**6, large]


@given(
    total=st.integers(0, 10**15),
    weights=st.lists(st.floats(0.0, 1e9), min_size=1, max_size=30).filter(lambda w: sum(w) > 0.0),
)
def test_splitting_loses_no_fen(total: int, weights: list[float]) -> None:
    parts = split(total, np.array(weights))
    exact = np.array(weights) / np.sum(weights) * total
    assert int(parts.sum()) == total
    assert (parts >= 0).all()
    assert (np.abs(parts - exact) < 1.0 + 1e-9 * total).all()


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [(5, [70, 30], [4, 1]), (5, [30, 70], [2, 3]), (800, [1, 1, 1], [267, 267, 266])],
)
def test_splitting_follows_the_largest_remainder(total: int, weights: list[float], parts: list[int]) -> None:
    """EC-03: 5 by 70:30 is 3.5 and 1.5, a tie, which goes to the earlier row; by 30:70 that is the other one."""
    assert split(total, np.array(weights, dtype=float)).tolist() == parts


def test_godley_and_lavoie_close_on_the_ledger() -> None:
    """EC-06: model SIM (Monetary Economics, table 3.4): money issued is money held, in every period, to the fen."""
    ledger = Ledger()
    government = int(ledger.open(["government"], 2**62)[0])
    households = int(ledger.open(["households"])[0])
    spending, tax, propensity, wealth = 20.0, 0.2, 0.6, 0.4
    incomes = []
    for year in range(200):
        held = ledger.balance[households] / 100.0
        income = (spending + wealth * held) / (1.0 - propensity * (1.0 - tax))
        ledger.post("spending", government, households, fen(spending))
        ledger.post("taxes", households, government, fen(tax * income))
        incomes.append(income)
        assert ledger.balance.sum() == 0
        ledger.close_year(year)
    assert incomes[:2] == pytest.approx([38.44, 47.9], abs=0.06)
    flows = ledger.flows()
    assert (flows.loc[flows["instrument"] == "spending", "amount_fen"] == 2000).all()
    assert incomes[-1] == pytest.approx(100.0, abs=0.05)
    assert ledger.balance[households] / 100 == pytest.approx(80.0, abs=0.05)


def test_zero_amounts_leave_no_trace_and_negative_ones_are_refused() -> None:
    ledger = Ledger()
    outside, people = ledger.open(["outside"], 2**62), ledger.open(["a", "b", "c"])
    assert ledger.post("nothing", outside, people, np.zeros(3, dtype=np.int64)) == 0
    assert ledger.instruments == []
    assert ledger.post("gift", outside, people, np.array([5, 0, 7]), patch=np.array([1, 2, 3])) == 12
    payer, payee, _, amount, project, patch = ledger.postings()
    assert (payer.tolist(), payee.tolist()) == ([0, 0], [1, 3])
    assert (amount.tolist(), project.tolist(), patch.tolist()) == ([5, 7], [-1, -1], [1, 3])
    with pytest.raises(ValueError, match="feast: 2 amounts are negative"):
        ledger.post("feast", people, outside, np.array([1, -2, -3]))
    assert ledger.balance.tolist() == [-12, 5, 0, 7]


def test_debtors_meet_obligations_as_a_clerk_would_book_them() -> None:
    """Against plain lists, over years: who owes what in which year, and what is due."""
    rng, people, years = np.random.default_rng(7), 6, 40
    owed, clerk = Obligations(people), [[0] * HORIZON for _ in range(people)]
    everybody = np.arange(people, dtype=np.int32)
    for year in range(years):
        new, ahead = rng.integers(0, 100, people), int(rng.integers(0, HORIZON + 5))
        owed.create("fine", everybody, new, ahead)
        for debtor, amount in enumerate(new.tolist()):
            clerk[debtor][min(ahead, HORIZON - 1)] += amount
        met = (owed.outstanding("fine", everybody) * rng.random(people)).astype(np.int64)
        owed.meet("fine", everybody, met)
        for debtor in range(people):
            left = int(met[debtor])
            for k in range(HORIZON):
                paid = min(left, clerk[debtor][k])
                clerk[debtor][k] -= paid
                left -= paid
        assert owed.maturity[0].tolist() == clerk
        owed.close_year(year)
        clerk = [[due[0] + due[1], *due[2:], 0] for due in clerk]
        assert owed.outstanding("fine", everybody).tolist() == [sum(due) for due in clerk]
        assert owed.due("fine", everybody).tolist() == [due[0] for due in clerk]


def test_obligations_are_met_oldest_first_and_pass_on_whole() -> None:
    owed = Obligations(2)
    debtor, heir = np.array([0]), np.array([1])
    owed.create("reclamation_duty", debtor, np.array([100]), due_in=2)
    owed.close_year(2025)
    owed.create("reclamation_duty", debtor, np.array([40]), due_in=0)
    owed.meet("reclamation_duty", debtor, np.array([30]))
    assert owed.due("reclamation_duty", debtor).tolist() == [10]
    owed.create("orphaned_duty", heir, owed.write_off("reclamation_duty", debtor))
    book = owed.book(2026).set_index("kind")
    assert book.loc["reclamation_duty", ["opening_fen", "created_fen", "met_fen", "written_off_fen"]].tolist() == [
        100, 40, 30, 110,
    ]  # fmt: skip
    assert owed.outstanding("orphaned_duty", heir).tolist() == [110]
    with pytest.raises(ValueError, match="more met or written off than 1 owe"):
        owed.meet("orphaned_duty", heir, np.array([111]))
