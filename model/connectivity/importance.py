"""What the landscape would lose with each patch: its own habitat, its traffic, and the traffic of others over it.

``dPC_k = 100 (PC - PC without k) / PC = dPCintra + dPCflux + dPCconnector`` with ``dPCintra = 100 a_k^2 / PCnum``,
``dPCflux = 200 sum_{j != k} a_k a_j p*_kj / PCnum``, and the connector what all other pairs lose because their
best path led over k (Saura & Rubio 2010, Ecography 33:523-537). Most likely to be wrong: that patches are lost
one at a time.

Pairs whose best path avoids k lose nothing, so for each source only the branch behind k is searched again, from
its rim: exact, and no whole search for each patch removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.connectivity.links import Neighbours, Pointers, checked_areas, checked_links, checked_probability
from model.connectivity.paths import pop, push, settle_from
from model.connectivity.ways import CUTOFF, EXACT_BELOW
from model.state.kernel import kernel
from model.units import Floats


@dataclass(frozen=True)
class Importance:
    """Shares of PC lost with each patch, in per cent (shape n each); ``cutoff`` as in the equivalent area."""

    intra: Floats
    flux: Floats
    connector: Floats
    cutoff: float

    @property
    def total(self) -> Floats:
        """dPC of each patch, per cent."""
        return self.intra + self.flux + self.connector


def importance(
    areas: NDArray[Any],
    indptr: NDArray[Any],
    indices: NDArray[Any],
    probability: NDArray[Any],
    cutoff: float = CUTOFF,
    exact_below: int = EXACT_BELOW,
) -> Importance:
    """dPC of every patch in its three parts; all zero in a landscape without habitat.

    Arguments and errors as in :func:`model.connectivity.eca`.
    """
    pointers, neighbours = checked_links(indptr, indices)
    habitat = checked_areas(areas, pointers)
    chance = checked_probability(probability, pointers, neighbours)
    least = 0.0 if habitat.size <= exact_below else cutoff
    own = habitat**2
    traffic, led = _traffic(habitat, pointers, neighbours, chance, least)
    numerator = float(np.sum(own + traffic))
    if numerator == 0.0:
        nothing = np.zeros(habitat.size)
        return Importance(nothing, nothing, nothing, least)
    percent = 100.0 / numerator
    return Importance(percent * own, 2.0 * percent * traffic, percent * led, least)


@kernel
def _traffic(
    areas: Floats, indptr: Pointers, indices: Neighbours, probability: Floats, cutoff: float
) -> tuple[Floats, Floats]:
    """``a_i sum_{j != i} a_j p*_ij`` of each patch i, and what all other pairs lose without it (ha^2, shape n)."""
    n = areas.size
    traffic = np.zeros(n)
    led = np.zeros(n)
    best = np.zeros(n)
    parent = np.empty(n, dtype=np.int32)
    settled = np.empty(n, dtype=np.int32)
    chances = np.empty(indices.size + 1)
    patches = np.empty(indices.size + 1, dtype=np.int32)
    again = np.full(n, -1.0)  # below zero: not in the branch
    branch = np.empty(n, dtype=np.int32)
    child = np.full(n, -1, dtype=np.int32)
    sibling = np.full(n, -1, dtype=np.int32)
    for source in range(n):
        if areas[source] == 0.0:
            continue
        count = settle_from(
            source, indptr, indices, probability, cutoff, best, parent, settled, chances, patches
        )
        for place in range(1, count):
            patch = settled[place]
            traffic[source] += areas[source] * areas[patch] * best[patch]
            sibling[patch] = child[parent[patch]]
            child[parent[patch]] = patch
        for place in range(1, count):
            removed = settled[place]
            if child[removed] >= 0:
                size = _branch_behind(removed, child, sibling, branch)
                lost = _lost_behind(
                    removed,
                    branch[:size],
                    areas,
                    indptr,
                    indices,
                    probability,
                    cutoff,
                    best,
                    again,
                    chances,
                    patches,
                )
                led[removed] += areas[source] * lost
        for place in range(count):
            best[settled[place]] = 0.0
            child[settled[place]] = -1
    return traffic, led


@kernel
def _branch_behind(removed: int, child: Neighbours, sibling: Neighbours, branch: Neighbours) -> int:
    """List in ``branch`` all patches whose best path leads over ``removed``; their number."""
    size = 0
    first = child[removed]
    while first >= 0:
        branch[size] = first
        size += 1
        first = sibling[first]
    place = 0
    while place < size:
        first = child[branch[place]]
        while first >= 0:
            branch[size] = first
            size += 1
            first = sibling[first]
        place += 1
    return size


@kernel
def _lost_behind(
    removed: int,
    branch: Neighbours,
    areas: Floats,
    indptr: Pointers,
    indices: Neighbours,
    probability: Floats,
    cutoff: float,
    best: Floats,
    again: Floats,
    chances: Floats,
    patches: Neighbours,
) -> float:
    """``sum_j a_j (p* with - p* without)`` over a branch; ``again`` is left below zero as it was found."""
    for patch in branch:
        again[patch] = 0.0
    size = 0
    for patch in branch:
        for link in range(indptr[patch], indptr[patch + 1]):
            rim = indices[link]
            if rim == removed or again[rim] >= 0.0:
                continue
            onward = best[rim] * probability[link]
            if onward > again[patch] and onward >= cutoff:
                again[patch] = onward
        if again[patch] > 0.0:
            size = push(chances, patches, size, again[patch], patch)
    _search_branch(size, indptr, indices, probability, cutoff, again, chances, patches)
    lost = 0.0
    for patch in branch:
        lost += areas[patch] * (best[patch] - again[patch])
        again[patch] = -1.0
    return lost


@kernel
def _search_branch(
    size: int,
    indptr: Pointers,
    indices: Neighbours,
    probability: Floats,
    cutoff: float,
    again: Floats,
    chances: Floats,
    patches: Neighbours,
) -> None:
    while size > 0:
        chance = chances[0]
        patch = patches[0]
        size = pop(chances, patches, size)
        if chance < again[patch]:
            continue
        for link in range(indptr[patch], indptr[patch + 1]):
            onward = chance * probability[link]
            target = indices[link]
            if again[target] >= 0.0 and onward > again[target] and onward >= cutoff:
                again[target] = onward
                size = push(chances, patches, size, onward, target)
