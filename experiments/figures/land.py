"""A landscape as a picture: each patch a square of its own area at its centroid, small ones on top, sea within a rim.

The picture of which patch lies where is painted once and coloured for each panel. Maps are of one replicate: places of
rule-assigned patches differ between replicates, so a mean over them would show no land at all. Borders of counties run
where patches of two counties meet on land. Most likely wrong: reading a single square; what is dug or drained where is
assigned by rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from experiments.figures.style import PAGE, SMALL, Sheet, blank, wrapped
from experiments.names import shortened
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
BORDER, BORDER_WIDTH = "#000000", 0.6  # points
BAR_SHARE = 0.3  # of the width of the land: the scale bar is a round number of kilometres at most so long
COLUMNS = 2
MAP_WIDTH, MOST_HEIGHT, WORDS_HEIGHT = 2.9, 3.6, 0.95  # inches, of a map and of the words around it
TITLE_LETTERS = 34


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
        self.borders = _borders(self.rows, self.patches["county"].to_numpy(), self.sea, self.size)

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
        axis.add_collection(LineCollection(list(self.borders), colors=BORDER, linewidths=BORDER_WIDTH))
        axis.set_xlim(-margin, width + margin)
        axis.set_ylim(-margin, height + margin)
        axis.set_facecolor(OUTSIDE)
        axis.grid(visible=False)
        axis.tick_params(labelsize=SMALL)
        self._scale_bar(axis)

    def _scale_bar(self, axis: Axes) -> None:
        """A round number of kilometres, in the lower left corner."""
        long = round_below(BAR_SHARE * float(self.size[0]))
        place, up = 0.03 * self.size
        box = {"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 2.0}
        axis.text(
            place + long / 2,
            1.6 * up,
            f"{long:g} km",
            ha="center",
            va="bottom",
            fontsize=SMALL,
            bbox=box,
            zorder=4,
        )
        axis.plot(
            [place, place + long], [up, up], color="black", linewidth=2.5, solid_capstyle="butt", zorder=5
        )

    def mean(self, values: Floats) -> float:
        """Area-weighted mean over known habitat; not a number where there is none."""
        known = np.isfinite(values) & ~self.used
        return (
            float(np.average(values[known], weights=self.patches["area_ha"][known]))
            if known.any()
            else np.nan
        )


def maps_of(
    ground: Ground, seen: Mapping[str, Floats], scale: ScalarMappable, label: str, mean: str, extend: str
) -> Sheet:
    """The land coloured by each of ``seen`` (title -> values by patch), with one key; ``mean``: the format of means."""
    lines = -(-(len(seen) + 1) // COLUMNS)
    high = min(MAP_WIDTH * float(ground.size[1] / ground.size[0]), MOST_HEIGHT)
    figure = blank(PAGE, lines * (high + WORDS_HEIGHT))
    axes = figure.subplots(lines, COLUMNS, squeeze=False)
    for (name, values), axis in zip(seen.items(), axes.ravel(), strict=False):
        ground.draw(axis, values, scale)
        over_area = ground.mean(values)
        told = f"\nmean over area {format(over_area, mean)}" if np.isfinite(over_area) else ""
        axis.set_title(f"{name}{told}", fontsize=SMALL)
        axis.set_xlabel("km to the east", fontsize=SMALL)
        axis.set_ylabel("km to the north", fontsize=SMALL)
    for axis in axes.ravel()[len(seen) :]:
        axis.axis("off")
    _key(figure, axes.ravel()[len(seen)], scale, label, extend)
    return figure


def short(name: str) -> str:
    """A scenario's name as it fits above a map."""
    return shortened(name, TITLE_LETTERS)


def round_below(most: float) -> float:
    """The greatest of 1, 2, 5, 10, 20 … that is no more than ``most``."""
    unit = 10.0 ** np.floor(np.log10(most))
    return float(unit * max(step for step in (1.0, 2.0, 5.0) if step * unit <= most))


def _key(figure: Sheet, axis: Axes, scale: ScalarMappable, label: str, extend: str) -> None:
    bar = figure.colorbar(
        scale, cax=axis.inset_axes((0.05, 0.72, 0.9, 0.06)), orientation="horizontal", extend=extend
    )
    bar.set_label(wrapped(label, TITLE_LETTERS), fontsize=SMALL)
    bar.ax.tick_params(labelsize=SMALL)
    handles = [
        Patch(color=USED, label="farmland and built land: no habitat"),
        Patch(color=OUTSIDE, label="outside the landscape"),
        Line2D([], [], color=SEA, linewidth=2.0, label="shore of the sea"),
        Line2D([], [], color=BORDER, linewidth=1.0, label="borders of counties on land"),
    ]
    axis.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.0, 0.5), fontsize=SMALL)


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


def _borders(rows: NDArray[np.int32], county: NDArray[Any], sea: Any, size: Floats) -> Floats:
    """Lines between land of different counties, in km: (lines, two ends, x and y)."""
    _, code = np.unique(county, return_inverse=True)
    # What is no patch has a negative number, which counts from the end.
    place = np.append(np.where(sea, NOTHING, code), [NOTHING, NOTHING])[rows]
    upright = _runs(_apart(place.T))
    level = _runs(_apart(place))
    ends = np.concatenate([upright, level[:, :, ::-1]]).astype(np.float64)
    return np.asarray(ends * size / rows.shape[::-1])


def _apart(place: NDArray[Any]) -> Any:
    """Where one line of ``place`` and the next are of different counties."""
    one, next_ = place[:-1], place[1:]
    return (one != next_) & (one != NOTHING) & (next_ != NOTHING)


def _runs(apart: Any) -> NDArray[Any]:
    """Unbroken stretches along each line, as (stretches, two ends, line and place)."""
    steps = np.diff(np.pad(apart, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    first, last = np.argwhere(steps == 1), np.argwhere(steps == -1)
    return np.asarray(np.stack([first, last], axis=1) + np.array([1, 0]))
