"""A landscape as a picture: each patch a square of its own area at its centroid, small ones on top, sea within a rim.

The picture of which patch lies where is painted once and coloured for each panel. Maps are of one replicate: places of
rule-assigned patches differ between replicates, so a mean over them would show no land at all. Most likely wrong:
reading a single square; what is dug or drained where is assigned by rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from numpy.typing import NDArray

from model.units import Floats

LONGER_SIDE = 600  # pixels
OUTSIDE, USED, SEA = "#b4b4b4", "#dedede", "#3d7ea6"
NOTHING, SHORE = -1, -2  # in a picture of rows
RIM = 0.003  # of the width of the land
SEAM = 1.1
USES = ("farmland", "built")  # no habitat: they have no part in condition_mean either
METRES = 1e3  # in a kilometre
SQUARE_METRES = 1e4  # in a hectare
MARGIN = 0.02  # of the width of the land


class Ground:
    """Where patches lie: a picture of row numbers, from one table of patches (patch, x_m, y_m, area_ha, ecosystem)."""

    def __init__(self, patches: pd.DataFrame) -> None:
        self.patches = patches.sort_values("area_ha", ascending=False, kind="stable").set_index("patch")
        self.sea = (self.patches["ecosystem"] == "bay").to_numpy()
        self.used = self.patches["ecosystem"].isin(USES).to_numpy()
        place = self.patches[["x_m", "y_m"]].to_numpy() / METRES
        half = np.sqrt(self.patches["area_ha"].to_numpy() * SQUARE_METRES) / METRES / 2.0
        low, high = (place - half[:, None]).min(axis=0), (place + half[:, None]).max(axis=0)
        self.size: Floats = high - low
        self.rows = _painted(place - low, half, self.sea, self.size)

    def draw(self, axis: Axes, values: Floats, scale: ScalarMappable) -> None:
        """Colour the patches by ``values`` (in the order of ``patches``); land in use and unknown values stay grey."""
        known = np.isfinite(values) & ~self.used
        colour = np.where(known[:, None], scale.to_rgba(np.where(known, values, 0.0)), colors.to_rgba(USED))
        # What is no patch has a negative number, which counts from the end.
        table = np.concatenate([colour, [colors.to_rgba(SEA)], [colors.to_rgba(OUTSIDE)]])
        width, height = self.size
        axis.imshow(
            table[self.rows], extent=(0.0, width, 0.0, height), origin="lower", interpolation="nearest"
        )
        margin = MARGIN * self.size.max()
        axis.set_xlim(-margin, width + margin)
        axis.set_ylim(-margin, height + margin)
        axis.set_facecolor(OUTSIDE)
        axis.grid(visible=False)
        axis.set_xlabel("km to the east")

    def mean(self, values: Floats) -> float:
        """Area-weighted mean over known habitat; not a number where there is none."""
        known = np.isfinite(values) & ~self.used
        return (
            float(np.average(values[known], weights=self.patches["area_ha"][known]))
            if known.any()
            else np.nan
        )


def moment(maps: pd.DataFrame, scenario: str, year: int) -> pd.DataFrame:
    """The patches of one scenario in one year, by patch."""
    return maps[(maps["scenario"] == scenario) & (maps["year"] == year)].set_index("patch")


def _painted(place: Floats, half: Floats, sea: Any, size: Floats) -> NDArray[np.int32]:
    """The row that each pixel shows, as (height, width); every patch takes one pixel at least."""
    pixels = LONGER_SIDE / size.max()
    shape = np.maximum(np.ceil(size * pixels).astype(int), 1)
    image = np.full(shape[::-1], NOTHING, dtype=np.int32)
    rim = RIM * size.max()
    _paint(image, np.flatnonzero(~sea), place, half * SEAM, pixels)  # what was cut out of a cell leaves a gap
    _paint(image, np.flatnonzero(~sea), place, half, pixels)
    _paint(image, np.flatnonzero(sea), place, half + rim, pixels, SHORE)
    _paint(image, np.flatnonzero(sea), place, half, pixels)
    return image


def _paint(
    image: NDArray[np.int32], rows: Sequence[int] | Any, place: Floats, half: Floats, pixels: float,
    shown: int | None = None,
) -> None:  # fmt: skip
    first = np.maximum(np.floor((place - half[:, None]) * pixels).astype(int), 0)
    last = np.maximum(np.ceil((place + half[:, None]) * pixels).astype(int), first + 1)
    for row in rows:
        (left, bottom), (right, top) = first[row], last[row]
        image[bottom:top, left:right] = row if shown is None else shown
