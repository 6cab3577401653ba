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
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.figures.style import PAGE, Sheet, blank, foot, line_of, stamp_line
from experiments.intervals import METHOD, interval
from experiments.names import ADDITIONAL, COUNTED, EFFECTIVE, PUBLIC_TOTAL, UNITS, scaled, shortened, title
from model.units import Floats

KEY = (EFFECTIVE, ADDITIONAL, "condition_mean", "eca_ha", "violations_n", PUBLIC_TOTAL)
STOCKS = (
    "legacy_mines_ha",
    "mining_backlog_ha",
    "unfunded_obligations_yuan",
    "natural_shoreline_pct",
    "spartina_ha",
    "bay_condition_mean",
)
"""What the past left and the coast keeps; more of it follows a policy late."""

MIDDLE = (0.1, 0.9)
PANEL = 2.15  # inches, the height of one
KEY_LINE = 0.2  # inches, of the legend
COLUMNS = 2
LEGEND_COLUMNS, LEGEND_LETTERS = 2, 32
HANDLE = 4.0  # of a letter's height: dashes repeat in it, so that lines are told apart without colour
ROUND = (1, 2, 5, 10)
LEAST_SPAN, STILL = 1e-6, 0.1


def with_headline(headline: str) -> tuple[str, ...]:
    """The headline and the key indicators, as many as there are panels."""
    return tuple(dict.fromkeys((headline, *KEY)))[: len(KEY)]


def trajectories(
    indicators: pd.DataFrame, manifest: Mapping[str, Any], shown: Sequence[str], caveat: str
) -> Sheet:
    """The ``shown`` indicators of the whole landscape over the years, the first scenario as baseline.

    ``indicators``: rows of county ``all`` (scenario, replicate, year, one column an indicator).
    """
    lines = -(-len(shown) // COLUMNS)
    key = KEY_LINE * -(-len(manifest["scenarios"]) // LEGEND_COLUMNS)
    figure = blank(PAGE, lines * PANEL + key)
    axes = figure.subplots(lines, COLUMNS)
    counts = set()
    for name, axis in zip(shown, axes.ravel(), strict=True):
        counts |= _panel(axis, indicators, name, manifest["scenarios"])
    handles, labels = max(
        (axis.get_legend_handles_labels() for axis in axes.ravel()), key=lambda e: len(e[0])
    )
    figure.legend(
        handles[::-1], labels[::-1], loc="outside upper left", ncols=LEGEND_COLUMNS, handlelength=HANDLE
    )
    foot(figure, _caption(sorted(counts), manifest["scenarios"][0], caveat), stamp_line(manifest))
    return figure


def _panel(axis: Axes, table: pd.DataFrame, name: str, scenarios: Sequence[str]) -> set[int]:
    """One indicator; returns how many replicates the lines rest on."""
    axis.set_title(title(name))
    axis.set_xlabel("year")
    if table[name].isna().all():
        axis.set_ylabel(scaled(name, 0.0)[1])
        axis.text(
            0.5, 0.5, "no value on this landscape", transform=axis.transAxes, ha="center", color="#666666"
        )
        return set()
    scale, unit = scaled(name, float(table[name].abs().max()))
    counts = set()
    for place, scenario in reversed(list(enumerate(scenarios))):
        years, values = by_year(table[table["scenario"] == scenario], name)
        counts.add(values.shape[1])
        told = shortened(scenario, LEGEND_LETTERS) + (" (baseline)" if place == 0 else "")
        colour, dashes = line_of(place)
        line(axis, years, values / scale, colour, told, dashes)
    dress(axis, unit, from_zero=UNITS[name] in COUNTED and table[name].min() >= 0)
    return counts


def dress(axis: Axes, unit: str, *, from_zero: bool) -> None:
    """Years to the right, few round ticks; what is counted never falls below nothing, though a band would."""
    axis.set_ylabel(unit)
    axis.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axis.yaxis.set_major_locator(MaxNLocator(6, steps=ROUND))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axis.margins(x=0.02)
    first, last = axis.dataLim.intervalx
    if first == last:
        axis.set_xlim(first - 1, last + 1)
    low, high = axis.get_ylim()
    if high - low < LEAST_SPAN * max(abs(high), abs(low)):  # nothing moves: rounding is no picture
        axis.set_ylim(low - STILL * abs(low), high + STILL * abs(high))
    if from_zero:
        axis.set_ylim(bottom=0)


def line(axis: Axes, years: Floats, values: Floats, colour: str, told: str, dashes: Any) -> None:
    """The mean of ``values`` (years, replicates) with its interval, and where single futures lie."""
    found = interval(values)
    if values.shape[1] > 1:
        low, high = np.quantile(values, MIDDLE, axis=1)
        axis.fill_between(years, low, high, color=colour, alpha=0.10, linewidth=0)
        axis.fill_between(years, found.low, found.high, color=colour, alpha=0.30, linewidth=0)
    marker = "o" if len(years) == 1 else None
    axis.plot(years, found.mean, color=colour, linestyle=dashes, linewidth=1.6, label=told, marker=marker)


def by_year(rows: pd.DataFrame, name: str) -> tuple[Floats, Floats]:
    """Years (t,) in which the indicator has a value in every replicate, and its values (t, replicates)."""
    wide = rows.pivot(index="year", columns="replicate", values=name).dropna()
    return wide.index.to_numpy(), wide.to_numpy(np.float64)


def bands(counts: Sequence[int]) -> str:
    """What lines and bands are, and over how many replicates; ``counts`` in order."""
    if not counts or counts[-1] < 2:
        return "One replicate of each policy (n = 1): no interval."
    n = " to ".join(str(count) for count in dict.fromkeys((counts[0], counts[-1])))
    return (
        f"Lines: mean of n = {n} replicates of each policy. Bands: {METHOD}. Faint bands: middle 80 % of single "
        f"replicates."
    )


def _caption(counts: Sequence[int], baseline: str, caveat: str) -> str:
    paired = (
        " All policies meet the same futures: whether two differ is told by their paired differences "
        "(comparison.csv), not by bands."
        if counts and counts[-1] > 1
        else ""
    )
    own = f"Axes of shares and per cent do not begin at zero. Baseline: {baseline}. Landscape: {caveat}."
    return f"{bands(counts)}{paired} {own}"
