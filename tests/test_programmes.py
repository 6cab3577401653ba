"""Joint plans, awards, the legacy programme, provincial match and gates do what they are for (A2, A7, A8, A14, A16).

Money is held to the fen. Effects are paired: same land, same dice, one lever apart, worlds made by hand from fresh
seeds; the smallest relevant effect of each stands in its test and was stated before the runs. Sizes say nothing about a
real place.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments import build
from experiments.forms import mechanisms
from experiments.recovery.patches import land, restore, start
from model.agents.government import Centre, Province
from model.connectivity.equivalent_area import eca
from model.connectivity.spillover import Foresight, connected
from model.intentions import Observation
from model.landscapes.landscape import DispersalLinks, Landscape, RiverLinks
from model.measures import claimed as claimed_area
from model.measures import effective as effective_area
from model.measures import on_the_way, projects_at, relapsed, relapsed_projects, undegraded
from model.mechanisms.funding._calls import make_one
from model.mechanisms.planning.basin import first_of_basin
from model.mechanisms.projects import gated
from model.restoration_model import RestorationModel
from model.settings import Settings
from model.state.grants import free_of_programme
from model.state.projects import Projects, Sites, own_part, planned_as, withdraw_proposals
from model.view import PUBLIC_SPENDING, View
from model.vocabulary import Ecosystem, Mode, Programme, Stage
from tests.small_worlds import small_world
from tests.test_identity import fingerprint, purse, same_columns
from tests.worlds import CONFIGS, core_config, permuted, world

ALL = (
    "planning=basin",
    "planning.mine_reserve=1",
    "funding/award=shan_shui",
    "funding.award.per_hectare=880",
    "funding.award.least_total=0",
    "funding/legacy_programme=competitive",
    "funding.legacy_programme.per_hectare=2600",
    "funding.legacy_programme.least_total=0",
    "funding.legacy_programme.least_area=0",
    "funding/match=provincial",
    "restoration.smallest_gain=0.01",
)
"""Every programme at once, at sizes that a small world can reach."""
SINGLY = ("funding/award=project_by_project", "funding.award.least_total=")
PROGRAMMES = ("shan_shui", "legacy_mines")


def every(*words: str) -> tuple[str, ...]:
    """``ALL`` with some words changed; a key without a value is left out."""
    merged = dict(word.split("=", 1) for word in (*ALL, *words))
    return tuple(f"{key}={value}" for key, value in merged.items() if value)


# --- money -----------------------------------------------------------------------------------------------


def flows(model: RestorationModel) -> pd.Series:
    """Fen by year and instrument."""
    return model.ledger.flows().groupby(["year", "instrument"])["amount_fen"].sum()


@pytest.mark.parametrize("words", [(), SINGLY, ("planning=fragmented",)], ids=str)
def test_grants_stay_within_budgets_and_are_spent_on_their_project_alone(words: tuple[str, ...]) -> None:
    """Every year: what is promised stands in the account, what is drawn follows the works, nothing lies in counties."""
    model = world(every(*words), small_world(9, counties=3))
    p, granted = model.state.projects, 0
    for _ in range(20):
        model.step()
        p, balance = model.state.projects, model.ledger.balance
        open_ = np.isin(p.stage, (Stage.PROPOSED, Stage.UNDER_WAY))
        left = np.where(open_, p.granted_central - p.drawn_central, 0)
        for programme, name in zip((Programme.AWARD, Programme.LEGACY_MINES), PROGRAMMES, strict=True):
            account = balance[model.ledger.names.index(f"programme:{name}")]
            assert 0 <= left[p.programme == programme].sum() <= account
        province = model.state.counties.province[p.county]
        promised = np.bincount(province, np.where(open_, p.granted_provincial - p.drawn_provincial, 0))
        assert (promised <= balance[model.state.provinces.account[: promised.size]]).all()
        assert (p.granted_central == 0)[p.programme == Programme.NONE].all()
        assert (own_part(p) >= 0).all()
        done = p.paid == p.cost
        assert (p.drawn_central == p.granted_central)[done].all()
        assert (p.drawn_provincial == p.granted_provincial)[done].all()
        assert ((p.drawn_central == 0) & (p.drawn_provincial == 0))[p.stage == Stage.PROPOSED].all()
        assert (model.state.counties.committed >= 0).all()
        granted = max(granted, int((p.granted_central > 0).sum()))
    total = model.ledger.flows().groupby("instrument")["amount_fen"].sum()
    assert granted > 0
    assert total["central_grant"] == total["central_grant_passed_on"] == p.drawn_central.sum()
    assert total["provincial_match"] == p.drawn_provincial.sum() > 0


def test_each_programme_wins_something_in_the_small_world() -> None:
    p = world(ALL, small_world(9)).run(20).state.projects
    assert {Programme.NONE, Programme.AWARD, Programme.LEGACY_MINES} == set(p.programme.tolist())
    assert (p.granted_provincial > 0).any()


def test_public_spending_counts_each_yuan_once_by_who_spends_it_at_last() -> None:
    model = world(ALL, small_world(9)).run(15)
    spent = model.indicators().query("county == 'all'").set_index("year")["spend_public_yuan"]
    table = model.ledger.flows()
    own = table[table["payer"].str.startswith("county:") & table["instrument"].isin(PUBLIC_SPENDING)]
    booked = own.groupby("year")["amount_fen"].sum().reindex(spent.index, fill_value=0) / 100.0
    np.testing.assert_allclose(spent, booked, rtol=1e-12)
    assert {"works", "upkeep", "monitoring"} <= set(own["instrument"])


def test_public_spending_is_told_by_use_and_what_was_granted_for_it() -> None:
    """Uses add up to the whole, to the fen; grants are the flows from above and never more than the works."""
    model = world(ALL, small_world(9)).run(15)
    table = model.indicators().query("county == 'all'").set_index("year")
    uses = ("works", "upkeep", "surveys", "shore", "bay_plans", "inspection")
    parts = [table[f"spend_{use}_yuan"] for use in uses]
    parts += [table["forgone_income_paid_yuan"], table["availability_paid_yuan"]]
    fen = sum((100.0 * part).round() for part in parts)
    assert (fen == (100.0 * table["spend_public_yuan"]).round()).all()
    total = model.ledger.flows().groupby("instrument")["amount_fen"].sum()
    assert 100.0 * table["grants_central_yuan"].sum() == pytest.approx(total["central_grant"], abs=0.5)
    assert 100.0 * table["grants_provincial_yuan"].sum() == pytest.approx(total["provincial_match"], abs=0.5)
    granted = table["grants_central_yuan"] + table["grants_provincial_yuan"]
    assert granted.max() > 0.0
    assert (granted <= table["spend_works_yuan"]).all()


def test_land_that_was_whole_when_works_began_is_not_under_effective_restoration() -> None:
    """Of what is treated and on its path, `area_gbf2_ha` counts the land that was below the path's end at first."""
    model = world(["restoration=natural_first"]).run(15)
    state, sites = model.state, model.state.sites
    on_path = (sites.begun >= 0) & (state.habitats.structure[sites.patch] >= sites.reference)
    degraded = sites.start_structure < model.in_force(model.year).evaluation.limit
    counted, all_ = (
        state.habitats.area[np.unique(sites.patch[chosen])].sum() for chosen in (on_path & degraded, on_path)
    )
    assert on_the_way(View(state, 0.001)).sum() == pytest.approx(counted)
    assert 0.0 < counted < all_


@pytest.mark.parametrize("restoration", ["natural_first", "matched"])
def test_what_is_effectively_restored_is_under_effective_restoration(restoration: str) -> None:
    """In every year, also where land is treated again: GBF target 2 counts at least what the yardstick does."""
    model = world([f"restoration={restoration}", "planning.retry_after=5"])
    seen = 0.0
    for _ in range(30):
        model.step()
        view = View(model.state, 0.001)
        assert (on_the_way(view) >= effective_area(view) - 1e-9).all()
        seen += effective_area(view).sum()
    again = np.bincount(model.state.sites.patch[model.state.sites.begun >= 0])
    assert seen > 0.0
    assert (again > 1).any()


@pytest.mark.parametrize("limit", [0.7, 0.8])
def test_claimed_land_that_was_whole_at_first_is_apart_from_what_is_effective(limit: float) -> None:
    """`area_claimed_undegraded_ha` against sets of patches, site by site, in every year; some is there in the end."""
    words = ["restoration=natural_first", "projects.aftercare=1", f"evaluation.limit={limit}"]
    model = world(words)
    for _ in range(25):
        model.step()
        s = model.state.sites
        rows = list(zip(s.patch, s.accepted, s.effective, s.start_structure, strict=True))
        claimed = {patch for patch, accepted, _, _ in rows if accepted}
        degraded = {patch for patch, accepted, _, start in rows if accepted and start < limit}
        effective = {patch for patch, _, holds, _ in rows if holds}
        view, area = View(model.state, 0.001), model.state.habitats.area
        found = undegraded(view)
        for where, county in enumerate(found):
            here = [p for p in claimed - degraded if model.state.habitats.county[p] == where]
            assert county == pytest.approx(area[here].sum(), rel=1e-12)
        assert not (claimed - degraded) & effective
        assert (effective_area(view) + found <= claimed_area(view) * (1.0 + 1e-12)).all()
    assert 0.0 < found.sum() < claimed_area(view).sum()
    assert effective_area(view).sum() > 0.0


def test_where_nobody_evaluates_no_claimed_land_is_called_undegraded() -> None:
    model = world(["restoration=natural_first", "projects.aftercare=1", "evaluation=none"]).run(15)
    view = View(model.state, 0.001)
    assert claimed_area(view).sum() > 0.0
    assert undegraded(view).sum() == 0.0


def test_a_patch_claimed_twice_was_degraded_if_it_was_so_at_either_time() -> None:
    """By the latest site alone a patch would count that its first site may yet be effective for."""
    model = world(["restoration=natural_first", "projects.aftercare=1"]).run(15)
    s, area = model.state.sites, model.state.habitats.area
    for column in (s.accepted, s.effective, s.patch, s.start_structure, s.reference):
        column.setflags(write=True)
    s.accepted[:] = s.effective[:] = 0
    first, second = 0, 1
    s.patch[second] = s.patch[first]
    s.accepted[[first, second]] = 1
    s.start_structure[[first, second]], s.reference[[first, second]] = (0.5, 0.9), (0.7, 0.8)
    assert undegraded(View(model.state, 0.001)).sum() == 0.0
    s.start_structure[first], s.reference[first] = 0.9, 0.8
    assert undegraded(View(model.state, 0.001)).sum() == pytest.approx(area[s.patch[first]])
    s.effective[second] = 1
    assert undegraded(View(model.state, 0.001)).sum() == 0.0


def test_a_closed_project_relapses_when_one_of_its_patches_falls_below_its_start() -> None:
    model = world(["projects.aftercare=1"]).run(15)
    state = model.state
    before = relapsed_projects(View(state, 0.001)).sum(), relapsed(View(state, 0.001)).sum()
    sites, closed = state.sites, state.projects.stage[state.sites.project] == Stage.CLOSED
    latest = state.habitats.site[sites.patch] == np.arange(len(sites))
    better = closed & latest & (state.habitats.condition[sites.patch] >= sites.start_condition)
    untouched = better & ~np.isin(sites.project, sites.project[closed & latest & ~better])
    site = np.flatnonzero(untouched & (sites.start_condition > 0.0))[0]
    patch = sites.patch[site]
    with state.opened(["habitats.structure", "habitats.composition"]):
        state.habitats.structure[patch] = state.habitats.composition[patch] = 0.0
    assert relapsed_projects(View(state, 0.001)).sum() == before[0] + 1.0
    assert relapsed(View(state, 0.001)).sum() == pytest.approx(before[1] + state.habitats.area[patch])


def test_what_is_promised_and_not_begun_is_free_again_and_idle_money_goes_back() -> None:
    """Counties without staff for it never begin what was granted; at the next plan the promise lapses."""
    words = every(
        "projects.staff=1", "funding.award.per_hectare=4400", "planning.most_sites=2", "funding/match=none"
    )
    model = world(words, small_world(9))
    lapsed = 0
    for _ in range(12):
        before = model.state.projects.granted_central[model.state.projects.stage == Stage.PROPOSED].sum()
        model.step()
        if (model.year - 2025) % 5 == 0:
            lapsed += int(before)
    assert lapsed > 0
    assert flows(model).xs("unspent_returned", level="instrument").sum() > 0


def test_an_abandoned_project_gives_its_grant_back() -> None:
    """Whoever gives a project up: from then on its promise blocks nobody's money."""
    model = world(ALL, small_world(9)).run(3)
    p, fund = model.state.projects, int(model.state.centre.awards[0])
    rows = np.flatnonzero((p.stage == Stage.UNDER_WAY) & (p.granted_central > p.drawn_central))
    rows = rows[p.programme[rows] == Programme.AWARD]
    assert rows.size
    before = free_of_programme(model.state, Programme.AWARD, fund)
    with model.state.opened(["projects.stage"]):
        p.stage[rows] = Stage.ABANDONED
    freed = free_of_programme(model.state, Programme.AWARD, fund) - before
    assert freed == (p.granted_central - p.drawn_central)[rows].sum() > 0


BROKE = {
    "funding/award=shan_shui": ("funding.award.per_hectare=0",),
    "funding/award=project_by_project": ("funding.award.per_hectare=0",),
    "funding/legacy_programme=competitive": ("funding.legacy_programme.per_hectare=0",),
    "funding/match=provincial": ("funding.match.per_hectare=0",),
}


@pytest.mark.parametrize("form", BROKE)
def test_a_programme_without_money_is_no_programme(form: str) -> None:
    """Bitwise, with all columns, balances and flows."""
    assert fingerprint(world((form, *BROKE[form])).run(12)) == fingerprint(world().run(12))


def test_a_joint_plan_that_sees_no_further_and_pools_nothing_is_a_fragmented_plan() -> None:
    blind = (
        "planning=basin",
        "planning.pooled=0",
        "planning.downstream_weight=0",
        "planning.connectivity_weight=0",
    )
    assert fingerprint(world(blind).run(12)) == fingerprint(world().run(12))


@pytest.mark.parametrize("changed", [(), SINGLY], ids=["whole", "singly"])
def test_rows_carry_no_meaning(changed: tuple[str, ...]) -> None:
    """Patches, then counties, in another order: the same history per id, money to the fen."""
    words = every(*changed)
    land = small_world(9)
    moved, place = permuted(land)
    plain, other = world(words, land).run(12), world(words, moved).run(12)
    np.testing.assert_allclose(other.habitats.condition[place], plain.habitats.condition, rtol=1e-11)
    assert purse(plain) == purse(other)
    county = len(land.counties) - 1 - np.arange(len(land.counties))
    turned = replace(
        land,
        patches=land.patches | {"county": county[land.patches["county"]]},
        counties=land.counties.iloc[::-1].reset_index(drop=True),
        firms=land.firms.assign(county=county[land.firms["county"]]),
    )
    other = world(words, turned).run(12)
    np.testing.assert_allclose(other.habitats.condition, plain.habitats.condition, rtol=1e-11)
    assert purse(plain) == purse(other)


def test_the_centre_and_provinces_are_agents_who_know_their_money() -> None:
    model = world(ALL).run(3)
    (centre,), (province,) = model.agents_by_type[Centre], model.agents_by_type[Province]
    names = [f"programme:{name}" for name in PROGRAMMES]
    held = sum(int(model.ledger.balance[model.ledger.names.index(name)]) for name in names)
    assert centre.programme_money == held / 100.0
    assert province.code == "99"
    assert province.counties.tolist() == [0, 1, 2]
    assert province.budget == model.ledger.balance[model.ledger.names.index("province:99")] / 100.0


# --- joint planning (A2) ---------------------------------------------------------------------------------


def chain(**links: Any) -> Landscape:
    """Forest, wetland and lake in a row, each draining into the next; the first two also exchange seeds."""
    land = small_world(3, firms=0)
    rows = 3
    patches = {name: np.asarray(values)[:rows].copy() for name, values in land.patches.items()}
    patches |= {
        "area": np.array([100.0, 50.0, 30.0]),
        "ecosystem": np.array([Ecosystem.FOREST, Ecosystem.WETLAND, Ecosystem.LAKE], dtype=np.int8),
        "county": np.zeros(rows, dtype=np.int64),
        "bay": np.full(rows, -1),
    }
    return replace(
        land,
        ids=land.ids[:rows],
        patches=patches,
        dispersal=DispersalLinks(
            np.array([0, 1, 2, 2]), np.array([1, 0], dtype=np.int32), np.array([0.5, 0.5])
        ),
        rivers=RiverLinks(np.array([1, 2, -1], dtype=np.int32), np.array([1.0, 0.8, 1.0])),
        coast_links=np.zeros((0, 2), dtype=np.int32),
        counties=land.counties.iloc[:1],
        mines={name: values[:0] for name, values in land.mines.items()},
        firms=land.firms.iloc[:0],
        **links,
    )


def test_what_planners_expect_beyond_a_patch_is_the_formula_by_hand() -> None:
    model = world(("water=none", *WHOLE), chain())
    form = model.in_force(2025).award
    assert isinstance(form, Foresight)
    with model.state.opened(["habitats.load", "habitats.seed_rain"]):
        model.habitats.load[:] = [10.0, 14.0, 16.0]
        model.habitats.seed_rain[:] = [0.05, 0.10, 0.10]
    seen = np.array([0.2, 0.5])
    works = (model.state, np.array([0, 1]), np.array([0.3, 0.2]), seen)
    water, seeds = form.downstream(*works), form.neighbours(*works)
    lake = 0.34 * 30.0 / 16.0
    below_forest = (1.0 - 0.35 * 0.5) * 0.8 * lake
    own = [10.0, 14.0 - (1.0 - 0.05 * 0.2) * 10.0]
    at_forest = (1.0 - 0.05 * 0.2) * below_forest
    expected = [
        0.3 * (0.6 * own[0] * at_forest + 0.05 * 10.0 * below_forest),
        0.2 * (0.6 * own[1] * below_forest + 0.35 * 14.0 * 0.8 * lake),
    ]
    np.testing.assert_allclose(water, expected, rtol=1e-12)
    lacking = np.array([100.0 * 0.8 * 0.75, 50.0 * 0.5 * 0.5])
    np.testing.assert_allclose(
        seeds, 0.001 * 0.5 * np.array([0.3 * 100.0 * lacking[1], 0.2 * 50.0 * lacking[0]]), rtol=1e-12
    )


def test_what_a_hectare_adds_to_connected_area_is_the_slope_of_eca() -> None:
    """Against ECA itself, a little habitat more at one patch or the other; all alike where nobody reaches anybody."""
    model = world(("water=none", "planning=basin"), chain())
    rows, gain, seen = np.array([0, 1]), np.array([0.3, 0.2]), np.array([0.2, 0.5])
    habitat, little = np.array([100.0 * 0.2, 50.0 * 0.5]), 1e-5
    links = (np.array([0, 1, 2]), np.array([1, 0], dtype=np.int32), np.array([0.5, 0.5]))
    more = [eca(habitat + little * np.eye(2)[k], *links).area for k in rows]
    slope = (np.array(more) - eca(habitat, *links).area) / little
    mean = slope @ (gain * [100.0, 50.0]) / (gain @ [100.0, 50.0])
    np.testing.assert_allclose(connected(model.state, rows, gain, seen), slope / mean, rtol=1e-4)
    np.testing.assert_array_equal(connected(model.state, rows, 0.0 * gain, seen), 1.0)


def test_counties_of_one_river_share_a_purse_and_others_do_not() -> None:
    land = small_world(9)
    assert first_of_basin(world((), land).state).tolist() == [0, 0, 0]
    split = land.patches | {"catchment": np.where(land.patches["county"] == 2, -1, 0)}
    assert first_of_basin(world((), replace(land, patches=split)).state).tolist() == [0, 0, 2]
    helped = world(("planning=basin",), land).run(6).ledger.flows().query("instrument == 'shared_purse'")
    assert len(helped)
    assert (helped["payer"] != helped["payee"]).all()
    assert not len(world((), land).run(6).ledger.flows().query("instrument == 'shared_purse'"))


SCARCE = ("funding/transfer=none", "funding.own_budget.per_hectare=0.0", "funding/social_capital=none")
REPLICATES = 24


@lru_cache(maxsize=64)
def outcome(words: tuple[str, ...], years: int = 25, first: int = 5000) -> pd.DataFrame:
    """What stands at the end of each replicate's run, each on its own land."""
    config = core_config(["landscape=synthetic", "policy=practice_core", *words])
    found = []
    for replicate in range(first, first + REPLICATES):
        own = Settings(seed=31, replicate=replicate, years=years, connectivity_every=years)
        land = small_world(12, firms=0, seed=replicate)
        model = RestorationModel(land, mechanisms(config), own).run()
        found.append(_end(model))
    return pd.DataFrame(found)


def _end(model: RestorationModel) -> dict[str, float]:
    h, p = model.habitats, model.state.projects
    whole = h.area * h.condition
    last = model.indicators().query("county == 'all'").iloc[-1]
    sites = model.state.sites
    alone = np.bincount(sites.project, sites.failed, len(p)) == np.bincount(sites.project, minlength=len(p))
    upkeep = p.upkeep * p.cared_years
    return {
        "condition": whole[h.ecological].sum(),
        "water": whole[h.waters].sum(),
        "eca": last["eca_ha"],
        "load": -last["bay_load"],
        "spent": last["spend_public_total_yuan"] / 1e6,
        "care_of_failures": float(upkeep[alone].sum()) / 1e8,
    }


def above(change: pd.Series, least: float) -> bool:
    """Whether the mean of paired differences lies above ``least`` at 97.5 % confidence."""
    return bool(stats.ttest_1samp(change, least, alternative="greater").pvalue < 0.025)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["water", "eca", "condition"])
def test_planning_a_basin_gains_more_per_yuan_than_each_county_alone(name: str) -> None:
    """Gain over no restoration by public yuan, money scarce; smallest relevant effect 2 % of the fragmented plan's."""
    scarce = (*SCARCE, "funding.own_budget.per_person=4.0", "projects.care_first=1")
    nothing = outcome((*scarce, "planning=none"))
    alone, joint = outcome((*scarce, "planning=fragmented")), outcome((*scarce, "planning=basin"))
    per_yuan = [(each[name] - nothing[name]) / each["spent"] for each in (alone, joint)]
    assert above((per_yuan[1] - per_yuan[0]) / per_yuan[0].mean(), 0.02)


ALONE = (  # one lever, where merit lies: no purse is shared, no water counts, plans are carried out
    "landscape=synthetic",
    "landscape.patches=400",
    "restoration=matched",
    "leadership=none",
    "funding.transfer.per_hectare=3.0",
    "funding/livelihoods=forgone_income",
    "funding.livelihoods.rate=0.5",
    "connectivity.every=40",
    "seed=1203",
)
BY_PLACE = ("planning=basin", "planning.pooled=0", "planning.downstream_weight=0.0")


def connected_per_yuan(dispersal: float, weight: float, replicates: range = range(12)) -> np.ndarray:
    """ECA in ha gained over no restoration in 40 years, by million public yuan, where seeds go ``dispersal`` metres."""
    gained = []
    for replicate in replicates:
        here = (
            "policy=usual_core",
            *ALONE,
            f"landscape.rules.dispersal={dispersal}",
            f"replicate={replicate}",
        )
        ends = []
        for words in ((*BY_PLACE, f"planning.connectivity_weight={weight}"), ("planning=none",)):
            model = build.model([*here, *words], CONFIGS).run(40)
            ends.append(model.indicators().query("county == 'all'").iloc[-1])
        more = ends[0]["eca_ha"] - ends[1]["eca_ha"]
        gained.append(more / ends[0]["spend_public_total_yuan"] * 1e6)
    return np.array(gained)


@pytest.mark.slow
def test_planning_by_place_pays_where_seeds_go_some_way_and_not_where_none_or_all_are_reached() -> None:
    """Connected area by yuan, ranked by ECA against ranked by each patch's own gain: at least 2 % more where the next
    patches are reached (2,500 m among cells of 2 km), and 2 points more there than at 100 m, where nobody is, or at
    500 km, where all of the land is and what is left is which ecosystems animals cross. Households are half paid, as
    under usual practice; where sparing land is free, so that own gain decides, place added nothing (0.2 %, s.e. 1.0).
    """
    shares = {}
    for dispersal in (100.0, 2500.0, 500000.0):
        by_gain, by_place = (connected_per_yuan(dispersal, weight) for weight in (0.0, 1.0))
        shares[dispersal] = pd.Series((by_place - by_gain) / by_gain.mean())
    assert above(shares[2500.0], 0.02)
    assert above(shares[2500.0] - shares[100.0], 0.02)
    assert above(shares[2500.0] - shares[500000.0], 0.02)


# --- awards (A7) -----------------------------------------------------------------------------------------

SINGLE = (*SCARCE, "funding.own_budget.per_person=3.0", "planning.most_sites=1", "planning=fragmented")
WHOLE = ("funding/award=shan_shui", "funding.award.least_total=0", "funding.award.least_ecosystems=2")
CAUSES_OFF = ("works.fixed_cost=0.0", "water=none", "recovery.maximal_rain=0.0")


def award_gains(world_words: tuple[str, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What scattered and whole-basin awards of one budget add to no award."""
    none = outcome((*SINGLE, *world_words), years=20)
    budget = "funding.award.per_hectare=77"
    scattered = outcome((*SINGLE, *world_words, "funding/award=project_by_project", budget), years=20)
    whole = outcome((*SINGLE, *world_words, *WHOLE, budget), years=20)
    return scattered - none, whole - none


@pytest.mark.slow
def test_whole_basin_awards_gain_more_than_the_same_money_scattered() -> None:
    """Condition of all land and water; smallest relevant effect a tenth of what scattered awards gain."""
    scattered, whole = award_gains(())
    assert whole["spent"].mean() <= scattered["spent"].mean(), "no more public money"
    assert above((whole - scattered)["condition"] / scattered["condition"].mean(), 0.10)


@pytest.mark.slow
def test_whole_basin_awards_gain_no_more_where_their_three_causes_are_off() -> None:
    """No fixed cost, no water, no seeds that carry: less than a twentieth is gained, with 97.5 % confidence."""
    scattered, whole = award_gains(CAUSES_OFF)
    gain = (scattered - whole)["condition"] / scattered["condition"].mean()
    assert above(gain, -0.05)


def test_parts_of_an_award_share_one_fixed_cost_and_lie_in_one_basin() -> None:
    model = world(every("planning.most_sites=2", "funding.award.per_hectare=2900"), small_world(9))
    model.run(3)
    p, sites, h = model.state.projects, model.state.sites, model.habitats
    large = 0
    for award in np.unique(p.award[p.programme == Programme.AWARD]):
        parts = np.flatnonzero(p.award == award)
        assert p.fixed_cost[parts].sum() == 200_000 * 100
        inside = np.isin(sites.project, parts)
        assert np.unique(h.ecosystem[sites.patch[inside]]).size >= 3
        large = max(large, parts.size)
    assert large > 1


# --- legacy mines (A8) -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_legacy_programme_clears_the_stock_sooner() -> None:
    """Years until half of it is cleared (those that never get there count as 40); smallest relevant effect 5 years."""
    base = ("policy=practice_core", "landscape=synthetic", "landscape.patches=250", "years=40", "seed=43")
    programme = (
        "funding/legacy_programme=competitive", "planning.mine_reserve=1", "funding.legacy_programme.per_hectare=50",
        "funding.legacy_programme.least_area=1.0", "funding.legacy_programme.least_total=5e5",
        "funding.legacy_programme.largest_award=4e6",
    )  # fmt: skip
    sooner = []
    for replicate in range(8):
        chance = (*base, f"replicate={replicate}", "connectivity.every=0")
        sooner.append(years_until_half(chance) - years_until_half((*chance, *programme)))
    assert above(pd.Series(sooner), 5.0)


def years_until_half(words: tuple[str, ...]) -> int:
    """Years until half of the legacy mines is cleared, 40 where that is never."""
    stock = (
        build.model(list(words), CONFIGS)
        .run(40)
        .indicators()
        .query("county == 'all'")["legacy_mines_ha"]
        .to_numpy()
    )
    cleared = stock <= 0.5 * stock[0]
    return int(np.argmax(cleared)) if cleared.any() else 40


def test_reclaimed_mines_earn_rent_every_year_and_sell_their_rock_once() -> None:
    rights = ("funding.legacy_programme.reuse_rent=2000.0", "funding.legacy_programme.surplus_rock=50000.0")
    model = world((*ALL, *rights, "works.failure=0.0", "disturbance=none"), small_world(9)).run(20)
    p, sites, h = model.state.projects, model.state.sites, model.habitats
    ours = (p.programme[sites.project] == Programme.LEGACY_MINES) & (sites.accepted == 1)
    assert ours.any()
    area = np.bincount(sites.patch[ours], minlength=len(h)) > 0
    mined = (h.area * h.damaged_share)[area].sum()
    sold = flows(model).xs("surplus_rock", level="instrument")
    rent = flows(model).xs("reuse_rent", level="instrument")
    assert sold.sum() / 100.0 <= 50000.0 * mined * (1.0 + 1e-9)
    assert sold.sum() > 0
    assert len(rent) > len(sold)
    without = world((*ALL, *(word.rsplit("=", 1)[0] + "=0.0" for word in rights)), small_world(9)).run(20)
    assert not {"reuse_rent", "surplus_rock"} & set(without.ledger.flows()["instrument"])


def test_an_application_below_the_thresholds_wins_nothing() -> None:
    """At the national call's own ten square kilometres and 500 million no county of a small landscape can apply."""
    national = ("funding.legacy_programme.least_area=1000.0", "funding.legacy_programme.least_total=5e8")
    model = world(every(*national), small_world(9)).run(12)
    assert not (model.state.projects.programme == Programme.LEGACY_MINES).any()


# --- gates (A14) -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_without_gates_more_money_goes_into_failed_projects() -> None:
    """Care paid for projects all of whose works failed, as a share of what it is without gates; smallest relevant
    effect a tenth."""
    rough = (
        "works.failure=0.3",
        "planning.most_sites=1",
        "restoration=engineered_first",
        "projects.care_first=1",
    )
    gated, ungated = (
        outcome((*rough, f"projects={form}"), years=20, first=6000) for form in ("gated", "ungated")
    )
    more = (ungated - gated)["care_of_failures"] / ungated["care_of_failures"].mean()
    assert above(more, 0.10)


@lru_cache(maxsize=2)
def audits(form: str) -> pd.DataFrame:
    """What came of hectares with failed works, and of public money, over 40 years; one row a replicate."""
    config = core_config(["landscape=synthetic", "policy=practice_core", f"projects={form}"])
    found = []
    for replicate in range(9000, 9000 + REPLICATES):
        own = Settings(seed=31, replicate=replicate, years=40, connectivity_every=40)
        land = small_world(12, firms=0, seed=replicate)
        found.append(_audit(RestorationModel(land, mechanisms(config), own)))
    return pd.DataFrame(found)


def _audit(model: RestorationModel) -> dict[str, float]:
    """``failed``: hectares by attempts of works that failed; ``passed``: of them accepted as they were; ``idle``:
    public yuan for works and care on hectares whose works failed in the end; ``effective``: ha."""
    failed, price = 0.0, {}
    for _ in range(model.settings.years):
        model.step()
        p, sites, area = model.state.projects, model.state.sites, model.habitats.area
        at_work = (p.stage == Stage.UNDER_WAY) & (p.since == model.year)
        failed += area[
            sites.patch[at_work[sites.project] & (sites.failed == 1) & (sites.accepted == 0)]
        ].sum()
        for row in np.flatnonzero(sites.begun == model.year):
            own = sites.project[row]
            price[sites.patch[row], model.year] = (p.cost[own] - p.private[own]) / p.area[own] / 100.0
    over = np.isin(p.stage, (Stage.AFTERCARE, Stage.CLOSED, Stage.FAILED))[sites.project]
    idle = 0.0
    for row in np.flatnonzero(over & (sites.failed == 1)):
        patch, own = sites.patch[row], sites.project[row]
        care = p.upkeep[own] * p.cared_years[own] / p.area[own] / 100.0
        idle += area[patch] * (price[patch, sites.begun[row]] + care)
    passed = area[sites.patch[(sites.accepted == 1) & (sites.failed == 1)]].sum()
    last = model.indicators().query("county == 'all'").iloc[-1]
    return {"failed": failed, "passed": passed, "idle": idle, "effective": last["area_restored_effective_ha"]}


@pytest.mark.slow
def test_gates_let_fewer_failed_works_pass() -> None:
    """Of hectares with failed works the share that is accepted as it is; smallest relevant effect: half of it gone."""
    gated, ungated = (audits(form)["passed"] / audits(form)["failed"] for form in ("gated", "ungated"))
    assert above(0.5 * ungated - gated, 0.0)


@pytest.mark.slow
def test_without_gates_more_public_money_goes_to_hectares_of_failed_works() -> None:
    """Works and care on hectares whose works failed in the end; without gates more, smallest relevant effect +20 %.

    Not claimed: less money on hectares that never hold. Stated first with the sound works that a gate turns away
    counted in, this showed no difference (-4 % with a standard error of 22 %), and none by hectares never effective.
    """
    gated, ungated = audits("gated")["idle"], audits("ungated")["idle"]
    assert above((ungated - gated) / gated.mean(), 0.20)


@pytest.mark.slow
def test_gates_cost_little_effective_area() -> None:
    """Waiting for acceptance and turning sound works away cost less than a tenth of what is effective without."""
    gated, ungated = audits("gated")["effective"], audits("ungated")["effective"]
    assert above((gated - ungated) / ungated.mean(), -0.10)


def _of_sound_nature(*words: str) -> pd.DataFrame:
    """Of hectares left to nature: share of sound ones given up, share accepted with works that failed; effective ha."""
    config = core_config(["landscape=synthetic", "policy=practice_core", *words])
    found = []
    for replicate in range(9500, 9500 + REPLICATES):
        own = Settings(seed=37, replicate=replicate, years=40, connectivity_every=40)
        land = small_world(12, firms=0, seed=replicate)
        model = RestorationModel(land, mechanisms(config), own).run(40)
        sites, area = model.state.sites, model.habitats.area[model.state.sites.patch]
        left = sites.mode < Mode.ASSISTED
        gone = left & (model.state.projects.stage == Stage.FAILED)[sites.project]
        passed = left & (sites.accepted == 1)
        sound = sites.failed == 0
        last = model.indicators().query("county == 'all'").iloc[-1]
        found.append(
            {
                "lost": area[gone & sound].sum() / area[(gone | passed) & sound].sum(),
                "missed": area[passed & ~sound].sum() / area[passed].sum(),
                "effective": last["area_restored_effective_ha"],
            }
        )
    return pd.DataFrame(found)


@pytest.mark.slow
def test_slow_recovery_that_gets_more_time_is_given_up_less_and_hides_no_more_failures() -> None:
    """Two extensions against one. Of sound hectares left to nature a third fewer are given up, the smallest relevant
    effect; cut fences among what is accepted become no more by a hundredth, effective area no less by a fiftieth. The
    effect was seen on Xiamen first; these worlds were used for nothing else."""
    once, twice = (_of_sound_nature(f"projects.most_extensions={times}") for times in (1, 2))
    assert above((once - twice)["lost"] / once["lost"].mean(), 1.0 / 3.0)
    assert above((once - twice)["missed"], -0.01)
    assert above((twice - once)["effective"] / once["effective"].mean(), -0.02)


def test_what_is_left_to_nature_is_extended_and_what_is_planted_is_sent_back() -> None:
    """Every visit finds a cut fence or dead planting; each way is tried again as often as its own number says."""
    words = ("works.failure=1.0", "works.breach=1.0", "projects.power=1.0", "projects.most_reworks=1")
    model = start(
        land([{"structure": 0.3, "composition": 0.2}] * 4),
        [*SIGNS_ONLY, *words, "projects.most_extensions=2"],
    )
    for patch, mode in enumerate(
        (Mode.PROTECTION, Mode.NATURAL_RECOVERY, Mode.ASSISTED, Mode.RECONSTRUCTION)
    ):
        restore(model, [patch], mode)
    begun, p = model.year + 1, model.run(12).state.projects
    assert (p.stage == Stage.FAILED).all()
    assert p.reworks.tolist() == [2, 2, 1, 1]
    assert (p.since - begun).tolist() == [9, 9, 6, 6]  # three years and one to be seen, then two and one


SIGNS_ONLY = ("works=four_modes", "monitoring=plots", "projects=gated", "projects.doubt=1000.0")


MONEY_THAT_STAYS = {
    "cost": 900_001,
    "fixed_cost": 70_001,
    "paid": 900_001,
    "private": 300_007,
    "granted_central": 20_011,
    "granted_provincial": 10_007,
    "drawn_central": 20_009,
    "drawn_provincial": 10_003,
    "arrears": 503,
}
MONEY_THAT_IS_SPLIT = {"upkeep": 1001, "promised": 7013}
OWN_OF_THE_PROJECT = {"priority": 0.37, "programme": 2, "award": 11, "compensated": 1.0, "investor": 0}


def _judged(*words: str, years: int = 4) -> RestorationModel:
    """Forty planted hills in one project with odd sums of money, ``years`` later; nobody can pay for care."""
    model = start(
        land([{"structure": 0.3, "composition": 0.2}] * 40), [*SIGNS_ONLY, "projects.power=1.0", *words]
    )
    restore(model, range(40), Mode.ASSISTED)
    given = MONEY_THAT_STAYS | MONEY_THAT_IS_SPLIT | OWN_OF_THE_PROJECT
    with model.state.opened([f"projects.{name}" for name in given]):
        for name, value in given.items():
            getattr(model.state.projects, name)[:] = value
    return model.run(years)


def test_a_project_is_accepted_for_the_sites_that_pass_and_the_others_are_done_again_for_nothing() -> None:
    model = _judged("works.failure=0.4")
    p, sites, area = model.state.projects, model.state.sites, model.habitats.area
    bad = sites.failed == 1
    assert 0 < bad.sum() < 40
    assert sites.accepted.tolist() == (~bad).astype(int).tolist()
    assert sites.project.tolist() == bad.astype(int).tolist()
    assert [Stage(stage) for stage in p.stage] == [Stage.AFTERCARE, Stage.UNDER_WAY]
    assert p.since.tolist() == [model.year, model.year + 1]
    assert p.remainder_of.tolist() == [-1, 0]
    assert p.reworks.tolist() == [0, 1]
    assert p.duration.tolist() == [3, 2]
    assert p.area == pytest.approx([area[sites.patch[~bad]].sum(), area[sites.patch[bad]].sum()])
    for name, whole in MONEY_THAT_STAYS.items():
        assert getattr(p, name).tolist() == [whole, 0], name
    for name, whole in MONEY_THAT_IS_SPLIT.items():
        part = int(whole * (p.area[1] / p.area.sum()))
        assert 0 < part < whole
        assert getattr(p, name).tolist() == [whole - part, part], name
    for name, value in OWN_OF_THE_PROJECT.items():
        assert getattr(p, name).tolist() == [value, value], name
    model.run(4)  # two years of works, a year to be seen: what failed again is given up, the rest accepted
    p, sites = model.state.projects, model.state.sites
    assert (sites.accepted == (sites.failed == 0)).all()
    given_up = p.stage[sites.project] == Stage.FAILED
    assert given_up.any()
    assert given_up.tolist() == (sites.accepted == 0).tolist()
    assert p.remainder_of.tolist() == [-1, 0, 1]
    for name, whole in (MONEY_THAT_STAYS | MONEY_THAT_IS_SPLIT).items():
        assert getattr(p, name).sum() == whole, name
    assert (p.promised > 0).all()
    last = model.indicators().query("county == 'all'").iloc[-1]
    assert last["projects_failed_n"] == 1, "a part of it"
    assert last["area_given_up_ha"] == pytest.approx(area[sites.patch[given_up]].sum())
    assert last["area_given_up_sound_ha"] == 0.0  # nothing but signs was looked at, and signs do not lie


def test_sound_works_that_are_given_up_are_told_apart() -> None:
    """A rise is asked for that no works can bring: all sites are given up, and those whose works held are counted."""
    model = _judged(
        "works.failure=0.4", "monitoring.error=0.0", "projects.promised_rise.assisted=0.5", years=8
    )
    sites, area = model.state.sites, model.habitats.area
    last = model.indicators().query("county == 'all'").iloc[-1]
    assert last["area_given_up_ha"] == pytest.approx(area[sites.patch].sum())
    assert last["area_given_up_sound_ha"] == pytest.approx(area[sites.patch[sites.failed == 0]].sum())
    assert 0.0 < last["area_given_up_sound_ha"] < last["area_given_up_ha"]


def test_a_project_counts_once_with_its_remainders_in_whatever_became_of_a_part_of_it() -> None:
    """Three parts of one project, of which one, two or all share a fate."""
    model = _judged("works.failure=0.4", years=8)
    state, p = model.state, model.state.projects
    assert p.remainder_of.tolist() == [-1, 0, 1]
    counts = {
        Stage.FAILED: projects_at(Stage.FAILED),
        Stage.ABANDONED: projects_at(Stage.ABANDONED),
        Stage.CLOSED: relapsed_projects,
    }
    with state.opened(["projects.stage", "habitats.structure", "habitats.composition"]):
        state.habitats.structure[:] = state.habitats.composition[:] = 0.0
        for stage, count in counts.items():
            p.stage[:] = Stage.AFTERCARE
            assert count(View(state, 0.0)).sum() == 0.0
            for rows in ([2], [1, 2], [0, 1, 2], [0]):
                p.stage[:] = Stage.AFTERCARE
                p.stage[rows] = stage
                assert count(View(state, 0.0)).sum() == 1.0, (stage, rows)


def test_a_remainder_knows_its_project_when_proposals_are_withdrawn() -> None:
    stages = [Stage.PROPOSED, Stage.CLOSED, Stage.PROPOSED, Stage.PROPOSED, Stage.FAILED, Stage.FAILED]
    projects = Projects(6, stage=stages, remainder_of=[-1, -1, -1, -1, 1, 4])
    withdraw_proposals(projects, Sites(6, project=np.arange(6)), np.full(1, -1, dtype=np.int32))
    assert projects.remainder_of.tolist() == [-1, 0, 1]
    assert planned_as(projects).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("sent_back", "stage", "since", "duration"), [(0, Stage.UNDER_WAY, 1, 2), (1, Stage.FAILED, 0, 9)]
)
def test_what_a_remainder_takes_along_of_a_project_of_which_every_column_says_something(
    sent_back: int, stage: Stage, since: int, duration: int
) -> None:
    """Judged by hand, for in a year of the model some columns are counted anew before anything is judged."""
    model = _judged("works.failure=0.4", years=3)
    state, form, p = model.state, model.in_force(model.year).projects, model.state.projects
    common = {"county": 1, "mode": Mode.RECONSTRUCTION, "proposed": 2019, "priority": 0.37, "investor": 5,
              "programme": 2, "award": 11, "upkept": 1, "cared_years": 3, "compensated": 0.6}  # fmt: skip
    stays = MONEY_THAT_STAYS | {"forgone": 1009}
    given = (
        common | stays | MONEY_THAT_IS_SPLIT | {"promised_until": 2031, "reworks": sent_back, "duration": 9}
    )
    rows, high = form.awaiting(state), np.ones(40)
    with state.opened([*form.writes, *(f"projects.{name}" for name in given)]):
        for name, value in given.items():
            getattr(p, name)[:] = value
        form.judge(state, model.chance, Observation(rows, high, high, high, 0.0))
    for name, value in common.items():
        assert getattr(p, name).tolist() == [value, value], name
    for name, value in stays.items():
        assert getattr(p, name).tolist() == [value, 0], name
    for name, value in MONEY_THAT_IS_SPLIT.items():
        part = int(value * (p.area[1] / p.area.sum()))
        assert getattr(p, name).tolist() == [value - part, part], name
    assert p.promised_until.tolist() == [2031, -1]
    assert p.reworks.tolist() == [sent_back, 1]
    assert p.stage.tolist() == [Stage.AFTERCARE, stage]
    assert p.since.tolist() == [model.year, model.year + since]
    assert p.duration.tolist() == [9, duration]
    assert p.remainder_of.tolist() == [-1, 0]


def test_of_every_column_of_projects_it_is_said_what_a_remainder_takes_along() -> None:
    told = [*gated.STAYS, *gated.SPLIT, *gated.COPIED, *gated.DECIDED]
    assert sorted(told) == sorted(Projects.columns)


def test_a_project_fails_where_no_site_passes_and_only_there() -> None:
    model = _judged("works.failure=1.0", years=8)
    assert [Stage(stage) for stage in model.state.projects.stage] == [Stage.FAILED]
    assert model.state.projects.reworks.tolist() == [1]
    assert (model.state.sites.accepted == 0).all()
    assert model.indicators().query("county == 'all'")["projects_failed_n"].iloc[-1] == 1


def test_failed_works_pass_as_often_as_a_visit_misses_them() -> None:
    """Of two hundred sites of failed works three in ten pass at a power of 0.7, within three standard errors."""
    model = start(
        land([{"structure": 0.3, "composition": 0.2}] * 200),
        [*SIGNS_ONLY, "works.failure=1.0", "projects.power=0.7"],
    )
    restore(model, range(200), Mode.ASSISTED)
    model.run(4)
    assert model.state.sites.accepted.mean() == pytest.approx(0.3, abs=3.0 * (0.3 * 0.7 / 200) ** 0.5)


def test_without_gates_everything_done_is_accepted_and_nothing_observed() -> None:
    model = world(("projects=ungated", "works.failure=0.3")).run(15)
    p = model.state.projects
    assert not np.isin(p.stage, (Stage.SUBMITTED, Stage.FAILED)).any()
    assert (p.reworks == 0).all()
    over = np.isin(p.stage, (Stage.AFTERCARE, Stage.CLOSED))
    assert (model.state.sites.accepted[np.isin(model.state.sites.project, np.flatnonzero(over))] == 1).all()


def test_the_benefit_of_the_doubt_spares_good_works_and_ends_with_perfect_surveys() -> None:
    """Among projects that failed for good, those that had risen in truth by what they promised become fewer."""
    rejected = {}
    for doubt in (0.0, 1.0):
        words = ("disturbance=none", "works.failure=0.0", f"projects.doubt={doubt}", "monitoring.spend=0.0")
        failed = 0
        for seed in range(6):
            p = world(words, small_world(9, seed=seed), seed=seed).run(25).state.projects
            failed += int((p.stage == Stage.FAILED).sum())
        rejected[doubt] = failed
    assert rejected[1.0] < 0.5 * rejected[0.0]
    sure = ("monitoring.error=0.0",)
    one, other = (world((*sure, f"projects.doubt={doubt}")).run(15) for doubt in (0.0, 2.0))
    same_columns(one, other)


def test_the_negative_list_keeps_projects_off_permanent_farmland_and_works_out_of_the_red_line() -> None:
    def offences(flag: int) -> int:
        words = (f"planning.negative_list={flag}", "restoration=engineered_first")
        model = world(words, small_world(9)).run(6)
        h, sites = model.habitats, model.state.sites
        zone, cause = h.zone[sites.patch], h.cause[sites.patch]
        rebuilt = (sites.mode == Mode.RECONSTRUCTION) & (zone == 0) & ~np.isin(cause, (1, 2))
        return int(((zone == 1) | rebuilt).sum())

    assert offences(1) == 0
    assert offences(0) > 0


def test_care_that_comes_first_is_paid_before_anything_new_is_begun() -> None:
    late, first = (world((f"projects.care_first={flag}",), small_world(9)).run(20) for flag in (0, 1))
    paid = [float(flows(model).xs("upkeep", level="instrument").sum()) for model in (late, first)]
    due = []
    for model in (late, first):
        p = model.state.projects
        cared = (p.stage == Stage.AFTERCARE) & (
            p.since < model.year
        )  # who was accepted this year is not due yet
        assert cared.any()
        due.append(float((p.upkept[cared] == 1).mean()))
    assert paid[1] >= paid[0]
    assert due[1] == 1.0


def test_partners_who_joined_before_an_award_bear_their_share_of_the_lower_cost() -> None:
    """One fixed cost instead of many makes each project cheaper; nobody pays more than there is to pay."""
    model = world(every(), small_world(9, counties=3)).run(1)
    p = model.state.projects
    rows = np.flatnonzero(p.stage == Stage.PROPOSED)[:3]
    cost = np.array([1_000_000, 2_000_000, 4_000_000])
    columns = ("cost", "fixed_cost", "private", "promised", "granted_provincial")
    with model.state.opened([f"projects.{name}" for name in columns]):
        p.cost[rows], p.fixed_cost[rows] = cost, 900_000
        p.private[rows], p.promised[rows] = cost * 4 // 10, cost // 100
        p.granted_provincial[rows] = cost * 6 // 10
        make_one(model.state, rows)
    assert p.fixed_cost[rows].sum() == 900_000
    assert p.cost[rows].sum() == cost.sum() - 2 * 900_000
    np.testing.assert_allclose(p.private[rows], 0.4 * p.cost[rows], atol=1.0)
    np.testing.assert_allclose(p.promised[rows], 0.01 * p.cost[rows], atol=1.0)
    np.testing.assert_allclose(p.granted_provincial[rows], 0.6 * p.cost[rows], atol=1.0)
    assert (own_part(p)[rows] >= 0).all()
