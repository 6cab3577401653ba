"""A county starts what it can pay, pays for works as they go on, and cares as long as there is money.

Proposals are started in rank order, those with a grant from above first (what was granted must be begun, or lapses),
until free money or the county's staff end; the county's own part, cost - private - grants, is set aside whole and
paid in equal yearly parts. Where dues to households are kept in escrow they must lie ready as well. Counties that
plan together may share one purse: then the queue is one, and who has money over helps out who lacks it. Upkeep is
paid each year while there is money, best projects first, out of what new projects left over or before them. Source:
rules of co-finance in central calls; whole-life management (A14). Most likely wrong: that a county never breaks its
queue for a favourite.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.parameters import sourced
from model.state.grants import DRAWN, draw
from model.state.ledger import split
from model.state.projects import own_part, private_paid, to_lie_ready
from model.state.state import State
from model.state.sums import add_each, is_one_of, running_by, shared_by
from model.units import Count, Fens, Flag, Rows, Years
from model.vocabulary import Stage


@dataclass(frozen=True)
class Purse:
    """Funding and care, whatever the gates."""

    writes: ClassVar[tuple[str, ...]] = (
        "projects.stage",
        "projects.since",
        "projects.duration",
        "projects.paid",
        *DRAWN,
        "projects.reworks",
        "projects.upkept",
        "sites.accepted",
        "sites.previous",
        "habitats.site",
        "counties.committed",
    )

    staff: Count = sourced(1, 100, "projects that a county can start in a year", "assumed")
    aftercare: Years = sourced(0, 10, "most projects stop upkeep within 30 months (Banin 2023)", "measured")

    care_first: Flag = sourced(
        0, 1, "1: care for what was built comes before new projects (A14)", "assumed", "sweep"
    )

    def award(self, state: State) -> None:
        """Start what can be paid and staffed and pay the year's works; pay for care before or after that."""
        if self.care_first:
            self._pay_upkeep(state)
        self._start(state, self._affordable(state))
        self._pay_works(state)
        if not self.care_first:
            self._pay_upkeep(state)

    def _affordable(self, state: State) -> Rows:
        """Proposals within each purse's free money and counties' staff, in rank order: nobody jumps the queue."""
        p, c = state.projects, state.counties
        rows = np.flatnonzero(p.stage == Stage.PROPOSED)
        bare = (p.granted_central[rows] == 0) & (p.granted_provincial[rows] == 0)
        rows = rows[np.lexsort((rows, -p.priority[rows], bare, p.county[rows]))]
        staffed = running_by(p.county[rows], np.ones(rows.size, dtype=np.int64)) <= self.staff
        rows, bare = rows[staffed], (p.granted_central + p.granted_provincial)[rows[staffed]] == 0
        pool = c.pool[p.county[rows]]
        order = np.lexsort((rows, c.keys[p.county[rows]], -p.priority[rows], bare, pool))
        free = shared_by(c.pool, state.free_money())[p.county[rows[order]]]
        chosen: Rows = rows[order][running_by(pool[order], to_lie_ready(p)[rows[order]]) <= free]
        return chosen

    def _start(self, state: State, rows: Rows) -> None:
        p, sites = state.projects, state.sites
        need = np.zeros(len(state.counties), dtype=np.int64)
        add_each(need, p.county[rows], to_lie_ready(p)[rows])
        self._help_out(state, state.free_money() - need)
        p.stage[rows] = Stage.UNDER_WAY
        p.since[rows] = state.year
        add_each(state.counties.committed, p.county[rows], own_part(p)[rows])
        started = np.flatnonzero(is_one_of(sites.project, rows, len(state.projects)))
        sites.previous[started] = state.habitats.site[sites.patch[started]]
        state.habitats.site[sites.patch[started]] = started

    def _help_out(self, state: State, spare: Fens) -> None:
        """Counties of one purse that have money to spare give to those that lack it, by what they have over."""
        c = state.counties
        short = np.flatnonzero(spare < 0)
        for pool in np.unique(c.pool[short]):
            members = np.flatnonzero(c.pool == pool)
            members = members[np.argsort(c.keys[members])]
            lacking = np.maximum(-spare[members], 0)
            given = split(int(lacking.sum()), np.maximum(spare[members], 0).astype(np.float64))
            ends = np.union1d(np.cumsum(given), np.cumsum(lacking))
            payer = members[np.searchsorted(np.cumsum(given), ends)]
            payee = members[np.searchsorted(np.cumsum(lacking), ends)]
            amount = np.diff(ends, prepend=0)
            state.ledger.post("shared_purse", c.account[payer], c.account[payee], amount)

    def _pay_works(self, state: State) -> None:
        """Equal yearly parts; investors and grants bear their shares of each, what is rounded falls to the county."""
        p = state.projects
        rows = np.flatnonzero((p.stage == Stage.UNDER_WAY) & (p.paid < p.cost))
        if rows.size == 0:
            return
        left = np.maximum(p.duration[rows] - (state.year - p.since[rows]), 1)
        part = (p.cost[rows] - p.paid[rows]) // left
        before = private_paid(p)[rows]
        p.paid[rows] += part
        private = private_paid(p)[rows] - before
        granted = draw(state, rows, part - private)
        self._post(state, "works", rows, part - private)
        held = p.investor[rows] >= 0
        payer = state.investors.account[p.investor[rows[held]]] if held.any() else np.zeros(0, dtype=np.int64)
        state.ledger.post(
            "works_private", payer, state.accounts.contractors, private[held], project=rows[held]
        )
        add_each(state.counties.committed, p.county[rows], -(part - private - granted))

    def _post(self, state: State, instrument: str, rows: Rows, amount: Fens) -> None:
        payer = state.counties.account[state.projects.county[rows]]
        state.ledger.post(instrument, payer, state.accounts.contractors, amount, project=rows)

    def _pay_upkeep(self, state: State) -> None:
        p = state.projects
        p.upkept[:] = 0
        rows = np.flatnonzero(p.stage == Stage.AFTERCARE)
        rows = rows[np.lexsort((rows, -p.priority[rows], p.county[rows]))]
        county = p.county[rows]
        paid = rows[running_by(county, p.upkeep[rows]) <= state.free_money()[county]]
        p.upkept[paid] = 1
        self._post(state, "upkeep", paid, p.upkeep[paid])

    def _take_over(self, state: State, rows: Rows, sites: Rows) -> None:
        """Accept projects for some of their sites: these count as restored, aftercare begins."""
        self._move(state, rows, Stage.AFTERCARE if self.aftercare else Stage.CLOSED)
        state.sites.accepted[sites] = 1

    def _done(self, state: State) -> Rows:
        """Projects whose years of works end now."""
        p = state.projects
        return np.flatnonzero((p.stage == Stage.UNDER_WAY) & (state.year - p.since + 1 >= p.duration))

    def _cared_for(self, state: State) -> Rows:
        """Projects whose years of aftercare are over."""
        p = state.projects
        return np.flatnonzero((p.stage == Stage.AFTERCARE) & (state.year - p.since >= self.aftercare))

    def _move(self, state: State, rows: Rows, stage: Stage) -> None:
        state.projects.stage[rows] = stage
        state.projects.since[rows] = state.year
