"""Counties of a basin plan together: each pays on its own land, but projects are ranked by what they do for all (A2).

To the merit of a project on its own patches, basin planners add what it does beyond them, per 10,000 yuan like merit
itself: loads kept from the waters downstream, seeds for damaged neighbours, whosever land those are. They reckon with
what was observed and what they believe, so the joint plan can err; nothing is granted for being joint. Source: plans
for whole basins in the policy (A2); spillovers of connected restoration. Most likely wrong: that counties rank by
others' benefit without being paid for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from model.connectivity.spillover import Foresight
from model.intentions import Choice
from model.mechanisms.planning.fragmented import Fragmented
from model.parameters import sourced
from model.state.state import State
from model.units import Ratio


@dataclass(frozen=True)
class Basin(Foresight, Fragmented):
    """Counties rank with the whole basin in view."""

    downstream_weight: Ratio = sourced(
        0.0, 2.0, "weight of a hectare of water below, 1: as of one's own", "assumed", "sweep"
    )
    neighbour_weight: Ratio = sourced(
        0.0, 2.0, "weight of a hectare of neighbours' land, 1: as of one's own", "assumed", "sweep"
    )

    def plan(self, state: State, choice: Choice) -> None:
        """Plan as counties do, with merit that counts the whole basin."""
        if choice.rows.size == 0:
            return
        water, seeds = self.beyond(state, choice.rows, choice.gain, choice.condition)
        price = np.maximum(choice.cost * state.habitats.area[choice.rows], 1.0)
        beyond = (self.downstream_weight * water + self.neighbour_weight * seeds) / price * 1e4
        merit = np.where(choice.merit > 0.0, choice.merit + beyond, choice.merit)
        super().plan(state, replace(choice, merit=merit))
