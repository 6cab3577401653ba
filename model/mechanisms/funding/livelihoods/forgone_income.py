"""Grazing, cutting and fishing are somebody's income: protection and natural recovery last while it is made up for.

    accepted relief = enforced + (1 - enforced) rate [paid]
    foreseen dues   = rate x income at the start x relief x (years of works + years of care)      yuan/ha

Counties pay while projects that leave land to itself work or are cared for, best projects first and before they start
new ones, so that planners count it as a cost of such projects; where the year's payment stays away, only what is
enforced holds and pressure returns. Sources: opportunity costs in conservation planning (Ando et al. 1998; Naidoo et
al. 2006); payments for forgone income in the conversion of sloping land (since 1999); what enforcement alone achieves
is assumed. Most likely wrong: that who is not paid bears it and does nothing but return.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from model.intentions import Quotes
from model.mechanisms.funding.livelihoods._loss import forgone
from model.parameters import sourced
from model.state.projects import project_keys
from model.state.state import State
from model.state.sums import is_one_of, running_by
from model.units import Fens, Share, Years
from model.vocabulary import Mode, Stage

ASKED = (Mode.PROTECTION, Mode.NATURAL_RECOVERY)
CARED_FOR = (Stage.UNDER_WAY, Stage.SUBMITTED, Stage.AFTERCARE)


@dataclass(frozen=True)
class ForgoneIncome:
    """Payment of what sparing the land costs households."""

    writes: ClassVar[tuple[str, ...]] = ("projects.compensated", "projects.forgone")

    rate: Share = sourced(0.0, 1.0, "part of the forgone income that is paid", "assumed", "sweep")
    enforced: Share = sourced(
        0.0, 0.9, "part of the relief that holds unpaid, by patrols", "assumed", "sweep"
    )

    def price(self, state: State, quotes: Quotes, care: Years) -> Quotes:
        """Quotes with what households would be due for each mode, while it is worked at and cared for."""
        relief = quotes.relief * is_one_of(np.arange(quotes.relief.size) + 1, ASKED, len(Mode))
        yearly = relief[:, None] * state.habitats.opportunity_cost[quotes.rows]
        return replace(quotes, dues=self.rate * yearly, due_years=quotes.years + care)

    def pay(self, state: State) -> None:
        """Pay the households of each project whole, in rank order while free money lasts (nobody jumps the queue)."""
        p, c = state.projects, state.counties
        p.forgone[:] = forgone(state)
        due: Fens = np.rint(p.forgone * self.rate).astype(np.int64)
        asked = is_one_of(p.mode, ASKED, len(Mode)) & is_one_of(p.stage, CARED_FOR, len(Stage))
        rows = np.flatnonzero((p.forgone > 0) & asked)
        keys = project_keys(p, state.sites, state.habitats.keys)
        rows = rows[np.lexsort((keys[rows], -p.priority[rows], p.county[rows]))]
        county = p.county[rows]
        paid = rows[running_by(county, due[rows]) <= state.free_money()[county]]
        payer, households = c.account[p.county[paid]], state.accounts.households
        state.ledger.post("forgone_income", payer, households, due[paid], project=paid)
        p.compensated[:] = 1.0
        p.compensated[rows] = self.enforced
        p.compensated[paid] = self.enforced + (1.0 - self.enforced) * self.rate
