"""Links that a table gives, or that distance gives where it does not.

Dispersal and coast links go both ways. A table may name each pair once, or every pair both ways with the same value;
anything between is a slip. Where no table stands,

    p_ij = exp(-d_ij / alpha) * affinity(ecosystem_i, ecosystem_j),   d the distance of centroids

as on the other landscapes. Most likely wrong: centroids, where patches are much larger than seeds fly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from model.landscapes.files.cells import Cells
from model.landscapes.files.faults import MOST_TOLD, BadTables, Fault, Faults
from model.landscapes.files.raw import Raw
from model.landscapes.geography import circular_rows
from model.landscapes.landscape import DispersalLinks, RiverLinks
from model.landscapes.links import LinkRules, affinity
from model.units import Floats

MOST_LINKS = 40_000_000
AGREE = 1e-9  # relative difference between the two directions of a link
SHOWN_OF_A_CIRCLE = 5


@dataclass(frozen=True, eq=False)
class Pairs:
    """Unordered pairs of rows (k, 2), the smaller first, each once, with the value given for each (k,)."""

    ends: NDArray[np.int64]
    value: Floats


def pairs_of(raw: Raw, columns: dict[str, Cells], ends: tuple[str, str], value: str, faults: Faults) -> Pairs:
    """The pairs of a table of links whose columns ``ends`` hold rows of another table.

    ``value`` names the column that a pair is worth, "" for none. Notes links of a thing to itself, links that stand
    twice, and links that are not the same in both directions.
    """
    first, second = ends
    one, other = columns[first].values, columns[second].values
    whole = columns[first].stated & columns[second].stated
    faults.rows(raw, np.flatnonzero(whole & (one == other)), second, "a link to itself. Remove the row.")
    worth = columns[value].values if value else np.ones(len(raw))
    rows = np.flatnonzero(whole & (one != other))
    low, high = np.minimum(one[rows], other[rows]), np.maximum(one[rows], other[rows])
    way = one[rows] > other[rows]
    order = np.lexsort((rows, way, high, low))  # by pair, then by direction
    rows, low, high, way = rows[order], low[order], high[order], way[order]
    same_pair = np.concatenate([[False], (low[1:] == low[:-1]) & (high[1:] == high[:-1])])[: rows.size]
    same_way = same_pair & np.concatenate([[False], way[1:] == way[:-1]])[: rows.size]
    again = np.sort(rows[same_way])
    faults.rows(raw, again, second, "a link that stands in an earlier row already. Each link once.")
    back = np.flatnonzero(same_pair & ~same_way)
    _note_one_way(raw, rows, back, same_pair, worth, value or second, faults)
    kept = ~same_pair
    return Pairs(np.column_stack([low[kept], high[kept]]), worth[rows[kept]])


def _note_one_way(
    raw: Raw, rows: Any, back: Any, same_pair: Any, worth: Floats, column: str, faults: Faults
) -> None:
    """Links whose way back is another, or missing where all others have one."""
    there, here = worth[rows[back - 1]], worth[rows[back]]
    differs = back[np.abs(there - here) > AGREE * np.maximum(np.abs(there), np.abs(here))]
    for at in differs[:MOST_TOLD].tolist():
        earlier, later = sorted((int(rows[at - 1]), int(rows[at])))
        cure = (
            f"differs from the way back in {raw.label(earlier)}. A link is the same both ways; give it once."
        )
        faults.add(raw.file, cure, column, raw.label(later), raw.columns[column][later].as_py())
    faults.count += max(differs.size - MOST_TOLD, 0)
    followed = np.concatenate([same_pair[1:], [False]])[: rows.size]
    alone = np.sort(rows[~same_pair & ~followed])
    if back.size and alone.size:
        cure = (
            "one way only, while other links of this file stand both ways. Give each pair once, or both ways."
        )
        faults.rows(raw, alone, column, cure)


def csr(size: int, pairs: NDArray[np.int64], probability: Floats) -> DispersalLinks:
    """Pairs (k, 2) as symmetric links of ``size`` patches, sorted."""
    source = np.concatenate([pairs[:, 0], pairs[:, 1]])
    target = np.concatenate([pairs[:, 1], pairs[:, 0]])
    order = np.lexsort((target, source))
    indptr = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(source, minlength=size), out=indptr[1:])
    both = np.concatenate([probability, probability])
    return DispersalLinks(indptr, target[order].astype(np.int32), both[order].astype(np.float32))


def by_distance(rules: LinkRules, pairs: Pairs, ecosystem: NDArray[Any]) -> DispersalLinks:
    """Links from distances in m, by the kernel; those below the least probability are left out."""
    one, other = pairs.ends.T
    probability = np.exp(-pairs.value / max(rules.dispersal, 1e-9))
    probability *= affinity(rules)[ecosystem[one], ecosystem[other]]
    kept = probability >= max(rules.least_probability, 1e-12)
    return csr(ecosystem.size, pairs.ends[kept], probability[kept])


def nearby(x: Floats, y: Floats, reach: float, file: str, cure: str) -> NDArray[np.int64]:
    """Pairs (k, 2) of places (n,) within ``reach`` m, the smaller row first, in order.

    Raises ``BadTables`` with ``cure`` where there are more than anybody could hold.
    """
    tree = KDTree(np.column_stack([x, y]))
    count = (int(tree.count_neighbors(tree, reach)) - x.size) // 2
    if count > MOST_LINKS:
        told = f"{count:,} pairs of patches lie within {reach:,.0f} m of one another; at most {MOST_LINKS:,} are kept."
        raise BadTables((Fault(file, "", "", f"{told} {cure}"),), 1)
    pairs = tree.query_pairs(reach, output_type="ndarray").astype(np.int64).reshape(-1, 2)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def distances(x: Floats, y: Floats, pairs: NDArray[np.int64]) -> Pairs:
    """Pairs with the distance of their places in m."""
    one, other = pairs.T
    return Pairs(pairs, np.hypot(x[one] - x[other], y[one] - y[other]))


def rivers_of(raw: Raw | None, columns: dict[str, Cells], size: int, ids: Any, faults: Faults) -> RiverLinks:
    """Where each of ``size`` patches drains; notes patches that drain twice or into themselves, and circles."""
    downstream, fraction = np.full(size, -1, dtype=np.int32), np.ones(size)
    if raw is None:
        return RiverLinks(downstream, fraction)
    source, target = columns["from"].values, columns["to"].values
    whole = columns["from"].stated & columns["to"].stated
    faults.rows(raw, np.flatnonzero(whole & (source == target)), "to", "drains into itself. Remove the row.")
    rows = np.flatnonzero(whole & (source != target))
    first = np.unique(source[rows], return_index=True)[1]
    again = np.delete(rows, first)
    cure = "drains somewhere else in an earlier row. A patch drains into one other; give the greater part."
    faults.rows(raw, again, "from", cure)
    rows = rows[np.sort(first)]
    downstream[source[rows]] = target[rows]
    fraction[source[rows]] = np.where(columns["fraction"].stated, columns["fraction"].values, 1.0)[rows]
    _note_circles(raw, source, downstream, ids, faults)
    return RiverLinks(downstream, fraction)


def _note_circles(
    raw: Raw, source: NDArray[np.int64], downstream: NDArray[np.int32], ids: Any, faults: Faults
) -> None:
    """Each circle once, with the first of its rows."""
    left = dict.fromkeys(circular_rows(downstream).tolist())
    while left:
        patch = next(iter(left))
        path: dict[int, int] = {}
        while patch in left:
            path[patch] = len(path)
            del left[patch]
            patch = int(downstream[patch])
        if patch not in path:
            continue  # this water runs into a circle that is told already
        circle = list(path)[path[patch] :]
        told = " → ".join(f"'{ids[each].as_py()}'" for each in circle[:SHOWN_OF_A_CIRCLE])
        more = " → …" if len(circle) > SHOWN_OF_A_CIRCLE else ""
        row = int(np.flatnonzero(np.isin(source, circle))[0])
        cure = f"water runs in a circle: {told}{more} → '{ids[circle[0]].as_py()}'. It must end somewhere."
        faults.add(raw.file, cure, "to", raw.label(row), raw.columns["to"][row].as_py())
