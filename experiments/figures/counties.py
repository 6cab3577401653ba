"""Which counties do better and which worse: what each policy changes in each, against the baseline in the same futures.

The grey bar of a county is what would be too small to matter there. Panels share an axis where all can be read on it;
else each has its own. Most likely wrong: that a county with a wide interval does neither; with so few
futures it is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments import criteria
from experiments.figures.differences import HOLLOW, MARKS, key_to, weighed
from experiments.figures.style import BASELINE, IRRELEVANT, PAGE, SMALL, Sheet, alike, blank, foot, stamp_line
from experiments.intervals import METHOD
from experiments.names import DIRECTIONS, scaled, shortened, title

COLUMNS = 4
ROW, AROUND, LEGEND = 0.17, 0.75, 0.55  # inches: a county, title and axis of a panel, the words above all
MOST_COUNTIES = 40
LETTERS = 18
BAND = 0.9  # height of a county's grey bar, of its row
TOLD = {
    criteria.BETTER: "does better",
    criteria.WORSE: "does worse",
    criteria.SMALL: "too small to matter",
    criteria.OPEN: "not decided",
    criteria.SAME: "no difference",
}


def counties(
    table: pd.DataFrame, manifest: Mapping[str, Any], indicator: str, names: Mapping[str, str], caveat: str
) -> Sheet:
    """Paired differences in ``indicator`` in the last year, a row a county, a panel a scenario beside the baseline.

    ``table``: of :func:`experiments.compare.by_county`. ``names``: county code -> name. Of more than ``MOST_COUNTIES``
    those with the greatest differences are shown.
    """
    others = [name for name in manifest["scenarios"][1:] if name in set(table["scenario"])]
    order = _order(table, DIRECTIONS[indicator])
    rows = {name: table[table["scenario"] == name].set_index("county").reindex(order) for name in others}
    most = {name: float(each[["mean", "low", "high"]].abs().max().max()) for name, each in rows.items()}
    one = alike(list(most.values()))
    columns = min(len(others), COLUMNS)
    lines = -(-len(others) // columns)
    figure = blank(PAGE, lines * (ROW * len(order) + AROUND) + LEGEND)
    axes = figure.subplots(lines, columns, sharex=one, sharey=True, squeeze=False).ravel()
    for axis, scenario in zip(axes, others, strict=False):
        scale, unit = scaled(indicator, max(most.values()) if one else most[scenario])
        _panel(axis, rows[scenario], scale)
        axis.set_title(shortened(scenario, LETTERS), fontsize=8.5)
        axis.set_xlabel(unit if one else f"{unit}, own scale", fontsize=SMALL)
        axis.tick_params(labelsize=SMALL, labelbottom=True)
    for axis in axes[len(others) :]:
        axis.axis("off")
    axes[0].set_yticks(range(len(order)), [shortened(names.get(code, code), LETTERS) for code in order])
    figure.legend(handles=_legend(), loc="outside upper left", ncols=3, fontsize=SMALL)
    left_out = table["county"].nunique() - len(order)
    foot(figure, _caption(table, manifest, indicator, left_out, one, caveat), stamp_line(manifest))
    return figure


def _order(table: pd.DataFrame, way: int) -> list[str]:
    """Counties by their difference averaged over the scenarios, the best first; of many those that differ most."""
    mean = table.groupby("county", sort=False)["mean"].mean() * (way or 1)
    most = mean.abs().sort_values(ascending=False, kind="stable").index[:MOST_COUNTIES]
    return [
        str(code) for code in mean[mean.index.isin(most)].sort_values(ascending=False, kind="stable").index
    ]


def _panel(axis: Axes, rows: pd.DataFrame, scale: float) -> None:
    band = rows["relevant"].fillna(0.0) / scale
    axis.use_sticky_edges = False
    axis.barh(range(len(rows)), 2.0 * band, BAND, -band, color=IRRELEVANT, linewidth=0.0, zorder=0)
    axis.axvline(0.0, color=BASELINE, linewidth=0.8)
    for place, row in enumerate(rows.to_dict("records")):
        if pd.isna(row["mean"]):
            continue
        marker, colour = MARKS[row["verdict"]]
        if row["n"] > 1:
            axis.plot([row["low"] / scale, row["high"] / scale], [place, place], color=colour, linewidth=1.4)
        filled = "white" if marker == HOLLOW else colour
        axis.plot(row["mean"] / scale, place, marker, color=colour, markerfacecolor=filled, markersize=4.5)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.xaxis.set_major_locator(MaxNLocator(3))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:+,.5g}" if value else "0"))


def _legend() -> list[Artist]:
    return [*key_to(TOLD), Patch(color=IRRELEVANT, label="within it: too small")]


def _caption(
    table: pd.DataFrame, manifest: Mapping[str, Any], indicator: str, left_out: int, one: bool, caveat: str
) -> str:
    n = " to ".join(str(count) for count in dict.fromkeys((int(table["n"].min()), int(table["n"].max()))))
    bars = f"Bars: {METHOD}." if table["n"].max() > 1 else "One replicate: no interval."
    scale = "" if one else " Each panel has its own scale: read its axis."
    fewer = f" {left_out} counties with smaller differences are left out." if left_out else ""
    return (
        f"{title(indicator)} in each county in the last year: each policy less {manifest['scenarios'][0]} in the same "
        f"future, mean of n = {n} replicates. {bars} {weighed(manifest['relevance'])}{scale}{fewer} "
        f"Landscape: {caveat}."
    )
