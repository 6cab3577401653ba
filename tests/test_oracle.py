"""The arrays tell the same history as objects that live one after the other: patch by patch, fen by fen.

Whole numbers, stages, causes, flags, years and money are equal; floats agree to 1e-12. The oracle (``tests/oracle``)
is written from the equations and knows nothing of the arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, get_type_hints

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as search
from hypothesis import strategies as some

from experiments.forms import mechanisms
from experiments.places import landscape_of
from model.landscapes.landscape import Landscape
from model.restoration_model import RestorationModel
from model.schedule import Timeline
from model.settings import Settings
from model.vocabulary import ParcelStage, Stage
from tests.oracle.compare import differences
from tests.oracle.model import OracleModel
from tests.small_worlds import shared_coast, small_world
from tests.worlds import core_config

STRATEGIES = ("matched", "engineered_first", "natural_first")
YEARS = 32
HARD_TIMES = (
    "projects.doubt=0.0",
    "enforcement.sanctions.fine_per_case=20000",
    "enforcement.sanctions.fine=900000",
    "enforcement.ground.rate=0.5",
    "enforcement.sanctions.audit=0.8",
    "enforcement.sanctions.close_fund=1",
    "people.firm_cash=20000",
    "people.firm_credit=20000",
    "people.belief_bare=0.4",
    "people.belief_fake=0.0",
    "learning.prior_fake=0.0",
    "people.hurdle=0.05",
    "funding.social_capital.offered=0.1",
)
OLD_LAW = ("enforcement.sanctions.fine_per_case=30000", "enforcement.sanctions.fine=0")
EMPTY_PURSES = (
    *OLD_LAW,
    "extraction.overhead=40000",
    "funding.mine_fund.rate=0.15",
    "people.firm_cash=0",
    "people.firm_credit=5000",
    "people.belief_bare=0.4",
    "people.belief_fake=0.0",
)
DUG_OUT = (
    *OLD_LAW,
    "enforcement.sanctions.carried_out=0.2",
    "extraction.front=0.3",
    "extraction.open_rate=0.3",
    "people.firm_cash=500000",
    "people.belief_bare=0.0",
)
ROUGH_WEATHER = (
    "disturbance.typhoon_probability=0.2",
    "works.failure=0.3",
    "development.largest_share=0.5",
    "projects.aftercare=2",
    "planning.most_sites=3",
)
TIGHT_PLANS = (
    "planning.block=2",
    "planning.most_sites=2",
    "planning.overbooking=1.0",
    "planning.largest_project=0.1",
    "projects.staff=1",
    "works.protection_cost=100",
    "works.protection_removed=0.9",
    "restoration.enough=0.6",
    "development.request.red_line=0.2",
    "development.request.general=0.2",
    "development.refusal.red_line=0.3",
    "development.review=0.5",
    "development.offset_ratio=1.5",
    "development.walk_away=0.6",
    "disturbance.fire_probability.forest=0.005",
    "disturbance.fire_probability.grassland=0.005",
)
ALL_EYES = (
    "enforcement/citizens=reports",
    "enforcement.citizens.half_density=0.5",
    "enforcement/central_rounds=steady",
    "enforcement.ground.rate=0.6",
    "enforcement.sanctions.litigation=0.2",
    "enforcement.sanctions.credit_premium=0.1",
    "enforcement.sanctions.close_fund=1",
    "enforcement.sanctions.disclosure=0.3",
    "people.firm_cash=0",
    "people.inspectors=0.2",
    "people.belief_bare=0.0",
)
CLEAR_COASTS = (
    "bay_plan=one_plan",
    "bay_plan.every=2",
    "bay_plan.patrol=1500.0",
    "works.failure=0.3",
    "funding.own_budget.per_person=1.0",
    "funding.own_budget.per_hectare=0.0",
    "funding.transfer.per_hectare=15.0",
)
DEAR_COASTS = (*CLEAR_COASTS, "bay_plan.cost=300000.0")
FICKLE_LEADERS = (
    "leadership=terms",
    "leadership.turnover=0.4",
    "leadership.continuity=0.3",
    "leadership.audit=0.3",
)
LED_TIGHTLY = (*FICKLE_LEADERS, *TIGHT_PLANS)
HALF_PAID = (
    "funding/livelihoods=forgone_income",
    "funding.livelihoods.rate=0.5",
    "funding.livelihoods.enforced=0.2",
    "works.resistance=0.3",
    "works.protection_cost=100",
    "works.protection_removed=0.9",
    "funding.own_budget.per_hectare=3.0",
    "funding.own_budget.per_person=0.0",
    "funding.transfer.per_hectare=3.0",
)
HALF_COVERED = (*HALF_PAID, "funding.livelihoods.escrow=1")
WORLDS = (
    HARD_TIMES,
    HALF_PAID,
    HALF_COVERED,
    EMPTY_PURSES,
    DUG_OUT,
    ROUGH_WEATHER,
    TIGHT_PLANS,
    ALL_EYES,
    CLEAR_COASTS,
    FICKLE_LEADERS,
    LED_TIGHTLY,
    ("people.investors=0",),
)


def config_of(words: Sequence[str]) -> dict[str, Any]:
    """A checked configuration under the whole opinion, changed by ``words``."""
    return core_config(["policy=practice_core", *words])


def pair(
    forms: dict[str, Timeline[Any]], land: Landscape, **settings: Any
) -> tuple[RestorationModel, OracleModel]:
    """The model and the oracle on one land under the same forms."""
    chosen = Settings(connectivity_every=0, **settings)
    return RestorationModel(land, forms, chosen), OracleModel(land, forms, chosen)


def agree(model: RestorationModel, oracle: OracleModel, years: int) -> None:
    """Both live so many years and agree at the start and after each; the first disagreement is shown."""
    for _ in range(years):
        found = differences(model, oracle)
        assert not found, "\n".join(found[:20])
        model.step()
        oracle.step()
    assert not differences(model, oracle)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(("side", "firms", "seed"), [(3, 1, 11), (5, 2, 12), (5, 0, 13), (8, 3, 14)])
def test_small_worlds_live_decades_alike(strategy: str, side: int, firms: int, seed: int) -> None:
    forms = mechanisms(config_of([f"restoration={strategy}"]))
    agree(*pair(forms, small_world(side, firms, seed), seed=seed), YEARS)


@pytest.mark.parametrize("words", WORLDS)
def test_rare_events_happen_alike(words: tuple[str, ...]) -> None:
    agree(*pair(mechanisms(config_of(words)), small_world(8, 4, seed=3), seed=21), YEARS)


def test_the_histories_compared_are_eventful() -> None:
    """Agreement about a world where nothing happens would say nothing."""
    _, oracle = pair(mechanisms(config_of(HARD_TIMES)), small_world(8, 4, seed=3), seed=21)
    oracle.run(YEARS)
    paid = {instrument for _, _, _, instrument in oracle.ledger.flows}
    assert {"works_private", "carbon_income", "upkeep", "fine_paid", "reclamation"} <= paid
    assert {"fake_greening", "mine_fund_lost", "loan_loss", "dividends"} <= paid
    assert any(firm.bankrupt for firm in oracle.firms)
    assert {Stage.AFTERCARE, Stage.CLOSED, Stage.FAILED} <= {project.stage for project in oracle.projects}
    assert any(project.reworks for project in oracle.projects)
    assert any(project.remainder_of and project.stage == Stage.CLOSED for project in oracle.projects)
    assert any(site.previous is not None for site in oracle.sites)
    assert any(site.effective for site in oracle.sites)
    assert any(patch.taken_share > 0.0 for patch in oracle.patches)


def test_the_firms_compared_are_closed_with_cash_in_hand_and_pay_their_owners() -> None:
    _, oracle = pair(mechanisms(config_of(DUG_OUT)), small_world(8, 4, seed=3), seed=21)
    paid_off = []
    for _ in range(YEARS):
        living = [firm for firm in oracle.firms if not firm.bankrupt]
        oracle.step()
        for firm in (firm for firm in living if firm.bankrupt):
            paid = (oracle.year, firm.account, "outside:households", "dividends")
            paid_off.append(oracle.ledger.flows[paid])
    assert any(amount > 0 for amount in paid_off)


def test_the_households_compared_are_paid_or_not_and_break_fences() -> None:
    _, oracle = pair(mechanisms(config_of(HALF_PAID)), small_world(8, 4, seed=3), seed=21)
    accepted: set[float] = set()
    standing: set[Any] = set()
    broken_later = 0
    for _ in range(YEARS):
        oracle.step()
        accepted |= {round(project.compensated, 6) for project in oracle.projects}
        broken_later += sum(site.failed for site in standing if site.project.since < oracle.year)
        standing = {site for site in oracle.sites if site.begun >= 0 and not site.failed}
    assert {1.0, 0.6, 0.2} < accepted, "some in full, some not at all, and some in part"
    assert broken_later > 0


def test_the_builders_compared_do_all_that_builders_do() -> None:
    _, oracle = pair(mechanisms(config_of(TIGHT_PLANS)), small_world(8, 4, seed=3), seed=21)
    oracle.run(YEARS)
    assert {ParcelStage.IN_USE, ParcelStage.RECLAIMED, ParcelStage.LEFT} <= {
        each.stage for each in oracle.parcels
    }
    assert any(instrument == "offset_paid" for _, _, _, instrument in oracle.ledger.flows)
    assert any(parcel.patch.twin is not None for parcel in oracle.parcels)


def test_the_coasts_compared_are_cleared_whole_and_in_part_by_counties_with_and_without_money() -> None:
    """Several counties have a coast here, or nothing would depend on who takes part."""
    words = ("bay_plan=each_alone", *(word for word in CLEAR_COASTS if not word.startswith("bay_plan=")))
    land = shared_coast(small_world(8, 4, seed=3))
    for said in (CLEAR_COASTS, words, DEAR_COASTS):
        model, oracle = pair(mechanisms(config_of(said)), land, seed=22)
        agree(model, oracle, YEARS)
        paid = {instrument for _, _, _, instrument in oracle.ledger.flows}
        assert {"spartina_clearing", "spartina_patrol"} <= paid
        begun = {county.bay_plan_since for county in oracle.counties if county.is_coastal}
        assert (-1 in begun) == (said is words)
    assert any(site.twin is not None and site.patch.life.invader > 0.0 for site in oracle.sites)
    whole, part = (
        pair(mechanisms(config_of(said)), land, seed=22)[0].run(2).state.counties.spartina_cleared.sum()
        for said in (CLEAR_COASTS, DEAR_COASTS)
    )
    assert 0.0 < part < 0.8 * whole, "a county without money clears in part"


def test_the_leaders_compared_drop_plans_and_plan_anew_within_a_window() -> None:
    _, oracle = pair(mechanisms(config_of(FICKLE_LEADERS)), small_world(8, 4, seed=3), seed=21)
    oracle.run(YEARS)
    between = {project.proposed for project in oracle.projects if (project.proposed - 2025) % 5}
    assert len(between) > 3
    assert any(project.stage == Stage.ABANDONED and project.paid > 0 for project in oracle.projects)


def test_forms_that_change_with_the_years_change_alike() -> None:
    rounds = ("enforcement/central_rounds=campaign", "enforcement.central_rounds.every=4")
    forms = mechanisms(config_of(rounds))
    forms["restoration"] = Timeline(
        tuple(
            (year, mechanisms(config_of([f"restoration={strategy}"]))["restoration"].at(year))
            for year, strategy in zip((2024, 2031, 2039), STRATEGIES, strict=True)
        )
    )
    agree(*pair(forms, small_world(5, 2, seed=5)), 20)


@pytest.mark.parametrize("replicate", [0, 1])
def test_invented_lands_live_alike(replicate: int) -> None:
    config = config_of(["landscape=synthetic", "landscape.patches=150"])
    land = landscape_of(config["landscape"], 1, replicate)
    agree(*pair(mechanisms(config), land, replicate=replicate), 12)


@search(max_examples=6)
@given(some.integers(0, 2**32))
def test_any_plausible_numbers_are_lived_alike(seed: int) -> None:
    """Every level of every form somewhere in its plausible range, all at once."""
    forms = drawn(mechanisms(config_of(["bay_plan=each_alone"])), seed)
    agree(*pair(forms, shared_coast(small_world(5, 2, seed=seed)), seed=seed), 15)


@pytest.mark.slow
@search(max_examples=100)
@given(some.integers(0, 2**32), some.sampled_from(STRATEGIES))
def test_many_plausible_numbers_are_lived_alike(seed: int, strategy: str) -> None:
    forms = drawn(mechanisms(config_of([f"restoration={strategy}", "bay_plan=one_plan"])), seed)
    agree(*pair(forms, shared_coast(small_world(8, 3, seed=seed)), seed=seed), 40)


@pytest.mark.slow
@pytest.mark.parametrize("words", [("landscape=xiamen",), ("landscape=synthetic", "landscape.patches=3000")])
def test_large_lands_live_alike(words: tuple[str, ...]) -> None:
    config = config_of(words)
    agree(*pair(mechanisms(config), landscape_of(config["landscape"], 1, 0)), 30)


def test_the_comparison_notices_a_fen_and_a_rounding() -> None:
    model, oracle = pair(mechanisms(config_of([])), small_world(3, 1))
    agree(model, oracle, 1)
    oracle.ledger.balance["outside:contractors"] += 1
    oracle.patches[0].life.structure *= 1.0 + 1e-11
    oracle.mines[0].due += 1e-9
    found = differences(model, oracle)
    assert [line.split(":")[0].split(" differs")[0] for line in found] == [
        "2025 habitats.structure",
        "2025 counties.ecosystem_product",
        "2025 mines.due",
        "balance outside",
    ]


def drawn(forms: dict[str, Timeline[Any]], seed: int) -> dict[str, Timeline[Any]]:
    """The same forms with every number drawn from its plausible range."""
    rng = np.random.default_rng(seed)
    return {slot: Timeline.always(_drawn(line.at(2025), rng)) for slot, line in forms.items()}


def _drawn(form: Any, rng: np.random.Generator) -> Any:
    hints = get_type_hints(type(form))
    values: dict[str, Any] = {}
    for each in fields(form):
        low, high = each.metadata["evidence"].low, each.metadata["evidence"].high
        if hints[each.name] is int:
            values[each.name] = int(rng.integers(low, min(high, 20) + 1))
        else:
            values[each.name] = rng.uniform(low, high, size=np.shape(getattr(form, each.name)) or None)
    return replace(form, **values)
