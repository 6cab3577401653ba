"""Where land got better or worse, and where one policy made a difference to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from experiments.figures.land import Ground, maps_of, moment, short
from experiments.figures.style import CHANGE, Sheet, foot, stamp_line
from model.units import Floats

SHOWN_SHARE = 0.99  # of the patches lie within the colours; the rest takes the last one
STEP = 0.05


def map_of_change(maps: pd.DataFrame, manifest: Mapping[str, Any], other: str, caveat: str) -> Sheet:
    """Baseline and ``other`` scenario: condition at the end less that at the start; then one less the other at the end.

    ``maps``: scenario, replicate, year, patch, x_m, y_m, area_ha, ecosystem, condition.
    """
    baseline = manifest["scenarios"][0]
    first, last = int(maps["year"].min()), int(maps["year"].max())
    ground = Ground(moment(maps, baseline, last).reset_index())
    changes = {
        f"{short(name)}\n{last} less {first}": _between(maps, ground, (name, first), (name, last))
        for name in (baseline, other)
    }
    if other != baseline:
        told = f"{short(other)}\nless {short(baseline)}, {last}"
        changes[told] = _between(maps, ground, (baseline, last), (other, last))
    limit = _limit(list(changes.values()))
    scale = ScalarMappable(Normalize(-limit, limit), colormaps[CHANGE])
    label = "difference in condition (share of the reference)"
    figure = maps_of(ground, changes, scale, label, "+.3f", "both")
    foot(figure, _caption(maps, caveat), stamp_line(manifest))
    return figure


def _between(maps: pd.DataFrame, ground: Ground, before: tuple[str, int], after: tuple[str, int]) -> Floats:
    """Condition in ``after`` (scenario, year) less that in ``before``, in the order of the ground's patches."""
    one, other = (moment(maps, *each)["condition"].reindex(ground.patches.index) for each in (before, after))
    return (other - one).to_numpy(np.float64)


def _limit(changes: list[Floats]) -> float:
    """A round limit of the colours, the same for all panels."""
    known = np.concatenate([np.abs(change[np.isfinite(change)]) for change in changes])
    reach = np.quantile(known, SHOWN_SHARE) if known.size else 0.0
    return float(max(np.ceil(reach / STEP), 1.0) * STEP)


def _caption(maps: pd.DataFrame, caveat: str) -> str:
    replicate = int(maps["replicate"].iloc[0])
    return (
        f"Condition of patches, each a square of its own area, in one future (replicate {replicate}; n = 1, so no "
        f"interval). Green is better, brown worse, near white the same; light grey is farmland and built land, which "
        f"are no habitat, dark grey lies outside; blue lines the shore of the sea, black the borders of counties on "
        f"land. Landscape: {caveat}; trust proportions, not places."
    )
