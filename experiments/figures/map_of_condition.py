"""What state the land is in: at the start, the same for every policy, and at the end under two of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from experiments.figures.land import Ground, moment
from experiments.figures.map_of_change import SIZE, TITLE_LETTERS, TITLE_SIZE
from experiments.figures.style import STATE, blank, foot, stamp_line
from experiments.names import shortened


def map_of_condition(maps: pd.DataFrame, manifest: Mapping[str, Any], other: str, caveat: str) -> Figure:
    """Condition of every patch at the start, at the end under the baseline and under ``other``.

    ``maps``: scenario, replicate, year, patch, x_m, y_m, area_ha, ecosystem, condition.
    """
    baseline = manifest["scenarios"][0]
    first, last = int(maps["year"].min()), int(maps["year"].max())
    ends = {f"{last}: {shortened(name, TITLE_LETTERS)}": (name, last) for name in (baseline, other)}
    moments = {f"{first}: the start": (baseline, first), **ends}
    ground = Ground(moment(maps, baseline, last).reset_index())
    scale = ScalarMappable(Normalize(0.0, 1.0), colormaps[STATE])
    figure = blank(*SIZE)
    axes = figure.subplots(1, len(moments), sharex=True, sharey=True, squeeze=False)[0]
    for axis, (name, (scenario, year)) in zip(axes, moments.items(), strict=True):
        seen = moment(maps, scenario, year)["condition"].reindex(ground.patches.index).to_numpy(np.float64)
        ground.draw(axis, seen, scale)
        mean = ground.mean(seen)
        axis.set_title(
            f"{name}\nmean over area {mean:.3f}" if np.isfinite(mean) else name, fontsize=TITLE_SIZE
        )
    axes[0].set_ylabel("km to the north")
    bar = figure.colorbar(scale, ax=axes, shrink=0.8, pad=0.01)
    bar.set_label("condition (share of the reference)")
    foot(figure, _caption(maps, caveat), stamp_line(manifest))
    return figure


def _caption(maps: pd.DataFrame, caveat: str) -> str:
    replicate = int(maps["replicate"].iloc[0])
    return (
        f"Condition of patches, each a square of its own area, in one future (replicate {replicate}; n = 1, so no "
        f"interval): bright is like the reference, dark is far from it. Light grey is farmland and built land, which "
        f"are no habitat, dark grey lies outside; blue lines the shore of the sea. Landscape: {caveat}; trust "
        f"proportions, not places."
    )
