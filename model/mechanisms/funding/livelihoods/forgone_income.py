"""Grazing, cutting and fishing are somebody's income: protection and natural recovery last while it is made up for.

    forgone income of a patch = area x income at full use x (1 - pressure / pressure without care)
    accepted relief = enforced + (1 - enforced) rate [paid]

Counties pay, best projects first, from money that nothing else waits for; where the year's payment stays away, only
what is enforced holds and pressure returns. Works that plant or rebuild have taken the land over, so nobody is asked
there. Source: payments for forgone income in the conversion of sloping land (since 1999); what enforcement alone
achieves is assumed. Most likely wrong: that households count last year's loss and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.parameters import sourced
from model.state.projects import project_keys
from model.state.state import State
from model.state.sums import is_one_of, running_by, sum_by
from model.units import Fens, Share, fen
from model.vocabulary import Mode, Stage

ASKED = (Mode.PROTECTION, Mode.NATURAL_RECOVERY)
CARED_FOR = (Stage.UNDER_WAY, Stage.SUBMITTED, Stage.AFTERCARE)


@dataclass(frozen=True)
class ForgoneIncome:
    """Payment of what sparing the land costs households."""

    writes: ClassVar[tuple[str, ...]] = ("projects.compensated",)

    rate: Share = sourced(0.0, 1.0, "part of the forgone income that is paid", "assumed", "sweep")
    enforced: Share = sourced(
        0.0, 0.9, "part of the relief that holds unpaid, by patrols", "assumed", "sweep"
    )

    def pay(self, state: State) -> None:
        """Pay the households of each project whole, in rank order while free money lasts (nobody jumps the queue)."""
        p, c = state.projects, state.counties
        forgone = self._forgone(state)
        due: Fens = np.rint(forgone * self.rate).astype(np.int64)
        rows = np.flatnonzero(forgone > 0)
        keys = project_keys(p, state.sites, state.habitats.keys)
        rows = rows[np.lexsort((keys[rows], -p.priority[rows], p.county[rows]))]
        county = p.county[rows]
        paid = rows[running_by(county, due[rows]) <= state.free_money()[county]]
        payer, households = c.account[p.county[paid]], state.accounts.households
        state.ledger.post("forgone_income", payer, households, due[paid], project=paid)
        p.compensated[:] = 1.0
        p.compensated[rows] = self.enforced
        p.compensated[paid] = self.enforced + (1.0 - self.enforced) * self.rate

    def _forgone(self, state: State) -> Fens:
        """What households of each project forgo this year, in fen."""
        p, sites, h = state.projects, state.sites, state.habitats
        asked = is_one_of(p.mode, ASKED, len(Mode)) & is_one_of(p.stage, CARED_FOR, len(Stage))
        rows = np.flatnonzero(asked[sites.project] & (sites.begun >= 0))
        patch = sites.patch[rows]
        potential = h.pressure_potential[patch]
        spared = 1.0 - h.pressure[patch] / np.where(potential > 0.0, potential, 1.0)
        forgone = h.area[patch] * h.opportunity_cost[patch] * np.clip(spared, 0.0, 1.0) * (potential > 0.0)
        total: Fens = fen(sum_by(sites.project[rows], forgone, len(p)))
        return total
