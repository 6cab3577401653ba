"""Which way water runs: from every square of the window to the sea or over the window's edge.

Squares are flooded from their outlets upward, as on invented land (`model.landscapes.drainage`). A square's height
is that of its lowest pixel: the bed of the river that crosses it, not the hills beside it.
Most likely wrong: divides between rivers that the recalled courses do not name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from experiments.landscape_builder.raster import COLUMNS, PIXEL, ROWS, SMALLEST_PART, X0, Y0, Cells
from experiments.landscape_builder.relief import Relief
from experiments.landscape_builder.rivers import DIRECT, ELSEWHERE
from model.landscapes.drainage import drain

MOUTH_REACH = 2.5  # cell sizes within which water that meets the sea finds a sea cell of the study
RETURNS_WITHIN = 15_000.0  # m: water that crosses the border and comes back so soon counts as staying

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Drainage:
    """Of the n cells of the study area."""

    downstream: NDArray[np.int32]  # (n,) -1 at sea cells and where water leaves the area
    basin: NDArray[np.int32]  # (n,) row of `basin_names`; -1 at sea
    basin_names: tuple[str, ...]
    on_known_river: NDArray[np.bool_]  # (n,)


@dataclass(frozen=True)
class Squares:
    """The window's squares of one cell size, flat (rows * columns,)."""

    columns: int
    target: Indices  # the square that each drains into, -1 at outlets
    meets_sea: NDArray[np.bool_]
    course: Indices  # the lowest known river in the square, -1 without
    cell: Indices  # the land cell of the study that the square holds, -1 without


def drain_cells(cells: Cells, land: NDArray[np.bool_], relief: Relief) -> Drainage:
    """Route every square of the window, then keep what the study area needs to know."""
    squares = _route(cells, land, relief)
    inside = np.flatnonzero(squares.cell >= 0)
    row = squares.cell[inside]
    downstream = np.full(cells.area.size, -1, dtype=np.int32)
    downstream[row] = _next_cell(cells, squares, inside)
    label = _basin_of(cells, squares, relief.course_basins, inside)
    names, number = np.unique(label, return_inverse=True)
    basin = np.full(cells.area.size, -1, dtype=np.int32)
    basin[row] = number
    on_river = np.zeros(cells.area.size, dtype=bool)
    on_river[row] = squares.course[inside] >= 0
    return Drainage(downstream, basin, tuple(map(str, names)), on_river)


def _route(cells: Cells, land: NDArray[np.bool_], relief: Relief) -> Squares:
    """Flood the squares of the window from the shore and from the window's edge."""
    height = _by_square(np.where(land, relief.height, np.inf), cells.size)
    course = _by_square(relief.course, cells.size)
    lowest = np.where(course >= 0, height, np.inf)  # a river's own pixels count first
    at = np.where(np.isfinite(lowest).any(axis=2), lowest.argmin(axis=2), height.argmin(axis=2))[..., None]
    bed = np.take_along_axis(height, at, axis=2)[..., 0]
    share = _by_square(land, cells.size).mean(axis=2)
    meets_sea = share < 1 - SMALLEST_PART
    edge = np.ones(share.shape, dtype=bool)
    edge[1:-1, 1:-1] = False
    sea_bed = np.where(np.isfinite(bed), bed, 0.0)
    target = drain(sea_bed, np.ones_like(edge), meets_sea | edge).astype(np.int64)
    cell = np.full(share.shape, -1, dtype=np.int64)
    on_land = np.flatnonzero(~cells.is_sea)
    place = (
        cells.grid_row[on_land] - int(Y0 // cells.size),
        cells.grid_column[on_land] - int(X0 // cells.size),
    )
    cell[place] = on_land
    return Squares(
        columns=share.shape[1],
        target=target,
        meets_sea=meets_sea.ravel(),
        course=np.take_along_axis(course, at, axis=2)[..., 0].astype(np.int64).ravel(),
        cell=cell.ravel(),
    )


def _by_square(pixels: NDArray[Any], size: float) -> NDArray[Any]:
    """The pixels of each square of the window, (rows, columns, pixels)."""
    per_cell = round(size / PIXEL)
    blocks = pixels.reshape(ROWS // per_cell, per_cell, COLUMNS // per_cell, per_cell).swapaxes(1, 2)
    return blocks.reshape(blocks.shape[0], blocks.shape[1], -1)


def _next_cell(cells: Cells, squares: Squares, inside: Indices) -> Indices:
    """The cell that each inside square drains into, a short way across the border allowed; into the sea; or -1."""
    here, arrived = inside.copy(), np.full(inside.size, -1, dtype=np.int64)
    moving = np.ones(inside.size, dtype=bool)
    for _ in range(round(RETURNS_WITHIN / cells.size) + 1):
        moving &= squares.target[here] >= 0
        here = np.where(moving, squares.target[here], here)
        arrived = np.where(moving, squares.cell[here], arrived)
        moving &= squares.cell[here] < 0
    at_sea = squares.meets_sea[here] & (squares.target[here] < 0) & (arrived < 0)
    arrived[at_sea] = _sea_cell_near(cells, here[at_sea], squares.columns)
    return arrived


def _sea_cell_near(cells: Cells, square: Indices, columns: int) -> Indices:
    """The sea cell nearest to a square, or -1 where none is near: the water meets a sea outside the study."""
    at_sea = np.flatnonzero(cells.is_sea)
    tree = KDTree(np.column_stack([cells.x[at_sea], cells.y[at_sea]]))
    east, north = X0 + (square % columns + 0.5) * cells.size, Y0 + (square // columns + 0.5) * cells.size
    _, nearest = tree.query(np.column_stack([east, north]), distance_upper_bound=MOUTH_REACH * cells.size)
    return np.append(at_sea, -1)[nearest]


def _basin_of(cells: Cells, squares: Squares, basins: tuple[str, ...], inside: Indices) -> NDArray[np.str_]:
    """The basin of the first known river on the way down, or how the water of a square ends without one."""
    end = inside.copy()
    while (on := (squares.course[end] < 0) & (squares.target[end] >= 0)).any():
        end[on] = squares.target[end[on]]
    ours = squares.meets_sea[end] & (_sea_cell_near(cells, end, squares.columns) >= 0)
    return np.where(
        squares.course[end] >= 0, np.array(basins)[squares.course[end]], np.where(ours, DIRECT, ELSEWHERE)
    )
