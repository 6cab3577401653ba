"""A city's shoreline account: restored shore enters it once it is recognised, occupied shore draws on it.

    credit + ratio * built = recognised + owed          in km, for the mainland and the islands of each city

An applicant pays the city for restoring ``ratio`` kilometres of the same coast for each one it occupies. The city
restores whole segments of artificial shore, shortest first (ties by id), until what is owed or waits is covered; what
applicants have not paid for of the last one the county where it lies puts up. A restored segment is recognised after
some years if its condition has come back, and counts once. Source: rules on the protection and use of the coastline
(2017) count restored shore of natural form and function as natural; 50.31 million yuan for 3.3 km at Beihai's Silver
Beach, 357 million for 2.84 km and 200 ha of wetland at Linhai (Blue Bay projects). Most likely wrong: one cost for a
kilometre.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.mechanisms.shoreline._requests import LEAST, Requests
from model.parameters import sourced
from model.state.state import State
from model.state.sums import add_each, running_by, sum_by
from model.units import Fens, Flags, Floats, Ratio, Rows, Share, Years, YuanPerKilometre, fen
from model.vocabulary import Benefit, Mode, Shore


@dataclass(frozen=True)
class Account(Requests):
    """Payment, restoration and recognition; when a request is granted is the rule of the form."""

    writes: ClassVar[tuple[str, ...]] = (
        *Requests.writes,
        "segments.begun",
        "coasts.credit",
        "coasts.owed",
        "coasts.money",
        "habitats.claimed",
        "habitats.substrate",
        "habitats.ceiling",
        "habitats.structure",
        "habitats.invader",
        "habitats.pressure",
        "habitats.pressure_potential",
    )

    ratio: Ratio = sourced(
        0.5, 2.0, "km restored by km occupied; 1 to 1.5 in Guangdong (2021)", "recalled", "sweep"
    )
    cost: YuanPerKilometre = sourced(
        5e6, 1.3e8, "Beihai Silver Beach 15.2 million, Linhai 126 million with its wetland", "derived"
    )
    delay: Years = sourced(1, 10, "years from the works to recognition", "assumed")
    good_enough: Share = sourced(
        0.1, 0.6, "condition of shore of natural form and function, for recognition", "assumed", "sweep"
    )
    rebuilt_substrate: Share = sourced(0.6, 0.95, "sediment after the wall is gone, as in works", "assumed")
    rebuilt_ceiling: Share = sourced(0.7, 1.0, "ceiling after that, as in works", "assumed")
    planted_structure: Share = sourced(0.05, 0.30, "structure that planting brings, as in works", "assumed")
    removal: Share = sourced(
        0.64, 0.95, "77.5 % of Fujian's Spartina in the first year (plan 64 %), as in works", "measured"
    )
    pressure_removed: Share = sourced(0.3, 1.0, "pressure that ends with the works, as in works", "assumed")

    def charge(self, state: State, rows: Rows) -> None:
        """Applicants on segments ``rows`` pay their city for the shore that is to balance theirs."""
        s, coasts = state.segments, state.coasts
        coast = s.coast[rows]
        paid = fen(self.ratio * s.wanted[rows] * self.cost)
        payer, payee = state.accounts.developers, state.cities.account[coasts.city[coast]]
        state.ledger.post("shore_balance_paid", payer, payee, paid, patch=s.patch[rows])
        add_each(coasts.money, coast, paid)

    def restore(self, state: State) -> None:
        """Recognise what has come back, then begin what is still needed."""
        self._note_projects(state)
        self._recognise(state)
        self._begin(state)

    def _note_projects(self, state: State) -> None:
        """Artificial shore that a county's project rebuilds is restored shore from the year of its works on."""
        h, s, sites = state.habitats, state.segments, state.sites
        site = h.site[s.patch]
        rows = np.flatnonzero(self._walled(state) & (s.begun < 0) & (site >= 0))
        rebuilt = rows[(sites.mode[site[rows]] == Mode.RECONSTRUCTION) & (sites.begun[site[rows]] >= 0)]
        s.begun[rebuilt] = sites.begun[site[rebuilt]]

    def _walled(self, state: State) -> Flags:
        """Segments that are artificial since before the start: what was built on since is not torn down."""
        s = state.segments
        walled: Flags = (state.habitats.shore[s.patch] == Shore.ARTIFICIAL) & (s.built == 0.0)
        return walled

    def _recognise(self, state: State) -> None:
        """Recognised shore enters the account of its coast, each stretch once; what is owed is met first."""
        h, s, coasts = state.habitats, state.segments, state.coasts
        old = self._walled(state) & (s.begun >= 0) & (state.year - s.begun >= self.delay)
        rows = np.flatnonzero(old)
        rows = rows[h.condition_of(s.patch[rows]) >= self.good_enough]
        patch = s.patch[rows]
        h.shore[patch] = Shore.RECOGNISED
        counted = h.shoreline[patch] * h.claim(patch, Benefit.SHORELINE)
        recognised = sum_by(s.coast[rows], counted, len(coasts))
        met = np.minimum(coasts.owed, recognised)
        self._meet(state, met)
        coasts.credit[:] += recognised - met

    def _meet(self, state: State, met: Floats) -> None:
        """Strike off ``met`` km of what each coast owes, and the same part of its city's obligation."""
        coasts, cities, o = state.coasts, state.cities, state.obligations
        before = sum_by(coasts.city, coasts.owed, len(cities))
        left = coasts.owed - met
        coasts.owed[:] = np.where(left > LEAST, left, 0.0)
        after = sum_by(coasts.city, coasts.owed, len(cities))
        gone = np.where(after > 0.0, 1.0 - after / np.maximum(before, LEAST), 1.0)
        owed = o.outstanding("shore_balance", cities.account)
        o.meet("shore_balance", cities.account, np.floor(owed * gone).astype(np.int64))

    def needed(self, state: State) -> Floats:
        """Km that each coast must still begin to restore: owed or waited for, less what is there or under way."""
        s, coasts = state.segments, state.coasts
        coming = state.habitats.shoreline[s.patch] * (self._walled(state) & (s.begun >= 0))
        waiting = sum_by(s.coast, self.ratio * s.wanted - coming, len(coasts))
        return np.asarray(coasts.owed + waiting - coasts.credit)

    def restorable(self, state: State) -> Flags:
        """Segments that the city can restore: walled, not begun, never under a project of a county."""
        s = state.segments
        return self._walled(state) & (s.begun < 0) & (state.habitats.site[s.patch] < 0)

    def _begin(self, state: State) -> None:
        """Begin restorable segments, shortest first, as far as they are needed and can be paid."""
        h, s = state.habitats, state.segments
        rows = np.flatnonzero(self.restorable(state))
        length = h.shoreline[s.patch].astype(np.float64)
        rows = rows[np.lexsort((h.keys[s.patch[rows]], length[rows], s.coast[rows]))]
        coast = s.coast[rows]
        rows = rows[running_by(coast, length[rows]) - length[rows] < self.needed(state)[coast] - LEAST]
        rows = rows[self._paid(state, rows)]
        self._rebuild(state, s.patch[rows])
        s.begun[rows] = state.year

    def _paid(self, state: State, rows: Rows) -> Flags:
        """Pay for segments ``rows`` (by coast, in order): the city from applicants' money, the county what is missing.

        Returns which were paid; a county pays only out of money that no project waits for.
        """
        s, coasts, ledger, counties = state.segments, state.coasts, state.ledger, state.counties
        coast, county = s.coast[rows], state.habitats.county[s.patch[rows]]
        cost: Fens = fen(state.habitats.shoreline[s.patch[rows]].astype(np.float64) * self.cost)
        from_city: Fens = np.clip(coasts.money[coast] - (running_by(coast, cost) - cost), 0, cost)
        from_county = cost - from_city
        order = np.argsort(county, kind="stable")
        asked = running_by(county[order], from_county[order])
        free = state.free_money()
        paid = np.zeros(rows.size, dtype=bool)
        paid[order] = (from_county[order] == 0) | (asked <= free[county[order]])
        from_city, from_county = np.where(paid, from_city, 0), np.where(paid, from_county, 0)
        to, patch = state.accounts.contractors, s.patch[rows]
        city = state.cities.account[coasts.city[coast]]
        ledger.post("shore_restoration", city, to, from_city, patch=patch)
        ledger.post("shore_restoration_fronted", counties.account[county], to, from_county, patch=patch)
        add_each(coasts.money, coast, -from_city)
        return paid

    def _rebuild(self, state: State, patch: Rows) -> None:
        """The wall and Spartina go, sediment and plants come, and what pressed on the shore goes with the wall."""
        h = state.habitats
        h.substrate[patch] = np.maximum(h.substrate[patch], self.rebuilt_substrate)
        h.ceiling[patch] = np.maximum(h.ceiling[patch], self.rebuilt_ceiling)
        h.structure[patch] += self.planted_structure * (1.0 - h.structure[patch])
        h.invader[patch] *= 1.0 - self.removal
        h.pressure[patch] *= 1.0 - self.pressure_removed
        h.pressure_potential[patch] *= 1.0 - self.pressure_removed
