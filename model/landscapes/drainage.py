"""Where water runs on invented land: every cell to its lowest neighbour, over the lip where it stands in a hollow.

The land is flooded from the sea upwards, lowest lip first; a cell drains into the neighbour it was flooded from, so
water always gets away and never runs in a circle ("priority flood", Barnes, Lehman & Mulla 2014). Counties and bays
grow outwards from their seats in the same manner, by the least toil of getting there, so that borders follow ridges.
Most likely wrong: a hollow is filled here, where a real river would have cut its lip.
"""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from model.state.kernel import kernel
from model.units import Flags, Floats

LEAST_FALL = 1e-6  # from a filled cell to the next
EIGHT = np.array([(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)], dtype=np.int64)
FOUR = np.array([(-1, 0), (0, -1), (0, 1), (1, 0)], dtype=np.int64)


def drain(elevation: Floats, inside: Flags, sea: Flags) -> NDArray[np.int32]:
    """Place (row * columns + column) that each place drains into (rows * columns,); -1 at sea and at outlets.

    Without a sea the lowest cell is the outlet of all.
    """
    outlets = np.flatnonzero(sea)
    if outlets.size == 0:
        outlets = np.array([np.argmin(np.where(inside, elevation, np.inf))])
    downstream = np.full(elevation.size, -1, dtype=np.int32)
    _flood(elevation.copy(), inside & ~sea, outlets, downstream, EIGHT)
    return downstream


@kernel
def _flood(
    height: Floats,
    land: Flags,
    outlets: NDArray[np.int64],
    downstream: NDArray[np.int32],
    directions: NDArray[np.int64],
) -> None:
    rows, columns = height.shape
    reached = np.zeros(height.size, dtype=np.bool_)
    queue = [(0.0, np.int64(0)) for _ in range(0)]
    for outlet in outlets:
        reached[outlet] = True
        heapq.heappush(queue, (height[outlet // columns, outlet % columns], outlet))
    while len(queue) > 0:
        lip, place = heapq.heappop(queue)
        for k in range(directions.shape[0]):
            row, column = place // columns + directions[k, 0], place % columns + directions[k, 1]
            if row < 0 or row >= rows or column < 0 or column >= columns:
                continue
            other = row * columns + column
            if reached[other] or not land[row, column]:
                continue
            reached[other] = True
            downstream[other] = place
            height[row, column] = max(height[row, column], lip + LEAST_FALL)
            heapq.heappush(queue, (height[row, column], other))


def grow(seats: NDArray[np.int64], toil: Floats, inside: Flags) -> NDArray[np.int64]:
    """Number of the seat (rows, columns) from which each cell ``inside`` is reached with the least toil; -1 outside.

    A step to one of the four neighbours costs 1 plus the difference of ``toil`` (rows, columns) between the two.
    Regions hang together by construction.
    """
    region = np.full(toil.shape, -1, dtype=np.int64)
    _grow(seats, toil, inside, region, FOUR)
    return region


@kernel
def _grow(
    seats: NDArray[np.int64],
    toil: Floats,
    inside: Flags,
    region: NDArray[np.int64],
    directions: NDArray[np.int64],
) -> None:
    rows, columns = toil.shape
    queue = [(0.0, np.int64(0), np.int64(0)) for _ in range(0)]
    for seat in range(seats.size):
        heapq.heappush(queue, (0.0, seats[seat], np.int64(seat)))
    while len(queue) > 0:
        spent, place, number = heapq.heappop(queue)
        here_row, here_column = place // columns, place % columns
        if region[here_row, here_column] >= 0:
            continue
        region[here_row, here_column] = number
        for k in range(directions.shape[0]):
            row, column = here_row + directions[k, 0], here_column + directions[k, 1]
            if row < 0 or row >= rows or column < 0 or column >= columns:
                continue
            if inside[row, column] and region[row, column] < 0:
                cost = 1.0 + abs(toil[row, column] - toil[here_row, here_column])
                heapq.heappush(queue, (spent + cost, row * columns + column, np.int64(number)))
