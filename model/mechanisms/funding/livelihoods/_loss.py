"""What sparing land costs those who grazed, cut and fished there, whoever makes up for it.

    forgone income of a patch = area x income at full use x (1 - pressure / pressure without care)

Works that plant or rebuild have taken the land over, so nobody is asked there. Most likely wrong: that households count
last year's loss and no more.
"""

from __future__ import annotations

import numpy as np

from model.state.state import State
from model.state.sums import is_one_of, sum_by
from model.units import Fens, fen
from model.vocabulary import Mode, Stage

ASKED = (Mode.PROTECTION, Mode.NATURAL_RECOVERY)
CARED_FOR = (Stage.UNDER_WAY, Stage.SUBMITTED, Stage.AFTERCARE)


def forgone(state: State) -> Fens:
    """What households of each project forgo this year, in fen, (projects,)."""
    p, sites, h = state.projects, state.sites, state.habitats
    asked = is_one_of(p.mode, ASKED, len(Mode)) & is_one_of(p.stage, CARED_FOR, len(Stage))
    rows = np.flatnonzero(asked[sites.project] & (sites.begun >= 0))
    patch = sites.patch[rows]
    potential = h.pressure_potential[patch]
    spared = 1.0 - h.pressure[patch] / np.where(potential > 0.0, potential, 1.0)
    loss = h.area[patch] * h.opportunity_cost[patch] * np.clip(spared, 0.0, 1.0) * (potential > 0.0)
    total: Fens = fen(sum_by(sites.project[rows], loss, len(p)))
    return total
