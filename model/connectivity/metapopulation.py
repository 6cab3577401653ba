"""Whether a species can live on in a landscape: colonisation of empty patches must outpace extinction.

Metapopulation capacity is the leading eigenvalue of ``M_ij = A_i^x A_j f_ij``: a species persists where it
exceeds extinction over colonisation (Hanski & Ovaskainen 2000, Nature 404:755-758); with self-colonisation
``M_ii = A_i^(1 + x)`` (Schnell et al. 2013, Conservation Biology 27:520-530). Where equal patches all reach
one another the share occupied settles at ``p* = max(0, 1 - e / c)`` (Levins 1969, Bulletin of the
Entomological Society of America 15:237-240). Most likely to be wrong: that extinction falls with area as A^-x.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array
from scipy.sparse.linalg import eigsh

from model.connectivity.links import checked_areas, checked_links, checked_probability
from model.units import Floats

DENSE_BELOW = 300


def metapopulation_capacity(
    areas: NDArray[Any],
    indptr: NDArray[Any],
    indices: NDArray[Any],
    dispersal: NDArray[Any],
    extinction_exponent: float = 0.5,
    self_colonisation: bool = True,
) -> float:
    """The metapopulation capacity (ha^(1 + x)), 0 in a landscape without habitat.

    ``areas``: habitat areas, ha (shape n); ``indptr``, ``indices``, ``dispersal``: f between patches in CSR, 0 to 1
    and the same both ways; ``extinction_exponent``: x. Raises ``ValueError`` naming the rows of bad input.
    """
    pointers, neighbours = checked_links(indptr, indices)
    habitat = checked_areas(areas, pointers)
    f = checked_probability(dispersal, pointers, neighbours)
    # A_i^((1+x)/2) f_ij A_j^((1+x)/2) has the eigenvalues of M and is symmetric.
    root = habitat ** (0.5 * (1.0 + extinction_exponent))
    colonising = np.repeat(root, np.diff(pointers)) * f * root[neighbours]
    n = habitat.size
    symmetric = csr_array((colonising, neighbours, pointers), shape=(n, n))
    if self_colonisation:
        symmetric = csr_array(symmetric + diags_array(root**2))
    return _leading_eigenvalue(symmetric)


def _leading_eigenvalue(symmetric: csr_array[Any, Any]) -> float:
    n = symmetric.shape[0]
    if symmetric.count_nonzero() == 0:
        return 0.0
    if n <= DENSE_BELOW:
        return float(np.linalg.eigvalsh(symmetric.toarray())[-1])
    start = np.ones(n)  # SciPy would draw one from NumPy's global generator
    return float(eigsh(symmetric, k=1, which="LA", v0=start, return_eigenvectors=False)[0])


def levins_equilibrium(colonisation: Floats, extinction: Floats) -> Floats:
    """The share of patches occupied in the long run, 0 to 1, from rates per year that are not negative."""
    c, e = np.broadcast_arrays(np.asarray(colonisation, dtype=float), np.asarray(extinction, dtype=float))
    if not (np.all(c >= 0.0) and np.all(e >= 0.0)):
        raise ValueError("rates of colonisation and extinction must be numbers that are not negative")
    return np.where(c > e, 1.0 - e / np.where(c > e, c, 1.0), 0.0)
