"""Policies move what they are meant to move, on the mean of paired runs: same land, same dice, one lever apart.

An effect counts where its 95 % interval lies beyond the smallest relevant effect, stated before the runs: a tenth of
the baseline's mean, unless a test says otherwise. Worlds are made by hand, so the sizes of effects say nothing about a
real place.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.forms import mechanisms
from model.restoration_model import RestorationModel
from model.settings import Settings
from tests.paired import REPLICATES, Words, runs
from tests.small_worlds import small_world
from tests.worlds import core_config

pytestmark = pytest.mark.slow


def _sites(words: Words) -> pd.DataFrame:
    """Treated patches of one plan, 25 years on, without storms: share that relapsed, and gain against the twin."""
    config = core_config(["landscape=synthetic", "planning.window=60", "disturbance=none", *words])
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
        "policy=practice_core", f"restoration={restoration}", "funding/transfer=none", "funding/social_capital=none",
        "funding.own_budget.per_hectare=0.0",
    )  # fmt: skip
    last = []
    for budget in (0.0, 5.0, 20.0, 50.0, 100.0, 200.0):
        table = runs((*words, f"funding.own_budget.per_person={budget}"), years=30, firms=0)
        last.append(table[table["year"] == table["year"].max()].set_index("replicate"))
        surveys = table.groupby("replicate")[
            "spend_surveys_yuan"
        ].sum()  # what counties lack for them taxpayers add
        raised = budget * 1_160_000.0 * 30 + surveys
        assert (last[-1]["spend_public_total_yuan"] <= raised + 0.01).all()
    for name in ("condition_mean", "eca_ha", "condition_gain_ha"):
        for poorer, richer in pairwise(last):
            change = (richer[name] - poorer[name]).to_numpy()
            assert change.mean() >= -2.0 * change.std(ddof=1) / np.sqrt(change.size), name
        assert (last[-1][name] > last[0][name]).all(), "money does something"
