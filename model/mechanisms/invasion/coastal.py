"""Spartina grows logistically in a patch, arrives along coast links, and comes back from what a removal
leaves.

    v' = v + min(growth v + spread mean_neighbours(v) + arrival, 1) max(suitable_e - v, 0)

Source: logistic growth with neighbour spread (Shigesada & Kawasaki 1997); the yearly hazard of reinvasion
without maintenance is expert judgement (0.03-0.25). Most likely wrong: the same speed on every flat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from model.parameters import Each, sourced
from model.state.state import State
from model.units import Floats, PerYear, Share
from model.vocabulary import Ecosystem

ShareByEcosystem = Annotated[Floats, Each(Ecosystem, Share)]


@dataclass(frozen=True)
class Coastal:
    """Growth in place, spread along the coast, rare arrival from afar."""

    writes: ClassVar[tuple[str, ...]] = ("habitats.invader",)

    growth: PerYear = sourced(0.1, 0.5, "Spartina doubles in a few years on open flats", "recalled")
    spread_rate: PerYear = sourced(
        0.03, 0.25, "reinvasion hazard without maintenance, expert judgement", "assumed", "sweep"
    )
    arrival: PerYear = sourced(0.0, 0.005, "drifting propagules from outside", "assumed")
    suitability: ShareByEcosystem = sourced(
        0.0, 1.0, "part that the invader can hold: the upper flat, gaps in mangrove", "recalled"
    )

    def spread(self, state: State) -> None:
        """One year of growth and arrival on coastal patches; in [0, 1] because at most the open part is taken."""
        h, rows = state.habitats, state.habitats.coastal
        here = h.invader[rows]
        push = self.growth * here + self.spread_rate * _neighbour_mean(state) + self.arrival
        open_part = np.maximum(self.suitability[h.ecosystem[rows]] - here, 0.0)
        h.invader[rows] = here + np.minimum(push, 1.0) * open_part


def _neighbour_mean(state: State) -> Floats:
    """Mean invader cover among the linked neighbours of each coastal row; 0 without links."""
    coast = state.network.coast
    total = coast.matrix @ state.habitats.invader
    return np.asarray(total / coast.degree)[state.habitats.coastal]
