"""A county digs Spartina out in a campaign of some years, then in rounds of maintenance, as far as its money reaches.

With u the part of a patch that is under the invader, in a year of clearing

    due = cost area (1 - taken) removal u,   u' = u (1 - removal paid / due)

The largest stands come first, and the last that can be paid is cleared in part. Dense stands need no search; regrowth
does, so a round of maintenance begins with a patrol of the county's whole coast, falls out where that cannot be paid,
and finds what stands in a patch with a chance that rises with its hectares:

    P(found) = 1 - 2^(-area (1 - taken) u / found_half),   drawn for each patch and year, the same under every policy

What is not found stands and costs nothing. The county's free money pays, what no project under way waits for. A
campaign begins in the year in which a county first clears anything. Sources: Fujian cleared 77.5 % of its Spartina in
the first year of a campaign of two (2022-23); the province gave 22,500 yuan/ha (1,500 a mu) toward the clearing and
left aftercare to cities and counties; a random search misses with exp(-coverage) (Koopman 1946), read here as each part
of a stand meeting the eye or not for itself, and one that does leading to all. Most likely wrong: that a hectare of
scattered regrowth costs no more to dig out than one of dense stands, and that dearer patrols see no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.parameters import sourced
from model.state.state import State
from model.state.streams import Chance
from model.state.sums import running_by, sum_by
from model.units import (
    Fens,
    Flags,
    Floats,
    Hectares,
    Rows,
    Share,
    Years,
    YuanPerHectare,
    YuanPerHectareYear,
    fen,
)


@dataclass(frozen=True)
class Clearing:
    """What clearing removes and costs, and for how long; which counties take part is the rule of the form."""

    writes: ClassVar[tuple[str, ...]] = (
        "habitats.invader",
        "sites.twin_invader",
        "counties.bay_plan_since",
        "counties.spartina_cleared",
    )

    removal: Share = sourced(
        0.64, 0.95, "77.5 % of Fujian's Spartina in the first year (plan 64 %), as in works", "measured"
    )
    cost: YuanPerHectare = sourced(
        22500.0, 75000.0, "of Spartina; Fujian (2022) gives 22,500, counties the rest", "assumed"
    )
    campaign: Years = sourced(1, 4, "Fujian 2022-23; the national plan runs from 2022 to 2025", "measured")
    every: Years = sourced(
        0, 5, "years between rounds of maintenance after the campaign, 0: none", "assumed", "sweep"
    )
    patrol: YuanPerHectareYear = sourced(
        30.0, 1500.0, "of flat and mangrove in a round; 2 to 100 yuan a mu", "assumed", "sweep"
    )
    found_half: Hectares = sourced(
        0.0, 1.0, "stand in a patch that a patrol finds every other time, 0: finds all", "assumed", "sweep"
    )

    def clear_coasts(self, state: State, chance: Chance, taking_part: Flags) -> None:
        """A year of the counties that take part (counties,): campaign, maintenance or rest."""
        c = state.counties
        age = np.where(c.bay_plan_since >= 0, state.year - c.bay_plan_since, 0)
        campaigning = age < self.campaign
        waited = age - self.campaign + 1
        due = ~campaigning & (waited % max(self.every, 1) == 0) & (self.every > 0)
        patrolled = self._patrol(state, taking_part & due)
        h, rows = state.habitats, state.habitats.coastal
        county, found = h.county[rows], self._found(state, chance)
        seen = (taking_part & campaigning)[county] | (patrolled[county] & found)
        hectares = self._dig_out(state, rows[seen & (h.invader[rows] > 0.0)])
        first = (c.bay_plan_since < 0) & (hectares > 0.0)
        c.bay_plan_since[first] = state.year
        c.spartina_cleared[:] += hectares

    def _patrol(self, state: State, due: Flags) -> Flags:
        """Which of the counties whose round is ``due`` can pay for a patrol of all their coast, and do."""
        h, c, rows = state.habitats, state.counties, state.habitats.coastal
        coast = sum_by(h.county[rows], h.area[rows] * (1.0 - h.taken_share[rows]), len(c))
        price: Fens = fen(self.patrol * coast)
        paid = due & (price <= state.free_money())
        state.ledger.post("spartina_patrol", c.account, state.accounts.contractors, np.where(paid, price, 0))
        return np.asarray(paid)

    def _found(self, state: State, chance: Chance) -> Flags:
        """Where on the coast (coastal patches,) a patrol would find what stands, whether or not one is sent."""
        h, rows = state.habitats, state.habitats.coastal
        standing, sure = _standing(state, rows), np.full(len(rows), np.inf)
        with np.errstate(over="ignore"):  # of next to nothing there is an endless number of halvings
            halvings = np.divide(standing, self.found_half, out=sure, where=self.found_half > 0.0)
        draws = chance.uniform("bay_plan/found", state.year, h.keys[rows])
        return np.asarray(draws < -np.expm1(-np.log(2.0) * halvings))

    def _dig_out(self, state: State, rows: Rows) -> Floats:
        """Clear what stands in ``rows`` as far as the counties can pay; hectares cleared by county."""
        h, c = state.habitats, state.counties
        standing = _standing(state, rows)
        order = np.lexsort((h.keys[rows], -standing, h.county[rows]))
        rows, hectares = rows[order], self.removal * standing[order]
        part = self._paid(state, rows, fen(self.cost * hectares))
        kept = np.ones(h.rows)
        kept[rows] = 1.0 - self.removal * part
        h.invader[rows] *= kept[rows]
        state.sites.twin_invader[:] *= kept[state.sites.patch]
        return sum_by(h.county[rows], hectares * part, len(c))

    def _paid(self, state: State, rows: Rows, price: Fens) -> Floats:
        """Pay for ``rows`` (by county, first things first) while money lasts; the part of each that was paid."""
        county = state.habitats.county[rows]
        before = running_by(county, price) - price
        paid: Fens = np.clip(state.free_money()[county] - before, 0, price)
        payer = state.counties.account[county]
        state.ledger.post("spartina_clearing", payer, state.accounts.contractors, paid, patch=rows)
        return np.where(price > 0, paid / np.maximum(price, 1), 1.0)


def _standing(state: State, rows: Rows) -> Floats:
    """Hectares under the invader in ``rows``, on what was not taken."""
    h = state.habitats
    return np.asarray(h.area[rows] * (1.0 - h.taken_share[rows]) * h.invader[rows])
