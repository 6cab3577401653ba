"""Policies move what they are meant to move, on the mean of paired runs: same land, same dice, one lever apart.

An effect counts where its 95 % interval lies beyond the smallest relevant effect, stated before the runs: a tenth of
the baseline's mean, unless a test says otherwise. Worlds are made by hand, so the sizes of effects say nothing about a
real place.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments import build
from experiments.forms import mechanisms
from model.restoration_model import RestorationModel
from model.settings import Settings
from tests.small_worlds import small_world

pytestmark = pytest.mark.slow

REPLICATES = 24
YEARS = 20
SMALLEST = 0.10
PRACTICE = ("policy=business_as_usual",)
STRICT = (*PRACTICE, "enforcement/central_rounds=none", "enforcement.sanctions.audit=0.6")
Words = tuple[str, ...]


@lru_cache(maxsize=64)
def runs(words: Words, years: int = YEARS, firms: int = 12) -> pd.DataFrame:
    """Yearly totals of every replicate under ``words``; each replicate has its own land."""
    config = build.config(["landscape=synthetic", *words]).config
    tables = []
    for replicate in range(100, 100 + REPLICATES):
        own = Settings(seed=5, replicate=replicate, years=years, connectivity_every=years)
        model = RestorationModel(small_world(9, firms=firms, seed=replicate), mechanisms(config), own)
        tables.append(_watched(model).assign(replicate=replicate))
    return pd.concat(tables)


def _watched(model: RestorationModel) -> pd.DataFrame:
    """The indicators of the whole, with the hectares left bare and faked."""
    bare, faked = [], []
    for year in range(model.settings.years + 1):
        if year:
            model.step()
        bare.append(model.state.mines.bare.sum())
        faked.append(model.state.mines.faked.sum())
    table = model.indicators().query("county == 'all'")
    return table.assign(bare_ha=bare, faked_ha=faked, violating_ha=np.add(bare, faked))


def means(words: Words, name: str, late: int = YEARS // 2, **land: int) -> np.ndarray:
    """Mean over the years after ``late``, by replicate."""
    table = runs(words, **land)
    chosen = table[table["year"] > table["year"].min() + late]
    return chosen.groupby("replicate")[name].mean().to_numpy()


def effect(baseline: Words, other: Words, name: str, per: str | None = None) -> tuple[float, float]:
    """95 % interval of the paired difference of ``other``, as a share of the baseline's mean of ``per``."""
    change = (means(other, name) - means(baseline, name)) / means(baseline, per or name).mean()
    error = stats.t.ppf(0.975, change.size - 1) * change.std(ddof=1) / np.sqrt(change.size)
    return change.mean() - error, change.mean() + error


@pytest.mark.parametrize("baseline", [PRACTICE, STRICT], ids=["practice", "strict"])
@pytest.mark.parametrize("name", ["faked_ha", "violating_ha", "mining_backlog_ha", "violations_n"])
def test_ground_checks_find_fakes_and_leave_fewer(baseline: Words, name: str) -> None:
    _, high = effect(baseline, (*baseline, "enforcement.ground.rate=0.5"), name)
    assert high < -SMALLEST


def test_satellites_alone_turn_bare_land_into_fakes_and_some_of_it_into_reclaimed_land() -> None:
    """Against nobody looking from above, at few ground checks; all as shares of the land that violates there."""
    blind = (*STRICT, "enforcement/satellite=none")
    looking = {"bare_ha": -1, "faked_ha": +1, "violating_ha": -1}
    for name, way in looking.items():
        low, high = effect(blind, STRICT, name, per="violating_ha")
        assert min(way * low, way * high) > SMALLEST, name


def test_violations_fall_in_a_campaign_and_come_back_between_campaigns() -> None:
    """Every fifth year is one of a central round; three years later half of what it won, at least, is lost again."""
    by_year = runs(PRACTICE).pivot(index="replicate", columns="year", values="bare_ha")
    rounds = (2030, 2035, 2040)
    won = np.mean([by_year[year - 1] - by_year[year] for year in rounds], axis=0)
    lost = np.mean([by_year[year + 3] - by_year[year] for year in rounds], axis=0)
    base = by_year.to_numpy().mean()
    assert stats.ttest_1samp(won / base, SMALLEST, alternative="greater").pvalue < 0.025
    assert stats.ttest_1samp(lost - 0.5 * won, 0.0, alternative="greater").pvalue < 0.025


POOR = (
    *STRICT,
    "people.firm_cash=0.0",
    "people.firm_credit=0.0",
    "enforcement.sanctions.fine=467000.0",
    "funding.mine_fund.rate=0.1",
)
"""Firms that live from hand to mouth under fines that bankrupt them: what is in the fund at the end matters."""


@pytest.mark.parametrize("name", ["unfunded_obligations_yuan", "unfunded_per_opened"])
def test_adequate_supervised_funds_leave_fewer_obligations_unfunded(name: str) -> None:
    adequate = (*PRACTICE, "funding.mine_fund.rate=0.1", "funding.mine_fund.supervised=1.0")
    _, high = effect(PRACTICE, adequate, name)
    assert high < -SMALLEST


def test_supervision_alone_leaves_fewer_obligations_unfunded_where_firms_fail() -> None:
    """None against whole; smallest relevant effect: 5 %, as the rate of the fund stays."""
    kept, lost = ((*POOR, f"funding.mine_fund.supervised={share}") for share in (1.0, 0.0))
    assert means(lost, "bankruptcies_n").mean() > 1.0
    _, high = effect(lost, kept, "unfunded_obligations_yuan")
    assert high < -SMALLEST / 2


def _sites(words: Words) -> pd.DataFrame:
    """Treated patches of one plan, 25 years on, without storms: share that relapsed, and gain against the twin."""
    config = build.config(["landscape=synthetic", "planning.window=60", "disturbance=none", *words]).config
    found = []
    for replicate in range(100, 100 + REPLICATES):
        own = Settings(seed=5, replicate=replicate, years=25, connectivity_every=0)
        model = RestorationModel(small_world(9, firms=0, seed=replicate), mechanisms(config), own).run()
        h, sites = model.habitats, model.state.sites
        rows = np.flatnonzero((sites.begun >= 0) & (h.site[sites.patch] == np.arange(sites.rows)))
        area, condition = h.area[sites.patch[rows]], h.condition[sites.patch[rows]]
        twin = 0.5 * (sites.twin_structure + sites.twin_composition)[rows]
        relapsed = area @ (condition < sites.start_condition[rows]) / area.sum()
        found.append({"relapsed": relapsed, "gain": area @ (condition - twin) / area.sum()})
    return pd.DataFrame(found)


@pytest.mark.parametrize(
    "words", [(), ("works.lasting=0.0",)], ids=["as configured", "nothing lasts by itself"]
)
def test_without_aftercare_more_land_relapses(words: Words) -> None:
    """Ten years of it against none; smallest relevant effect: one hectare in a hundred treated."""
    none, care = (_sites(("restoration=matched", f"projects.aftercare={years}", *words)) for years in (0, 10))
    change = (none - care)["relapsed"]
    assert stats.ttest_1samp(change, 0.01, alternative="greater").pvalue < 0.025
    assert (care["gain"] - none["gain"]).mean() > 0.0


@pytest.mark.parametrize("restoration", ["matched", "engineered_first", "natural_first"])
def test_more_money_never_lowers_condition_or_connection_in_the_mean(restoration: str) -> None:
    """MR-30: six budgets; mean condition, ECA and gain after 30 years do not fall within two standard errors."""
    words = (
        "policy=xiamen_practice", f"restoration={restoration}", "funding/transfer=none", "funding/social_capital=none",
        "funding.own_budget.per_hectare=0.0",
    )  # fmt: skip
    last = []
    for budget in (0.0, 5.0, 20.0, 50.0, 100.0, 200.0):
        table = runs((*words, f"funding.own_budget.per_person={budget}"), years=30, firms=0)
        last.append(table[table["year"] == table["year"].max()].set_index("replicate"))
        raised = budget * 1_160_000.0 * 30
        assert (last[-1]["spend_public_total_yuan"] <= raised).all()
    for name in ("condition_mean", "eca_ha", "condition_gain_ha"):
        for poorer, richer in pairwise(last):
            change = (richer[name] - poorer[name]).to_numpy()
            assert change.mean() >= -2.0 * change.std(ddof=1) / np.sqrt(change.size), name
        assert (last[-1][name] > last[0][name]).all(), "money does something"


@pytest.mark.parametrize("name", ["violations_n", "mining_backlog_ha"])
def test_higher_fines_and_more_checks_never_raise_violations_in_the_mean(name: str) -> None:
    """MR-31 for the whole model, of firms that live: no rise along either axis within two standard errors. (Land that
    lies bare in all does rise by ruinous fines: it goes over to the public, and shows as an unfunded obligation.)"""
    fines, checks = (0.0, 30000.0, 150000.0, 467000.0), (0.0, 0.1, 0.3, 0.6)
    found = {
        (fine, check): means(
            (*STRICT, f"enforcement.sanctions.fine={fine}", f"enforcement.ground.rate={check}"), name
        )
        for fine in fines
        for check in checks
    }
    fine_steps = [((one, check), (more, check)) for one, more in pairwise(fines) for check in checks]
    check_steps = [((fine, one), (fine, more)) for one, more in pairwise(checks) for fine in fines]
    for less, more in fine_steps + check_steps:
        change = found[more] - found[less]
        assert change.mean() <= 2.0 * change.std(ddof=1) / np.sqrt(change.size), (less, more)
