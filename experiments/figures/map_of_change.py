"""Where land got better or worse, and where one policy made a difference to another.

Each patch is a square of its own area at its centroid, the small ones on top, coloured by the difference in condition.
Maps are of one replicate: places of rule-assigned patches differ between replicates, so a mean over them would show no
land at all. Most likely wrong: reading a single square; what is dug or drained where is assigned by rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from experiments.figures.style import CHANGE, blank, foot, stamp_line
from model.units import Floats

SIZE = (12.5, 5.4)
TITLE_SIZE = 8.5  # long names of policies stand beside one another
OUTSIDE, USED = "#b4b4b4", "#dedede"
SEA, RIM = "#3d7ea6", 0.003  # of the width of the land
OVERLAP = 1.02  # hides the hair between neighbours
METRES = 1e3  # in a kilometre
USES = ("farmland", "built")  # no habitat: they have no part in condition_mean either
SHOWN_SHARE = 0.99  # of the patches lie within the colours; the rest takes the last one
STEP = 0.05
SQUARE_METRES = 1e4  # in a hectare


def map_of_change(maps: pd.DataFrame, manifest: Mapping[str, Any], other: str, caveat: str) -> Figure:
    """Baseline and ``other`` scenario: condition at the end less that at the start; then one less the other at the end.

    ``maps``: scenario, replicate, year, patch, x_m, y_m, area_ha, ecosystem, condition.
    """
    baseline = manifest["scenarios"][0]
    first, last = int(maps["year"].min()), int(maps["year"].max())
    ends = {name: _between(maps, (name, first), (name, last)) for name in (baseline, other)}
    panels = {f"{name}: {last} less {first}": change for name, change in ends.items()}
    if other != baseline:
        panels[f"{last}: {other} less {baseline}"] = _between(maps, (baseline, last), (other, last))
    figure = blank(*SIZE)
    axes = figure.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
    limit = _limit([change["change"].to_numpy() for change in panels.values()])
    for axis, (title, change) in zip(axes, panels.items(), strict=True):
        drawn = _squares(axis, change, limit)
        axis.set_title(f"{title}\n{_mean(change)}", fontsize=TITLE_SIZE)
        axis.set_xlabel("km to the east")
    axes[0].set_ylabel("km to the north")
    bar = figure.colorbar(drawn, ax=axes, shrink=0.8, pad=0.01, extend="both")
    bar.set_label("difference in condition (share of the reference)")
    foot(figure, _caption(maps, caveat), stamp_line(manifest))
    return figure


def _between(maps: pd.DataFrame, before: tuple[str, int], after: tuple[str, int]) -> pd.DataFrame:
    """Patches of ``after`` (scenario, year) with their condition less that in ``before``, large ones first."""
    one, other = (
        maps[(maps["scenario"] == name) & (maps["year"] == year)].set_index("patch")
        for name, year in (before, after)
    )
    change = other.assign(change=other["condition"] - one["condition"]).dropna(subset="change")
    return change.sort_values("area_ha", ascending=False, kind="stable")


def _squares(axis: Axes, change: pd.DataFrame, limit: float) -> PolyCollection:
    """Land, then a rim around the sea, then the sea, each patch a square; returns the land, for its colours."""
    place = change[["x_m", "y_m"]].to_numpy() / METRES
    place -= place.min(axis=0)
    half = np.sqrt(change["area_ha"].to_numpy() * SQUARE_METRES) / METRES / 2.0 * OVERLAP
    sea, used = (change["ecosystem"] == "bay").to_numpy(), change["ecosystem"].isin(USES).to_numpy()
    values = np.ma.masked_where(used, change["change"].to_numpy())
    colours = {"cmap": colormaps[CHANGE].with_extremes(bad=USED), "norm": Normalize(-limit, limit)}
    land = _collection(place[~sea], half[~sea], array=values[~sea], zorder=1.0, **colours)
    axis.add_collection(land)
    axis.add_collection(_collection(place[sea], half[sea] + RIM * np.ptp(place), facecolors=SEA, zorder=1.1))
    axis.add_collection(_collection(place[sea], half[sea], array=values[sea], zorder=1.2, **colours))
    axis.autoscale_view()
    axis.set_aspect("equal")
    axis.set_facecolor(OUTSIDE)
    axis.grid(visible=False)
    return land


def _collection(place: Floats, half: Floats, **more: Any) -> PolyCollection:
    """Squares around ``place`` (n, 2), as dots in every kind of file: they are many."""
    corners = place[:, None, :] + half[:, None, None] * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    return PolyCollection(list(corners), edgecolors="none", antialiaseds=False, rasterized=True, **more)


def _limit(changes: list[Floats]) -> float:
    """A round limit of the colours, the same for all panels."""
    reach = np.quantile(np.abs(np.concatenate(changes)), SHOWN_SHARE)
    return float(max(np.ceil(reach / STEP), 1.0) * STEP)


def _mean(change: pd.DataFrame) -> str:
    """The difference in ``condition_mean`` that the patches drawn make together."""
    habitat = change[~change["ecosystem"].isin(USES)]
    if habitat.empty:
        return ""
    return f"mean over area {np.average(habitat['change'], weights=habitat['area_ha']):+.3f}"


def _caption(maps: pd.DataFrame, caveat: str) -> str:
    replicate = int(maps["replicate"].iloc[0])
    return (
        f"Condition of patches, each a square of its own area, in one future (replicate {replicate}; n = 1, so no "
        f"interval). Green is better, brown worse, near white the same; light grey is farmland and built land, which "
        f"are no habitat, dark grey lies outside; blue lines the shore of the sea. Landscape: {caveat}; trust "
        f"proportions, not places."
    )
