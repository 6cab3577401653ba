"""What a rise in one patch's condition does elsewhere: less load for the waters below, more seeds for its neighbours,
and more habitat within reach of what lives around it.

This is a planner's reckoning, with beliefs of its own, never the truth. A patch of area A whose condition rises by g
emits less and holds back more of what passes through it; each unit of load that it keeps out of the waters downstream
is worth what a water would regain of its area if its load ended, by the part of that load it is:

    downstream = g (guard own_i worth_i + retention_e load_i fraction_i worth_d),   d the patch that i drains into
    worth_i    = (regain_e area_i / load_i, in waters) + (1 - retention_e x_i) fraction_i worth_d
    neighbours = g A_i sum_j p_ij seeding A_j (1 - x_j) (1 - rain_j / full rain),    j among the patches surveyed

all in hectares of condition. A bay counts as one water. How much a hectare adds to the equivalent connected area,
``ECA^2 = sum_ij a_i a_j p_ij`` with a_i = A_i x_i (Saura et al. 2011), hangs on the habitat that it is linked with,

    dECA / da_i = (a_i + sum_j p_ij a_j) / ECA,    j over direct links: what longer ways add is left out

and is given by its ratio to the mean of the works at choice; one site more or less hardly changes it for the next, so
no order of choosing is followed. Sources: regain of lakes and coasts freed of their load (McCrackin 2017); seed rain as
in recovery. Most likely wrong: that effects add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from model.parameters import Each, sourced
from model.state.kernel import kernel
from model.state.state import State
from model.state.sums import sum_by
from model.units import Floats, PerHectare, Ratio, Rows, Share
from model.vocabulary import Ecosystem

ShareByEcosystem = Annotated[Floats, Each(Ecosystem, Share)]


@dataclass(frozen=True)
class Downstream:
    """What planners believe of water; forms that look down the river inherit it."""

    believed_guard: Share = sourced(0.3, 0.9, "as water, what planners believe", "assumed")
    believed_retention: ShareByEcosystem = sourced(0.0, 0.6, "as water, what planners believe", "assumed")
    believed_regain: ShareByEcosystem = sourced(
        0.0, 0.5, "freed of load lakes regain 0.34, coasts 0.24 of their baseline (McCrackin 2017)", "derived"
    )

    def downstream(self, state: State, rows: Rows, gain: Floats, seen: Floats) -> Floats:
        """Gain in waters, in ha of condition, of raising each of ``rows`` (n, unique) by ``gain`` (n,).

        ``seen`` (n,) is the observed condition of ``rows``; all other patches are taken for their mean.
        """
        condition = np.full(len(state.habitats), seen.mean() if seen.size else 0.0)
        condition[rows] = seen
        return gain * self._downstream(state, rows, condition)

    def _downstream(self, state: State, rows: Rows, condition: Floats) -> Floats:
        h, rivers = state.habitats, state.network.rivers
        retention = self.believed_retention[h.ecosystem]
        passed = rivers.fraction * (1.0 - retention * condition)
        below = np.flatnonzero(rivers.downstream >= 0)
        own = h.load - sum_by(rivers.downstream[below], (passed * h.load)[below], len(h))
        worth = self._worth_in_waters(state)
        _carry_up(rivers.order, rivers.downstream, passed, worth)
        onward = rivers.downstream[rows]
        kept = retention[rows] * h.load[rows] * rivers.fraction[rows]
        held_back = np.where(onward >= 0, kept * worth[np.maximum(onward, 0)], 0.0)
        return np.asarray(self.believed_guard * np.maximum(own[rows], 0.0) * worth[rows] + held_back)

    def _worth_in_waters(self, state: State) -> Floats:
        """Hectares of condition that a unit less of arriving load is worth in each patch itself, (n,)."""
        h = state.habitats
        inside = np.flatnonzero(h.bay >= 0)
        load, area = h.load.copy(), h.area.copy()
        for column in (load, area):
            column[inside] = sum_by(h.bay[inside], column[inside], state.bays)[h.bay[inside]]
        regain = self.believed_regain[h.ecosystem] * area
        return np.asarray(np.divide(regain, load, out=np.zeros(len(h)), where=load > 0.0))


@dataclass(frozen=True)
class Foresight(Downstream):
    """What planners believe of seeds too; forms that look beyond the patch on every side inherit it."""

    believed_seeding: PerHectare = sourced(
        0.0005, 0.004, "structure after 20 years 0.41, 0.58, 0.80 at rain 0.005, 0.05, 0.20", "derived"
    )
    believed_full_rain: Ratio = sourced(0.1, 0.3, "as recovery, what planners believe", "derived")

    def neighbours(self, state: State, rows: Rows, gain: Floats, seen: Floats) -> Floats:
        """Gain in neighbours by the seeds that they get, arguments and unit as :meth:`downstream`."""
        h, links = state.habitats, state.network.dispersal
        wanting = np.zeros(len(h))
        unsaturated = np.maximum(1.0 - h.seed_rain[rows] / max(self.believed_full_rain, 1e-9), 0.0)
        wanting[rows] = h.area[rows] * (1.0 - seen) * unsaturated
        return np.asarray(gain * self.believed_seeding * h.area[rows] * links.reach(wanting, rows))


def connected(state: State, rows: Rows, gain: Floats, seen: Floats) -> Floats:
    """What a hectare of condition in each of ``rows`` (n,) adds to ECA, by the mean over the hectares gained, (n,).

    1 everywhere where nothing can be gained. Land that was not surveyed counts as the mean of what was ``seen``.
    """
    h = state.habitats
    habitat = np.where(h.ecological, h.area * (seen.mean() if seen.size else 0.0), 0.0)
    habitat[rows] = h.area[rows] * seen
    linked = habitat[rows] + state.network.dispersal.reach(habitat, rows)
    gained = gain * h.area[rows]
    mean = float((linked * gained).sum() / max(float(gained.sum()), 1e-9))
    return linked / mean if mean > 0.0 else np.ones(rows.size)


@kernel
def _carry_up(order: Any, downstream: Any, passed: Any, worth: Any) -> None:
    """Add to each patch's worth of a unit of load what the part that it passes on is worth below."""
    for k in range(order.size - 1, -1, -1):
        i = order[k]
        j = downstream[i]
        if j >= 0:
            worth[i] += passed[i] * worth[j]
