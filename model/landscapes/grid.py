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
    """Places of n cells: ``column`` and ``row`` (n,), and ``index`` of the cell at a place, -1 where there is none.

    ``index`` has a rim of -1 all round: the cell in (column, row) stands at ``index[row + 1, column + 1]``.
    """

    column: Indices
    row: Indices
    index: Indices

    def spread(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """One value a cell (n,) laid out as a picture, 0 where there is no cell."""
        picture = np.zeros((self.index.shape[0] - 2, self.index.shape[1] - 2), dtype=np.float32)
        picture[self.row, self.column] = values
        return picture

    def smooth(self, values: NDArray[Any], reach: int) -> NDArray[np.float32]:
        """Mean of ``values`` (n,) over the cells within ``reach`` columns and rows."""
        size = 2 * reach + 1
        total = ndimage.uniform_filter(self.spread(values), size, mode="constant")
        present = ndimage.uniform_filter(
            (self.index[1:-1, 1:-1] >= 0).astype(np.float32), size, mode="constant"
        )
        mean: NDArray[np.float32] = total[self.row, self.column] / present[self.row, self.column]
        return mean


def grid_of(x: NDArray[np.float64], y: NDArray[np.float64], size: float) -> Grid:
    """The grid on which cells with centres x, y (n,) m lie ``size`` m apart.

    Raises ``ValueError`` where two cells share a place.
    """
    column = np.rint((x - x.min()) / size).astype(np.int32)
    row = np.rint((y - y.min()) / size).astype(np.int32)
    index = np.full((int(row.max()) + 3, int(column.max()) + 3), -1, dtype=np.int32)
    index[row + 1, column + 1] = np.arange(x.size, dtype=np.int32)
    hidden = np.flatnonzero(index[row + 1, column + 1] != np.arange(x.size))
    if hidden.size:
        raise ValueError(f"cells less than {size:g} m apart: rows {', '.join(map(str, hidden[:5]))}")
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
