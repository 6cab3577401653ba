"""Grazing, cutting and fishing are somebody's income: protection and natural recovery last while it is made up for.

    accepted relief = enforced + (1 - enforced) rate paid / due
    foreseen dues   = rate x income at the start x relief x (years of works + years of care)      yuan/ha

Counties pay while projects that leave land to itself work or are cared for, first out of what is kept for a project's
households, then best projects first and before new ones start, so that planners count it as a cost of such projects;
where this year's payment stays away in part, so much less holds and pressure returns. Sources: opportunity costs in
conservation planning (Ando et al. 1998; Naidoo et al. 2006); payments for forgone income in the conversion of sloping
land (since 1999); what enforcement alone achieves is assumed. Most likely wrong: that who is not paid bears it and
does nothing but return and break fences.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from model.intentions import Quotes
from model.mechanisms.funding.livelihoods._loss import forgone
from model.parameters import sourced
from model.state.projects import CARED_FOR, project_keys
from model.state.state import State
from model.state.sums import is_one_of, running_by
from model.units import Fens, Flag, Share, Years
from model.vocabulary import Mode, Stage

ASKED = (Mode.PROTECTION, Mode.NATURAL_RECOVERY)


@dataclass(frozen=True)
class ForgoneIncome:
    """Payment of what sparing the land costs households."""

    writes: ClassVar[tuple[str, ...]] = ("projects.compensated", "projects.forgone", "projects.escrow")

    rate: Share = sourced(0.0, 1.0, "part of the forgone income that is paid", "assumed", "sweep")
    enforced: Share = sourced(
        0.0, 0.9, "part of the relief that holds unpaid, by patrols", "assumed", "sweep"
    )
    escrow: Flag = sourced(
        0,
        1,
        "1: no project begins before its dues of all years lie ready, kept for nothing else",
        "assumed",
        "sweep",
    )

    def price(self, state: State, quotes: Quotes, care: Years) -> Quotes:
        """Quotes with what households would be due for each mode, while it is worked at and cared for."""
        relief = quotes.relief * is_one_of(np.arange(quotes.relief.size) + 1, ASKED, len(Mode))
        yearly = relief[:, None] * state.habitats.opportunity_cost[quotes.rows]
        return replace(
            quotes, dues=self.rate * yearly, due_years=quotes.years + care, escrow=bool(self.escrow)
        )

    def pay(self, state: State) -> None:
        """Pay households out of what is kept for them, then in rank order from free money, the last ones in part."""
        p, c = state.projects, state.counties
        p.forgone[:] = forgone(state)
        due: Fens = np.rint(p.forgone * self.rate).astype(np.int64)
        asked = is_one_of(p.mode, ASKED, len(Mode)) & is_one_of(p.stage, CARED_FOR, len(Stage))
        rows = np.flatnonzero((p.forgone > 0) & asked)
        keys = project_keys(p, state.sites, state.habitats.keys)
        rows = rows[np.lexsort((keys[rows], -p.priority[rows], p.county[rows]))]
        county, kept = p.county[rows], np.minimum(p.escrow[rows], due[rows])
        rest = due[rows] - kept
        paid = kept + np.clip(state.free_money()[county] - (running_by(county, rest) - rest), 0, rest)
        state.ledger.post("forgone_income", c.account[county], state.accounts.households, paid, project=rows)
        p.escrow[rows] -= kept
        p.compensated[:] = 1.0
        part = self.rate * paid / np.maximum(due[rows], 1)
        p.compensated[rows] = self.enforced + (1.0 - self.enforced) * part
