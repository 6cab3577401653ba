"""Cells of a square grid: who lies beside whom, and an order in which neighbours stay close.

The order follows the curve of Hilbert (1891): cells near one another on the ground are mostly near one another in
memory, which is what makes a pass over links fast. Most likely wrong: nothing in the world depends on it, by design.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Indices = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Grid:
    """Squares of n cells: ``column`` and ``row`` (n,), and back from a square to the cells in it.

    A square on the coast may hold two cells, one of land and one of sea: ``index[0]`` and ``index[1]`` are those of a
    square, -1 where there is none. They have a rim of -1 all round: ``index[side, row + 1, column + 1]``.
    """

    column: Indices
    row: Indices
    index: Indices

    def smooth(self, values: NDArray[Any], reach: int) -> NDArray[np.float32]:
        """Mean of ``values`` (n,) over the cells within ``reach`` columns and rows."""
        total, present = self._around(values, reach), self._around(np.ones(self.row.size), reach)
        mean: NDArray[np.float32] = total[self.row, self.column] / present[self.row, self.column]
        return mean

    def _around(self, values: NDArray[Any], reach: int) -> NDArray[np.float32]:
        rows, columns = self.index.shape[1] - 2, self.index.shape[2] - 2
        place = self.row.astype(np.int64) * columns + self.column
        picture = np.bincount(place, values, rows * columns).reshape(rows, columns).astype(np.float32)
        around: NDArray[np.float32] = ndimage.uniform_filter(picture, 2 * reach + 1, mode="constant")
        return around


def grid_of(x: NDArray[np.float64], y: NDArray[np.float64], size: float, is_sea: NDArray[np.bool_]) -> Grid:
    """The grid of squares of ``size`` m, counted from 0 m, in which the centroids x, y (n,) m of the cells lie.

    Raises ``ValueError`` where two land or two sea cells share a square.
    """
    column, row = (x // size).astype(np.int32), (y // size).astype(np.int32)
    column -= column.min()
    row -= row.min()
    side = is_sea.astype(np.int8)
    number = np.arange(x.size, dtype=np.int32)
    index = np.full((2, int(row.max()) + 3, int(column.max()) + 3), -1, dtype=np.int32)
    index[side, row + 1, column + 1] = number
    hidden = np.flatnonzero(index[side, row + 1, column + 1] != number)
    if hidden.size:
        raise ValueError(f"two cells in one square of {size:g} m: rows {', '.join(map(str, hidden[:5]))}")
    return Grid(column, row, index)


def hilbert_rank(column: NDArray[Any], row: NDArray[Any]) -> NDArray[np.int64]:
    """Place along a Hilbert curve of the cells in ``column``, ``row`` (n,; whole numbers from 0)."""
    x, y = column.astype(np.int64), row.astype(np.int64)
    side = 1 << max(int(max(x.max(initial=0), y.max(initial=0))).bit_length(), 1)
    rank = np.zeros(x.size, dtype=np.int64)
    half = side >> 1
    while half:
        right, upper = (x & half) > 0, (y & half) > 0
        rank += half * half * ((3 * right) ^ upper)
        flip = right & ~upper
        x, y = np.where(flip, side - 1 - x, x), np.where(flip, side - 1 - y, y)
        x, y = np.where(upper, x, y), np.where(upper, y, x)
        half >>= 1
    return rank
