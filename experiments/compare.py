"""Two policies are compared in the same futures: same typhoons, same prices, and only then is the difference theirs.

Paired differences under common random numbers, ``d_r = y_r(policy) - y_r(baseline)`` for each replicate r; their
variance is ``2 s² (1 - ρ)`` (Law & Kelton), so what both share falls out. A policy compared with itself differs by
exactly nothing. Everything here is a pure function of the table of indicators.

Assumption most likely to be wrong: that a mean over replicates is what a decision hangs on; the share of futures in
which a policy does harm stands beside every mean for that reason.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.design import KEYS
from experiments.intervals import interval, resampled_means
from model.units import Floats

ALL = "all"
COLUMNS = ["scenario", "indicator", "year", "mean", "low", "high", "n", "share_harmed", "method"]
PUBLIC, PRIVATE = "spend_public_yuan", "spend_private_yuan"


@dataclass(frozen=True)
class Difference:
    """The mean paired difference ``better`` minus ``other`` in one indicator, over n replicates.

    ``low`` and ``high`` are NaN for n = 1. ``share_harmed``: share of replicates in which it goes the wrong way (NaN
    where no way is the right one).
    """

    better: str
    other: str
    indicator: str
    mean: float
    low: float
    high: float
    n: int
    share_harmed: float
    method: str

    @property
    def decided(self) -> bool:
        """Whether the interval excludes zero."""
        return bool(self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class Ranking:
    """Which scenario is best by the headline in the last year, and how surely.

    ``table``: scenario, mean, n, ``share_best_replicates``, ``share_best_resamples``; ties are shared.
    ``against``: the best minus each other scenario. ``decided``: every one of those intervals excludes zero.
    ``values``: the headline of each scenario in the replicates that count.
    """

    headline: str
    year: int
    best: str
    decided: bool
    table: pd.DataFrame
    against: list[Difference]
    values: dict[str, Floats]

    @property
    def words(self) -> str:
        """The verdict as a report prints it."""
        return "decided" if self.decided else "not decided"


@dataclass(frozen=True)
class Verdict:
    """What the last three sentences of a comparison say.

    ``gain``: best minus baseline in the headline, last year. ``public``, ``private``: best minus baseline in money
    spent, yuan, summed over all years. ``losers``: county -> best minus baseline in the headline there, for every
    county in which the mean goes the wrong way, worst first.
    """

    ranking: Ranking
    gain: Difference
    public: Difference
    private: Difference
    losers: dict[str, Difference]


def compare(
    indicators: pd.DataFrame, baseline: str, directions: Mapping[str, int], county: str = ALL
) -> pd.DataFrame:
    """The table ``comparison.csv``: for each other scenario, indicator and year the mean paired difference.

    ``indicators``: point, scenario, replicate, year, county and one column an indicator, one point only.
    ``directions``: indicator -> +1 where more is better, -1 where less is, 0 (or absent) where neither. Only
    replicates in which both scenarios have the value count (``n``); where none has, there is no row.
    Raises ``ValueError`` for an unknown baseline or county, several points, or a run's row that comes twice.
    """
    cube = _cube(indicators, county)
    others = [name for name in cube.scenarios if name != baseline]
    apart = (
        np.stack([cube.minus(name, baseline) for name in others])
        if others
        else np.empty((0, *cube.shape[1:]))
    )
    rows = apart.reshape(-1, apart.shape[-1])
    labels = pd.MultiIndex.from_product([others, cube.indicators, cube.years], names=COLUMNS[:3])
    found = interval(rows)
    table = labels.to_frame(index=False).assign(
        mean=found.mean,
        low=found.low,
        high=found.high,
        n=found.n,
        share_harmed=_share_harmed(
            rows, labels.get_level_values("indicator").map(lambda i: directions.get(i, 0))
        ),
        method=found.method,
    )
    return table.loc[table["n"] > 0, COLUMNS].reset_index(drop=True)


def rank_stability(
    indicators: pd.DataFrame, headline: str, directions: Mapping[str, int], county: str = ALL
) -> Ranking:
    """Who is best by ``headline`` in the last year, in how many replicates and in how many resamples of them.

    Only replicates that every scenario has count. Raises ``ValueError`` where no way of the headline is the right
    one, or no replicate is complete.
    """
    way = _way(headline, directions)
    cube = _cube(indicators, county, [headline])
    last = cube.values[:, 0, -1, :]
    last = last[:, np.isfinite(last).all(axis=0)]
    if not last.size:
        raise ValueError(f"{headline}: no replicate has a value for every scenario in {cube.years[-1]}")
    means = interval(last).mean
    best = cube.scenarios[int(np.argmax(way * means))]
    table = pd.DataFrame(
        {
            "scenario": cube.scenarios,
            "mean": means,
            "n": last.shape[1],
            "share_best_replicates": _share_best(way * last),
            "share_best_resamples": _share_best(way * resampled_means(last)),
        }
    )
    against = [
        difference_of(cube.minus(best, other)[0, -1], best, other, headline, way)
        for other in cube.scenarios
        if other != best
    ]
    decided = bool(against) and all(difference.decided for difference in against)
    values = dict(zip(cube.scenarios, last, strict=True))
    return Ranking(headline, int(cube.years[-1]), best, decided, table, against, values)


def verdict(indicators: pd.DataFrame, baseline: str, headline: str, directions: Mapping[str, int]) -> Verdict:
    """Who is best and by how much, what it costs whom, and which counties lose by it.

    Raises as :func:`rank_stability`.
    """
    way = _way(headline, directions)
    ranking = rank_stability(indicators, headline, directions)
    best = ranking.best
    cube = _cube(indicators, ALL, [headline, PUBLIC, PRIVATE])
    apart = cube.minus(best, baseline)
    counties = [name for name in indicators["county"].unique() if name != ALL]
    by_county = {
        name: difference_of(
            _cube(indicators, name, [headline]).minus(best, baseline)[0, -1], best, baseline, headline, way
        )
        for name in counties
    }
    losing = sorted(
        (item for item in by_county.items() if item[1].mean * way < 0), key=lambda item: item[1].mean * way
    )
    return Verdict(
        ranking,
        difference_of(apart[0, -1], best, baseline, headline, way),
        difference_of(apart[1].sum(axis=0), best, baseline, PUBLIC, 0),
        difference_of(apart[2].sum(axis=0), best, baseline, PRIVATE, 0),
        dict(losing),
    )


def by_county(
    indicators: pd.DataFrame,
    counties: Collection[str],
    baseline: str,
    indicator: str,
    directions: Mapping[str, int],
) -> pd.DataFrame:
    """Each other scenario's paired difference to the baseline in the last year, in each of ``counties`` that has one.

    Columns: scenario, county, mean, low, high, n, share_harmed, method; counties in their order in ``indicators``.
    """
    last = indicators[indicators["year"] == indicators["year"].max()]
    last = last[last["county"].isin(list(counties))]
    wide = last.pivot(index=["scenario", "county"], columns="replicate", values=indicator)
    places, scenarios = list(last["county"].unique()), list(last["scenario"].unique())
    way = directions.get(indicator, 0)
    rows = []
    for scenario in (name for name in scenarios if name != baseline):
        apart = (wide.loc[scenario] - wide.loc[baseline]).reindex(places).to_numpy(np.float64)
        found = interval(apart)
        rows.append(
            pd.DataFrame(
                {
                    "scenario": scenario,
                    "county": places,
                    **{name: getattr(found, name) for name in ("mean", "low", "high", "n")},
                    "share_harmed": _share_harmed(apart, np.full(len(places), way)),
                    "method": found.method,
                }
            )
        )
    table = pd.concat(rows) if rows else pd.DataFrame(columns=["scenario", "county", *COLUMNS[3:]])
    return table[table["n"] > 0].reset_index(drop=True)


# --- the table as an array ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cube:
    """Indicators of one county as an array (scenario, indicator, year, replicate), NaN where unknown."""

    scenarios: list[str]
    indicators: list[str]
    years: list[int]
    values: Floats

    @property
    def shape(self) -> tuple[int, ...]:
        """Scenarios, indicators, years, replicates."""
        return self.values.shape

    def minus(self, scenario: str, other: str) -> Floats:
        """Paired differences (indicator, year, replicate)."""
        for name in (scenario, other):
            if name not in self.scenarios:
                raise ValueError(f"no scenario {name}; there are {', '.join(self.scenarios)}")
        return np.asarray(
            self.values[self.scenarios.index(scenario)] - self.values[self.scenarios.index(other)]
        )


def _cube(table: pd.DataFrame, county: str, indicators: Sequence[str] | None = None) -> _Cube:
    if table["point"].nunique() > 1:
        raise ValueError("scenarios are compared at one point: choose the rows of one")
    rows = table[table["county"] == county]
    if rows.empty:
        raise ValueError(
            f"no rows of county {county}; there are {', '.join(map(str, table['county'].unique()))}"
        )
    names = [str(name) for name in rows.select_dtypes("number").columns if name not in (*KEYS, "year")]
    chosen = names if indicators is None else list(indicators)
    missing = [name for name in chosen if name not in names]
    if missing:
        raise ValueError(f"no indicator {missing[0]}; there are {', '.join(names)}")
    scenarios, years = list(rows["scenario"].unique()), sorted(rows["year"].unique())
    index = pd.MultiIndex.from_frame(rows[["scenario", "year", "replicate"]])
    if index.has_duplicates:
        raise ValueError(f"two rows for {dict(zip(index.names, index[index.duplicated()][0], strict=True))}")
    axes = (scenarios, years, sorted(rows["replicate"].unique()))
    full = rows.set_index(index)[chosen].reindex(pd.MultiIndex.from_product(axes)).to_numpy(np.float64)
    values = np.moveaxis(full.reshape(*map(len, axes), len(chosen)), -1, 1)
    return _Cube(scenarios, chosen, [int(year) for year in years], np.ascontiguousarray(values))


def difference_of(apart: Floats, better: str, other: str, indicator: str, way: int) -> Difference:
    """The difference that paired differences ``apart`` (replicates,), NaN where unknown, make together."""
    found = interval(apart[None, :])
    harmed = _share_harmed(apart[None, :], np.array([way]))
    numbers = (float(found.mean[0]), float(found.low[0]), float(found.high[0]))
    return Difference(
        better, other, indicator, *numbers, int(found.n[0]), float(harmed[0]), str(found.method[0])
    )


def _share_harmed(apart: Floats, ways: Sequence[int] | pd.Index | np.ndarray) -> Floats:
    """Share of each row's known differences that go the wrong way; NaN where no way is the right one."""
    way = np.asarray(ways, dtype=np.float64)
    known = np.isfinite(apart)
    wrong = (np.where(known, apart, 0.0) * way[:, None] < 0).sum(axis=1)
    usable = (known.sum(axis=1) > 0) & (way != 0)
    return np.divide(wrong, known.sum(axis=1), out=np.full(len(apart), np.nan), where=usable)


def _share_best(goodness: Floats) -> Floats:
    """Share of columns in which each row is the greatest; equals share it."""
    top = goodness == goodness.max(axis=0)
    return np.asarray((top / top.sum(axis=0)).mean(axis=1))


def _way(headline: str, directions: Mapping[str, int]) -> int:
    if not directions.get(headline):
        known = [name for name, way in directions.items() if way]
        raise ValueError(
            f"headline={headline}: no way of it is the better one; choose from {', '.join(known)}"
        )
    return directions[headline]
