"""Requests for land come by chance, most where cities grow; review refuses those in the wrong zone.

Each patch has a yearly chance of a request by zone, of lognormal size, the same under every policy. A request
inside the red line or on permanent farmland is refused with the zone's strictness. Taken land is lost for
good: it counts as part of the patch with condition 0. Sources: requests by assumption; refusal by the policy
(A1). Most likely wrong: requests that do not look for cheap or flat land.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from model.intentions import Takings
from model.parameters import Each, sourced
from model.state.state import State
from model.state.streams import Chance
from model.units import Floats, Hectares, Probability, Ratio, Share
from model.vocabulary import Zone

ProbabilityByZone = Annotated[Floats, Each(Zone, Probability)]


@dataclass(frozen=True)
class Screened:
    """A seeded stream of requests, screened by zone."""

    writes: ClassVar[tuple[str, ...]] = ("habitats.taken_share", "habitats.carbon")

    request: ProbabilityByZone = sourced(
        0.0, 0.2, "yearly chance of a request on a patch", "assumed", "sweep"
    )
    refusal: ProbabilityByZone = sourced(0.0, 1.0, "strictness of screening by zone (A1)", "assumed", "sweep")
    size: Hectares = sourced(0.5, 50.0, "median request", "assumed")
    size_spread: Ratio = sourced(0.0, 1.5, "standard deviation of the log of the size", "assumed")
    largest_share: Share = sourced(
        0.05, 0.5, "greatest part of what is left of a patch in one request", "assumed"
    )

    def take(self, state: State, chance: Chance) -> Takings:
        """This year's takings and refusals, in ha by row."""
        h = state.habitats
        asked = chance.uniform("development/request", state.year, h.keys) < self.request[h.zone]
        rows = np.flatnonzero(asked & h.ecological)
        keys = h.keys[rows]
        size = chance.lognormal("development/size", state.year, keys, np.log(self.size), self.size_spread)
        left = h.area[rows] * (1.0 - h.taken_share[rows])
        wanted = np.minimum(size, self.largest_share * left)
        refused = chance.uniform("development/review", state.year, keys) < self.refusal[h.zone[rows]]
        taken = np.where(refused, 0.0, wanted)
        h.carbon[rows] *= 1.0 - taken / np.maximum(left, 1e-12)
        h.taken_share[rows] = np.minimum(h.taken_share[rows] + taken / h.area[rows], 1.0)
        return Takings(rows, taken, np.where(refused, wanted, 0.0))
