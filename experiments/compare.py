"""Two policies are compared in the same futures: same typhoons, same prices, and only then is the difference theirs.

Paired differences under common random numbers, ``d_r = y_r(policy) - y_r(baseline)`` for each replicate r; their
variance is ``2 s² (1 - ρ)`` (Law & Kelton), so what both share falls out. A policy compared with itself differs by
exactly nothing. Everything here is a pure function of the table of indicators and of criteria stated beforehand
(:mod:`experiments.criteria`). The smallest relevant effect follows from the *baseline's* levels in the same year and
place, so that it is one number for all scenarios.

Assumption most likely to be wrong: that a mean over replicates is what a decision hangs on; the share of futures in
which a policy does harm stands beside every mean for that reason.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.criteria import AHEAD, BETTER, CLEAR, OPEN, Criteria, verdict_of, verdicts
from experiments.design import KEYS
from experiments.intervals import interval, resampled_means
from experiments.names import HOUSEHOLDS, PRIVATE_TOTAL, PUBLIC_TOTAL, SETTLED
from model.units import Floats, Ints

ALL = "all"
FOUND = ["mean", "low", "high", "n", "share_harmed", "method", "relevant", "verdict"]
COLUMNS = ["scenario", "indicator", "year", *FOUND]


@dataclass(frozen=True)
class Difference:
    """The mean paired difference ``better`` minus ``other`` in one indicator, over n replicates.

    ``low`` and ``high`` are NaN for n = 1. ``share_harmed``: share of replicates in which it goes the wrong way (NaN
    where no way is the right one). ``relevant``: the smallest relevant effect, in the indicator's unit; ``way``: which
    way is the better one.
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
    relevant: float
    way: int

    @property
    def beyond_zero(self) -> bool:
        """Whether the interval excludes zero, be the difference ever so small."""
        return bool(self.low > 0 or self.high < 0)

    @property
    def verdict(self) -> str:
        """What the interval says of it, in a word of :mod:`experiments.criteria`."""
        return verdict_of(self.low, self.high, self.relevant, self.way)


@dataclass(frozen=True)
class Ranking:
    """Which scenario is best by the headline in the last year, and how surely.

    ``table``: scenario, mean, n, ``share_best_replicates``, ``share_best_resamples``; ties are shared.
    ``against``: the best minus each other scenario. ``values``: the headline of each scenario in the replicates that
    count.
    """

    headline: str
    year: int
    best: str
    table: pd.DataFrame
    against: list[Difference]
    values: dict[str, Floats]

    @property
    def tied(self) -> list[str]:
        """The scenarios that share the best mean, to the last bit; none where one is ahead of all others."""
        means = self.table.set_index("scenario")["mean"]
        first = [str(name) for name in means.index[means == means[self.best]]]
        return first if len(first) > 1 else []

    @property
    def words(self) -> str:
        """Not decided where any of those intervals holds zero; clear where all lie beyond what matters, too.

        Between the two the best is ahead of every other, but of some not by what is known to matter.
        """
        if not self.against or not all(each.beyond_zero for each in self.against):
            return OPEN
        return CLEAR if all(each.verdict == BETTER for each in self.against) else AHEAD


@dataclass(frozen=True)
class Verdict:
    """What the last three sentences of a comparison say.

    ``gain``: best minus baseline in the headline, last year. ``public``, ``private``, ``households``: best minus
    baseline in money spent, and in income that households lost unpaid, since the start, yuan; ``settled``: in income
    from use ended for good, a further loss where nobody found other work. ``losers``: county -> best minus baseline in
    the headline there, for every county in which the mean goes the wrong way, worst first.
    """

    ranking: Ranking
    gain: Difference
    public: Difference
    private: Difference
    households: Difference
    settled: Difference
    losers: dict[str, Difference]


def compare(indicators: pd.DataFrame, baseline: str, criteria: Criteria, county: str = ALL) -> pd.DataFrame:
    """The table ``comparison.csv``: for each other scenario, indicator and year the mean paired difference.

    ``indicators``: point, scenario, replicate, year, county and one column an indicator, one point only. Only
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
    ways = labels.get_level_values("indicator").map(criteria.way).to_numpy(np.int64)
    relevant = np.tile(cube.smallest(cube.indicators, baseline, criteria).ravel(), len(others))
    table = pd.concat([labels.to_frame(index=False), _judged(rows, ways, relevant)], axis=1)
    return table.loc[table["n"] > 0, COLUMNS].reset_index(drop=True)


def rank_stability(
    indicators: pd.DataFrame, baseline: str, headline: str, criteria: Criteria, county: str = ALL
) -> Ranking:
    """Who is best by ``headline`` in the last year, in how many replicates and in how many resamples of them.

    Only replicates that every scenario has count. Raises ``ValueError`` where no way of the headline is the right
    one, or no replicate is complete.
    """
    way = _way(headline, criteria)
    cube = _cube(indicators, county, criteria.needed(headline))
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
    relevant = float(cube.smallest([headline], baseline, criteria)[0, -1])
    against = [
        difference_of(cube.minus(best, other)[0, -1], (best, other), headline, way, relevant)
        for other in cube.scenarios
        if other != best
    ]
    values = dict(zip(cube.scenarios, last, strict=True))
    return Ranking(headline, int(cube.years[-1]), best, table, against, values)


def verdict(indicators: pd.DataFrame, baseline: str, headline: str, criteria: Criteria) -> Verdict:
    """Who is best and by how much, what it costs whom, and which counties lose by it.

    Raises as :func:`rank_stability`.
    """
    ranking = rank_stability(indicators, baseline, headline, criteria)
    best, way = ranking.best, criteria.way(headline)

    def apart(name: str, county: str = ALL) -> Difference:
        return against_baseline(indicators, best, baseline, name, criteria, county)

    counties = {name: apart(headline, name) for name in indicators["county"].unique() if name != ALL}
    losing = sorted(
        (item for item in counties.items() if item[1].mean * way < 0), key=lambda item: item[1].mean * way
    )
    return Verdict(
        ranking,
        apart(headline),
        apart(PUBLIC_TOTAL),
        apart(PRIVATE_TOTAL),
        apart(HOUSEHOLDS),
        apart(SETTLED),
        dict(losing),
    )


def against_baseline(
    indicators: pd.DataFrame,
    scenario: str,
    baseline: str,
    indicator: str,
    criteria: Criteria,
    county: str = ALL,
) -> Difference:
    """A scenario's paired difference to the baseline in the last year, in one indicator. Raises as :func:`compare`."""
    cube = _cube(indicators, county, criteria.needed(indicator))
    relevant = float(cube.smallest([indicator], baseline, criteria)[0, -1])
    own = cube.minus(scenario, baseline)[0, -1]
    return difference_of(own, (scenario, baseline), indicator, criteria.way(indicator), relevant)


def by_county(
    indicators: pd.DataFrame,
    counties: Collection[str],
    baseline: str,
    indicator: str,
    criteria: Criteria,
) -> pd.DataFrame:
    """Each other scenario's paired difference to the baseline in the last year, in each of ``counties`` that has one.

    Columns: scenario, county and those of ``FOUND``; counties in their order in ``indicators``.
    """
    last = indicators[indicators["year"] == indicators["year"].max()]
    last = last[last["county"].isin(list(counties))]
    places, scenarios = list(last["county"].unique()), list(last["scenario"].unique())

    def values(name: str, scenario: str) -> Floats:
        rows = last[last["scenario"] == scenario]
        wide = rows.pivot(index="county", columns="replicate", values=name).reindex(places)
        return wide.reindex(columns=sorted(last["replicate"].unique())).to_numpy(np.float64)

    relevant = criteria.smallest(indicator, lambda name: _mean(values(name, baseline)))
    own, ways = values(indicator, baseline), np.full(len(places), criteria.way(indicator))
    tables = [
        pd.DataFrame({"scenario": scenario, "county": places}).join(
            _judged(values(indicator, scenario) - own, ways, relevant)
        )
        for scenario in scenarios
        if scenario != baseline
    ]
    table = pd.concat(tables) if tables else pd.DataFrame(columns=["scenario", "county", *FOUND])
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

    def of(self, scenario: str) -> Floats:
        """Values of a scenario (indicator, year, replicate)."""
        if scenario not in self.scenarios:
            raise ValueError(f"no scenario {scenario}; there are {', '.join(self.scenarios)}")
        return np.asarray(self.values[self.scenarios.index(scenario)])

    def minus(self, scenario: str, other: str) -> Floats:
        """Paired differences (indicator, year, replicate)."""
        return np.asarray(self.of(scenario) - self.of(other))

    def smallest(self, names: Sequence[str], baseline: str, criteria: Criteria) -> Floats:
        """The smallest relevant effects (name, year) of indicators, weighed against the baseline's levels."""
        level = dict(zip(self.indicators, _mean(self.of(baseline)), strict=True))
        return np.array([criteria.smallest(name, level.__getitem__) for name in names])


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


def difference_of(
    apart: Floats, names: tuple[str, str], indicator: str, way: int, relevant: float
) -> Difference:
    """The difference that paired differences ``apart`` (replicates,), NaN where unknown, make together.

    ``names``: the scenario, and the one that is taken away. ``relevant``: the smallest relevant effect.
    """
    row = _judged(apart[None, :], np.array([way]), np.array([relevant])).iloc[0]
    numbers = (float(row["mean"]), float(row["low"]), float(row["high"]))
    harmed, method = float(row["share_harmed"]), str(row["method"])
    return Difference(*names, indicator, *numbers, int(row["n"]), harmed, method, relevant, way)


def _judged(apart: Floats, ways: Ints, relevant: Floats) -> pd.DataFrame:
    """What rows of paired differences (rows, replicates) say: the columns ``FOUND``."""
    found = interval(apart)
    numbers = {name: getattr(found, name) for name in ("mean", "low", "high", "n")}
    said = verdicts(found.low, found.high, relevant, ways)
    harmed = _share_harmed(apart, ways)
    return pd.DataFrame(
        {**numbers, "share_harmed": harmed, "method": found.method, "relevant": relevant, "verdict": said}
    )


def _mean(values: Floats) -> Floats:
    """Mean over the last axis of what is known, NaN where nothing is."""
    known = np.isfinite(values)
    n = known.sum(axis=-1)
    total = np.where(known, values, 0.0).sum(axis=-1)
    return np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0)


def _share_harmed(apart: Floats, ways: Ints) -> Floats:
    """Share of each row's known differences that go the wrong way; NaN where no way is the right one."""
    known = np.isfinite(apart)
    wrong = (np.where(known, apart, 0.0) * ways[:, None] < 0).sum(axis=1)
    usable = (known.sum(axis=1) > 0) & (ways != 0)
    return np.divide(wrong, known.sum(axis=1), out=np.full(len(apart), np.nan), where=usable)


def _share_best(goodness: Floats) -> Floats:
    """Share of columns in which each row is the greatest; equals share it."""
    top = goodness == goodness.max(axis=0)
    return np.asarray((top / top.sum(axis=0)).mean(axis=1))


def _way(headline: str, criteria: Criteria) -> int:
    way = criteria.way(headline)
    if not way:
        known = [name for name, each in criteria.ways.items() if each]
        raise ValueError(
            f"headline={headline}: no way of it is the better one; choose from {', '.join(known)}"
        )
    return way
