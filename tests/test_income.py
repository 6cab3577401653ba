"""Private money and payments for what nature gives: bids, credits, promises and trust, water, households.

The smallest effect of a whole run that counts is stated before the runs: a fiftieth of the baseline's mean, on paired
replicates whose seeds were used for nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.forms import mechanisms
from experiments.recovery.patches import change, land, restore, start
from model.agents.habitat import Habitat
from model.intentions import CarbonTerms, Promises, Settled
from model.mechanisms.projects.gated import Gated
from model.restoration_model import RestorationModel
from model.settings import Settings
from model.state.network import basins, small_world
from model.state.obligations import KINDS
from model.state.projects import CARED_FOR
from model.state.streams import Chance, entity_keys
from model.state.sums import is_one_of
from model.view import POLLUTERS_SPENDING, PRIVATE_SPENDING, PUBLIC_SPENDING
from model.vocabulary import Benefit, Ecosystem, Mode, Stage
from tests import test_identity as identity
from tests.small_worlds import small_world as land_of
from tests.test_taking import BUSY, FEE, coast
from tests.worlds import columns, core_config, counties_and_firms_reversed, world

PROMISING = ("funding/availability=availability_payment",)
SHARING = ("funding/compensation=horizontal", "funding.compensation.level=100.0")
PAYING = ("funding/livelihoods=forgone_income",)
ALL = (*PROMISING, *SHARING, *PAYING)


def changed(model: RestorationModel, slot: str, **numbers: Any) -> Any:
    """The form in force in a slot, with other numbers."""
    return replace(getattr(model.in_force(model.year), slot), **numbers)


def planned(words: tuple[str, ...] = (), seed: int = 1) -> RestorationModel:
    """A year in which plans were made and investors have chosen, but nothing was awarded."""
    rich = ("people.capital=1e10", "projects=none", *words)
    return world(rich, land_of(10, seed=seed), seed=seed, connectivity_every=0).run(1)


def taken(model: RestorationModel) -> np.ndarray:
    return model.state.projects.investor >= 0


# Bids.


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "levels",
    [
        [f"people.hurdle={rate}" for rate in (0.0, 0.03, 0.07, 0.12)],
        [f"people.risk_aversion={level}" for level in (0.0, 1.0, 2.0, 4.0)],
        [f"people.horizon={years}" for years in (40, 20, 10, 1)],
        [f"people.trust={level}" for level in (1.0, 0.9, 0.5, 0.0)],
        [f"funding.carbon_market.buffer={share}" for share in (0.0, 0.3, 0.9)],
        [f"funding.availability.ceiling={rate}" for rate in (0.12, 0.09, 0.0644, 0.04)],
    ],
    ids=lambda levels: levels[0].partition("=")[0],
)
def test_what_lowers_present_value_never_raises_what_is_taken(levels: list[str], seed: int) -> None:
    """MR-35 with capital for all, one and the same plan: what is taken at a harder level is taken at any easier one."""
    found = [
        taken(planned(("people.hurdle_spread=0.0", *PROMISING, "markets.carbon_price=80", level), seed))
        for level in levels
    ]
    for easier, harder in pairwise(found):
        assert (harder <= easier).all()
    assert found[0].any()


def bidding(model: RestorationModel, **numbers: Any) -> Any:
    """The investors' form with other numbers, and all projects open to bids again."""
    p = model.state.projects
    with model.state.opened(["projects.investor", "projects.private", "projects.promised"]):
        p.investor[:], p.private[:], p.promised[:] = -1, 0, 0
    return changed(model, "social_capital", **numbers)


BOUNDLESS = 10**15  # fen


def called(
    model: RestorationModel, way: Any, ceiling: Any, room: int = BOUNDLESS, carbon: float = 0.0
) -> None:
    """A call for bids on all projects, for payments of 15 years; ``carbon`` in fen a tonne, for 20 years."""
    state, p = model.state, model.state.projects
    terms = CarbonTerms(np.full(len(state.sites), carbon), 20)
    highest = np.broadcast_to(ceiling, len(p)).astype(np.int64)
    with state.opened(way.writes):
        way.invest(state, terms, Promises(highest, np.full(len(state.counties), room), 15))


@pytest.mark.parametrize("carbon", [0.0, 30.0])
def test_who_wins_is_promised_what_makes_it_break_even_and_no_fen_more(carbon: float) -> None:
    """By hand at risk aversion 2, year by year: what is spent over the works, less carbon, by what is paid from two
    years after them; nothing where carbon is enough."""
    model = planned()
    state, p, who = model.state, model.state.projects, model.state.investors
    way = bidding(model)
    with state.opened(["trust.belief"]):
        state.trust.belief[:] = 0.9
    called(model, way, BOUNDLESS, carbon=carbon)
    cheapest = int(np.argmin(who.hurdle_rate))
    rate = 1.0 + float(who.hurdle_rate[cheapest])
    works = int(p.duration[0])
    assert works > 1
    assert (p.duration == works).all()
    of_promise = 0.9**2 * sum(rate ** -(works + 1 + year) for year in range(1, 16))
    of_spending = sum(rate**-year for year in range(1, works + 1)) / works
    of_carbon = 1.09**-1 * sum(rate**-year for year in range(1, 21))
    paying = 0
    for row in np.flatnonzero(p.mode != Mode.PROTECTION):
        income = 0.0
        for site in np.flatnonzero(state.sites.project == row):
            patch = state.sites.patch[site]
            tonnes = way.believed_yield[state.habitats.ecosystem[patch]] * state.habitats.area[patch]
            income += carbon * tonnes * (1.0 - state.sites.observed_start[site])
        offer = int(0.4 * p.cost[row])
        assert p.private[row] == offer
        missing = offer * of_spending - of_carbon * income
        if missing <= 0.0:
            assert p.promised[row] == 0
            continue
        paying += 1
        assert p.investor[row] == cheapest
        assert 0.0 <= p.promised[row] * of_promise - missing < 1.01 * of_promise
    assert paying > 3


def test_the_lowest_ask_wins_and_capital_is_never_promised_twice() -> None:
    """Whoever could still pay at the end asks no less than who won; a yuan of capital is promised once."""
    model = planned()
    state, p, who = model.state, model.state.projects, model.state.investors
    way = bidding(model)
    offer = np.floor(p.cost * way.offered).astype(np.int64)
    capital = int(np.sort(offer)[-3:].sum())
    state.ledger.balance[who.account] = capital
    called(model, way, BOUNDLESS)
    taken = np.flatnonzero(p.investor >= 0)
    left = capital - np.array([p.private[p.investor == row].sum() for row in range(len(who))])
    assert (left >= 0).all()
    assert (p.mode[taken] != Mode.PROTECTION).all()
    assert np.unique(p.investor[taken]).size > 1, "one purse was enough"
    for row in taken:
        able = left >= offer[row]
        assert (who.hurdle_rate[p.investor[row]] <= who.hurdle_rate[able]).all()


def test_no_county_promises_above_its_ceiling_or_beyond_its_room_and_nobody_jumps_its_queue() -> None:
    model = planned()
    state, p = model.state, model.state.projects
    called(model, bidding(model), BOUNDLESS)
    asked, open_ = p.promised.copy(), p.mode != Mode.PROTECTION
    assert (asked[open_] > 0).all()
    called(model, bidding(model), asked - 1)
    assert (p.investor == -1).all(), "a fen below what was asked for, nobody bids"
    called(model, bidding(model), asked)
    np.testing.assert_array_equal(p.promised, asked)
    room = int(np.bincount(p.county, asked).max()) // 2
    called(model, bidding(model), asked, room)
    refused = 0
    for county in range(len(state.counties)):
        rows = np.flatnonzero(open_ & (p.county == county))
        rows = rows[np.argsort(-p.priority[rows])]
        fits = np.cumsum(asked[rows]) <= room
        np.testing.assert_array_equal(p.promised[rows] > 0, fits)
        refused += int((~fits).sum())
    assert refused > 0


def test_the_certainty_equivalent_is_that_of_constant_relative_risk_aversion() -> None:
    """E[X^(1-g)]^(1/(1-g)) of a lognormal income is its mean times (1 + v^2)^(-g/2), and of a promise q^(1 + g/2)."""
    draws = Chance(3, 0).normal("test", 1, entity_keys([str(k) for k in range(400_000)]))
    for aversion in (2.0, 4.0):
        for variation in (0.3, 0.6):
            sd = np.sqrt(np.log1p(variation**2))
            income = np.exp(sd * draws - 0.5 * sd**2)
            equivalent = np.mean(income ** (1.0 - aversion)) ** (1.0 / (1.0 - aversion))
            assert equivalent == pytest.approx((1.0 + variation**2) ** (-0.5 * aversion), rel=0.01)
        kept = 0.8
        moments = (1.0 + (1.0 - kept) / kept) ** (-0.5 * aversion)
        assert kept * moments == pytest.approx(kept ** (1.0 + 0.5 * aversion))


# Carbon.


def test_recovery_that_would_happen_anyway_earns_nothing() -> None:
    """A10: the same growth sells with additionality off, and not at all where none of it needed the works."""
    for on, sells in ((1, False), (0, True)):
        model = world(
            [f"funding.carbon_market.additionality={on}", "markets.carbon_price=80"],
            land_of(9, seed=3),
            seed=2,
        )
        model.run(1)
        with model.state.opened(["sites.additional", "projects.investor"]):
            model.state.sites.additional[:] = 0.0
            model.state.projects.investor[:] = 0
        model.run(4)
        assert (model.indicators()["carbon_income_yuan"].sum() > 0.0) == sells


def test_only_what_has_a_method_sells_and_only_while_it_is_credited() -> None:
    model = world(
        ["markets.carbon_price=80", "funding.carbon_market.period=10", *PROMISING], land_of(9, seed=3), seed=2
    )
    model.run(25)
    sites, h = model.state.sites, model.habitats
    sold = sites.carbon_credited > 0.0
    assert sold.any()
    assert np.isin(h.ecosystem[sites.patch[sold]], (Ecosystem.FOREST, Ecosystem.MANGROVE)).all()
    assert ((h.claimed[sites.patch[sold]] & (1 << Benefit.CARBON)) > 0).all()
    before = sites.carbon_credited[: sites.rows].copy()
    old = sold & (model.year + 1 - sites.begun >= 10)
    model.run(1)
    assert old.any()
    np.testing.assert_array_equal(model.state.sites.carbon_credited[: before.size][old], before[old])


def test_credits_stay_below_what_was_measured() -> None:
    table = world(["markets.carbon_price=80", *PROMISING], land_of(9, seed=5), seed=4).run(15).indicators()
    whole = table[table["county"] == "all"]
    assert whole["carbon_credited_tC"].max() > 0.0
    first = whole[
        whole["year"] <= whole["year"].min() + 10
    ]  # later, patches treated anew begin to count from there
    assert (first["carbon_credited_tC"] <= 0.9 * first["carbon_grown_shared_tC"] + 1e-9).all()


# Ecological products.


def test_what_the_land_gives_is_its_worth_whole_times_condition_less_what_was_sold() -> None:
    """Each county's product patch by patch; halving the condition halves it; sold credits are not counted again."""
    model = world(
        [*PROMISING, "markets.carbon_price=80", "products=gross_ecosystem_product"], land_of(9, seed=5)
    )
    worth = model.in_force(model.year).products.value
    for _ in range(8):
        model.step()
    table = model.indicators().query("year == @model.year")
    assert table["carbon_income_yuan"].max() > 0.0
    given = dict.fromkeys(model.state.counties.ids, 0.0)
    for patch in model.agents_by_type[Habitat]:
        whole = 0.5 * (patch.structure + patch.composition) * (1.0 - patch.taken_share)
        given[model.state.counties.ids[patch.county]] += worth[patch.ecosystem] * patch.area * whole
    for county, row in table[table["county"].isin(given)].set_index("county").iterrows():
        assert row["gep_yuan"] == pytest.approx(given[county] - row["carbon_income_yuan"], rel=1e-12)


# Promises and trust.


def contracts(model: RestorationModel) -> None:
    """The table of projects and the obligations table tell the same story, by county and to the fen."""
    state, p = model.state, model.state.projects
    accounts = state.counties.account
    for kind, amounts in (
        ("arrears", p.arrears),
        ("availability_payment", p.promised * np.clip(p.promised_until - state.year, 0, None)),
    ):
        by_county = np.zeros(len(accounts), dtype=np.int64)
        np.add.at(by_county, p.county, np.where(p.promised_until >= 0, amounts, 0))
        np.testing.assert_array_equal(state.obligations.outstanding(kind, accounts), by_county, err_msg=kind)


def poor_from(year: int) -> tuple[str, ...]:
    """Counties whose income ends in a year."""
    return tuple(f"funding.{name}={{2024: {level}, {year}: 0.0}}" for name, level in (
        ("own_budget.per_hectare", 30.0), ("own_budget.per_person", 10.0), ("transfer.per_hectare", 30.0)))  # fmt: skip


def live_promises(model: RestorationModel) -> np.ndarray:
    """Fen a year that each county has promised for contracts to come or under way."""
    p = model.state.projects
    ahead = np.isin(p.stage, (Stage.PROPOSED, Stage.UNDER_WAY, Stage.SUBMITTED))
    total = np.zeros(len(model.state.counties), dtype=np.int64)
    np.add.at(total, p.county, np.where(ahead | (p.promised_until > model.year), p.promised, 0))
    return total


@pytest.mark.parametrize("binding", [(), ("funding.availability.most=0.0005",)], ids=["prudence", "law"])
def test_what_counties_promise_stands_in_their_books_within_law_and_prudence(
    binding: tuple[str, ...],
) -> None:
    """All promises together never exceed what any year so far allowed: 0.08 ``most`` of the general budget, and a fifth
    of restoration income. Where the income ends, arrears and distrust follow."""
    model = world([*ALL, *binding, *poor_from(2031)], land_of(9, seed=4))
    form, c = model.in_force(2025).availability, model.state.counties
    np.testing.assert_array_equal(c.general_budget, 13400.0 * c.population)
    lawful = form.most * 0.08 * 100.0 * c.general_budget
    owing, allowed, reached = 0.0, np.zeros(len(c)), np.zeros(len(c))
    for _ in range(20):
        allowed = np.maximum(allowed, np.minimum(lawful, 0.2 * np.maximum(c.income, 0)))
        model.step()
        contracts(model)
        assert (live_promises(model) <= allowed).all()
        reached = np.maximum(reached, live_promises(model) / allowed)
        owing = max(owing, float(model.state.projects.arrears.sum()))
    assert reached.max() > 0.5, "nothing binds here"
    table = model.indicators().query("county == 'all'").set_index("year")
    assert table["availability_paid_yuan"].sum() > 0.0
    if not binding:
        assert owing > 0.0, "nobody ever fell behind here"
        assert table.loc[2044, "trust_mean"] < table.loc[2030, "trust_mean"]


def test_a_partner_earns_on_the_sites_that_were_accepted_and_on_no_others() -> None:
    """Payment for a remainder begins when that is accepted, and never where it fails."""
    words = ["works.failure=0.4", "works.breach=0.4", "projects.power=1.0", *PROMISING]
    model = world(words, land_of(16, firms=0, seed=3), seed=2)
    for _ in range(20):
        model.step()
        contracts(model)
    p, sites = model.state.projects, model.state.sites
    partnered = (p.remainder_of >= 0) & (p.promised > 0)
    late = np.flatnonzero(partnered & np.isin(p.stage, (Stage.AFTERCARE, Stage.CLOSED)))
    lost = np.flatnonzero(partnered & (p.stage == Stage.FAILED))
    assert late.size > 3
    assert lost.size > 3
    assert (sites.accepted[np.isin(sites.project, late)] == 1).all()
    accepted = p.since[late] - np.where(p.stage[late] == Stage.CLOSED, 5, 0)
    np.testing.assert_array_equal(p.promised_until[late], accepted + 15)
    assert (p.promised_until[lost] == -1).all()


@pytest.mark.parametrize("gates", ["gated", "ungated"])
def test_partners_are_paid_from_acceptance_on_where_no_years_of_care_follow(gates: str) -> None:
    words = [f"projects={gates}", "projects.aftercare=0", *PROMISING]
    model = world(words, land_of(9, firms=0, seed=3), seed=2).run(20)
    contracts(model)
    p = model.state.projects
    closed = (p.stage == Stage.CLOSED) & (p.promised > 0)
    assert closed.sum() > 3
    np.testing.assert_array_equal(p.promised_until[closed], p.since[closed] + 15)
    assert model.indicators()["availability_paid_yuan"].sum() > 0.0


def test_a_county_in_arrears_promises_that_much_less() -> None:
    model = planned(PROMISING)
    state, way = model.state, changed(model, "availability")
    before = way.offer(state).room
    county = int(state.projects.county[0])
    with state.opened(["projects.arrears"]):
        state.projects.arrears[0] = before[county] // 3
    fall = before - way.offer(state).room
    assert fall[county] == before[county] // 3 > 0
    assert np.delete(fall, county).sum() == 0


def test_a_contract_is_paid_for_as_many_years_as_it_says_while_the_land_keeps_its_condition() -> None:
    model = world(["funding.availability.years=5", *PROMISING], land_of(9, firms=0, seed=3), seed=2).run(24)
    p = model.state.projects
    over = (p.promised_until >= 0) & (p.promised_until < model.year) & (p.arrears == 0)
    assert over.any()
    flows = model.ledger.flows().query("instrument == 'availability_payment'")
    assert flows["amount_fen"].sum() <= (p.promised * 5)[p.promised_until >= 0].sum()
    barren = world(["funding.availability.rise=0.99", *PROMISING], land_of(9, firms=0, seed=3), seed=2).run(
        24
    )
    assert (barren.state.projects.promised_until >= 0).any()
    assert (barren.ledger.flows()["instrument"] != "availability_payment").all(), (
        "nothing earned, nothing paid"
    )
    assert (barren.state.projects.arrears == 0).all(), "what was not earned is not owed"
    contracts(barren)


def test_arrears_cost_trust_with_the_creditor_then_with_contacts_then_with_theirs() -> None:
    model = planned()
    state, p = model.state, model.state.projects
    way = changed(model, "social_capital")
    links = state.network.contacts.to_networkx()
    creditor, county = 0, int(p.county[0])
    with state.opened(["projects.investor"]):
        p.investor[0] = creditor
    far = nx.single_source_shortest_path_length(links, creditor)
    before = state.trust_by_pair().copy()
    broken = Settled(np.array([0]), np.array([1000]), np.array([0]))
    nothing = Settled(*(np.zeros(0, dtype=np.int64) for _ in range(3)))
    for year, settled in enumerate((broken, nothing), start=1):
        with state.opened(way.writes):
            way.learn(state, settled)
        fall = before - state.trust_by_pair()
        for investor, steps in far.items():
            assert (fall[investor, county] > 1e-9) == (steps <= year)
        assert (np.delete(fall, county, axis=1) == 0.0).all(), "other counties did nothing"
        if year == 1:
            near = [fall[k, county] for k, steps in far.items() if steps == 1]
            assert fall[creditor, county] > max(near), "who was not paid believes it most"
    with state.opened(way.writes):
        way.learn(state, Settled(np.array([0]), np.array([1000]), np.array([1000])))
    assert state.trust_by_pair()[creditor, county] > (before - fall)[creditor, county], (
        "who pays is trusted again"
    )


def test_investors_know_one_another_in_a_small_world() -> None:
    """Short ways like chance, neighbourhoods like a ring (Watts & Strogatz 1998); no order of rows matters."""
    ids = [f"investor{k:03d}" for k in range(200)]
    chance = Chance(7, 0)
    ring, small, wild = (
        small_world(entity_keys(ids), 4, rewired, chance, 2024).to_networkx() for rewired in (0.0, 0.1, 1.0)
    )
    assert all(degree == 8 for _, degree in ring.degree())
    assert nx.is_connected(small)
    ways = [nx.average_shortest_path_length(graph) for graph in (ring, small, wild)]
    clusters = [nx.average_clustering(graph) for graph in (ring, small, wild)]
    assert ways[1] < 0.5 * ways[0]
    assert clusters[1] > 3.0 * clusters[2]
    other = small_world(entity_keys(ids[::-1]), 4, 0.1, chance, 2024).to_networkx()
    named = {frozenset((ids[199 - a], ids[199 - b])) for a, b in other.edges()}
    assert named == {frozenset((ids[a], ids[b])) for a, b in small.edges()}
    for few in range(4):
        layer = small_world(entity_keys(ids[:few]), 2, 0.5, chance, 2024)
        assert layer.indices.size == few * (few - 1)


# Water between counties.


def test_every_hectare_drains_into_its_bay_once() -> None:
    """A line of three patches and a bay; half of the middle one's water goes elsewhere."""
    model = world((), land_of(4, firms=0))
    h, rivers = model.habitats, model.state.network.rivers
    found = basins(rivers, h.county, h.bay, h.area, 3, 2)
    by_hand = np.zeros((3, 2))
    for row in np.flatnonzero(h.bay < 0):
        part, at = 1.0, row
        while h.bay[at] < 0:
            part, at = part * rivers.fraction[at], rivers.downstream[at]
        by_hand[h.county[row], h.bay[at]] += part * h.area[row]
    np.testing.assert_allclose(found.drained, by_hand, rtol=1e-12)
    for row in found.above:
        below = rivers.downstream[row]
        assert h.county[row] != h.county[below] or h.bay[below] >= 0


def settled_at(load: float) -> tuple[RestorationModel, dict[str, int]]:
    """Net fen that each county gets in a year in which rivers carry ``load`` times what they did at the baseline."""
    model = world(
        [*SHARING, "funding.compensation.forest=0.0", "funding.compensation.volume=0.0"], land_of(9)
    ).run(3)
    state, way = model.state, model.in_force(2027).compensation
    before = state.ledger.balance.copy()
    with state.opened((*way.writes, "habitats.load")):
        way.settle(state)
        earlier = state.ledger.postings()[0].size
        state.ledger.balance[:] = before  # what this year's water brought is not the question
        state.counties.income[:] = 10**9
        leaving = way._leaving(state)
        state.counties.baseline_load[:] = leaving
        state.habitats.load[:] *= load
        way.settle(state)
    payer, payee, kind, amount, _, _ = (column[earlier:] for column in state.ledger.postings())
    here = kind == state.ledger.instruments.index("horizontal_compensation")
    net = np.zeros(len(before), dtype=np.int64)
    np.add.at(net, payee[here], amount[here])
    np.add.at(net, payer[here], -amount[here])
    # Who pays takes it from the general budget, not from what stands in the account.
    gained = (state.ledger.balance - before)[state.counties.account]
    np.testing.assert_array_equal(gained, np.maximum(net, 0)[state.counties.account])
    return model, dict(zip(state.counties.ids, net[state.counties.account].tolist(), strict=True))


def test_better_water_is_paid_for_and_worse_water_pays() -> None:
    for load, sign in ((0.95, 1), (1.05, -1)):
        model, gained = settled_at(load)
        assert np.sign(gained["990101"]) == np.sign(gained["990102"]) == sign
        assert np.sign(gained["990201"]) == -sign
        assert sum(gained.values()) == 0
        np.testing.assert_array_equal(
            np.array([max(gained[code], 0) for code in model.state.counties.ids]),
            model.state.counties.income - 10**9,
        )
    assert set(settled_at(1.0)[1].values()) == {0}
    half, full = settled_at(0.95)[1], settled_at(0.90)[1]
    assert full["990101"] == pytest.approx(2 * half["990101"], rel=1e-6)
    assert settled_at(0.5)[1] == full, "beyond a full change nothing more is owed"


def test_the_general_budget_pays_for_water_up_to_the_stated_part_and_no_works_are_missed_for_it() -> None:
    """To the fen: taxpayers give what payers pay on; where the cap binds it is reached within a fen for each payee."""
    model = world([*SHARING, "funding.compensation.most=0.000005"], land_of(9)).run(12)
    flows, c = model.ledger.flows(), model.state.counties
    paid = flows[flows["instrument"] == "horizontal_compensation"]
    by_payer = paid.groupby(["year", "payer"])["amount_fen"].sum()
    given = flows[flows["instrument"] == "compensation_budgeted"]
    assert set(given["payer"]) == {"outside:taxpayers"}
    pd.testing.assert_series_equal(
        given.groupby(["year", "payee"])["amount_fen"].sum(), by_payer, check_names=False
    )
    most = {
        f"county:{code}": 5e-6 * 100.0 * 13400.0 * people
        for code, people in zip(c.ids, c.population, strict=True)
    }
    cap = np.array([most[payer] for _, payer in by_payer.index])
    assert (by_payer <= cap).all()
    assert (by_payer >= cap - len(c) - 1).any(), "the cap never binds"


SMALLEST = 0.02
POOR = (
    "policy=usual_core",
    "restoration=matched",
    "funding.own_budget.per_hectare=5.0",
    "funding.transfer.per_hectare=10.0",
)


@cache
def histories(words: tuple[str, ...]) -> pd.DataFrame:
    """Yearly indicators of every county in paired replicates; Upland lies above, Harbour is rich in people."""
    config = core_config(["landscape=synthetic", *POOR, *words])
    tables = []
    for replicate in range(300, 324):
        own = Settings(seed=5, replicate=replicate, years=20, connectivity_every=0)
        model = RestorationModel(land_of(18, firms=4, seed=replicate), mechanisms(config), own).run()
        tables.append(model.indicators().assign(replicate=replicate))
    return pd.concat(tables)


def effect(words: tuple[str, ...], county: str, name: str, since: int) -> tuple[float, float]:
    """95 % interval of the paired difference to no compensation, as a share of the mean without."""
    means = []
    for table in (histories(words), histories(())):
        chosen = table[(table["county"] == county) & (table["year"] >= since)]
        means.append(chosen.groupby("replicate")[name].mean().to_numpy())
    change = (means[0] - means[1]) / means[1].mean()
    error = stats.t.ppf(0.975, change.size - 1) * change.std(ddof=1) / np.sqrt(change.size)
    return change.mean() - error, change.mean() + error


@pytest.mark.slow
def test_compensation_restores_more_upstream_and_fades_when_the_money_does() -> None:
    """Poor counties up the river gain, the harbour pays; in the years after the scheme ends, works fall back."""
    lasting = SHARING
    ended = (SHARING[0], "funding.compensation.level={2024: 100.0, 2035: 0.0}")
    upstream = effect(lasting, "990101", "condition_gain_ha", 2034)
    assert upstream[0] > SMALLEST
    assert effect(lasting, "990201", "condition_gain_ha", 2034)[1] < upstream[0]
    assert effect(lasting, "990101", "spend_public_yuan", 2037)[0] > SMALLEST
    assert (
        effect(ended, "990101", "spend_public_yuan", 2037)[1]
        < effect(lasting, "990101", "spend_public_yuan", 2037)[0]
    )


# Households.


def test_pressure_returns_where_households_go_unpaid() -> None:
    """Paid, relief is what it was for free; unpaid and not enforced, none of it stays; enforcement holds its part."""

    def relief(*words: str) -> float:
        model = world(["projects.aftercare=10", *words], land_of(9, firms=0, seed=3), seed=2).run(14)
        p, sites, h = model.state.projects, model.state.sites, model.habitats
        asked = np.isin(p.mode, (Mode.PROTECTION, Mode.NATURAL_RECOVERY)) & (p.stage == Stage.AFTERCARE)
        patch = sites.patch[asked[sites.project]]
        return float(1.0 - (h.pressure[patch] / h.pressure_potential[patch]).mean())

    free = relief()
    paid = relief(*PAYING, "funding.own_budget.per_hectare=200.0")
    half = relief(*PAYING, "funding.livelihoods.rate=0.0", "funding.livelihoods.enforced=0.5")
    none = relief(*PAYING, "funding.livelihoods.rate=0.0", "funding.livelihoods.enforced=0.0")
    assert free > 0.6
    assert paid > 0.9 * free
    assert none < half < paid
    assert none < 0.25 * free


BREAKING = ("projects.aftercare=10", "works.resistance=0.05")


def _broken(*words: str) -> np.ndarray:
    """Share of the area under fences and agreements that has been broken after 14 years, by land."""
    shares = []
    for seed in range(3, 15):
        model = world([*BREAKING, *words], land_of(9, firms=0, seed=seed), seed=2).run(14)
        sites, h, p = model.state.sites, model.habitats, model.state.projects
        kept = is_one_of(p.stage, (Stage.UNDER_WAY, Stage.SUBMITTED, Stage.AFTERCARE), len(Stage))
        rows = np.flatnonzero((sites.mode < Mode.ASSISTED) & (sites.begun >= 0) & kept[sites.project])
        area = h.area[sites.patch[rows]]
        shares.append(area[sites.failed[rows] == 1].sum() / area.sum())
    return np.array(shares)


def test_the_less_households_get_the_more_fences_are_broken() -> None:
    """Stated before: broken area rises as pay falls, by 0.05 of the fenced area at least from full pay to half, and
    again from half to none (95 %, paired lands): at 0.05 a year, with fences that stand for some years, a loss of some
    0.1 each was expected. Patrols that enforce all keep all, whatever is paid."""
    rich = (*PAYING, "funding.own_budget.per_hectare=200.0", "funding.livelihoods.enforced=0.0")
    full, half, none = (_broken(*rich, f"funding.livelihoods.rate={rate}") for rate in (1.0, 0.5, 0.0))
    for less, more in ((full, half), (half, none)):
        change = more - less
        assert change.mean() - stats.t.ppf(0.975, change.size - 1) * stats.sem(change) > 0.05


def test_who_is_paid_in_full_resists_nothing() -> None:
    """To the last bit: full pay for all, and no asking, are as if nobody could resist."""
    rich = (*PAYING, "funding.own_budget.per_hectare=2000.0", "funding.livelihoods.rate=1.0")
    for words in (rich, ()):
        calm, wild = (
            world([*words, f"works.resistance={level}"], land_of(9, firms=0, seed=3), seed=2).run(14)
            for level in (0.0, 0.3)
        )
        assert (wild.state.projects.compensated == 1.0).all()
        assert wild.state.projects.forgone.sum() > 0
        assert identity.fingerprint(calm) == identity.fingerprint(wild)


def test_households_get_what_they_forgo_and_no_more() -> None:
    model = world(PAYING, land_of(9, firms=0, seed=3), seed=2).run(10)
    flows = model.ledger.flows().query("instrument == 'forgone_income'")
    h = model.habitats
    most = 100.0 * float((h.area * h.opportunity_cost)[h.ecological].sum())
    assert 0 < flows.groupby("year")["amount_fen"].sum().max() <= most
    assert (flows["payee"] == "outside:households").all()


ENFORCED = 0.3  # as packaged
SCARCE = (
    *PAYING,
    "restoration=natural_first",
    "funding.own_budget.per_hectare={2024: 100.0, 2030: 10.0}",
    "funding.own_budget.per_person=0.0",
    "funding.transfer.per_hectare=0.0",
)
"""All land is left to itself, and counties that have begun much have a tenth of their income from 2030 on."""


def dear(seed: int, times: float = 10.0) -> Any:
    """Land whose use brings so many times as much."""
    land = land_of(9, firms=0, seed=seed)
    return replace(
        land, patches=land.patches | {"opportunity_cost": times * land.patches["opportunity_cost"]}
    )


@dataclass
class Year:
    """What one year's award found and left, by project: fen due this year and the part of it that was paid, whether it
    began now, fen kept for its households; by county: free fen before it."""

    county: np.ndarray
    due: np.ndarray
    part: np.ndarray
    begun: np.ndarray
    kept: np.ndarray
    before: np.ndarray


@pytest.fixture
def years(monkeypatch: pytest.MonkeyPatch) -> list[Year]:
    """Every year's award from now on, of whatever model in which all that is asked is to be paid."""
    found: list[Year] = []
    award = Gated.award

    def watched(form: Gated, state: Any) -> None:
        p = state.projects
        due = np.where(is_one_of(p.stage, CARED_FOR, len(Stage)) & (p.mode < Mode.ASSISTED), p.forgone, 0)
        waiting, before = p.stage == Stage.PROPOSED, state.free_money()
        award(form, state)
        begun = waiting & (p.stage == Stage.UNDER_WAY)
        part = (p.compensated - ENFORCED) / (1.0 - ENFORCED)
        found.append(Year(p.county.copy(), due, part, begun, p.escrow.copy(), before))

    monkeypatch.setattr(Gated, "award", watched)
    return found


def test_households_are_paid_before_new_projects_start(years: list[Year]) -> None:
    """Where somebody goes unpaid no money was left before anything new began; and where dues are kept beforehand,
    nothing begins in a county and year in which somebody goes unpaid."""
    for escrow in (0, 1):
        unpaid = begun = 0
        for seed in range(3, 9):
            years.clear()
            world([*SCARCE, f"funding.livelihoods.escrow={escrow}"], dear(seed), seed=2).run(20)
            for each in years:
                begun += int(each.begun.sum())
                for county in np.unique(each.county[(each.due > 0) & (each.part < 1.0)]):
                    assert each.before[county] == 0
                    assert not (escrow and each.begun[each.county == county].any())
                    unpaid += 1
        assert begun > 15
        assert (unpaid > 15) == (escrow == 0)


def test_more_of_the_dues_are_paid_where_they_are_kept_beforehand(years: list[Year]) -> None:
    """Stated before: of what households of projects under way and in care are due, at least 0.10 more is paid (95 %,
    twelve paired lands that were used for nothing else) where income falls to a tenth: nothing was begun that counties
    could not keep up."""
    shares = []
    for escrow in (0, 1):
        for seed in range(760, 772):
            years.clear()
            world([*SCARCE, f"funding.livelihoods.escrow={escrow}"], dear(seed), seed=2).run(16)
            due = sum(each.due.sum() for each in years)
            assert due > 0
            shares.append(sum((each.due * each.part).sum() for each in years) / due)
    change = np.array(shares[12:]) - np.array(shares[:12])
    assert change.mean() - stats.t.ppf(0.975, change.size - 1) * stats.sem(change) > 0.10


def test_what_is_kept_for_households_goes_to_them_first(years: list[Year]) -> None:
    """What is kept for a project falls by what its households are due until nothing is left, and by nothing else."""
    rich = ("funding.own_budget.per_hectare=2000.0", "restoration=natural_first", "planning.window=20")
    sure = ("works.breach=0.0", "projects.doubt=1000.0", "funding.livelihoods.escrow=1")
    world([*PAYING, *sure, *rich], land_of(16, firms=0, seed=3), seed=2).run(12)
    lived = [each for each in years if each.due.size]  # one plan and no remainders, so that no row ever moves
    kept = np.array([each.kept for each in lived])
    due = np.array([each.due for each in lived])
    running = np.logical_or.accumulate(np.array([each.begun for each in lived]))[:-1]
    assert running.sum() > 30
    left = np.where(running, np.maximum(kept[:-1] - due[1:], 0), kept[:-1])
    np.testing.assert_array_equal(kept[1:], left)
    assert (kept[-1] < kept[0]).any()


@pytest.mark.parametrize("rate", [1.0, 0.0])
def test_plans_leave_less_dear_land_to_itself_where_its_use_must_be_paid_for(rate: float) -> None:
    """Stated before: where use brings ten times as much and is paid for in full, the first plan leaves at least a fifth
    less area to protection and natural recovery (95 %, twelve paired lands); where nothing is paid, it is the same."""

    def planned_area(seed: int, times: float) -> float:
        words = (*PAYING, f"funding.livelihoods.rate={rate}")
        state = world(words, dear(seed, times), seed=2, connectivity_every=0).run(1).state
        left = state.sites.patch[state.sites.mode < Mode.ASSISTED]
        return float(state.habitats.area[left].sum())

    usual, high = (np.array([planned_area(seed, times) for seed in range(720, 732)]) for times in (1.0, 10.0))
    assert (usual > 0.0).all()
    if rate == 0.0:
        np.testing.assert_array_equal(high, usual)
        return
    fall = 1.0 - high / usual
    assert fall.mean() - stats.t.ppf(0.975, fall.size - 1) * stats.sem(fall) > 0.20


def test_no_county_of_a_shared_purse_gives_away_what_its_own_households_will_be_due() -> None:
    """To the fen, each year: nobody overdraws, and what is set aside for works and for households is there, also where
    counties help each other out, have grants waiting and lose their income."""
    granted = (
        "funding/award=shan_shui",
        "funding/match=provincial",
        "planning=basin",
        "projects.care_first=1",
    )
    helped = 0
    for seed in range(3, 7):
        words = [*granted, *PAYING, "funding.livelihoods.escrow=1", *poor_from(2036)]
        model = world(words, dear(seed), seed=2)
        ledger, c = model.ledger, model.state.counties
        for _ in range(16):
            model.step()
            assert int(ledger.balance.sum()) == 0
            assert (ledger.balance >= -ledger.credit).all()
            assert (ledger.balance[c.account] >= c.committed + model.state.in_escrow()).all()
            assert model.state.in_escrow().sum() > 0 or model.year < 2030
            helped += len(ledger.flows().query("year == @model.year and instrument == 'shared_purse'"))
    assert helped > 5


def _spared(model: RestorationModel) -> dict[str, float]:
    """Yuan by county that last year's relief costs the households of patches under works, patch by patch as one would
    reckon it on paper, whatever the mode and whatever stage the project has come to."""
    h, sites, p = model.habitats, model.state.sites, model.state.projects
    lost = dict.fromkeys(model.state.counties.ids, 0.0)
    for patch in np.flatnonzero(h.site >= 0):
        site = h.site[patch]
        if sites.begun[site] < 0:
            continue
        full, now = h.pressure_potential[patch], h.pressure[patch]
        if full > 0.0:
            county = model.state.counties.ids[p.county[sites.project[site]]]
            lost[county] += (
                h.area[patch] * h.opportunity_cost[patch] * min(max((full - now) / full, 0.0), 1.0)
            )
    return lost


def test_what_sparing_land_costs_is_on_somebodys_books() -> None:
    """Paid and unpaid loss are the loss of all fenced land, cared for or not; unpaid is all where nobody pays."""
    land, rich = land_of(9, firms=0, seed=3), "funding.own_budget.per_hectare=200.0"
    once = (
        "planning.retry_after=20"  # no patch changes hands between last year's relief and this year's books
    )
    for words, least, most in (((), 1.0, 1.0), ((*PAYING, "funding.livelihoods.rate=0.5", rich), 0.4, 0.7),
                               ((*PAYING, rich), 0.0, 0.3)):  # fmt: skip
        model = world([*words, once], land, seed=2)
        lost = unpaid = closed = 0.0
        for _ in range(14):
            expected = _spared(model)
            model.step()
            now = model.indicators().query("year == @model.year").set_index("county")
            told = now["livelihood_loss_unpaid_yuan"] + now["forgone_income_paid_yuan"]
            np.testing.assert_allclose(told[list(expected)], list(expected.values()), rtol=1e-6, atol=1.0)
            lost, unpaid = lost + told["all"], unpaid + now.loc["all", "livelihood_loss_unpaid_yuan"]
            p = model.state.projects
            closed += p.forgone[p.stage == Stage.CLOSED].sum()
        assert lost > 0.0
        assert closed > 0.0
        assert least <= unpaid / lost <= most + 1e-9, (words, unpaid / lost)
        assert now.loc["all", "livelihood_loss_unpaid_total_yuan"] == pytest.approx(unpaid)


GRAZED = {"structure": 0.3, "composition": 0.2, "pressure": 0.5, "pressure_potential": 0.5, "area": 400.0}
INCOME = 250.0  # yuan/ha/yr


def _use_ended(lasting: float, years_of_care: int) -> pd.DataFrame:
    """Two grazed hills over 24 years, by year: one in a project that is cared for and closes, and in another after it;
    one that no project touches, with less use than before, as shore that a city has rebuilt."""
    words = [
        "works=four_modes",
        "projects=gated",
        "monitoring=plots",
        "works.failure=0.0",
        "works.breach=0.0",
    ]
    words += [
        "works.resistance=0.0",
        "works.full_care=5",
        f"works.lasting={lasting}",
        f"projects.aftercare={years_of_care}",
    ]
    hill = {**GRAZED, "opportunity_cost": INCOME}
    model = start(land([hill, hill]), words)
    change(model, pressure_potential=([1], 0.1))
    restore(model, [0], Mode.NATURAL_RECOVERY)
    model.run(18)
    assert model.state.projects.stage[0] == Stage.CLOSED
    restore(model, [0], Mode.NATURAL_RECOVERY)
    with model.state.opened(["sites.previous"]):
        model.state.sites.previous[1] = 0  # the twin stays as it was
    told = model.run(6).indicators().query("county == 'all'")
    return told.set_index("year")[["livelihood_settled_yuan", "livelihood_settled_total_yuan"]]


@pytest.mark.parametrize(
    ("lasting", "care", "ended"), [(0.6, 5, 0.6), (0.6, 9, 0.6), (0.6, 2, 0.24), (1.0, 5, 1.0)]
)
def test_use_that_care_ended_for_good_is_told_by_its_income(lasting: float, care: int, ended: float) -> None:
    """Area x income x what full care settles, a part of it after a part of the care; nothing before the project has
    closed, no less while another is at work, and nothing of land that no project touched."""
    told = _use_ended(lasting, care)
    yearly = told["livelihood_settled_yuan"]
    since = yearly > 0.0
    assert not since.iloc[: 3 + care].any()
    assert since.iloc[3 + care + 4 :].all()
    assert yearly[since].to_numpy() == pytest.approx(GRAZED["area"] * INCOME * ended, rel=1e-6)
    assert told["livelihood_settled_total_yuan"].to_numpy() == pytest.approx(
        yearly.cumsum().to_numpy(), rel=1e-12
    )


def test_where_no_relief_lasts_no_use_ends_for_good() -> None:
    assert (_use_ended(0.0, 5) == 0.0).all(axis=None)


# What must not matter.


@pytest.mark.parametrize(
    ("level", "absent"),
    [
        (["funding/availability=availability_payment", "funding.availability.most=0.0"], []),
        (["funding/availability=availability_payment", "funding.availability.repaid=0.0"], []),
        (["funding/compensation=horizontal", "funding.compensation.level=0.0"], []),
        ([*PAYING, "funding.livelihoods.rate=0.0", "funding.livelihoods.enforced=1.0"], []),
        (["markets.carbon_price=0.0"], ["markets.carbon_price=0.0", "funding/carbon_market=none"]),
    ],
    ids=" ".join,
)
def test_an_instrument_without_money_is_its_absence(level: list[str], absent: list[str]) -> None:
    """MR-07, to the last bit."""
    assert identity.fingerprint(world(level).run(12)) == identity.fingerprint(world(absent).run(12))


def test_a_run_with_all_of_it_continues_from_disk_to_the_same_bytes(tmp_path: Path) -> None:
    straight = world([*ALL, *poor_from(2034)], land_of(9, seed=3)).run(14)
    first = world([*ALL, *poor_from(2034)], land_of(9, seed=3)).run(7)
    first.save(tmp_path / "half")
    back = RestorationModel.load(tmp_path / "half")
    for part in ("indptr", "indices", "weight"):
        here, there = (getattr(m.state.network.contacts, part) for m in (first, back))
        np.testing.assert_array_equal(here, there)
    assert identity.fingerprint(back.run(7)) == identity.fingerprint(straight)
    assert np.ptp(straight.state.trust.belief) > 0.0


def test_the_order_of_counties_does_not_matter() -> None:
    land = land_of(9, firms=5)
    plain = world(ALL, land).run(12)
    other = world(ALL, counties_and_firms_reversed(land)).run(12)
    for name, values in plain.habitats.to_columns().items():
        if name not in ("site", "county", "holder"):
            identity.same_values(values, getattr(other.habitats, name), name)
    identity.same_values(plain.state.trust_by_pair(), other.state.trust_by_pair()[:, ::-1], "trust")
    assert identity.purse(plain) == identity.purse(other)
    assert {"horizontal_compensation", "availability_payment", "forgone_income"} <= set(
        plain.ledger.instruments
    )


def test_counting_in_another_money_changes_only_the_amounts() -> None:
    """MR-20: what is compared in money decides alike; beliefs about payments keep their last digits."""
    land = land_of(9, firms=5)
    here = columns(world(ALL, land).run(12))
    there = columns(identity._in_money_of(ALL, 1000.0, land).run(12))
    for name in sorted(set(here) - identity.MONEY):
        np.testing.assert_allclose(there[name], here[name], rtol=1e-6, atol=1e-9, err_msg=name)


def test_no_fen_is_lost_and_nobody_overdraws() -> None:
    model = world([*ALL, *poor_from(2032)], land_of(9, seed=4))
    for _ in range(16):
        model.step()
        ledger = model.ledger
        assert int(ledger.balance.sum()) == 0
        assert (ledger.balance >= -ledger.credit).all()
        contracts(model)
    assert model.state.obligations.maturity[KINDS.index("arrears")].sum() > 0


def test_private_money_is_counted_once() -> None:
    model = world(ALL, land_of(9, firms=0, seed=3), seed=2).run(12)
    whole = model.indicators().query("county == 'all'")
    flows = model.ledger.flows()
    spent = flows.loc[flows["instrument"] == "works_private", "amount_fen"].sum() / 100.0
    assert spent > 0.0
    assert whole["spend_private_yuan"].sum() == pytest.approx(spent)
    assert whole["invested_yuan"].sum() == pytest.approx(spent)


def test_what_who_took_the_land_pays_is_told_apart_from_investors_and_mines() -> None:
    """Builders' reclamation, forfeited fees and applicants' shore, by flow and by county; nobody's money twice."""
    words = (*BUSY, *FEE, "funding.prepaid_fee.prepaid=0.5", "shoreline=balanced", "shoreline.request=0.1")
    model = coast(312, words).run(12)
    table, flows = model.indicators(), model.ledger.flows()
    instruments = {"temporary_land_reclaimed", "forfeited_reclamation", "shore_restoration"}
    here = flows["instrument"].isin(instruments)
    spent = flows[here].groupby("instrument")["amount_fen"].sum() / 100.0
    assert set(spent.index) == instruments
    whole = table[table["county"] == "all"]
    counties = table[table["county"].isin(model.state.counties.ids)]
    assert whole["spend_polluters_yuan"].sum() == pytest.approx(spent.sum())
    assert counties["spend_polluters_yuan"].sum() == pytest.approx(spent.sum())
    assert not {*PUBLIC_SPENDING, *PRIVATE_SPENDING} & {*POLLUTERS_SPENDING}
