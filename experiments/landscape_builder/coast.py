"""Where land meets sea: kilometres of shore, bays, and the water that neighbouring bays exchange.

    rate_ij = MIXING * width_ij / sqrt(min(area_i, area_j)),   at most MOST_MIXED of a bay a year in all

The rates are assumed: they rank the openings between bays by their width against the smaller bay and mix the slow
stocks (sediment, nutrients in it), not the water itself, which the tide renews within weeks.
Most likely wrong: these rates; next, the outlines of bays, drawn by hand around common knowledge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import KDTree

from experiments.landscape_builder import raster, sources
from experiments.landscape_builder.bays import BAYS
from experiments.landscape_builder.raster import PIXEL, Cells

MIXING = 0.15  # per year
MOST_MIXED = 0.5  # of a bay's stock a year, over all its openings
PIECE = 50.0  # m of coastline that go to one cell
SHORE_REACH = 5  # pixels between a line of coast and the land cell that it bounds

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Coast:
    """Of the n cells: kilometres of shore, m to the nearest shore, bay (-1 on land); and the bays."""

    shoreline: Floats
    distance: NDArray[np.float32]
    bay: NDArray[np.int16]
    bays: pd.DataFrame
    exchange: Floats


def trace_coast(cells: Cells) -> Coast:
    """Measure the shore, name the bays and join those that touch."""
    shoreline, shore = _shoreline(cells)
    bay, bays = _bays(cells)
    return Coast(shoreline, _shore_distance(cells, shore), bay, bays, _exchange(cells, bay, bays))


def _shoreline(cells: Cells) -> tuple[Floats, Floats]:
    """Kilometres of coast in each land cell, and the points (k, 2) of the coast that were counted."""
    middles, lengths = zip(*map(_pieces, sources.coast_rings()), strict=True)
    middle, length = np.concatenate(middles), np.concatenate(lengths)
    row, column = raster.pixels_of(middle)
    seen = (row >= 0) & (row < raster.ROWS) & (column >= 0) & (column < raster.COLUMNS)
    middle, length, row, column = middle[seen], length[seen], row[seen], column[seen]
    on_land = np.append(~cells.is_sea, False)[cells.number]
    distance, nearest = ndimage.distance_transform_edt(~on_land, return_indices=True)
    ours = distance[row, column] <= SHORE_REACH
    cell = cells.number[tuple(nearest[:, row[ours], column[ours]])]
    return np.bincount(cell, weights=length[ours] / 1000, minlength=cells.area.size).astype(float), middle[
        ours
    ]


def _pieces(ring: Floats) -> tuple[Floats, Floats]:
    """Middles (k, 2) and lengths (m) of short pieces of a ring of longitude and latitude."""
    near = (np.abs(ring[:, 0] - 117.4) < 1.6) & (np.abs(ring[:, 1] - 24.7) < 1.8)
    both = near[:-1] & near[1:]
    points = np.full(ring.shape, np.nan)
    points[near] = sources.to_metres(ring[near])
    start, end = points[:-1][both], points[1:][both]
    count = np.maximum(np.ceil(np.hypot(*(end - start).T) / PIECE), 1).astype(int)
    which = np.repeat(np.arange(count.size), count)
    step = np.arange(which.size) - np.repeat(np.cumsum(count) - count, count)
    along = ((step + 0.5) / count[which])[:, None]
    middle = start[which] + along * (end - start)[which]
    return middle, (np.hypot(*(end - start).T) / count)[which]


def _shore_distance(cells: Cells, shore: Floats) -> NDArray[np.float32]:
    """Metres from each cell's middle to the shore; 0 where the shore runs through its square."""
    size = cells.size
    distance = np.asarray(KDTree(shore).query(np.column_stack([cells.x, cells.y]))[0])
    square = cells.grid_row * 100_000 + cells.grid_column
    crossed = (shore[:, 1] // size).astype(np.int64) * 100_000 + (shore[:, 0] // size).astype(np.int64)
    distance[np.isin(square, crossed)] = 0.0
    return distance.astype(np.float32)


def _bays(cells: Cells) -> tuple[NDArray[np.int16], pd.DataFrame]:
    """The bay of each sea cell: the first outline around its middle, or else the nearest outline."""
    shapely = sources.package("shapely")
    rings = [shapely.Polygon(sources.to_metres(np.array(bay.ring))) for bay in BAYS]
    points = shapely.points(cells.x[cells.is_sea], cells.y[cells.is_sea])
    gap = np.column_stack([shapely.distance(ring, points) for ring in rings])
    bay = np.full(cells.area.size, -1, dtype=np.int16)
    bay[cells.is_sea] = gap.argmin(axis=1)
    area = np.bincount(bay[cells.is_sea], weights=cells.area[cells.is_sea], minlength=len(rings))
    names = {"name": [bay.name for bay in BAYS], "name_zh": [bay.name_zh for bay in BAYS]}
    return bay, pd.DataFrame({**names, "area_ha": area})


def _exchange(cells: Cells, bay: NDArray[np.int16], bays: pd.DataFrame) -> Floats:
    """Pairs of bays that touch and the share of the smaller one that they mix per year, (k, 3)."""
    of_pixel = np.append(bay, -1)[cells.number].astype(np.int64)
    width = np.zeros((len(bays), len(bays)))
    for one, other in ((of_pixel[:, :-1], of_pixel[:, 1:]), (of_pixel[:-1], of_pixel[1:])):
        touch = (one != other) & (one >= 0) & (other >= 0)
        np.add.at(width, (one[touch], other[touch]), PIXEL)
    width += width.T
    area = bays["area_ha"].to_numpy() * 1e4
    rate = MIXING * width / np.sqrt(np.minimum.outer(area, area))
    too_much = np.maximum(rate.sum(axis=1) / MOST_MIXED, 1.0)
    rate /= np.maximum.outer(too_much, too_much)
    first, second = np.nonzero(np.triu(rate))
    return np.column_stack([first, second, np.floor(rate[first, second] * 1e4) / 1e4])
