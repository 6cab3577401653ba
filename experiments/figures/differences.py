"""What each policy changes against the baseline, indicator by indicator, and below it at whose cost.

Every mark is a mean paired difference in the last year (same replicate, same future), its bar the 95 % interval: the
very rows of ``comparison.csv``. The grey band is what is too small to matter. Most likely wrong: comparing lengths
across panels, each of which has its own unit; those of money alone share one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments import criteria
from experiments.figures.style import (
    BASELINE,
    BETTER,
    IRRELEVANT,
    OPEN,
    PAGE,
    SMALL,
    WORSE,
    Sheet,
    blank,
    foot,
    stamp_line,
    wrapped,
)
from experiments.figures.trajectories import KEY, STOCKS
from experiments.intervals import METHOD
from experiments.names import (
    ADDITIONAL,
    DIRECTIONS,
    EFFECTIVE,
    HOUSEHOLDS,
    PRIVATE_TOTAL,
    PUBLIC_TOTAL,
    scaled,
    shortened,
    title,
)

ROW, AROUND = 0.2, 0.95  # inches: a scenario's row, title and axis of a panel
LEGEND = 0.8
LINES, COLUMNS = 4, 3
PANELS = (LINES - 1) * COLUMNS
MONEY = (PUBLIC_TOTAL, PRIVATE_TOTAL, HOUSEHOLDS)
"""The last line, from left to right: at whose cost; of one unit and one axis."""

WANTED = (
    EFFECTIVE,
    ADDITIONAL,
    "condition_mean",
    "bay_condition_mean",
    "eca_ha",
    "legacy_mines_ha",
    "unfunded_obligations_yuan",
    "natural_shoreline_pct",
    "spartina_ha",
    *KEY,
    *STOCKS,
)
LETTERS, TITLE_LETTERS = 20, 28
EDGE = 0.04  # of an axis, beyond the outermost mark
MARKS = {
    criteria.BETTER: ("^", BETTER),
    criteria.WORSE: ("v", WORSE),
    criteria.MORE: ("s", BASELINE),
    criteria.LESS: ("s", BASELINE),
    criteria.SMALL: ("D", OPEN),
    criteria.OPEN: ("o", OPEN),
    criteria.SAME: ("x", OPEN),
}
"""Mark and colour of each verdict."""

HOLLOW = "o"
TOLD = {
    criteria.BETTER: "better: whole interval beyond the band",
    criteria.WORSE: "worse: whole interval beyond the band",
    criteria.MORE: "differs so, neither way the better one",
    criteria.SMALL: "too small to matter: all within it",
    criteria.OPEN: "not decided: neither of these",
    criteria.SAME: "no difference in any future",
}
BAND = "band: differences too small to matter"


def differences(comparison: pd.DataFrame, manifest: Mapping[str, Any], headline: str, caveat: str) -> Sheet:
    """Forest plots of key indicators and, in the last line, of public and private money and of households' loss.

    ``comparison``: as ``comparison.csv``, one baseline's.
    """
    last = comparison[comparison["year"] == comparison["year"].max()]
    others = [name for name in manifest["scenarios"][1:] if name in set(last["scenario"])]
    shown = _shown(last, headline)
    figure = blank(PAGE, LINES * (ROW * max(len(others), 2) + AROUND) + LEGEND)
    axes = figure.subplots(LINES, COLUMNS, squeeze=False, sharey=True)
    named = [*shown, *[None] * (PANELS - len(shown)), *MONEY]
    most = {name: _reach(last, MONEY if name in MONEY else (name,)) for name in named if name}
    for name, axis in zip(named, axes.ravel(), strict=True):
        if name is None:
            axis.axis("off")
            continue
        _panel(axis, last[last["indicator"] == name].set_index("scenario"), name, others, most[name])
    _share(axes[-1])
    figure.legend(handles=_legend(), loc="outside upper left", ncols=2, fontsize=SMALL)
    last = last[last["indicator"].isin([*shown, *MONEY])]
    foot(figure, _caption(last, manifest, caveat), stamp_line(manifest))
    return figure


def weighed(relevance: float) -> str:
    """What a caption says of the smallest relevant effect."""
    if not relevance:
        return "Whatever lies beyond zero counts (relevance = 0)."
    return (
        f"Grey band: too small to matter, {100 * relevance:.3g} % of the indicator's size in the baseline (relevance = "
        f"{relevance:g}, stated beforehand; sizes: docs/indicators.md)."
    )


def _shown(last: pd.DataFrame, headline: str) -> list[str]:
    """The headline and the key indicators that have a value here, as many as there are panels."""
    wanted = dict.fromkeys((headline, *WANTED))
    there = set(last["indicator"])
    return [name for name in wanted if name in there and name not in MONEY][:PANELS]


def _reach(last: pd.DataFrame, names: Sequence[str]) -> float:
    """The farthest end of any interval in these indicators."""
    ends = last.loc[last["indicator"].isin(names), ["mean", "low", "high"]].abs().max().max()
    return float(np.nan_to_num(ends))


def _share(axes: Sequence[Axes]) -> None:
    """One axis for panels of one unit: lengths can be compared between them."""
    low, high = zip(*(axis.get_xlim() for axis in axes), strict=True)
    edge = EDGE * (max(high) - min(low))
    for axis in axes:
        axis.set_xlim(min(low) - edge, max(high) + edge)


def _panel(axis: Axes, rows: pd.DataFrame, name: str, others: Sequence[str], most: float) -> None:
    """One indicator, in the unit of values of up to ``most``."""
    scale, unit = scaled(name, most)
    band = float(rows["relevant"].max()) / scale if len(rows) else 0.0
    axis.axvspan(-band, band, color=IRRELEVANT, linewidth=0.0, zorder=0)
    axis.axvline(0.0, color=BASELINE, linewidth=0.8)
    by_scenario = rows.to_dict("index")
    for place, scenario in enumerate(others):
        if scenario not in by_scenario:
            continue
        row = by_scenario[scenario]
        marker, colour = MARKS[row["verdict"]]
        if row["n"] > 1:
            axis.plot([row["low"] / scale, row["high"] / scale], [place, place], color=colour, linewidth=1.6)
        filled = "white" if marker == HOLLOW else colour
        axis.plot(row["mean"] / scale, place, marker, color=colour, markerfacecolor=filled, markersize=5.5)
    arrow = {1: "more is better", -1: "less is better", 0: ""}[DIRECTIONS[name]]
    axis.set_title(wrapped(title(name), TITLE_LETTERS), fontsize=8.5)
    axis.set_xlabel(f"{unit}\n({arrow})" if arrow else unit, fontsize=SMALL)
    axis.set_yticks(range(len(others)), [shortened(other, LETTERS) for other in others])
    axis.set_ylim(len(others) - 0.4, -0.6)
    axis.xaxis.set_major_locator(MaxNLocator(4))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:+,.5g}" if value else "0"))
    axis.tick_params(labelsize=SMALL)
    low, high = axis.get_xlim()
    if not np.any(rows[["mean", "low", "high", "relevant"]].fillna(0.0)):
        low, high = -1.0, 1.0
    axis.set_xlim(min(low, 0.0), max(high, 0.0))


def _legend() -> list[Artist]:
    return [*key_to(TOLD), Patch(color=IRRELEVANT, label=BAND)]


def key_to(told: Mapping[str, str]) -> list[Line2D]:
    """The marks of the verdicts that are ``told``, with those words."""
    return [
        Line2D(
            [], [], color=MARKS[verdict][1], marker=MARKS[verdict][0], linewidth=1.6, label=words,
            markerfacecolor="white" if MARKS[verdict][0] == HOLLOW else MARKS[verdict][1],
        )
        for verdict, words in told.items()
    ]  # fmt: skip


def _caption(last: pd.DataFrame, manifest: Mapping[str, Any], caveat: str) -> str:
    n = " to ".join(str(count) for count in dict.fromkeys((int(last["n"].min()), int(last["n"].max()))))
    bars = f"Bars: {METHOD}." if last["n"].max() > 1 else "One replicate: no interval."
    return (
        f"Paired differences to {manifest['scenarios'][0]} in {int(last['year'].iloc[0])}: each policy less the "
        f"baseline in the same future, mean of n = {n} replicates. {bars} {weighed(manifest['relevance'])} Money is "
        f"summed since the start, its three panels on one scale. The numbers stand in comparison.csv. "
        f"Landscape: {caveat}."
    )
