"""Where theory gives a direction without exception, the model never goes the other way: exact, at the same dice."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.finance import annuity_factor, net_present_value
from model.intentions import Threat
from model.mechanisms import SLOTS, form, options
from model.restoration_model import RestorationModel
from model.state.habitats import Habitats
from model.vocabulary import Ecosystem
from tests.small_worlds import small_world
from tests.worlds import world

FEW = settings(max_examples=30)
ROUNDING = 1e-12


def changed(model: RestorationModel, slot: str, **numbers: Any) -> Any:
    """The form in a slot of a model with some numbers changed."""
    return replace(model.mechanisms[slot].at(model.year), **numbers)


# MR-34: how land lives.

STATE = (
    "structure",
    "composition",
    "substrate",
    "ceiling",
    "cover",
    "native_share",
    "pressure",
    "load_stock",
    "invader",
)


def scattered(seed: int) -> tuple[RestorationModel, dict[str, np.ndarray]]:
    """Unpeopled patches in random states, extremes among them, and those states."""
    model = world((), small_world(6, firms=0, seed=seed), connectivity_every=0)
    rng = np.random.default_rng(seed)
    given = {name: np.clip(rng.uniform(-0.2, 1.2, 36), 0.0, 1.0) for name in STATE}
    given["composition"] *= given["structure"]
    given["load_stock"] *= 3.0
    return model, given


def after(model: RestorationModel, recovery: Any, given: dict[str, np.ndarray], years: int = 25) -> Habitats:
    """The patches after so many years of recovery alone from the states ``given``."""
    h = model.habitats
    with model.state.opened([*recovery.writes, *(f"habitats.{name}" for name in STATE)]):
        for name, values in given.items():
            getattr(h, name)[:] = values
        for _ in range(years):
            recovery.live(model.state)
    return h


FIXED_ARRIVALS = {"maximal_rain": 0.0, "pool_area": 1e18}
"""What arrives does not depend on neighbours: each patch is alone with its ground, its ceiling and its burden."""


@FEW
@given(
    seed=st.integers(0, 10**6),
    rain=st.floats(0.0, 0.3),
    rate=st.floats(0.02, 0.4),
    step=st.floats(0.0, 0.6),
    mortality=st.floats(0.15, 0.40),
    dieback=st.floats(0.05, 0.20),
)
def test_a_patch_never_loses_by_faster_recovery_or_gains_by_a_burden(
    seed: int, rain: float, rate: float, step: float, mortality: float, dieback: float
) -> None:
    model, given_state = scattered(seed)
    numbers = {**FIXED_ARRIVALS, "mortality": mortality, "dieback": dieback, "background_rain": rain}
    slow = changed(model, "recovery", growth_rate=np.full(len(Ecosystem), rate), **numbers)
    fast = replace(slow, growth_rate=slow.growth_rate * (1.0 + step))
    rainy = replace(slow, background_rain=rain + 0.1 * step)
    base = after(model, slow, given_state).condition.copy()
    for better in (fast, rainy):
        assert (after(model, better, given_state).condition >= base - ROUNDING).all()
    for burden, most in (("pressure", 1.0), ("load_stock", 1e3)):
        heavier = given_state | {burden: np.minimum(given_state[burden] + step, most)}
        assert (after(model, slow, heavier).condition <= base + ROUNDING).all()
    for good in ("substrate", "ceiling", "structure"):
        richer = given_state | {good: np.minimum(given_state[good] + step, 1.0)}
        assert (after(model, slow, richer).condition >= base - ROUNDING).all()


@pytest.mark.parametrize("seed", range(4))
def test_a_landscape_recovers_no_worse_by_faster_recovery_and_no_better_under_pressure(seed: int) -> None:
    """With neighbours structure is monotone on every patch, condition in the mean. Composition is not on every patch:
    a neighbour that grows fast sends more seeds, of a poorer mixture, so what arrives can be poorer for a while."""
    model, given_state = scattered(seed)
    area, recovery = model.habitats.area, changed(model, "recovery")
    structures, means = [], []
    for faster in (0.5, 1.0, 2.0):
        h = after(model, replace(recovery, growth_rate=recovery.growth_rate * faster), given_state, 40)
        structures.append(h.structure.copy())
        means.append(area @ h.condition)
    for more in (0.2, 0.4):
        heavier = given_state | {"pressure": np.minimum(given_state["pressure"] + more, 1.0)}
        h = after(model, replace(recovery, growth_rate=recovery.growth_rate * 0.5), heavier, 40)
        structures.insert(0, h.structure.copy())
        means.insert(0, area @ h.condition)
    assert means == sorted(means)
    assert all((later >= earlier - ROUNDING).all() for earlier, later in pairwise(structures))


def test_no_growth_leaps_over_its_ceiling() -> None:
    """A year's seed rain falls at once; on good ground under full pressure it must not stand for a year."""
    model, given_state = scattered(1)
    bare = given_state | {"structure": np.zeros(36), "composition": np.zeros(36), "substrate": np.ones(36)}
    for pressure in (0.9, 0.97, 1.0):
        under = bare | {
            "pressure": np.full(36, pressure),
            "load_stock": np.zeros(36),
            "invader": np.zeros(36),
        }
        recovery = changed(model, "recovery", background_rain=0.3)
        assert after(model, recovery, under, 1).structure.max() <= 1.0 - pressure + 1e-8


def test_no_reclassification_can_raise_condition() -> None:
    """No form of any room may write the reference class, and no label enters condition."""
    writers = {f"{slot}={option}": form(slot, option).writes for slot in SLOTS for option in options(slot)}
    assert not [name for name, written in writers.items() if "habitats.ecosystem" in written]
    model = world(connectivity_every=0)
    h, before = model.habitats, model.habitats.condition.copy()
    labels = ("zone", "cause", "shore", "holder", "claimed")
    with model.state.opened([f"habitats.{name}" for name in labels]):
        for name in labels:
            getattr(h, name)[:] = 1
    np.testing.assert_array_equal(h.condition, before)


# MR-31 and MR-35: how others decide.


@FEW
@given(
    bare=st.floats(0.0, 1.0), fake=st.floats(0.0, 1.0), fine=st.floats(0.0, 1e6), by_case=st.booleans(),
    order=st.booleans(), blacklist=st.integers(0, 5), seed=st.integers(0, 99),
)  # fmt: skip
def test_a_firm_at_a_fixed_state_violates_no_more_under_higher_fines_and_likelier_sanctions(
    bare: float, fake: float, fine: float, by_case: bool, order: bool, blacklist: int, seed: int
) -> None:
    model = world((), small_world(4, firms=2), seed=seed, connectivity_every=0)
    way, firms = changed(model, "reclamation"), model.state.firms
    outlook = changed(model, "extraction").foresee(model.state)
    violates = np.empty((5, 5))
    with model.state.opened(["firms.belief_bare", "firms.belief_fake"]):
        for i, likelier in enumerate(np.linspace(0.0, 1.0, 5)):
            firms.belief_bare[:] = bare + likelier * (1.0 - bare)
            firms.belief_fake[:] = fake + likelier * (1.0 - fake)
            for j, higher in enumerate((0.0, 1e4, 1e5, 5e5, 2e6)):
                fines = (fine, higher) if by_case else (fine + higher, 0.0)
                chosen = way.decide(model.state, Threat(*fines, order, blacklist), outlook)
                np.testing.assert_array_equal(chosen.done + chosen.faked + chosen.left, 1.0)
                violates[i, j] = chosen.done[0] == 0.0
    assert (np.diff(violates, axis=0) <= 0).all()
    assert (np.diff(violates, axis=1) <= 0).all()


@given(
    rates=st.lists(st.floats(0.0, 0.5), min_size=2, max_size=5),
    years=st.integers(1, 40),
    cost=st.floats(1.0, 1e6),
)
def test_discounting_lowers_what_comes_late(rates: list[float], years: int, cost: float) -> None:
    """Pay now and earn later loses by a higher rate; earn now and pay late (closure of a mine) gains by it."""
    rates = sorted(rates)
    earns_later = np.append(-cost, np.full(years, 0.3 * cost))
    values = [net_present_value(rate, earns_later) for rate in rates]
    assert (np.diff(values) <= 1e-9 * cost).all()
    assert (np.diff([net_present_value(rate, -earns_later) for rate in rates]) >= -1e-9 * cost).all()
    assert (np.diff([annuity_factor(rate, years) for rate in rates]) <= 1e-12 * years).all()


@pytest.mark.parametrize("seed", range(5))
def test_investors_with_a_higher_hurdle_take_no_more_projects(seed: int) -> None:
    """MR-35, at one and the same plan, with capital for all: what is taken at a hurdle is taken at any lower one."""
    taken = []
    for hurdle in (0.0, 0.03, 0.07, 0.12, 0.5):
        model = world(
            ["people.hurdle_spread=0.0", "people.capital=1e10", "projects=none", f"people.hurdle={hurdle}",
             "funding.social_capital.offered=0.1"],
            small_world(10, seed=seed), seed=seed, connectivity_every=0,
        ).run(1)  # fmt: skip
        taken.append(model.state.projects.investor >= 0)
    for lower, higher in pairwise(taken):
        assert (higher <= lower).all()
    assert taken[0].sum() > taken[-1].sum(), "the hurdle decides nothing here"


# Nested by common dice: what a stricter rule catches holds all that a laxer one catches.


def inspected(model: RestorationModel, **numbers: Any) -> Any:
    """Findings of a year of enforcement alone, with some numbers of its forms changed (``ground_rate=0.6``)."""
    state, chance = model.state, model.chance
    satellite, ground, citizens, sanctions = (
        changed(model, f"enforcement/{channel}", **own(channel, numbers))
        for channel in ("satellite", "ground", "citizens", "sanctions")
    )
    rounds = model.mechanisms["enforcement/central_rounds"].at(model.year)
    with state.opened([*ground.writes, *sanctions.writes]):
        ground.hire(state)
        due = rounds.announce(state, chance, ground.intend())
        looks = (
            satellite.look(state, chance),
            ground.check(state, chance, due),
            citizens.report(state, chance),
        )
        return sanctions.sanction(state, chance, due, looks)


def own(channel: str, numbers: dict[str, Any]) -> dict[str, Any]:
    """Those of the numbers that belong to a channel, by their own names."""
    return {key.split("_", 1)[1]: value for key, value in numbers.items() if key.startswith(f"{channel}_")}


@pytest.mark.parametrize(
    "lever",
    [
        {"ground_rate": 0.6},
        {"ground_power": 1.0},
        {"satellite_rounds": 8},
        {"satellite_detection": 0.95},
        {"citizens_rate": 0.9, "citizens_rate_fake": 0.5},
    ],
    ids=str,
)
def test_whoever_looks_more_sees_all_that_was_seen_before(lever: dict[str, float]) -> None:
    few = {
        "ground_rate": 0.2, "ground_power": 0.6, "satellite_rounds": 2, "satellite_detection": 0.6,
        "citizens_rate": 0.1, "citizens_rate_fake": 0.0, "citizens_half_density": 0.5,
    }  # fmt: skip
    seen = []
    for numbers in (few, few | lever):
        model = world(["enforcement/citizens=reports"], small_world(12, firms=20), connectivity_every=0)
        with model.state.opened(["mines.bare", "mines.faked"]):
            model.state.mines.bare[:], model.state.mines.faked[:] = 1.0, 1.0
        seen.append(inspected(model, **numbers))
    assert (seen[0].seen_bare <= seen[1].seen_bare).all()
    assert (seen[0].seen_fake <= seen[1].seen_fake).all()
    assert (seen[0].seen_bare.sum() + seen[0].seen_fake.sum()) < (
        seen[1].seen_bare.sum() + seen[1].seen_fake.sum()
    )


def test_audits_litigation_reports_and_central_rounds_let_fewer_cases_be_excused() -> None:
    everybody = ("enforcement.citizens.rate=1.0", "enforcement.citizens.half_density=0.0")
    lax, half = {"sanctions_audit": 0.0}, {"sanctions_audit": 0.5}
    rungs: list[tuple[tuple[str, ...], dict[str, float]]] = [
        ((), lax),
        ((), half),
        ((), half | {"sanctions_litigation": 0.5}),
        (("enforcement/citizens=reports", *everybody), half | {"sanctions_litigation": 0.5}),
        ((), {"sanctions_audit": 1.0}),
        (("enforcement/central_rounds=campaign", "enforcement.central_rounds.every=2"), lax),
    ]
    sanctioned = []
    for words, numbers in rungs:
        model = world([*words, "people.inspectors=20"], small_world(12, firms=20), connectivity_every=0)
        with model.state.opened(["counties.leniency", "mines.bare"]):
            model.state.counties.leniency[:] = 0.8
            model.state.mines.bare[:] = 1.0
        sanctioned.append(inspected(model, ground_rate=1.0, ground_power=1.0, **numbers).sanctioned_bare)
    assert model.year % 2 == 0, "the start year is one of a central round"
    for before, after_rung in pairwise(sanctioned[:5]):
        assert (before <= after_rung).all()
        assert before.sum() < after_rung.sum()
    np.testing.assert_array_equal(sanctioned[4], sanctioned[5])


def test_stricter_review_never_loses_more_land() -> None:
    calm = ("recovery=none", "extraction=none", "disturbance=none", "planning=none", "development.size=20.0")
    taken = []
    for refusal in (0.0, 0.5, 0.98, 1.0):
        everywhere = [f"development.refusal.{zone}={refusal}" for zone in ("red_line", "general")]
        model = world(
            [*calm, *everywhere, "development.request.general=0.2", "development.request.red_line=0.2"]
        )
        taken.append(model.run(30).habitats.taken_share.copy())
    for lax, strict in pairwise(taken):
        assert (strict <= lax + ROUNDING).all()
    h = model.habitats
    assert taken[0].sum() > taken[2].sum() > taken[3].sum()
    assert (taken[3][np.isin(h.zone, (0, 3))] == 0.0).all()


def test_a_supervised_fund_leaves_more_to_the_public_at_every_failure() -> None:
    saved, duties = [], []
    for supervised in (0.0, 0.3, 0.9, 1.0):
        model = world(connectivity_every=0)
        fund = changed(model, "funding/mine_fund", supervised=supervised)
        state, failed = model.state, np.array([0, 2])
        state.ledger.post("gift", state.accounts.treasury, state.firms.fund, 1_000_001)
        before = state.ledger.balance[state.counties.account].copy()
        with state.opened(fund.writes):
            fund.wind_up(state, failed)
        saved.append(int((state.ledger.balance[state.counties.account] - before).sum()))
        duties.append(int(state.obligations.outstanding("reclamation_duty", state.firms.account).sum()))
        assert (state.ledger.balance[state.firms.fund[failed]] == 0).all()
        assert state.ledger.balance[state.firms.fund[1]] == 1_000_001
    assert saved == [0, 2 * 300_000, 2 * 900_000, 2 * 1_000_001]
    assert [duties[0] - duty for duty in duties] == saved, "what is saved is so much less duty for the public"


def test_a_tilted_transfer_gives_more_to_the_red_line_and_the_same_in_all() -> None:
    model = world(connectivity_every=0)
    counties = model.state.counties
    given_out = [changed(model, "funding/transfer", tilt=tilt).due(model.state) for tilt in (0.0, 1.0, 5.0)]
    assert len({int(amounts.sum()) for amounts in given_out}) == 1
    greenest = np.argmax(counties.red_line_area / counties.area)
    assert given_out[0][greenest] < given_out[1][greenest] < given_out[2][greenest]


def test_a_form_holds_only_what_it_declares_as_parameters() -> None:
    """Nothing that a mechanism learns hides in the mechanism: forms have parameters and no memory."""
    model = world().run(3)
    for slot in SLOTS:
        chosen = model.mechanisms[slot].at(model.year)
        assert set(vars(chosen)) <= {field.name for field in fields(chosen)}, slot
