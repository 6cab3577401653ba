"""Links between patches of habitat: who can reach whom in one step, and which patches hang together at all.

Links come as CSR arrays: those of patch i are ``indices[indptr[i]:indptr[i + 1]]``, each with the probability that
a disperser crosses it. Components are the classes of patches joined by some path (Urban & Keitt 2001, Ecology
82:1205-1218). Most likely to be wrong: that a link is as easy to cross in both directions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from model.units import Floats

Pointers = NDArray[np.int64]
Neighbours = NDArray[np.int32]
Labels = NDArray[np.int32]

SHOWN = 5


def components(indptr: NDArray[Any], indices: NDArray[Any]) -> Labels:
    """The component of each patch (shape n), numbered from 0; their number is ``labels.max() + 1``."""
    pointers, neighbours = checked_links(indptr, indices)
    n = pointers.size - 1
    there = csr_array((np.ones(neighbours.size), neighbours, pointers), shape=(n, n))
    return connected_components(there, directed=False)[1].astype(np.int32)


def checked_links(indptr: NDArray[Any], indices: NDArray[Any]) -> tuple[Pointers, Neighbours]:
    """The links in the types that kernels take; ``ValueError`` names the rows of impossible ones."""
    pointers = np.ascontiguousarray(indptr, dtype=np.int64)
    if pointers.ndim != 1 or pointers.size == 0 or pointers[0] != 0 or pointers[-1] != indices.size:
        raise ValueError(f"indptr must run from 0 to the number of links, {indices.size}")
    if np.any(np.diff(pointers) < 0):
        raise ValueError(f"indptr must not fall: {_rows(np.diff(pointers) < 0)}")
    n = pointers.size - 1
    source = np.repeat(np.arange(n), np.diff(pointers))
    unknown = (indices < 0) | (indices >= n)
    if np.any(unknown):
        raise ValueError(f"links to patches that are not among the {n}: {_links(unknown, source, indices)}")
    if np.any(indices == source):
        raise ValueError(f"self-loops: {_rows(np.bincount(source[indices == source], minlength=n) > 0)}")
    return pointers, np.ascontiguousarray(indices, dtype=np.int32)


def checked_areas(areas: NDArray[Any], pointers: Pointers) -> Floats:
    """Habitat areas as float64; ``ValueError`` names the rows of negative, infinite or missing ones."""
    checked = np.ascontiguousarray(areas, dtype=np.float64)
    if checked.shape != (pointers.size - 1,):
        raise ValueError(f"{checked.size} areas for the links of {pointers.size - 1} patches")
    bad = ~(np.isfinite(checked) & (checked >= 0.0))
    if np.any(bad):
        raise ValueError(f"areas must be finite and not negative: {_rows(bad)}, first {checked[bad][0]:g} ha")
    return checked


def checked_probability(probability: NDArray[Any], pointers: Pointers, neighbours: Neighbours) -> Floats:
    """Probabilities as float64; ``ValueError`` names the links of those outside 0 to 1 or not the same back."""
    checked = np.ascontiguousarray(probability, dtype=np.float64)
    if checked.shape != neighbours.shape:
        raise ValueError(f"{checked.size} probabilities for {neighbours.size} links")
    source = np.repeat(np.arange(pointers.size - 1), np.diff(pointers))
    bad = ~((checked >= 0.0) & (checked <= 1.0))
    if np.any(bad):
        links = _links(bad, source, neighbours)
        raise ValueError(f"probabilities must lie in 0 to 1: {links}, first {checked[bad][0]:g}")
    _refuse_one_way(checked, pointers, neighbours, source)
    return checked


def _refuse_one_way(chance: Floats, pointers: Pointers, neighbours: Neighbours, source: Pointers) -> None:
    n = pointers.size - 1
    back = csr_array((chance, neighbours, pointers), shape=(n, n)).T.tocsr()
    there = back.T.tocsr()
    if all(
        np.array_equal(getattr(there, part), getattr(back, part)) for part in ("indptr", "indices", "data")
    ):
        return
    # The slow way, which knows which links they are and takes parallel links in any order.
    out, home = np.lexsort((chance, neighbours, source)), np.lexsort((chance, source, neighbours))
    alike = (source[out] == neighbours[home]) & (neighbours[out] == source[home])
    one_way = ~(alike & (chance[out] == chance[home]))
    if np.any(one_way):
        links = _links(one_way, source[out], neighbours[out])
        raise ValueError(f"links must be as probable back as there: {links}")


def _rows(bad: NDArray[np.bool_]) -> str:
    return f"{np.count_nonzero(bad)} rows, {', '.join(map(str, np.flatnonzero(bad)[:SHOWN]))}"


def _links(bad: NDArray[np.bool_], source: NDArray[Any], target: NDArray[Any]) -> str:
    shown = [f"{source[link]} -> {target[link]}" for link in np.flatnonzero(bad)[:SHOWN]]
    return f"{np.count_nonzero(bad)} links, {', '.join(shown)}"
