"""Links between patches, in layers: where propagules, water and invaders go.

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


@dataclass(frozen=True)
class Layer:
    """A sparse layer in CSR: row i's links are ``indices[indptr[i]:indptr[i + 1]]`` with their weights."""

    indptr: NDArray[np.integer[Any]]
    indices: NDArray[np.int32]
    weight: NDArray[np.float32]

    def to_networkx(self, directed: bool = False) -> nx.Graph[int]:
        """The layer as a graph whose nodes are rows; for looking and for oracles, never for the run."""
        graph: nx.Graph[int] = nx.DiGraph() if directed else nx.Graph()
        graph.add_nodes_from(range(self.indptr.size - 1))
        source = np.repeat(np.arange(self.indptr.size - 1), np.diff(self.indptr))
        graph.add_weighted_edges_from(
            zip(source.tolist(), self.indices.tolist(), self.weight.tolist(), strict=True)
        )
        return graph


@dataclass(frozen=True)
class Rivers:
    """Downstream links and an order in which every patch comes before the one it drains into."""

    downstream: NDArray[np.int32]
    fraction: NDArray[np.float64]
    order: NDArray[np.int32]


@dataclass(frozen=True)
class Network:
    """All layers of a landscape."""

    dispersal: Layer
    rivers: Rivers
    coast: Layer
    bay_exchange: NDArray[np.float64]


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


def coast_layer(pairs: NDArray[np.int32], rows: int) -> Layer:
    """Symmetric unit links from (k, 2) pairs of rows, as CSR over all ``rows``."""
    one, other = pairs.reshape(-1, 2).astype(np.int64).T
    source, target = np.divmod(np.unique(np.append(one * rows + other, other * rows + one)), rows)
    indptr = np.zeros(rows + 1, dtype=np.int32)
    np.cumsum(np.bincount(source, minlength=rows), out=indptr[1:])
    return Layer(indptr, target.astype(np.int32), np.ones(target.size, dtype=np.float32))
