"""How much habitat a landscape is worth to species that move: the area of one patch that would be worth as much.

``PCnum = sum_i sum_j a_i a_j p*_ij``, ``PC = PCnum / A_L^2`` (Saura & Pascual-Hortal 2007, Landscape and Urban
Planning 83:91-103); ``ECA = sqrt(PCnum)`` (Saura et al. 2011, Ecological Indicators 11:407-416);
``IICnum = sum_i sum_j a_i a_j / (1 + nl_ij)`` (Pascual-Hortal & Saura 2006, Landscape Ecology 21:959-967).
``a`` is the patch attribute, here area times condition. As in these definitions a patch without attribute adds
nothing of its own and still conducts: a link is taken away by its probability, never by a patch's poverty.
So ``sqrt(sum a^2) <= ECA <= sum a``. Most likely to be wrong: one dispersal distance for all species.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.connectivity.all_pairs import areas_by_steps
from model.connectivity.links import checked_areas, checked_links, checked_probability
from model.connectivity.ways import CUTOFF, EXACT_BELOW, Ways
from model.units import Floats


@dataclass(frozen=True)
class EquivalentArea:
    """A connectivity sum and the cut-off it was taken at.

    ``numerator``: of PC or IIC, ha^2; ``cutoff``: the least p* that counted, 0 where all did.
    """

    numerator: float
    cutoff: float

    @property
    def area(self) -> float:
        """The equivalent connected area, ha."""
        return math.sqrt(self.numerator)

    def share_of(self, landscape_area: float) -> float:
        """PC or IIC itself, from 0 to 1, for a landscape of ``landscape_area`` ha (more than 0)."""
        if not landscape_area > 0.0:
            raise ValueError(f"the landscape's area is {landscape_area:g} ha; it must be more than 0")
        return self.numerator / landscape_area**2


def eca(
    areas: NDArray[Any],
    indptr: NDArray[Any],
    indices: NDArray[Any],
    probability: NDArray[Any],
    cutoff: float = CUTOFF,
    exact_below: int = EXACT_BELOW,
) -> EquivalentArea:
    """ECA and PC of a landscape.

    ``areas``: habitat area of each patch, ha (shape n); ``indptr``, ``indices``, ``probability``: links both ways
    in CSR; ``cutoff``: paths less probable than this are left out where there are more than ``exact_below``
    patches. Raises ``ValueError`` naming the rows of bad input.
    """
    everyone = np.zeros(indptr.size - 1, dtype=np.int64)
    return eca_over(Ways(indptr, indices, probability, everyone, 1, cutoff, exact_below), areas)[0]


def eca_by_group(
    areas: NDArray[Any],
    indptr: NDArray[Any],
    indices: NDArray[Any],
    probability: NDArray[Any],
    group: NDArray[Any],
    n_groups: int,
    cutoff: float = CUTOFF,
    exact_below: int = EXACT_BELOW,
) -> tuple[EquivalentArea, ...]:
    """ECA and PC of each group of patches (a county, say) on its own links alone, as :func:`eca` on each.

    ``group``: the group of each patch, 0 to ``n_groups - 1`` (shape n). Whether all paths count is decided by the
    patches of the whole landscape, so that every group is measured alike.
    """
    return eca_over(Ways(indptr, indices, probability, group, n_groups, cutoff, exact_below), areas)[1]


def eca_over(ways: Ways, areas: NDArray[Any]) -> tuple[EquivalentArea, tuple[EquivalentArea, ...]]:
    """ECA and PC of the landscape and of each group of ``ways``, for the habitat ``areas`` of a year (ha, shape n)."""
    whole, own = ways.reachable_areas(areas)
    everyone = np.zeros(ways.patches, dtype=np.int64)
    return (
        _summed(areas * whole, everyone, 1, ways.cutoff)[0],
        _summed(areas * own, ways.group, ways.groups, ways.cutoff),
    )


def _summed(
    terms: Floats, group: NDArray[np.int64], groups: int, cutoff: float
) -> tuple[EquivalentArea, ...]:
    """One term after another in the order of rows: a larger term never gives a smaller sum."""
    numerators = np.bincount(group, weights=terms, minlength=groups)
    return tuple(EquivalentArea(float(numerator), cutoff) for numerator in numerators)


def iic(areas: NDArray[Any], indptr: NDArray[Any], indices: NDArray[Any]) -> EquivalentArea:
    """The integral index of connectivity and its equivalent area, from the links' presence alone.

    Arguments as in :func:`eca`; time grows with the square of the number of patches.
    """
    pointers, neighbours = checked_links(indptr, indices)
    habitat = checked_areas(areas, pointers)
    checked_probability(np.ones(neighbours.size), pointers, neighbours)
    near: Floats = areas_by_steps(habitat, pointers, neighbours)
    return EquivalentArea(float(np.sum(habitat * near)), 0.0)
