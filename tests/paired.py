"""Paired runs: same land, same dice, one lever apart; each replicate has its own land."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats

from experiments.forms import mechanisms
from model.restoration_model import RestorationModel
from model.settings import Settings
from tests.small_worlds import small_world
from tests.worlds import core_config

REPLICATES = 24
YEARS = 20
Words = tuple[str, ...]


@lru_cache(maxsize=64)
def runs(
    words: Words,
    years: int = YEARS,
    firms: int = 12,
    seed: int = 5,
    first: int = 100,
    count: int = REPLICATES,
) -> pd.DataFrame:
    """Yearly totals of the replicates ``first``, ``first + 1``, … under ``words``."""
    forms = mechanisms(core_config(["landscape=synthetic", *words]))
    tables = []
    for replicate in range(first, first + count):
        own = Settings(seed=seed, replicate=replicate, years=years, connectivity_every=years)
        model = RestorationModel(small_world(9, firms=firms, seed=replicate), forms, own)
        tables.append(_watched(model).assign(replicate=replicate))
    return pd.concat(tables)


def _watched(model: RestorationModel) -> pd.DataFrame:
    """The indicators of the whole, the price of minerals, and what has become of the mines of living firms in ha."""
    mines, seen = model.state.mines, []
    for year in range(model.settings.years + 1):
        if year:
            model.step()
        alive = mines.orphaned == 0
        lying = mines.bare + mines.due  # ordered in vain, so that it lies as it lay
        bare, faked = lying[alive].sum(), mines.faked[alive].sum()
        now = model.in_force(model.year)
        quoted = now.markets.quote(model.state, model.chance)
        outlook = now.extraction.foresee(model.state)
        chosen = now.reclamation.decide(model.state, now.sanctions.threaten(), outlook)
        seen.append(
            {
                "bare_ha": bare,
                "faked_ha": faked,
                "violating_ha": bare + faked,
                "orphaned_ha": (mines.bare + mines.faked)[~alive].sum(),
                "reclaimed_ha": mines.reclaimed.sum(),
                "living_mines_n": alive.sum(),
                "complying_n": chosen.done[alive].sum(),
                "price": quoted.mineral.mean(),
            }
        )
    table = model.indicators().query("county == 'all'").reset_index(drop=True)
    return table.join(pd.DataFrame(seen))


def means(words: Words, name: str, late: int = YEARS // 2, **land: int) -> np.ndarray:
    """Mean over the years after ``late``, by replicate."""
    table = runs(words, **land)
    chosen = table[table["year"] > table["year"].min() + late]
    return chosen.groupby("replicate")[name].mean().to_numpy()


def interval(change: np.ndarray) -> tuple[float, float]:
    """95 % interval of the mean of paired differences."""
    error = stats.t.ppf(0.975, change.size - 1) * change.std(ddof=1) / np.sqrt(change.size)
    return change.mean() - error, change.mean() + error
