"""Links in layers: where propagules, water and invaders go between patches, and news between investors.

At run time each layer is a sparse matrix (CSR) or an array of downstream rows; at the border it is a NetworkX
graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from model.state.kernel import kernel
from model.state.streams import Chance, Keys
from model.state.sums import sum_by
from model.units import Floats, Rows


@dataclass(frozen=True)
class Layer:
    """A sparse layer in CSR: row i's links are ``indices[indptr[i]:indptr[i + 1]]`` with their weights."""

    indptr: NDArray[np.integer[Any]]
    indices: NDArray[np.int32]
    weight: NDArray[np.float32]

    def reach(self, values: Floats, rows: Rows | None = None) -> Floats:
        """For each of ``rows`` (default: all) the sum of ``values`` (n,) over its links, by their weights."""
        asked = np.arange(self.indptr.size - 1) if rows is None else rows
        reached: Floats = _reach(self.indptr, self.indices, self.weight, values, asked)
        return reached

    def to_networkx(self, directed: bool = False) -> nx.Graph[int]:
        """The layer as a graph whose nodes are rows; for looking and for oracles, never for the run."""
        graph: nx.Graph[int] = nx.DiGraph() if directed else nx.Graph()
        graph.add_nodes_from(range(self.indptr.size - 1))
        source = np.repeat(np.arange(self.indptr.size - 1), np.diff(self.indptr))
        graph.add_weighted_edges_from(
            zip(source.tolist(), self.indices.tolist(), self.weight.tolist(), strict=True)
        )
        return graph

    def pull_of_neighbours(self, values: Floats) -> Floats:
        """How far the mean of a row's neighbours lies above its own of ``values`` (n, k); 0 without neighbours."""
        links = np.diff(self.indptr)
        source = np.repeat(np.arange(links.size), links)
        pull = np.zeros_like(values)
        np.add.at(pull, source, values[self.indices] - values[source])
        return np.asarray(pull / np.maximum(links, 1)[:, None])


@dataclass(frozen=True)
class Rivers:
    """Downstream links and an order in which every patch comes before the one it drains into."""

    downstream: NDArray[np.int32]
    fraction: NDArray[np.float64]
    order: NDArray[np.int32]


@dataclass(frozen=True)
class Basins:
    """Rivers as counties know them: where they leave a county, and how many hectares drain into which bay.

    ``above`` (k,): the last patch of a river before it enters another county or a bay; ``drained`` (counties, bays).
    """

    above: Rows
    drained: Floats


@dataclass(frozen=True)
class Network:
    """All layers of a landscape; ``contacts`` links investors."""

    dispersal: Layer
    rivers: Rivers
    coast: Layer
    bay_exchange: NDArray[np.float64]
    contacts: Layer


@kernel
def _reach(indptr: Any, indices: Any, weight: Any, values: Floats, rows: Rows) -> Floats:
    reached = np.zeros(rows.size)
    for place in range(rows.size):
        i = rows[place]
        for k in range(indptr[i], indptr[i + 1]):
            reached[place] += weight[k] * values[indices[k]]
    return reached


def upstream_first(downstream: NDArray[np.int32]) -> NDArray[np.int32]:
    """Rows in an order in which each comes before the row it drains into (Kahn 1962).

    Raises ``ValueError`` naming rows where water would run in a circle.
    """
    order = np.empty(downstream.size, dtype=np.int32)
    count = _upstream_first(downstream, order)
    if count < downstream.size:
        stuck = np.setdiff1d(np.arange(downstream.size), order[:count])[:5]
        raise ValueError(f"water runs in a circle through rows {', '.join(map(str, stuck))}")
    return order


@kernel
def _upstream_first(downstream: NDArray[np.int32], order: NDArray[np.int32]) -> int:
    waiting = np.zeros(downstream.size, dtype=np.int32)
    for i in range(downstream.size):
        if downstream[i] >= 0:
            waiting[downstream[i]] += 1
    count = 0
    for i in range(downstream.size):
        if waiting[i] == 0:
            order[count] = i
            count += 1
    k = 0
    while k < count:
        j = downstream[order[k]]
        if j >= 0:
            waiting[j] -= 1
            if waiting[j] == 0:
                order[count] = j
                count += 1
        k += 1
    return count


def basins(
    rivers: Rivers, county: NDArray[np.int16], bay: NDArray[np.int16], area: Floats, counties: int, bays: int
) -> Basins:
    """Follow every patch's water to its bay; ``county``, ``bay`` (-1: land) and ``area`` (ha) of every patch (n,)."""
    ends, part = bay.astype(np.int64), np.ones(bay.size)
    _follow(rivers.order, rivers.downstream, rivers.fraction, ends, part)
    land = np.flatnonzero((bay < 0) & (ends >= 0))
    group = county[land].astype(np.int64) * bays + ends[land]
    drained = sum_by(group, area[land] * part[land], counties * bays).reshape(counties, bays)
    below = np.maximum(rivers.downstream, 0)
    leaves = (county != county[below]) | (bay[below] >= 0)
    return Basins(np.flatnonzero((rivers.downstream >= 0) & (bay < 0) & leaves), drained)


@kernel
def _follow(
    order: NDArray[np.int32],
    downstream: NDArray[np.int32],
    fraction: NDArray[np.float64],
    ends: NDArray[np.int64],
    part: NDArray[np.float64],
) -> None:
    for k in range(order.size - 1, -1, -1):
        i = order[k]
        j = downstream[i]
        if j >= 0 and ends[i] < 0:
            ends[i] = ends[j]
            part[i] = fraction[i] * part[j]


def small_world(keys: Keys, each_side: int, rewired: float, chance: Chance, year: int) -> Layer:
    """A ring in the order of ``keys`` (n,), everybody linked to ``each_side`` on either side, some links rewired.

    A link is rewired with probability ``rewired`` to anybody else (Watts & Strogatz 1998); links that fall together
    count once.
    """
    n = keys.size
    order = np.argsort(keys)
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    pairs = [np.zeros((0, 2), dtype=np.int64)]
    for step in range(1, min(each_side, n // 2) + 1):
        away = chance.uniform("people/rewired", year, keys, step) < rewired
        leap = 1 + np.floor(chance.uniform("people/contact", year, keys, step) * (n - 1)).astype(np.int64)
        partner = order[(place + np.where(away, leap, step)) % n]
        pairs.append(np.stack([np.arange(n), partner], axis=1))
    return pair_layer(np.concatenate(pairs), n)


def pair_layer(pairs: NDArray[np.integer[Any]], rows: int) -> Layer:
    """Symmetric unit links from (k, 2) pairs of rows, as CSR over all ``rows``."""
    one, other = pairs.reshape(-1, 2).astype(np.int64).T
    source, target = np.divmod(np.unique(np.append(one * rows + other, other * rows + one)), rows)
    indptr = np.zeros(rows + 1, dtype=np.int32)
    np.cumsum(np.bincount(source, minlength=rows), out=indptr[1:])
    return Layer(indptr, target.astype(np.int32), np.ones(target.size, dtype=np.float32))
