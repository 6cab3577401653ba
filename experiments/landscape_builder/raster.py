"""The window as pixels of a hectare: which are land, whose they are, and which cell they fall into.

Cells are squares of 1 or 2 km. One that straddles the coast becomes two, a land and a sea cell, each with its own
pixels; area is therefore counted in whole hectares and conserved. Most likely wrong: whose the reclaimed strips
along the coast are, where polygons and coast disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from experiments.landscape_builder import sources
from experiments.landscape_builder.counties import COUNTIES, NEIGHBOURS
from model.landscapes.grid import hilbert_rank

PIXEL = 100.0  # m
X0, Y0, COLUMNS, ROWS = 420_000.0, 2_580_000.0, 2440, 3100  # south-west corner (m) and pixels of the window
SEA_REACH = 6_000.0  # m: sea farther from these counties' coast is left out
SMALLEST_PART = 0.03  # of a cell: a smaller piece of land or sea joins its neighbour
SMALLEST_SHARE = 0.10  # of a border cell's land: less than that inside the 22 counties joins its neighbour
OUTSIDE = -1

Raster = NDArray[np.int64]


@dataclass(frozen=True)
class Window:
    """Pixels (ROWS, COLUMNS), the first row southernmost."""

    land: NDArray[np.bool_]
    mainland: NDArray[np.bool_]
    county: NDArray[np.int16]  # of land pixels; OUTSIDE elsewhere
    sea_county: NDArray[np.int16]  # of sea pixels within reach; OUTSIDE elsewhere


def pixel_centres() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x and y (m) of every pixel, each (ROWS, COLUMNS)."""
    x = X0 + PIXEL * (np.arange(COLUMNS) + 0.5)
    y = Y0 + PIXEL * (np.arange(ROWS) + 0.5)
    x_grid, y_grid = np.meshgrid(x, y)
    return x_grid, y_grid


def pixels_of(points: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column of the pixels that hold projected points (k, 2)."""
    column = np.floor((points[:, 0] - X0) / PIXEL).astype(np.int64)
    row = np.floor((points[:, 1] - Y0) / PIXEL).astype(np.int64)
    return row, column


def draw_window() -> Window:
    """Land, mainland and counties of every pixel."""
    shapely = sources.package("shapely")
    frame = (X0 - PIXEL, Y0 - PIXEL, X0 + PIXEL * (COLUMNS + 1), Y0 + PIXEL * (ROWS + 1))
    land = np.zeros((ROWS, COLUMNS), dtype=bool)
    mainland = land.copy()
    for number, ring in enumerate(sources.coast_rings()):
        near = shapely.clip_by_rect(shapely.Polygon(ring), *_degrees_frame())
        shape = shapely.transform(shapely.make_valid(near), sources.to_metres)
        inside = fill(shapely.clip_by_rect(shape, *frame))
        land |= inside
        if number == 0:
            mainland = inside
    county = _whose_land(land, mainland)
    return Window(land, mainland, county, _whose_sea(land, county))


def fill(shape: object) -> NDArray[np.bool_]:
    """Pixels whose centre lies within a projected shape."""
    shapely = sources.package("shapely")
    inside = np.zeros((ROWS, COLUMNS), dtype=bool)
    if shapely.is_empty(shape):
        return inside
    left, bottom, right, top = shapely.bounds(shape)
    first, last = pixels_of(np.array([[left, bottom], [right, top]])), 1
    rows = slice(max(first[0][0], 0), min(first[0][1] + last, ROWS))
    columns = slice(max(first[1][0], 0), min(first[1][1] + last, COLUMNS))
    x, y = pixel_centres()
    shapely.prepare(shape)
    inside[rows, columns] = shapely.contains_xy(shape, x[rows, columns], y[rows, columns])
    return inside


def _degrees_frame() -> tuple[float, float, float, float]:
    return sources.WEST, sources.SOUTH, sources.EAST, sources.NORTH


def _whose_land(land: NDArray[np.bool_], mainland: NDArray[np.bool_]) -> NDArray[np.int16]:
    """County by polygon; island and shore pixels in no polygon go to the nearest one, here or next door."""
    label = np.full(land.shape, OUTSIDE, dtype=np.int16)
    codes = [county.code for county in COUNTIES]
    for number, code in enumerate([*codes, *NEIGHBOURS]):
        inside = fill(sources.county_polygon(code))
        label[inside & (label == OUTSIDE)] = number
    unclaimed = land & (label == OUTSIDE)
    near_shore = ndimage.distance_transform_edt(land) < 15  # pixels: what the polygons' own coast may miss
    distance, nearest = ndimage.distance_transform_edt(~(land & (label >= 0)), return_indices=True)
    adopted = unclaimed & (~mainland | near_shore) & (distance < 60)
    label[adopted] = label[tuple(axis[adopted] for axis in nearest)]
    label[~land | (label >= len(codes))] = OUTSIDE
    return label


def _whose_sea(land: NDArray[np.bool_], county: NDArray[np.int16]) -> NDArray[np.int16]:
    """County of the nearest land for sea within reach of it; none where the nearest land is not of the study."""
    distance, nearest = ndimage.distance_transform_edt(~land, return_indices=True)
    owner = county[tuple(nearest)]
    owner[land | (distance * PIXEL > SEA_REACH)] = OUTSIDE
    return owner


@dataclass(frozen=True)
class Cells:
    """Cells of the study area, n of them, and the pixels they are made of."""

    size: float  # m
    number: Raster  # (ROWS, COLUMNS) cell of each pixel, or OUTSIDE
    grid_row: NDArray[np.int64]  # (n,) of the square grid counted from the projection's origin
    grid_column: NDArray[np.int64]
    is_sea: NDArray[np.bool_]
    x: NDArray[np.float64]  # m, mean of the pixels
    y: NDArray[np.float64]
    area: NDArray[np.float64]  # ha
    county: NDArray[np.int16]
    island: NDArray[np.bool_]

    def mean(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean of a raster over each cell's pixels."""
        inside = self.number >= 0
        total = np.bincount(self.number[inside], weights=values[inside], minlength=self.area.size)
        return total / self.area  # a pixel is a hectare


def cut_cells(window: Window, size: float) -> Cells:
    """Gather the pixels of the study area into cells of a land or a sea part, in Hilbert order."""
    per_cell = round(size / PIXEL)
    row = ((Y0 / PIXEL + np.arange(ROWS)) // per_cell).astype(np.int64)[:, None]
    column = ((X0 / PIXEL + np.arange(COLUMNS)) // per_cell).astype(np.int64)[None, :]
    study = (window.county >= 0) | (window.sea_county >= 0)
    square = (row - row[0]) * (int(column.max()) - int(column.min()) + 1) + (column - column.min())
    part = 2 * square + ~window.land
    part[~study] = OUTSIDE
    part = _join_slivers(part, window, square, per_cell**2)
    kept, number = np.unique(part, return_inverse=True)
    number = number.reshape(part.shape).astype(np.int64) - int(kept[0] == OUTSIDE)
    kept = kept[kept != OUTSIDE]
    wide = int(column.max() - column.min() + 1)
    grid_row, grid_column = kept // 2 // wide + row.min(), kept // 2 % wide + column.min()
    order = np.argsort(
        2 * hilbert_rank(grid_column - grid_column.min(), grid_row - grid_row.min()) + kept % 2, kind="stable"
    )
    return _measure(
        window, size, _renumber(number, order), grid_row[order], grid_column[order], kept[order] % 2 == 1
    )


def _join_slivers(
    part: NDArray[np.int64], window: Window, square: NDArray[np.int64], pixels: int
) -> NDArray[np.int64]:
    """Give the pixels of slivers to the nearest cell of the same kind that stays."""
    inside = part >= 0
    count = np.bincount(part[inside], minlength=int(part.max()) + 1)
    whole_land = np.bincount(square[window.land], minlength=count.size // 2 + 1)
    parts = np.arange(count.size)
    enough = np.where(parts % 2 == 0, SMALLEST_SHARE * whole_land[parts // 2], 0)
    small = count < np.maximum(enough, SMALLEST_PART * pixels)
    for kind in (0, 1):
        of_kind = inside & (part % 2 == kind)
        stays = of_kind & ~small[np.where(inside, part, 0)]
        goes = of_kind & ~stays
        nearest = ndimage.distance_transform_edt(~stays, return_distances=False, return_indices=True)
        part[goes] = part[tuple(axis[goes] for axis in nearest)]
    return part


def _renumber(number: Raster, order: NDArray[np.int64]) -> Raster:
    place = np.empty(order.size + 1, dtype=np.int64)
    place[order] = np.arange(order.size)
    place[-1] = OUTSIDE
    return place[number]


def _measure(
    window: Window,
    size: float,
    number: Raster,
    grid_row: NDArray[np.int64],
    grid_column: NDArray[np.int64],
    is_sea: NDArray[np.bool_],
) -> Cells:
    inside = number >= 0
    cell = number[inside]
    x, y = pixel_centres()
    area = np.bincount(cell, minlength=is_sea.size).astype(float)
    owner = np.where(window.land, window.county, window.sea_county)[inside]
    votes = np.zeros((is_sea.size, len(COUNTIES)))
    np.add.at(votes, (cell[owner >= 0], owner[owner >= 0]), 1)
    on_mainland = np.bincount(cell, weights=window.mainland[inside], minlength=is_sea.size) / area
    return Cells(
        size=size,
        number=number,
        grid_row=grid_row,
        grid_column=grid_column,
        is_sea=is_sea,
        x=np.bincount(cell, weights=x[inside]) / area,
        y=np.bincount(cell, weights=y[inside]) / area,
        area=area,
        county=votes.argmax(axis=1).astype(np.int16),
        island=~is_sea & (on_mainland < 0.5),
    )
