"""What of the land claimed as restored truly is, and what of that would not have come by itself.

Claimed: accepted on what was observed. Effective: degraded when works began, and now restored, truly and lastingly.
Additional: effective where the untreated twin of the same land is not. Land that is claimed and was not degraded when
works began never can be effective; the rest has not recovered yet, never will or fell back: which of these is not
recorded. Most likely wrong: taking all of that rest for failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from experiments.figures.style import COLOURS, PAGE, SMALL, Sheet, alike, blank, foot, stamp_line
from experiments.figures.trajectories import by_year, dress
from experiments.intervals import METHOD, interval
from experiments.names import ADDITIONAL, CLAIMED, EFFECTIVE, UNDEGRADED, scaled, shortened
from model.units import Floats

HEIGHT, LEGEND = 2.2, 1.0  # inches: a panel and the words above all
COLUMNS, LETTERS = 2, 34
SHOWN = (CLAIMED, EFFECTIVE, ADDITIONAL, UNDEGRADED)
GAP = "area_claimed_gap_ha"
PARTS = (
    ("claimed and effective, beyond what would have come by itself", COLOURS[2], ""),
    ("claimed and effective, would have come by itself", COLOURS[0], "////"),
    ("claimed, degraded, not effective: not yet, not at all, or no longer", COLOURS[4], "...."),
    ("claimed, was not degraded", COLOURS[3], r"\\\\"),
)
"""From the bottom up, with colour and hatching."""

BETWEEN, APART = 10, 2  # years: from one bar of a line to the next, and to that of the line above
PALE = 0.55  # of the colours, the rest white: a transparent one would hide its hatching in SVG


def restored(indicators: pd.DataFrame, manifest: Mapping[str, Any], caveat: str) -> Sheet:
    """Parts of the claimed area of the whole landscape, a panel a scenario; one scale where all can be read on it.

    ``indicators``: rows of county ``all`` (scenario, replicate, year, one column an indicator).
    """
    scenarios = manifest["scenarios"]
    lines = -(-len(scenarios) // COLUMNS)
    figure = blank(PAGE, HEIGHT * lines + LEGEND)
    of_each = {name: parts(indicators[indicators["scenario"] == name]) for name in scenarios}
    most = {name: float(np.max(areas.sum(axis=0), initial=0.0)) for name, (_, areas) in of_each.items()}
    one = alike(list(most.values()))
    axes = figure.subplots(lines, COLUMNS, sharex=True, sharey=one, squeeze=False).ravel()
    for name, axis in zip(scenarios, axes, strict=False):
        scale, unit = scaled(CLAIMED, max(most.values()) if one else most[name])
        years, areas = of_each[name]
        _panel(axis, years, areas / scale)
        dress(axis, unit, from_zero=True)
        axis.set_title(shortened(name, LETTERS) + (" (baseline)" if name == scenarios[0] else ""))
    for axis in axes[len(scenarios) :]:
        axis.axis("off")
    for axis in axes[max(0, len(scenarios) - COLUMNS) : len(scenarios)]:
        axis.tick_params(labelbottom=True)
        axis.set_xlabel("year")
    handles, told = axes[0].get_legend_handles_labels()
    figure.legend(handles[::-1], told[::-1], loc="outside upper left", ncols=1, fontsize=SMALL)
    counts = sorted(areas.shape[2] for _, areas in of_each.values())
    foot(figure, _caption(counts, one, caveat), stamp_line(manifest))
    return figure


def parts(rows: pd.DataFrame) -> tuple[Floats, Floats]:
    """Years (t,) and the parts of one scenario's claimed area in ha, (:data:`PARTS`, t, replicates)."""
    names = (ADDITIONAL, EFFECTIVE, GAP, UNDEGRADED)
    years, _ = by_year(rows, CLAIMED)
    additional, effective, gap, undegraded = (by_year(rows, name)[1] for name in names)
    return years, np.stack([additional, effective - additional, gap - undegraded, undegraded])


def _panel(axis: Axes, years: Floats, areas: Floats) -> None:
    """Means one above the other; bars, each at its own years, for the interval of what ends there."""
    ends = areas.cumsum(axis=0)
    below: Floats = np.zeros(len(years))
    for place, ((told, colour, hatch), end) in enumerate(zip(PARTS, ends, strict=True)):
        found = interval(end)
        face: dict[str, Any] = {
            "facecolor": _pale(colour),
            "edgecolor": colour,
            "hatch": hatch,
            "linewidth": 0.8,
        }
        axis.fill_between(years, below, found.mean, label=told, **face)
        some = slice(APART * (place + 1), None, BETWEEN)
        bars = np.stack([found.mean - found.low, found.high - found.mean])[:, some]
        if areas.shape[2] > 1:
            axis.errorbar(
                years[some], found.mean[some], yerr=bars, fmt="none", ecolor="black", capsize=2, lw=1.0
            )
        below = found.mean


def _pale(colour: str) -> tuple[float, ...]:
    return tuple(1.0 - PALE * (1.0 - part) for part in to_rgb(colour))


def _caption(counts: list[int], one: bool, caveat: str) -> str:
    n = " to ".join(str(count) for count in dict.fromkeys((counts[0], counts[-1])))
    bars = (
        f"Bars, each for the sum up to its line: {METHOD}."
        if counts[-1] > 1
        else "One replicate: no interval."
    )
    scale = "All panels have one scale." if one else "Each panel has its own scale: read its axis."
    return (
        f"Area claimed as restored, accepted on what was observed, and its parts: mean of n = {n} replicates. {bars} "
        f"{scale} Only land that was degraded when works began can be effective; of such land, what is not effective "
        f"is not yet restored, never will be or fell back, and the records do not tell which. Landscape: {caveat}."
    )
