"""Projects pass gates: money in hand, works done, acceptance on what is observed, years of aftercare,
closure.

A county funds its proposals in rank order until its free money or its staff end; the whole cost is set aside
and paid in equal yearly parts. Works are accepted where the mean observed condition of the sites has risen by
what the mode promises, or is high; else they are sent back, and after so many times they fail. Aftercare is
paid each year while there is money, best projects first; years without it count as no care. Source:
whole-life management in the policy (A14); most projects stop upkeep within 30 months (Banin 2023). Most
likely wrong: that acceptance is honest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from model.intentions import Observation
from model.parameters import Each, sourced
from model.state.projects import private_paid
from model.state.state import State
from model.state.sums import sum_by
from model.units import Count, Fens, Flags, Floats, Rows, Share, Years
from model.vocabulary import Mode, Stage

ShareByMode = Annotated[Floats, Each(Mode, Share)]


@dataclass(frozen=True)
class Gated:
    """Funding, acceptance, aftercare."""

    writes: ClassVar[tuple[str, ...]] = (
        "projects.stage",
        "projects.since",
        "projects.duration",
        "projects.paid",
        "projects.reworks",
        "projects.upkept",
        "sites.accepted",
        "sites.previous",
        "habitats.site",
        "counties.committed",
    )

    staff: Count = sourced(1, 100, "projects that a county can start in a year", "assumed")
    promised_rise: ShareByMode = sourced(
        0.0, 0.5, "rise of observed condition asked for acceptance", "assumed"
    )
    high_condition: Share = sourced(
        0.6, 0.95, "observed condition that is accepted without a rise", "assumed"
    )
    most_reworks: Count = sourced(0, 5, "times a project may be sent back", "assumed")
    rework_years: Years = sourced(1, 3, "years of works added", "assumed")
    aftercare: Years = sourced(0, 10, "most projects stop upkeep within 30 months (Banin 2023)", "measured")

    def award(self, state: State) -> None:
        """Start what can be paid and staffed, then pay works and upkeep of the year."""
        self._start(state, self._affordable(state))
        self._pay_works(state)
        self._pay_upkeep(state)

    def _affordable(self, state: State) -> Rows:
        """Proposals within each county's free money and staff, in rank order (a prefix: nobody jumps the queue)."""
        p, c = state.projects, state.counties
        rows = np.flatnonzero(p.stage == Stage.PROPOSED)
        rows = rows[np.lexsort((rows, -p.priority[rows], p.county[rows]))]
        county = p.county[rows]
        free = np.maximum(state.ledger.balance[c.account] - c.committed, 0)
        cost = np.cumsum(p.cost[rows] - p.private[rows])
        first = np.searchsorted(county, county)
        before = np.where(first > 0, cost[first - 1], 0)
        place = np.arange(rows.size) - first
        chosen: Rows = rows[(cost - before <= free[county]) & (place < self.staff)]
        return chosen

    def _start(self, state: State, rows: Rows) -> None:
        p, sites = state.projects, state.sites
        p.stage[rows] = Stage.UNDER_WAY
        p.since[rows] = state.year
        np.add.at(state.counties.committed, p.county[rows], p.cost[rows] - p.private[rows])
        started = np.flatnonzero(np.isin(sites.project, rows))
        sites.previous[started] = state.habitats.site[sites.patch[started]]
        state.habitats.site[sites.patch[started]] = started

    def _pay_works(self, state: State) -> None:
        """Equal yearly parts; the investor bears its share of every part, and what is rounded falls to the county."""
        p = state.projects
        rows = np.flatnonzero((p.stage == Stage.UNDER_WAY) & (p.paid < p.cost))
        if rows.size == 0:
            return
        left = np.maximum(p.duration[rows] - (state.year - p.since[rows]), 1)
        part = (p.cost[rows] - p.paid[rows]) // left
        before = private_paid(p)[rows]
        p.paid[rows] += part
        private = private_paid(p)[rows] - before
        self._post(state, "works", rows, part - private)
        held = p.investor[rows] >= 0
        payer = state.investors.account[p.investor[rows[held]]] if held.any() else np.zeros(0, dtype=np.int64)
        state.ledger.post(
            "works_private", payer, state.accounts.contractors, private[held], project=rows[held]
        )
        np.subtract.at(state.counties.committed, p.county[rows], part - private)

    def _post(self, state: State, instrument: str, rows: Rows, amount: Fens) -> None:
        payer = state.counties.account[state.projects.county[rows]]
        state.ledger.post(instrument, payer, state.accounts.contractors, amount, project=rows)

    def _pay_upkeep(self, state: State) -> None:
        p, c = state.projects, state.counties
        p.upkept[:] = 0
        rows = np.flatnonzero(p.stage == Stage.AFTERCARE)
        rows = rows[np.lexsort((rows, -p.priority[rows], p.county[rows]))]
        county = p.county[rows]
        cost = np.cumsum(p.upkeep[rows])
        first = np.searchsorted(county, county)
        before = np.where(first > 0, cost[first - 1], 0)
        free = np.maximum(state.ledger.balance[c.account] - c.committed, 0)
        paid = rows[cost - before <= free[county]]
        p.upkept[paid] = 1
        self._post(state, "upkeep", paid, p.upkeep[paid])

    def awaiting(self, state: State) -> Rows:
        """Patches of projects that were handed in."""
        handed_in = state.projects.stage[state.sites.project] == Stage.SUBMITTED
        return state.sites.patch[handed_in].astype(np.int64)

    def judge(self, state: State, seen: Observation) -> None:
        """Hand in what is done, decide on what was handed in before, close what had its aftercare."""
        p = state.projects
        submitted = np.flatnonzero(p.stage == Stage.SUBMITTED)
        cared = np.flatnonzero((p.stage == Stage.AFTERCARE) & (state.year - p.since >= self.aftercare))
        done = np.flatnonzero((p.stage == Stage.UNDER_WAY) & (state.year - p.since + 1 >= p.duration))
        self._decide(state, submitted, self._good_enough(state, submitted, seen))
        self._move(state, cared, Stage.CLOSED)
        self._move(state, done, Stage.SUBMITTED)

    def _good_enough(self, state: State, submitted: Rows, seen: Observation) -> Flags:
        """Whether the area-weighted mean of what was observed meets the promise of each submitted project."""
        p, sites = state.projects, state.sites
        rows = np.flatnonzero(p.stage[sites.project] == Stage.SUBMITTED)
        area = state.habitats.area[sites.patch[rows]]
        project = sites.project[rows]
        whole = sum_by(project, area, len(p))[submitted]
        now = sum_by(project, area * seen.condition, len(p))[submitted] / whole
        then = sum_by(project, area * sites.observed_start[rows], len(p))[submitted] / whole
        risen: Flags = now - then >= self.promised_rise[p.mode[submitted]]
        return risen | (now >= self.high_condition)

    def _decide(self, state: State, rows: Rows, good: Flags) -> None:
        p, sites = state.projects, state.sites
        again = ~good & (p.reworks[rows] < self.most_reworks)
        self._move(state, rows[good], Stage.AFTERCARE if self.aftercare else Stage.CLOSED)
        self._move(state, rows[~good & ~again], Stage.FAILED)
        self._move(state, rows[again], Stage.UNDER_WAY)
        p.reworks[rows[again]] += 1
        p.since[rows[again]] = state.year + 1
        p.duration[rows[again]] = self.rework_years
        sites.accepted[np.isin(sites.project, rows[good])] = 1

    def _move(self, state: State, rows: Rows, stage: Stage) -> None:
        state.projects.stage[rows] = stage
        state.projects.since[rows] = state.year
