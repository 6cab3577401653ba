"""What became of the land, year by year, under each policy: how it goes, how sure that is, how much futures differ.

A line is the mean over replicates, the band around it the 95 % interval of that mean, the faint band the middle 80 % of
single replicates. Bands of two policies may overlap where their paired difference is clear: differences stand in
``comparison.csv``. Most likely wrong: that a reader looks at the end of the lines only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.figures.style import BASELINE, COLOURS, blank, foot, stamp_line
from experiments.intervals import METHOD, interval
from model.indicators import ALL_INDICATORS
from model.units import Floats

KEY = (
    "area_restored_effective_ha",
    "condition_mean",
    "legacy_mines_ha",
    "unfunded_obligations_yuan",
    "violations_n",
    "spend_public_total_yuan",
)
NAMES = {
    "area_restored_effective_ha": "Effectively restored area",
    "condition_mean": "Condition of ecological land and water",
    "legacy_mines_ha": "Legacy mines",
    "unfunded_obligations_yuan": "Unfunded obligations",
    "violations_n": "Mines in violation",
    "spend_public_total_yuan": "Public money spent since the start",
}
UNITS = {indicator.name: indicator.unit for indicator in ALL_INDICATORS}
COUNTED = ("ha", "yuan", "yuan/yr", "tC", "n", "load unit/yr")  # begin at zero, large numbers are shortened
MIDDLE = (0.1, 0.9)
SIZE = (10.5, 6.6)
COLUMNS = 3
LEGEND_COLUMNS = 4
ROUND = (1, 2, 5, 10)


def trajectories(indicators: pd.DataFrame, manifest: Mapping[str, Any], headline: str, caveat: str) -> Figure:
    """Headline and key indicators of the whole landscape over the years, the first scenario as baseline.

    ``indicators``: rows of county ``all`` (scenario, replicate, year, one column an indicator).
    """
    shown = list(dict.fromkeys((headline, *KEY)))[: len(KEY)]
    figure = blank(*SIZE)
    axes = figure.subplots(-(-len(shown) // COLUMNS), COLUMNS)
    counts = set()
    for name, axis in zip(shown, axes.ravel(), strict=True):
        counts |= _panel(axis, indicators, name, manifest["scenarios"])
    handles, labels = axes.ravel()[0].get_legend_handles_labels()
    figure.legend(handles[::-1], labels[::-1], loc="outside upper left", ncols=LEGEND_COLUMNS)
    foot(figure, _caption(sorted(counts), manifest["scenarios"][0], caveat), stamp_line(manifest))
    return figure


def _panel(axis: Axes, table: pd.DataFrame, name: str, scenarios: Sequence[str]) -> set[int]:
    """One indicator; returns how many replicates the lines rest on."""
    scale, unit = _scaled(name, float(table[name].abs().max()))
    counts = set()
    for place, scenario in reversed(list(enumerate(scenarios))):
        years, values = _by_year(table[table["scenario"] == scenario], name)
        counts.add(values.shape[1])
        told = f"{scenario} (baseline)" if place == 0 else scenario
        colour = BASELINE if place == 0 else COLOURS[(place - 1) % len(COLOURS)]
        _line(axis, years, values / scale, colour, told, "--" if place == 0 else "-")
    axis.set_title(NAMES.get(name, name.removesuffix(f"_{UNITS[name]}").replace("_", " ").capitalize()))
    axis.set_xlabel("year")
    axis.set_ylabel(unit)
    axis.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axis.yaxis.set_major_locator(MaxNLocator(6, steps=ROUND))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axis.margins(x=0.02)
    if UNITS[name] in COUNTED and table[name].min() >= 0:
        axis.set_ylim(bottom=0)  # what is counted never falls below nothing, though a band of few runs would
    return counts


def _line(axis: Axes, years: Floats, values: Floats, colour: str, told: str, dashes: str) -> None:
    found = interval(values)
    if values.shape[1] > 1:
        low, high = np.quantile(values, MIDDLE, axis=1)
        axis.fill_between(years, low, high, color=colour, alpha=0.10, linewidth=0)
        axis.fill_between(years, found.low, found.high, color=colour, alpha=0.30, linewidth=0)
    axis.plot(years, found.mean, color=colour, linestyle=dashes, linewidth=1.6, label=told)


def _by_year(rows: pd.DataFrame, name: str) -> tuple[Floats, Floats]:
    """Years (t,) in which the indicator has a value in every replicate, and its values (t, replicates)."""
    wide = rows.pivot(index="year", columns="replicate", values=name).dropna()
    return wide.index.to_numpy(), wide.to_numpy(np.float64)


def _scaled(name: str, greatest: float) -> tuple[float, str]:
    """By what to divide, and the unit that then stands on the axis."""
    unit = {"n": "number", "1": "share"}.get(UNITS[name], UNITS[name])
    if UNITS[name] not in COUNTED:
        return 1.0, unit
    for scale, word in ((1e9, "billion "), (1e6, "million "), (1e3, "thousand ")):
        if greatest >= 2 * scale and (UNITS[name], word) != ("n", "thousand "):
            return scale, word + unit
    return 1.0, unit


def _caption(counts: Sequence[int], baseline: str, caveat: str) -> str:
    n = " to ".join(str(count) for count in dict.fromkeys((counts[0], counts[-1])))
    if counts[-1] < 2:
        bands = f"One replicate of each policy (n = {n}): no interval."
    else:
        bands = (
            f"Lines: mean of n = {n} replicates of each policy. Bands: {METHOD}. Faint bands: middle 80 % of single "
            f"replicates. All policies meet the same futures: whether two differ is told by their paired differences "
            f"(comparison.csv), not by bands."
        )
    return f"{bands} Baseline: {baseline}. Landscape: {caveat}."
