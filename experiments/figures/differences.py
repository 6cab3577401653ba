"""What each policy changes against the baseline, indicator by indicator, and beside it what it costs the public.

Every mark is a mean paired difference in the last year (same replicate, same future), its bar the 95 % interval: the
very rows of ``comparison.csv``. The grey band is what is too small to matter. Most likely wrong: comparing lengths
across panels, each of which has its own unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments import criteria
from experiments.figures.style import BASELINE, BETTER, IRRELEVANT, OPEN, WORSE, blank, foot, stamp_line
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

WIDTH, ROW, AROUND = 12.5, 0.23, 0.62  # inches: the figure, a scenario's row, title and axis of a panel
FOOT = 1.3
LINES, COLUMNS = 3, 4
PANELS = LINES * (COLUMNS - 1)
MONEY = (PUBLIC_TOTAL, PRIVATE_TOTAL, HOUSEHOLDS)
"""The last column, from top to bottom: at whose cost."""

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
LETTERS = 24
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


def differences(comparison: pd.DataFrame, manifest: Mapping[str, Any], headline: str, caveat: str) -> Figure:
    """Forest plots of key indicators and, in the last column, of public and private money and of households' loss.

    ``comparison``: as ``comparison.csv``, one baseline's.
    """
    last = comparison[comparison["year"] == comparison["year"].max()]
    others = [name for name in manifest["scenarios"][1:] if name in set(last["scenario"])]
    shown = _shown(last, headline)
    figure = blank(WIDTH, LINES * (ROW * max(len(others), 2) + AROUND) + FOOT)
    axes = figure.subplots(LINES, COLUMNS, squeeze=False, sharey=True)
    places = [*axes[:, :-1].ravel(), *axes[:, -1]]
    named = [*shown, *[None] * (PANELS - len(shown)), *MONEY]
    for name, axis in zip(named, places, strict=True):
        if name is None:
            axis.axis("off")
            continue
        _panel(axis, last[last["indicator"] == name].set_index("scenario"), name, others)
    figure.legend(handles=_legend(), loc="outside upper left", ncols=4, fontsize=8.0)
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


def _panel(axis: Axes, rows: pd.DataFrame, name: str, others: Sequence[str]) -> None:
    ends = rows[["mean", "low", "high"]].abs().max().max() if len(rows) else 0.0
    scale, unit = scaled(name, float(ends))
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
    axis.set_title(title(name), fontsize=9.0)
    axis.set_xlabel(f"{unit} ({arrow})" if arrow else unit, fontsize=7.5)
    axis.set_yticks(range(len(others)), [shortened(other, LETTERS) for other in others])
    axis.set_ylim(len(others) - 0.4, -0.6)
    axis.xaxis.set_major_locator(MaxNLocator(4))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:+,.5g}" if value else "0"))
    axis.tick_params(axis="x", labelsize=7.5)
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
        f"summed since the start. The numbers stand in comparison.csv. Landscape: {caveat}."
    )
