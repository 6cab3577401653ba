"""Counties clear their coasts of Spartina (A9): to the fen, by the closed form, and together better than alone.

Effects are paired: same land, same dice, one lever apart, worlds made by hand in which neighbouring flats belong to
different counties; the smallest relevant effect of each stands in its test and was stated before the runs. Sizes say
nothing about a real place.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.build import model as built
from experiments.forms import mechanisms
from experiments.recovery.patches import change, land, start
from model.landscapes.landscape import Landscape
from model.restoration_model import RestorationModel
from model.settings import Settings
from model.units import fen
from model.vocabulary import Ecosystem
from tests import test_identity as identity
from tests.paired import REPLICATES, interval
from tests.small_worlds import shared_coast, small_world
from tests.worlds import columns, core_config, counties_and_firms_reversed, world

TOGETHER = ("bay_plan=one_plan",)
ONCE = ("bay_plan.every=0",)
ALONE = ("bay_plan=each_alone",)
POOR = (
    "funding.own_budget.per_hectare=0.0",
    "funding.own_budget.per_person=1.0",
    "funding.transfer.per_hectare=15.0",
)


def coast(seed: int = 7) -> Landscape:
    """A small world whose flats belong to all three counties in turn."""
    return shared_coast(small_world(9, seed=seed))


# Money and arithmetic.


@pytest.mark.parametrize("words", [(), POOR], ids=["rich", "poor"])
def test_what_is_cleared_is_paid_to_the_fen_and_nobody_clears_what_they_cannot_pay(
    words: tuple[str, ...],
) -> None:
    """Patch by patch, over years in which works clear too; the twin loses the same share as its patch."""
    model = world(["restoration=matched", *words], coast())
    plan = mechanisms(core_config(["landscape=synthetic", *TOGETHER]))["bay_plan"].at(2025)
    s, h, c = model.state, model.habitats, model.state.counties
    in_part = 0
    for _ in range(12):
        model.step()
        before, twins, purse = (
            h.invader.copy(),
            s.sites.twin_invader.copy(),
            s.ledger.balance[c.account].copy(),
        )
        committed, total = c.committed.copy(), c.spartina_cleared.copy()
        model.let(plan.clear, s, model.chance)
        _, _, kind, amount, _, patch = s.ledger.postings()
        clearing = kind == s.ledger.instruments.index("spartina_clearing")
        assert {s.ledger.instruments[k] for k in kind} <= {"spartina_clearing", "spartina_patrol"}
        hectares = h.area * (1.0 - h.taken_share) * (before - h.invader)
        paid = np.zeros(h.rows, dtype=np.int64)
        np.add.at(paid, patch[clearing], amount[clearing])
        assert (np.abs(paid - fen(plan.cost * hectares)) <= 1).all()
        assert (hectares <= plan.removal * h.area * before * (1.0 + 1e-9)).all()
        left = s.ledger.balance[c.account]
        assert purse.sum() - left.sum() == amount.sum()
        assert (left >= np.minimum(committed, purse)).all()
        by_county = np.bincount(h.county, hectares, len(c))
        np.testing.assert_allclose(c.spartina_cleared - total, by_county, rtol=1e-9, atol=1e-9)
        kept = np.divide(h.invader, before, out=np.ones(h.rows), where=before > 0.0)
        np.testing.assert_allclose(s.sites.twin_invader, twins * kept[s.sites.patch], rtol=1e-12)
        full = np.isclose(kept, 1.0 - plan.removal, rtol=1e-9)
        in_part += np.count_nonzero((paid > 0) & ~full)
        s.ledger.close_year(model.year)
    assert (in_part > 0) == bool(words)


def test_without_money_nothing_is_cleared_and_the_campaign_has_not_begun() -> None:
    poor = world([*identity.NO_INCOME, *TOGETHER], coast()).run(8)
    none = world(identity.NO_INCOME, coast()).run(8)
    assert identity.fingerprint(poor) == identity.fingerprint(none)
    assert (poor.state.counties.bay_plan_since == -1).all()


@pytest.mark.parametrize(
    ("campaign", "every", "rounds"),
    [
        (1, 0, [1, 1, 1, 1, 1, 1]),
        (2, 0, [1, 2, 2, 2, 2, 2]),
        (2, 1, [1, 2, 3, 4, 5, 6]),
        (1, 2, [1, 1, 2, 2, 3, 3]),
    ],
)
def test_a_flat_without_spread_keeps_what_each_round_leaves(
    campaign: int, every: int, rounds: list[int]
) -> None:
    """u after n rounds that miss nothing is u (1 - removal)^n; the last number is reached after seven years."""
    flat = {
        "ecosystem": Ecosystem.TIDAL_FLAT,
        "area": 20.0,
        "structure": 0.5,
        "composition": 0.4,
        "invader": 0.3,
    }
    words = [
        *TOGETHER,
        f"bay_plan.campaign={campaign}",
        f"bay_plan.every={every}",
        "bay_plan.found_half=0.0",
        "funding/own_budget=levied",
    ]
    model = start(land([flat]), [*words, "funding.own_budget.per_hectare=100000.0"])
    model.step()  # the first money is spendable in the second year
    assert model.habitats.invader[0] == 0.3
    for n in rounds:
        model.step()
        assert model.habitats.invader[0] == pytest.approx(0.3 * 0.225**n, rel=1e-12)
    spent = model.indicators().query("county == 'all'")["spend_bay_plans_yuan"].sum()
    cleared = 20.0 * 0.3 * (1.0 - 0.225 ** rounds[-1])
    patrols = rounds[-1] - campaign
    assert spent == pytest.approx(30000.0 * cleared + 300.0 * 20.0 * patrols, abs=0.01 * rounds[-1])


# What is found, and what comes from afar.

SIZES = np.array([0.0, 0.025, 0.05, 0.1])  # hectares; of 0.05, every other stand is found
FLATS = 1500  # of each size
AREA = 10.0
FOUR_DEVIATIONS = 4.0  # by chance alone, one case in 16,000


def bare_flats(count: int, *words: str) -> RestorationModel:
    """Flats that no coast links, without Spartina, of a county that can pay for anything."""
    flat = {"ecosystem": Ecosystem.TIDAL_FLAT, "area": AREA, "structure": 0.5, "composition": 0.4}
    purse = ("funding/own_budget=levied", "funding.own_budget.per_hectare=100000.0")
    return start(land([flat] * count), [*purse, *words])


def maintained(*words: str, years: int = 2) -> tuple[np.ndarray, float]:
    """Which stands of :data:`SIZES` a round finds after ``years`` (sizes, flats), and the yuan that clearing cost."""
    stands = np.repeat(SIZES, FLATS) / AREA
    model = bare_flats(len(stands), *words).run(years)
    s, plan = model.state, model.mechanisms["bay_plan"].at(model.year)
    change(model, invader=(range(len(stands)), stands))
    with s.opened(["counties.bay_plan_since"]):
        s.counties.bay_plan_since[:] = s.year - plan.campaign
    model.let(plan.clear, s, model.chance)
    _, _, kind, amount, _, _ = s.ledger.postings()
    clearing = kind == s.ledger.instruments.index("spartina_clearing")
    return (s.habitats.invader < stands).reshape(len(SIZES), FLATS), amount[clearing].sum() / 100.0


def test_a_patrol_finds_stands_as_often_as_their_size_says_and_only_these_are_paid() -> None:
    """1 - 2^(-hectares / found_half) of many flats, within four standard deviations; nothing is never found."""
    found, spent = maintained(*TOGETHER, "bay_plan.found_half=0.05")
    chance = 1.0 - 0.5 ** (SIZES / 0.05)
    deviation = np.sqrt(chance * (1.0 - chance) / FLATS)
    assert (np.abs(found.mean(axis=1) - chance) <= FOUR_DEVIATIONS * deviation).all()
    assert not found[0].any()
    hectares = (found.sum(axis=1) * SIZES).sum()
    assert spent == pytest.approx(30000.0 * 0.775 * hectares, abs=0.01 * found.sum())


def test_who_can_miss_nothing_finds_every_stand_and_a_worse_patrol_finds_no_other() -> None:
    """Less is found the larger ``found_half``, and nothing that a better patrol had missed."""
    found = [maintained(*TOGETHER, f"bay_plan.found_half={half}")[0] for half in (0.0, 0.01, 0.05, 1.0)]
    assert found[0][1:].all()
    assert not found[0][0].any()
    for better, worse in pairwise(found):
        assert not (worse & ~better).any()
        assert worse.sum() < better.sum()


def test_the_same_patch_has_the_same_draw_under_every_policy_and_another_in_another_year() -> None:
    other = (
        "bay_plan.removal=0.9",
        "bay_plan.campaign=4",
        "bay_plan.patrol=30.0",
        "restoration=natural_first",
    )
    found = maintained(*TOGETHER)[0]
    np.testing.assert_array_equal(found, maintained(*ALONE, "bay_plan.willing=1.0", *other)[0])
    assert (found != maintained(*TOGETHER, years=3)[0]).any()


def test_a_campaign_needs_no_search() -> None:
    words = (*TOGETHER, "bay_plan.found_half=1.0", "bay_plan.campaign=1")
    model = bare_flats(50, *words).run(2)
    change(model, invader=(range(50), 1e-4))
    model.step()
    np.testing.assert_allclose(model.habitats.invader, 1e-4 * 0.225, rtol=1e-12)


def test_what_comes_from_afar_is_rare_and_on_average_the_trickle() -> None:
    """A year on bare flats: where it comes it founds a stand of 0.02 of what a flat can hold, 0.35; on average 0.001
    of that, within four standard deviations of 6000 flats; and not to the same flats in the next year."""
    count, share, founder = 6000, 0.05, 0.02
    model = bare_flats(count, "invasion=coastal").run(1)
    first = model.habitats.invader.copy()
    reached = first > 0.0
    np.testing.assert_allclose(first[reached], 0.35 * founder, rtol=1e-12)
    deviation = founder * np.sqrt(share * (1.0 - share) / count)
    assert abs(first.mean() / 0.35 - 0.001) <= FOUR_DEVIATIONS * deviation
    model.step()
    again = model.habitats.invader > 1.1 * first  # what stands grows by less than 8 %
    both = np.count_nonzero(reached & again)
    expected, spread = count * share**2, np.sqrt(count * share**2 * (1.0 - share**2))
    assert abs(both - expected) <= FOUR_DEVIATIONS * spread


# What must not matter.


@pytest.mark.parametrize(
    ("level", "absent"),
    [
        ((*TOGETHER, "bay_plan.removal=0.0"), ()),
        ((*ALONE, "bay_plan.willing=0.0"), ()),
        ((*ALONE, "bay_plan.willing=1.0"), TOGETHER),
    ],
    ids=" ".join,
)
def test_a_plan_that_does_nothing_is_none_and_all_the_willing_are_everybody(
    level: tuple[str, ...], absent: tuple[str, ...]
) -> None:
    """MR-07, to the last bit."""
    assert identity.fingerprint(world(level, coast()).run(8)) == identity.fingerprint(
        world(absent, coast()).run(8)
    )


def test_a_plan_continues_from_disk_to_the_same_bytes(tmp_path: Path) -> None:
    straight = world([*ALONE, *POOR], coast()).run(9)
    first = world([*ALONE, *POOR], coast()).run(1)
    first.save(tmp_path / "campaign")
    again = RestorationModel.load(tmp_path / "campaign").run(3)
    again.save(tmp_path / "maintenance")
    assert identity.fingerprint(
        RestorationModel.load(tmp_path / "maintenance").run(5)
    ) == identity.fingerprint(straight)
    assert (straight.state.counties.bay_plan_since > 0).any()


def test_the_order_of_counties_does_not_matter() -> None:
    plain = world([*TOGETHER, *POOR], coast()).run(8)
    other = world([*TOGETHER, *POOR], counties_and_firms_reversed(coast())).run(8)
    identity.same_values(plain.habitats.invader, other.habitats.invader, "invader")
    assert identity.purse(plain) == identity.purse(other)


def test_counting_in_another_money_clears_the_same() -> None:
    """MR-20: where money binds, a fen moves hectares by its worth and no more. The roundings of eight years stay below
    a yuan, so stands and what was cleared agree to what a yuan clears, 0.3 square metres, small stands or large."""
    here = world([*TOGETHER, *POOR], coast()).run(8)
    there = identity._in_money_of((*TOGETHER, *POOR), 1000.0, coast()).run(8)
    area, sites = here.habitats.area, here.state.sites.patch
    of_a_yuan = 1.0 / here.mechanisms["bay_plan"].at(here.year).cost
    one, other = columns(here), columns(there)
    hectares = {"habitats.invader": area, "sites.twin_invader": area[sites], "counties.spartina_cleared": 1.0}
    for name, size in hectares.items():
        np.testing.assert_allclose(size * other[name], size * one[name], rtol=0, atol=of_a_yuan, err_msg=name)


# Directions.


@cache
def histories(words: tuple[str, ...], years: int) -> pd.DataFrame:
    """Yearly indicators of every county, paired by replicate, and which counties ever cleared."""
    forms = mechanisms(core_config(["landscape=synthetic", *words]))
    tables = []
    for replicate in range(100, 100 + REPLICATES):
        own = Settings(seed=5, replicate=replicate, years=years, connectivity_every=0)
        shore = shared_coast(small_world(9, firms=0, seed=replicate))
        model = RestorationModel(shore, forms, own).run()
        c = model.state.counties
        acted = dict(zip(c.ids, c.bay_plan_since >= 0, strict=True))
        table = model.indicators()
        tables.append(table.assign(replicate=replicate, acted=table["county"].map(acted)))
    return pd.concat(tables)


def at_the_end(words: tuple[str, ...], years: int, name: str = "spartina_ha") -> np.ndarray:
    table = histories(words, years)
    last = table[(table["year"] == table["year"].max()) & (table["county"] == "all")]
    return last.set_index("replicate")[name].to_numpy()


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["usual_core", "practice_core"])
def test_a_plan_leaves_less_than_half_of_the_spartina_and_better_flats(policy: str) -> None:
    """After 20 years; smallest relevant effects: half of what stands without, and 0.02 of condition on tidal flats."""
    base = (f"policy={policy}",)
    without, cleared = at_the_end(base, 20), at_the_end((*base, *TOGETHER), 20)
    assert interval(0.5 * without - cleared)[0] > 0.0
    name = "condition_tidal_flat_mean"
    rise = at_the_end((*base, *TOGETHER), 20, name) - at_the_end(base, 20, name)
    assert interval(rise[np.isfinite(rise)])[0] > 0.02


@pytest.mark.slow
def test_a_coast_cleared_once_is_overgrown_again() -> None:
    """Thirty years after the start, with no maintenance: at least half of what stood at the start, five times what
    maintenance leaves. No projects here: planting on flats clears them too, and would answer for the plan."""
    kept = ("projects=none", *TOGETHER)
    once = (*kept, *ONCE)
    table = histories(once, 30).query("county == 'all'")
    start_ = table[table["year"] == table["year"].min()].set_index("replicate")["spartina_ha"].to_numpy()
    end = at_the_end(once, 30)
    assert interval(end - 0.5 * start_)[0] > 0.0
    assert interval(end - 5.0 * at_the_end(kept, 30))[0] > 0.0


@pytest.mark.slow
def test_the_more_a_patrol_misses_the_more_spartina_stays() -> None:
    """After 20 years, stands of 0.05 and of 0.5 ha found every other time, against all; smallest relevant effect: a
    quarter more at each step."""
    ends = [at_the_end((*TOGETHER, f"bay_plan.found_half={half}"), 20) for half in (0.0, 0.05, 0.5)]
    for fewer, more in pairwise(ends):
        assert interval(more / fewer - 1.0)[0] > 0.25


@pytest.mark.slow
def test_who_clears_alone_is_overgrown_sooner_than_who_clears_together() -> None:
    """The same counties ten years after a campaign without maintenance; smallest relevant effect: a quarter more.

    Replicates in which all counties are willing, or none, tell nothing and are left out; that hangs on dice alone.
    """
    changes = []
    alone, together = (histories((*form, *ONCE), 12) for form in (ALONE, TOGETHER))
    last = alone["year"].max()
    for replicate, mine in alone[alone["year"] == last].groupby("replicate"):
        counties = mine.loc[mine["acted"] == True, "county"]  # noqa: E712
        if 0 < len(counties) < mine["acted"].notna().sum():
            other = together[(together["year"] == last) & (together["replicate"] == replicate)]
            ends = [table[table["county"].isin(counties)]["spartina_ha"].sum() for table in (mine, other)]
            changes.append(ends[0] / ends[1] - 1.0)
    assert len(changes) >= REPLICATES // 3
    assert interval(np.array(changes))[0] > 0.25


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["business_as_usual", "xiamen_practice"])
def test_on_xiamen_a_plan_ends_with_less_than_half_of_the_spartina(policy: str) -> None:
    """Two paired futures, 20 years; smallest relevant effect: half of what stands without a plan."""
    for replicate in range(2):
        ends = []
        for form in ("none", "one_plan"):
            words = [f"policy={policy}", f"bay_plan={form}", f"replicate={replicate}", "years=20"]
            model = built([*words, "connectivity.every=0", "habitat_agents=0"])
            ends.append(model.run().indicators().query("county == 'all'")["spartina_ha"].iloc[-1])
        assert ends[1] < 0.5 * ends[0]
