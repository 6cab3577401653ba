"""What is claimed as restored, what truly is, and what of it would not have come by itself.

Claimed: accepted on what was observed. Effective: true and lasting. Additional: effective where the untreated twin of
the same land is not. Most likely wrong: that acceptance saw what it should have seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from experiments.figures.style import COLOURS, blank, foot, stamp_line
from experiments.figures.trajectories import bands, by_year, dress, line
from experiments.names import ADDITIONAL, CLAIMED, EFFECTIVE, scaled, shortened, title

WIDTH, HEIGHT, FOOT = 3.5, 2.7, 1.0  # inches, a panel and the words around all
FEWEST, COLUMNS, LETTERS = 2, 3, 34
SHOWN = {CLAIMED: (COLOURS[1], ":"), EFFECTIVE: (COLOURS[0], "-"), ADDITIONAL: (COLOURS[2], "--")}


def restored(indicators: pd.DataFrame, manifest: Mapping[str, Any], caveat: str) -> Figure:
    """Claimed, effectively and additionally restored area of the whole landscape, a panel a scenario, one scale.

    ``indicators``: rows of county ``all`` (scenario, replicate, year, one column an indicator).
    """
    scenarios = manifest["scenarios"]
    columns = min(COLUMNS, max(len(scenarios), FEWEST))
    lines = -(-len(scenarios) // columns)
    figure = blank(WIDTH * columns, HEIGHT * lines + FOOT)
    axes = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False).ravel()
    scale, unit = scaled(CLAIMED, float(indicators[list(SHOWN)].abs().max().max()))
    counts = set()
    for scenario, axis in zip(scenarios, axes, strict=False):
        rows = indicators[indicators["scenario"] == scenario]
        for name, (colour, dashes) in SHOWN.items():
            years, values = by_year(rows, name)
            counts.add(values.shape[1])
            line(axis, years, values / scale, colour, title(name), dashes)
        axis.set_title(shortened(scenario, LETTERS) + (" (baseline)" if scenario == scenarios[0] else ""))
    for axis in axes[: len(scenarios)]:
        dress(axis, unit, from_zero=True)
        axis.yaxis.get_label().set_visible(axis.get_subplotspec().is_first_col())
    for axis in axes[len(scenarios) :]:
        axis.axis("off")
    for axis in axes[max(0, len(scenarios) - columns) : len(scenarios)]:
        axis.tick_params(labelbottom=True)
        axis.set_xlabel("year")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=len(SHOWN))
    foot(figure, f"{bands(sorted(counts))} Landscape: {caveat}.", stamp_line(manifest))
    return figure
