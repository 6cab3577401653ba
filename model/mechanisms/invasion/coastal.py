"""Spartina grows logistically in a patch, arrives along coast links, and comes back from what a removal
leaves.

With u the part taken of what the invader can hold, v = suitable_e u,

    u' = u + min(growth u + spread mean_neighbours(u) + founder a, 1) (1 - u)

with a = 1 in a patch that is reached from afar this year, else 0: P(a = 1) = reached, drawn for each patch and year.
Sources: logistic growth with neighbour spread (Shigesada & Kawasaki 1997); area grew 6 % a year at 21-23 N to 20 %
at 37-39 N over 43 sites of China's coast (Zhang et al. 2020), which growth and spread share; the yearly hazard of
reinvasion without maintenance is expert judgement (0.03-0.25), read here as the part of free ground lost a year
beside neighbours that are full. Most likely wrong: the same speed and the same chance on every flat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np

from model.parameters import Each, sourced
from model.state.kernel import kernel
from model.state.state import State
from model.state.streams import Chance
from model.units import Floats, PerYear, Probability, Share
from model.vocabulary import Ecosystem

ShareByEcosystem = Annotated[Floats, Each(Ecosystem, Share)]
NOTHING = 1e-12  # keeps a division finite where nothing can be held


@dataclass(frozen=True)
class Coastal:
    """Growth in place, spread along the coast, rare arrival from afar."""

    writes: ClassVar[tuple[str, ...]] = ("habitats.invader",)

    growth: PerYear = sourced(
        0.06, 0.20, "area expansion by latitude, 43 sites (Zhang et al. 2020)", "measured"
    )
    spread_rate: PerYear = sourced(
        0.03, 0.25, "reinvasion hazard without maintenance, expert judgement", "assumed", "sweep"
    )
    reached: Probability = sourced(
        0.0, 0.1, "a patch in a year, by propagules that drift in from outside and take", "assumed", "sweep"
    )
    founder: Share = sourced(
        0.005, 0.05, "what then stands, of what the patch can hold: 0.02 to 0.2 ha of 4", "assumed", "sweep"
    )
    suitability: ShareByEcosystem = sourced(
        0.0, 1.0, "part that the invader can hold: the upper flat, gaps in mangrove", "recalled"
    )

    def spread(self, state: State, chance: Chance) -> None:
        """One year of growth and arrival on coastal patches; never beyond what the invader can hold."""
        h, rows, coast = state.habitats, state.habitats.coastal, state.network.coast
        draws = chance.uniform("invasion/reached", state.year, h.keys[rows])
        arrival = np.where(draws < self.reached, self.founder, 0.0)
        h.invader[rows] += _gained(
            rows, coast.indptr, coast.indices, coast.weight, h.ecosystem, h.invader,
            self.suitability, self.growth, self.spread_rate, arrival,
        )  # fmt: skip


@kernel
def _taken(invader: float, holdable: float) -> float:
    return min(invader / max(holdable, NOTHING), 1.0)


@kernel
def _gained(
    rows: Any, indptr: Any, indices: Any, weight: Any, ecosystem: Any, invader: Any,
    suitability: Any, growth: float, spread_rate: float, arrival: Any,
) -> Floats:  # fmt: skip
    """What the invader adds in each of ``rows``, all from the same moment."""
    gained = np.empty(rows.size)
    for k in range(rows.size):
        i = rows[k]
        around = 0.0
        for link in range(indptr[i], indptr[i + 1]):
            j = indices[link]
            around += weight[link] * _taken(invader[j], suitability[ecosystem[j]])
        around /= max(indptr[i + 1] - indptr[i], 1)
        holdable = suitability[ecosystem[i]]
        taken = _taken(invader[i], holdable)
        gained[k] = holdable * min(growth * taken + spread_rate * around + arrival[k], 1.0) * (1.0 - taken)
    return gained
