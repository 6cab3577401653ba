"""Who reaches whom: propagules between like communities that lie near, an invader along the shore.

    p_ij = exp(-d_ij / alpha) * affinity(ecosystem_i, ecosystem_j)

(exponential dispersal kernel, Hanski 1994). A cell is linked to those in and around its square, a carved patch to its
host, to the host's neighbours and to what is carved from the same host; it lies inside its host, so their distance is
its own radius. Farther links are left out: seeds go on from cell to cell over the years. Most likely wrong: the
affinities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model import units as u
from model.landscapes.grid import Grid
from model.landscapes.landscape import DispersalLinks
from model.parameters import sourced
from model.state.kernel import kernel
from model.units import Floats
from model.vocabulary import Ecosystem

WATERS = (Ecosystem.LAKE, Ecosystem.RIVER, Ecosystem.BAY, Ecosystem.WETLAND)
TIDAL = (Ecosystem.MANGROVE, Ecosystem.TIDAL_FLAT)
DRY = (Ecosystem.FOREST, Ecosystem.GRASSLAND, Ecosystem.SANDY_LAND)
MOST_NEAR = 18  # nine squares, each of land and of sea
USED = (Ecosystem.FARMLAND, Ecosystem.BUILT)


@dataclass(frozen=True)
class LinkRules:
    """How far propagules go, and between which communities."""

    dispersal: u.Metres = sourced(100.0, 5000.0, "mean distance of seeds, by animals too", "assumed", "sweep")
    least_probability: u.Probability = sourced(0.02, 0.1, "below it a link is left out", "assumed")
    like_affinity: u.Share = sourced(0.8, 1.0, "between patches of one ecosystem", "assumed")
    open_affinity: u.Share = sourced(0.1, 0.5, "forest, grassland and sandy land among themselves", "assumed")
    tidal_affinity: u.Share = sourced(0.1, 0.5, "mangrove and tidal flat", "assumed")
    water_affinity: u.Share = sourced(
        0.1, 0.6, "rivers, lakes, wetlands and bays among themselves", "assumed"
    )
    estuary_affinity: u.Share = sourced(0.0, 0.3, "mangrove or tidal flat and bay or wetland", "assumed")
    used_affinity: u.Share = sourced(
        0.0, 0.2, "hedges and groves of farmland and towns with dry land", "assumed"
    )
    coast_reach: u.Metres = sourced(
        1000.0, 5000.0, "an invader goes so far along the shore in a year", "assumed"
    )


@dataclass(frozen=True, eq=False)
class Scatter:
    """N patches by cell: those of cell c are rows ``first[c]`` to ``first[c + 1]``; the host comes first.

    ``cell``: cell of each patch; ``host``: 1 for a cell's own background patch; x, y in m; ``radius`` in m.
    """

    first: NDArray[np.int64]
    cell: NDArray[np.int32]
    host: NDArray[np.bool_]
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    radius: NDArray[np.float32]


def affinity(rules: LinkRules) -> Floats:
    """Symmetric matrix (ecosystem, ecosystem) of how well one's propagules establish in the other; 0 for not at all."""
    matrix = np.zeros((len(Ecosystem), len(Ecosystem)))
    for some, others, value in (
        (DRY, DRY, rules.open_affinity),
        (USED, DRY + USED, rules.used_affinity),
        (WATERS, WATERS, rules.water_affinity),
        (TIDAL, (Ecosystem.BAY, Ecosystem.WETLAND), rules.estuary_affinity),
        (TIDAL, TIDAL, rules.tidal_affinity),
    ):
        matrix[np.ix_(some, others)] = value
        matrix[np.ix_(others, some)] = value
    np.fill_diagonal(matrix, rules.like_affinity)
    return matrix


def dispersal_links(
    grid: Grid, rules: LinkRules, where: Scatter, ecosystem: NDArray[np.int8]
) -> DispersalLinks:
    """Dispersal links of N patches in CSR: symmetric, sorted, no patch linked to itself."""
    rows = where.cell.size
    indptr = np.zeros(rows + 1, dtype=np.int64)
    if rules.dispersal <= 0.0:
        return DispersalLinks(indptr, np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))
    arguments = (
        grid.index, grid.column, grid.row, where.first, where.cell, where.host, where.x, where.y, where.radius,
        ecosystem, affinity(rules), rules.dispersal, max(rules.least_probability, 1e-12), indptr,
    )  # fmt: skip
    _disperse(*arguments, np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))
    np.cumsum(indptr, out=indptr)
    indices = np.empty(indptr[-1], dtype=np.int32)
    probability = np.empty(indptr[-1], dtype=np.float32)
    _disperse(*arguments, indices, probability)
    return DispersalLinks(indptr, indices, probability)


@kernel
def _disperse(
    index: NDArray[np.int32], column: NDArray[np.int32], row: NDArray[np.int32],
    first: NDArray[np.int64], cell: NDArray[np.int32], host: NDArray[np.bool_],
    x: NDArray[np.float32], y: NDArray[np.float32], radius: NDArray[np.float32],
    ecosystem: NDArray[np.int8], affinities: Floats, alpha: float, least: float,
    indptr: NDArray[np.int64], indices: NDArray[np.int32], probability: NDArray[np.float32],
) -> None:  # fmt: skip
    """Count the links of row i into ``indptr[i + 1]``; with room in ``indices`` write them instead."""
    near = np.empty(MOST_NEAR, dtype=np.int64)
    for i in range(cell.size):
        found = _near(index, column[cell[i]], row[cell[i]], near)
        count = 0
        for k in range(found):
            for j in range(first[near[k]], first[near[k] + 1]):
                same = cell[i] == cell[j]
                if i == j or not (same or host[i] or host[j]):
                    continue
                if same and (host[i] or host[j]):
                    distance = radius[j] if host[i] else radius[i]
                else:
                    distance = np.hypot(x[i] - x[j], y[i] - y[j])
                p = np.exp(-np.float64(distance) / alpha) * affinities[ecosystem[i], ecosystem[j]]
                if p < least:
                    continue
                if indices.size > 0:
                    indices[indptr[i] + count] = j
                    probability[indptr[i] + count] = p
                count += 1
        if indices.size == 0:
            indptr[i + 1] = count


@kernel
def _near(index: NDArray[np.int32], column: int, row: int, near: NDArray[np.int64]) -> int:
    """Write the cells in and around a square into ``near``, rising; returns how many there are."""
    found = 0
    for side in range(index.shape[0]):
        for down in range(3):
            for right in range(3):
                other = index[side, row + down, column + right]
                if other < 0:
                    continue
                place = found
                while place > 0 and near[place - 1] > other:
                    near[place] = near[place - 1]
                    place -= 1
                near[place] = other
                found += 1
    return found


def coast_links(grid: Grid, reach: float, where: Scatter, coastal: NDArray[np.int64]) -> NDArray[np.int32]:
    """Pairs (k, 2) of the ``coastal`` rows, the smaller first, that lie within ``reach`` m in touching cells."""
    cell = where.cell[coastal]
    first = np.searchsorted(cell, np.arange(where.first.size))  # rows are in the order of their cells
    arguments = (
        grid.index, grid.column, grid.row, first, cell, where.x[coastal], where.y[coastal], reach,
    )  # fmt: skip
    pairs = np.empty((_pair_up(*arguments, np.zeros((0, 2), dtype=np.int64)), 2), dtype=np.int64)
    if pairs.size:
        _pair_up(*arguments, pairs)
    return coastal[pairs].astype(np.int32)


@kernel
def _pair_up(
    index: NDArray[np.int32], column: NDArray[np.int32], row: NDArray[np.int32],
    first: NDArray[np.int64], cell: NDArray[np.int32], x: NDArray[np.float32], y: NDArray[np.float32],
    reach: float, pairs: NDArray[np.int64],
) -> int:  # fmt: skip
    near = np.empty(MOST_NEAR, dtype=np.int64)
    count = 0
    for i in range(cell.size):
        for k in range(_near(index, column[cell[i]], row[cell[i]], near)):
            for j in range(first[near[k]], first[near[k] + 1]):
                if j > i and np.hypot(x[i] - x[j], y[i] - y[j]) <= reach:
                    if pairs.size > 0:
                        pairs[count, 0] = i
                        pairs[count, 1] = j
                    count += 1
    return count
