"""What state the land is in: at the start, the same for every policy, and at the end under two of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from experiments.figures.land import Ground, maps_of, moment, short
from experiments.figures.style import STATE, Sheet, foot, stamp_line


def map_of_condition(maps: pd.DataFrame, manifest: Mapping[str, Any], other: str, caveat: str) -> Sheet:
    """Condition of every patch at the start, at the end under the baseline and under ``other``.

    ``maps``: scenario, replicate, year, patch, x_m, y_m, area_ha, ecosystem, condition.
    """
    baseline = manifest["scenarios"][0]
    first, last = int(maps["year"].min()), int(maps["year"].max())
    ends = {f"{short(name)}\n{last}": (name, last) for name in (baseline, other)}
    moments = {f"the start\n{first}": (baseline, first), **ends}
    ground = Ground(moment(maps, baseline, last).reset_index())
    scale = ScalarMappable(Normalize(0.0, 1.0), colormaps[STATE])
    seen = {
        name: moment(maps, *when)["condition"].reindex(ground.patches.index).to_numpy(np.float64)
        for name, when in moments.items()
    }
    figure = maps_of(ground, seen, scale, "condition (share of the reference)", ".3f", "neither")
    foot(figure, _caption(maps, caveat), stamp_line(manifest))
    return figure


def _caption(maps: pd.DataFrame, caveat: str) -> str:
    replicate = int(maps["replicate"].iloc[0])
    return (
        f"Condition of patches, each a square of its own area, in one future (replicate {replicate}; n = 1, so no "
        f"interval): bright is like the reference, dark is far from it. Light grey is farmland and built land, which "
        f"are no habitat, dark grey lies outside; blue lines the shore of the sea, black the borders of counties on "
        f"land. Landscape: {caveat}; trust proportions, not places."
    )
