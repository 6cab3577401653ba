"""The surest ways of a landscape, searched for once and weighed whenever its habitat changes.

Which patch is reached from which, and with what chance, hangs on the links alone; only the areas change from year to
year. So each patch's ways of at least the cut-off are kept, and a year's sums are one pass over them. Beside the ways
over the whole landscape stand those that never leave the patch's own group (its county): where no way leaves it, they
are the same and are kept once. What would take too much room is searched for again each time. Most likely to be wrong:
that links stay as they are while a landscape lives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.connectivity.all_pairs import all_reachable_areas
from model.connectivity.links import Neighbours, Pointers, checked_areas, checked_links, checked_probability
from model.connectivity.paths import add, settle_from
from model.state.kernel import kernel
from model.units import Flags, Floats

CUTOFF = 0.001
EXACT_BELOW = 2000
BLOCK = 1 << 14  # patches searched from at a time
USUAL_WAYS = 64  # room for so many ways from a patch, before more is made
MOST_KEPT = 50_000_000  # ways, of 12 bytes each


@dataclass(frozen=True, eq=False)
class Block:
    """The ways from a few patches in a row, beginning with patch ``first``.

    Those of the k-th lead to ``target`` with the chance ``sure``: over the whole landscape in ``bounds[2 k]`` to
    ``bounds[2 k + 1]``, inside its group from there to ``bounds[2 k + 2]``; nothing there: the same as over the whole.
    """

    first: int
    bounds: Pointers
    target: Neighbours
    sure: Floats


class Ways:
    """Links both ways in CSR, the group of each patch, and the ways over them that are at least ``cutoff`` sure.

    ``group``: 0 to ``groups - 1`` for each patch (shape n). ``may_live``: which patches can ever have habitat (all, if
    not given); from the others no ways are searched, though ways lead over them. In a landscape of at most
    ``exact_below`` patches all ways count, and ``cutoff`` is 0. Raises ``ValueError`` naming the rows of bad input.
    """

    def __init__(
        self,
        indptr: NDArray[Any],
        indices: NDArray[Any],
        probability: NDArray[Any],
        group: NDArray[Any],
        groups: int,
        cutoff: float = CUTOFF,
        exact_below: int = EXACT_BELOW,
        may_live: Flags | None = None,
    ) -> None:
        if not 0.0 <= cutoff <= 1.0:
            raise ValueError(f"cutoff is {cutoff:g}; it must lie in 0 to 1")
        self.pointers, self.neighbours = checked_links(indptr, indices)
        self.probability = checked_probability(probability, self.pointers, self.neighbours)
        self.patches = self.pointers.size - 1
        self.groups = groups
        self.group = _checked_group(group, groups, self.patches)
        source = np.repeat(self.group, np.diff(self.pointers))
        self.within = np.where(source == self.group[self.neighbours], self.probability, 0.0)
        self.may_live = np.ones(self.patches, dtype=bool) if may_live is None else may_live
        self.exact = self.patches <= exact_below
        self.asked, self.cutoff = cutoff, 0.0 if self.exact else cutoff
        self._kept: list[Block] = []

    def reachable_areas(self, areas: NDArray[Any]) -> tuple[Floats, Floats]:
        """For each patch ``sum_j a_j p*_ij``, itself included: over all links, and over those inside its group.

        ``areas`` in ha; both sums have shape n and are 0 where a patch has no area of its own.
        """
        habitat = checked_areas(areas, self.pointers)
        if np.any(habitat[~self.may_live]):
            raise ValueError("habitat in patches of which it was said that they never have any")
        if self.exact:
            links = (habitat, self.pointers, self.neighbours)
            return all_reachable_areas(*links, self.probability), all_reachable_areas(*links, self.within)
        whole, own = np.zeros(self.patches), np.zeros(self.patches)
        for block in self._blocks():
            _weigh(habitat, block.first, block.bounds, block.target, block.sure, whole, own)
        return whole, own

    def _blocks(self) -> Iterator[Block]:
        room = MOST_KEPT - sum(block.target.size for block in self._kept)
        for number, first in enumerate(range(0, self.patches, BLOCK)):
            if number < len(self._kept):
                yield self._kept[number]
                continue
            block = self._found(first)
            room -= block.target.size
            if room >= 0:
                self._kept.append(block)
            yield block

    def _found(self, first: int) -> Block:
        last = min(first + BLOCK, self.patches)
        links = (self.pointers, self.neighbours, self.probability, self.within)
        return Block(first, *_find(first, last, *links, self.group, self.may_live, self.cutoff))


def _checked_group(group: NDArray[Any], groups: int, n: int) -> NDArray[np.int64]:
    if group.shape != (n,):
        raise ValueError(f"{group.size} groups for {n} patches")
    bad = np.flatnonzero((group < 0) | (group >= groups))
    if bad.size:
        raise ValueError(f"group {group[bad[0]]} in row {bad[0]}; groups go from 0 to {groups - 1}")
    return group.astype(np.int64)


@kernel
def _find(
    first: int,
    last: int,
    indptr: Pointers,
    indices: Neighbours,
    probability: Floats,
    within: Floats,
    group: NDArray[np.int64],
    may_live: Flags,
    cutoff: float,
) -> tuple[Pointers, Neighbours, Floats]:
    """Bounds, targets and chances of a :class:`Block`: the ways from patches ``first`` to ``last - 1``."""
    n = indptr.size - 1
    best = np.zeros(n)
    parent = np.empty(n, dtype=np.int32)
    settled = np.empty(n, dtype=np.int32)
    chances = np.empty(indices.size + 1)
    patches = np.empty(indices.size + 1, dtype=np.int32)
    bounds = np.zeros(2 * (last - first) + 1, dtype=np.int64)
    target: Neighbours = np.empty(USUAL_WAYS * (last - first), dtype=np.int32)
    sure: Floats = np.empty(target.size)
    end = 0
    for source in range(first, last):
        for own in range(2):
            reached = target[bounds[2 * (source - first)] : end]
            count = 0
            if may_live[source] and not (own and _stays(source, group, reached)):
                count = settle_from(
                    source, indptr, indices, within if own else probability, cutoff,
                    best, parent, settled, chances, patches,
                )  # fmt: skip
            if end + count > target.size:
                target, sure = _roomier(target, sure, 2 * (end + count))
            for place in range(count):
                patch = settled[place]
                target[end] = patch
                sure[end] = best[patch]
                best[patch] = 0.0
                end += 1
            bounds[2 * (source - first) + own + 1] = end
    return bounds, target[:end].copy(), sure[:end].copy()


@kernel
def _stays(source: int, group: NDArray[np.int64], reached: Neighbours) -> bool:
    return bool(np.all(group[reached] == group[source]))


@kernel
def _roomier(target: Neighbours, sure: Floats, size: int) -> tuple[Neighbours, Floats]:
    more, surer = np.empty(size, dtype=np.int32), np.empty(size)
    more[: target.size] = target
    surer[: sure.size] = sure
    return more, surer


@kernel
def _weigh(
    areas: Floats, first: int, bounds: Pointers, target: Neighbours, sure: Floats, whole: Floats, own: Floats
) -> None:
    """Write the reachable areas of a block's patches into ``whole`` and ``own``."""
    for k in range(bounds.size // 2):
        if areas[first + k] == 0.0:
            continue
        start, middle, end = bounds[2 * k], bounds[2 * k + 1], bounds[2 * k + 2]
        whole[first + k] = _sum_over(areas, target[start:middle], sure[start:middle])
        if end > middle:
            own[first + k] = _sum_over(areas, target[middle:end], sure[middle:end])
        else:
            own[first + k] = whole[first + k]


@kernel
def _sum_over(areas: Floats, target: Neighbours, sure: Floats) -> float:
    high = low = 0.0
    for place in range(target.size):
        high, low = add(high, low, areas[target[place]] * sure[place])
    return high + low
