"""A county promises its partner a yearly payment from acceptance on, due while the observed condition holds.

It names its proposals, the highest payment for each and the room for all, and calls for bids:

    highest payment a year = repaid cost a(c, W) / W / (a(c, N) (1 + c)^-(W + 1))
    room a year = min(most x ecology x general budget, prudent x restoration income) - promised - arrears

with c the ceiling, a the annuity, W the years of works, one more for acceptance, and N payments. Arrears are a debt and
not a yearly sum; they are taken off whole, so that nobody promises more while behind. The first part of the room is the
law, which looks at the whole budget, of which ecology gets its part. Payments come out of restoration money all the
same, so a prudent county binds no more than a part of that. From acceptance the instalments stand in the obligations
table. An instalment is earned where the mean observed condition of the sites is above what the plan saw; else it
lapses. What is earned and not paid becomes arrears, which come first next year; contracts that end earlier are paid
before others. Sources: PPP spending at most 10 % of a county's budget expenditure (Ministry of Finance 2015); average
PPP return 6.44 % (2017); ecology 3 % and forestry 5 % of PPP investment that was new in the first seven months of 2022
(Ministry of Finance); debt service of 20 % of means is the usual warning line. Most likely wrong: that no county pays
partners out of its general budget.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.finance import deferred_annuity, spread_cost
from model.intentions import Observation, Promises, Settled
from model.parameters import sourced
from model.state.obligations import HORIZON
from model.state.projects import own_part, project_keys, years_to_acceptance
from model.state.state import State
from model.state.sums import add_each, is_one_of, running_by, sum_by
from model.units import FEN_PER_YUAN, Fens, Flags, PerYear, Rows, Share, Years
from model.vocabulary import Mode, Stage

AHEAD = (Stage.PROPOSED, Stage.UNDER_WAY, Stage.SUBMITTED)
ACCEPTED = (Stage.AFTERCARE, Stage.CLOSED)


@dataclass(frozen=True)
class AvailabilityPayment:
    """Yearly payments by observed condition, within what law and prudence allow."""

    writes: ClassVar[tuple[str, ...]] = ("projects.promised_until", "projects.arrears")

    repaid: Share = sourced(0.0, 0.9, "part of the cost that the payments repay, as is offered", "assumed")
    ceiling: PerYear = sourced(
        0.04, 0.16, "return at most, some two of the average of PPP, 6.44 % (2017)", "assumed", "sweep"
    )
    years: Years = sourced(5, 30, "PPP contracts run 10-30 years", "recalled")
    most: Share = sourced(0.0, 0.3, "PPP spending at most 10 % of budget expenditure (2015)", "recalled")
    ecology: Share = sourced(0.03, 0.12, "of new PPP in 2022: ecology 3 %, forestry 5 %", "derived")
    prudent: Share = sourced(0.1, 1.0, "of income; warning line of debt service 20 %", "assumed", "sweep")
    rise: Share = sourced(0.0, 0.3, "rise of observed condition since the plan that is asked for", "assumed")

    def offer(self, state: State) -> Promises:
        """A call for bids on all proposals without investor, but for protection, which nobody builds."""
        p = state.projects
        rate = np.array(self.ceiling)
        spent = own_part(p) * self.repaid * spread_cost(rate, p.duration)
        highest = np.floor(spent / deferred_annuity(rate, years_to_acceptance(p), max(self._term, 1)))
        fresh = (p.stage == Stage.PROPOSED) & (p.investor < 0) & (p.mode != Mode.PROTECTION)
        return Promises(np.where(fresh, highest, 0.0).astype(np.int64), self._room(state), self._term)

    def _room(self, state: State) -> Fens:
        """What each county may still promise, in fen a year: who is behind with payments has that much less."""
        p, c = state.projects, state.counties
        lawful = self.most * self.ecology * c.general_budget * FEN_PER_YUAN
        room = np.floor(np.minimum(lawful, self.prudent * np.maximum(c.income, 0))).astype(np.int64)
        live = (p.promised > 0) & (is_one_of(p.stage, AHEAD, len(Stage)) | (p.promised_until > state.year))
        add_each(room, p.county, -(np.where(live, p.promised, 0) + p.arrears))
        return np.maximum(room, 0)

    @property
    def _term(self) -> int:
        """Years of payment: the obligations table looks no further than its horizon."""
        return min(self.years, HORIZON - 1)

    def _soonest_over(self, state: State, rows: Rows) -> Rows:
        """Projects by county, then by the last year of the contract, ties by key."""
        p = state.projects
        keys = project_keys(p, state.sites, state.habitats.keys)
        ranked: Rows = rows[np.lexsort((keys[rows], p.promised_until[rows], p.county[rows]))]
        return ranked

    def watched(self, state: State) -> Rows:
        """Patches of the projects that may have earned an instalment this year."""
        return state.sites.patch[self._watched_sites(state)].astype(np.int64)

    def _watched_sites(self, state: State) -> Rows:
        due = (state.projects.promised > 0) & (state.projects.promised_until >= state.year)
        return np.flatnonzero(due[state.sites.project])

    def settle(self, state: State, seen: Observation) -> Settled:
        """Pay arrears and what this year earned, contracts that end first before others, from money that is free."""
        p, c = state.projects, state.counties
        due = (p.promised > 0) & (p.promised_until >= state.year)
        earned = np.where(due & self._holds(state, seen), p.promised, 0)
        self._lapse(state, np.where(due, p.promised - earned, 0))
        rows = self._soonest_over(state, np.flatnonzero(earned + p.arrears > 0))
        owed = earned[rows] + p.arrears[rows]
        free = state.free_money()[p.county[rows]]
        paid = np.clip(free - (running_by(p.county[rows], owed) - owed), 0, owed)
        payee = state.investors.account[p.investor[rows]] if rows.size else rows
        payer = c.account[p.county[rows]]
        state.ledger.post("availability_payment", payer, payee, paid, project=rows)
        self._book(state, rows, earned[rows], paid)
        self._begin(state)
        return Settled(rows, owed, paid)

    def _holds(self, state: State, seen: Observation) -> Flags:
        """Projects whose sites' mean observed condition, by area, is as far above what the plan saw as was asked."""
        sites, rows = state.sites, self._watched_sites(state)
        risen = seen.condition - sites.observed_start[rows] - self.rise
        holds: Flags = (
            sum_by(sites.project[rows], risen * state.habitats.area[seen.rows], len(state.projects)) >= 0.0
        )
        return holds

    def _lapse(self, state: State, lapsed: Fens) -> None:
        """Instalments that were not earned are owed no more."""
        owing, amounts = self._by_county(state, np.arange(len(state.projects)), lapsed)
        state.obligations.write_off("availability_payment", owing, amounts)

    def _book(self, state: State, rows: Rows, earned: Fens, paid: Fens) -> None:
        """Old arrears are met first; what this year earned and did not get becomes arrears."""
        p, owed = state.projects, state.obligations
        old = np.minimum(paid, p.arrears[rows])
        unpaid = earned - (paid - old)
        p.arrears[rows] += unpaid - old
        for meet, amounts in (("arrears", old), ("availability_payment", paid - old)):
            owed.meet(meet, *self._by_county(state, rows, amounts))
        owing, amounts = self._by_county(state, rows, unpaid)
        owed.write_off("availability_payment", owing, amounts)
        owed.create("arrears", owing, amounts)

    def _begin(self, state: State) -> None:
        """Works accepted this year, cared for or not: all instalments of the contract enter the obligations table."""
        p = state.projects
        accepted = is_one_of(p.stage, ACCEPTED, len(Stage)) & (p.since == state.year)
        rows = np.flatnonzero(accepted & (p.promised > 0) & (p.promised_until < 0))
        p.promised_until[rows] = state.year + self._term
        owing, amounts = self._by_county(state, rows, p.promised[rows])
        for ahead in range(1, self._term + 1) if rows.size else ():
            state.obligations.create("availability_payment", owing, amounts, ahead)

    def _by_county(self, state: State, rows: Rows, amounts: Fens) -> tuple[Rows, Fens]:
        """Accounts of all counties, and the amounts of projects (rows) summed for them."""
        c = state.counties
        total = np.zeros(len(c), dtype=np.int64)
        add_each(total, state.projects.county[rows], amounts)
        return c.account, total
