"""Counties of a basin plan together: projects are ranked by what they do for all, and may be paid from one purse (A2).

Basin planners weigh a project by where it lies, whosever land is around it, and add what it does for waters downstream:

    merit = own merit (1 - w + w connected) + downstream per 10,000 yuan

with ``connected`` what a hectare there adds to the equivalent connected area, by the mean of all at choice. Where
patches reach nobody, or everybody, place makes no difference. They reckon with what was observed and what they believe,
so the joint plan can err, and what goes by place goes less by gain; nothing is granted for being joint. Money is pooled
for the window by one rule: counties whose land lies mostly in the same catchment share one purse and one queue, best
merit first; or each county pays on its own land alone. Source: plans for whole basins in the policy (A2). Most likely
wrong: that a rich county lets its money go upstream without being asked for more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from model.connectivity.spillover import Downstream, connected
from model.intentions import Choice
from model.mechanisms.planning.fragmented import Fragmented
from model.parameters import sourced
from model.state.state import State
from model.state.sums import sum_by
from model.units import Flag, Ratio, Rows, Share
from model.vocabulary import Ecosystem


@dataclass(frozen=True)
class Basin(Downstream, Fragmented):
    """Counties rank with the whole basin in view."""

    downstream_weight: Ratio = sourced(
        0.0, 2.0, "weight of a hectare of water below, 1: as of one's own", "assumed", "sweep"
    )
    connectivity_weight: Share = sourced(
        0.0,
        1.0,
        "part of merit that goes by connected area: 0 condition alone, 1 ECA alone",
        "assumed",
        "sweep",
    )

    pooled: Flag = sourced(0, 1, "1: one purse a basin; 0: each county pays on its own land", "assumed")

    def _pools(self, state: State) -> Rows:
        """The first county of each basin, by the catchment that holds most of a county's land."""
        own = super()._pools(state)
        return first_of_basin(state) if self.pooled else own

    def plan(self, state: State, choice: Choice) -> None:
        """Plan as counties do, with merit that counts the whole basin."""
        if choice.rows.size == 0:
            return
        rows, gain, seen = choice.rows, choice.gain, choice.condition
        price = np.maximum(choice.outlay * state.habitats.area[rows], 1.0)
        water = self.downstream_weight * self.downstream(state, rows, gain, seen) / price * 1e4
        place = 1.0 + self.connectivity_weight * (connected(state, rows, gain, seen) - 1.0)
        merit = np.where(choice.merit > 0.0, choice.merit * place + water, choice.merit)
        super().plan(state, replace(choice, merit=merit))


def first_of_basin(state: State) -> Rows:
    """For each county the lowest row among those whose land lies mostly in the same catchment; itself where none."""
    h, counties = state.habitats, len(state.counties)
    width = int(h.catchment.max(initial=0)) + 1
    inside = np.flatnonzero((h.catchment >= 0) & (h.ecosystem != Ecosystem.BAY))
    place = h.county[inside].astype(np.int64) * width + h.catchment[inside]
    area = sum_by(place, h.area[inside], counties * width).reshape(counties, width)
    basin = np.where(area.any(axis=1), area.argmax(axis=1), width + np.arange(counties))
    _, first, group = np.unique(basin, return_index=True, return_inverse=True)
    return np.asarray(first[group])
