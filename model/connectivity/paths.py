"""The best way from patch to patch: a disperser's surest route may lead over stepping stones.

``p*_ij`` is the largest product of p over all paths from i to j: the search of Dijkstra (1959, Numerische
Mathematik 1:269-271) over -log p, here in the products themselves, so that a link of p = 1 is not lost as one
of length zero, and adding a link never lowers a p* by rounding. Only patches with ``p* >= cutoff`` are visited.
Most likely to be wrong: that dispersers find the best path.
"""

from __future__ import annotations

from model.connectivity.links import Neighbours, Pointers
from model.state.kernel import kernel
from model.units import Floats


@kernel
def push(chances: Floats, patches: Neighbours, size: int, chance: float, patch: int) -> int:
    """Add a patch to the heap (largest chance on top) of ``size`` entries; the new size."""
    place = size
    while place > 0:
        parent = (place - 1) >> 1
        if chances[parent] >= chance:
            break
        chances[place] = chances[parent]
        patches[place] = patches[parent]
        place = parent
    chances[place] = chance
    patches[place] = patch
    return size + 1


@kernel
def pop(chances: Floats, patches: Neighbours, size: int) -> int:
    """Take the top away from the heap of ``size`` entries (read it before); the new size."""
    size -= 1
    chance = chances[size]
    patch = patches[size]
    place = 0
    child = 1
    while child < size:
        if child + 1 < size and chances[child + 1] > chances[child]:
            child += 1
        if chances[child] <= chance:
            break
        chances[place] = chances[child]
        patches[place] = patches[child]
        place = child
        child = 2 * place + 1
    chances[place] = chance
    patches[place] = patch
    return size


@kernel
def settle_from(
    source: int,
    indptr: Pointers,
    indices: Neighbours,
    probability: Floats,
    cutoff: float,
    best: Floats,
    parent: Neighbours,
    settled: Neighbours,
    chances: Floats,
    patches: Neighbours,
) -> int:
    """Fill ``best`` (p*, zero before) and ``parent`` for patches reached from ``source``; how many are reached.

    They stand in ``settled`` with p* falling, the source first. ``chances`` and ``patches`` are room for the
    heap, one more than there are links.
    """
    best[source] = 1.0
    size = push(chances, patches, 0, 1.0, source)
    count = 0
    while size > 0:
        chance = chances[0]
        patch = patches[0]
        size = pop(chances, patches, size)
        if chance < best[patch]:  # a better way was found since
            continue
        settled[count] = patch
        count += 1
        for link in range(indptr[patch], indptr[patch + 1]):
            onward = chance * probability[link]
            target = indices[link]
            if onward > best[target] and onward >= cutoff:
                best[target] = onward
                parent[target] = patch
                size = push(chances, patches, size, onward, target)
    return count


@kernel
def add(high: float, low: float, term: float) -> tuple[float, float]:
    """Add ``term`` to ``high + low``, keeping what rounding would lose: the terms' order then does not matter."""
    total = high + term
    back = total - high
    return total, low + ((high - (total - back)) + (term - back))
