"""What sparing land costs those who grazed, cut and fished there, whoever makes up for it.

    forgone income of a patch = area x income at the start x (1 - pressure / pressure without care)

It is counted in all modes; works that plant or rebuild take the land over, ask nobody and are not paid for. Once care
ends, use comes back by and by and the loss with it shrinks; what care has settled for good lowers the pressure without
care itself, and those who lived on it are taken to live on something else. Most likely wrong: the last; they may just
be poorer, by what ``livelihood_settled_yuan`` tells.
"""

from __future__ import annotations

import numpy as np

from model.state.state import State
from model.state.sums import sum_by
from model.units import Fens, fen


def forgone(state: State) -> Fens:
    """What households of each project forgo this year, in fen, (projects,), whatever stage it has come to."""
    p, sites, h = state.projects, state.sites, state.habitats
    latest = h.site[sites.patch] == np.arange(sites.rows)
    rows = np.flatnonzero((sites.begun >= 0) & latest)
    patch = sites.patch[rows]
    potential = h.pressure_potential[patch]
    spared = 1.0 - h.pressure[patch] / np.where(potential > 0.0, potential, 1.0)
    loss = h.area[patch] * h.opportunity_cost[patch] * np.clip(spared, 0.0, 1.0) * (potential > 0.0)
    total: Fens = fen(sum_by(sites.project[rows], loss, len(p)))
    return total
