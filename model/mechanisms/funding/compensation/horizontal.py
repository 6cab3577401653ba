"""Who lives on a bay pays who lives up its rivers where the water came better, and is paid where it came worse.

For the land A of county u that drains into a bay, with the load L that leaves u by its rivers against its baseline L0
(the year in which the scheme began) and u's forest cover F, those on the bay owe, or are owed where it is negative,

    level A (water clip((1 - L/L0) / full, -1, 1) + forest F + volume)

All counties on the bay and on the bays that it exchanges water with share by inhabitants; debts of a pair are set
off; who owes more than a part of its general budget pays everybody in proportion. The general budget pays, so the
money comes from taxpayers on top of what restoration has, and is restoration money of those who receive it. Sources:
Xin'an river agreements (who pays depends on the water at the border); Fujian's basin fund, 70 % by water, 20 % by
forest, 10 % by volume; Xiamen paid 30 million yuan a year for the Jiulong's 14,741 km2, a thousandth of its budget of
2009. Most likely wrong: a baseline that is never drawn anew, so that what was once won is paid for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.parameters import sourced
from model.state.state import State
from model.state.sums import sum_by
from model.units import FEN_PER_YUAN, Fens, Floats, Share, YuanPerHectareYear, fen
from model.vocabulary import Ecosystem


@dataclass(frozen=True)
class Horizontal:
    """Payments by measured water."""

    writes: ClassVar[tuple[str, ...]] = ("counties.baseline_load", "counties.income")

    level: YuanPerHectareYear = sourced(
        0.0, 100.0, "Xiamen for the Jiulong (2009): 20; Fujian's basin fund (2019): 100", "derived"
    )
    full: Share = sourced(0.01, 0.3, "change of the load that moves the whole water part", "assumed", "sweep")
    water: Share = sourced(0.0, 1.0, "Fujian's basin fund: 70 % by water quality", "measured")
    forest: Share = sourced(0.0, 1.0, "Fujian's basin fund: 20 % by forest", "measured")
    volume: Share = sourced(0.0, 1.0, "Fujian's basin fund: 10 % by volume", "measured")
    most: Share = sourced(
        0.0, 0.01, "of the general budget; Xiamen 2009: 30 million of 27 bn yuan", "recalled", "sweep"
    )

    def settle(self, state: State) -> None:
        """Take the baseline in the first year, settle by it in all later ones."""
        if self.level == 0.0:
            return
        c, leaving = state.counties, self._leaving(state)
        agreed = c.baseline_load > 0.0
        change = 1.0 - leaving / np.where(agreed, c.baseline_load, 1.0)
        by_water = self.water * np.clip(change / max(self.full, 1e-9), -1.0, 1.0)
        earned = np.where(agreed, by_water + self.forest * self._forest(state) + self.volume, 0.0)
        self._pay(state, self._claims(state, self.level * earned))
        c.baseline_load[:] = np.where(agreed, c.baseline_load, leaving)

    def _leaving(self, state: State) -> Floats:
        """Load that leaves each county by its rivers, as gauged in the last patch before the border or the bay."""
        rows = state.basins.above
        load = state.network.rivers.fraction[rows] * state.habitats.load[rows]
        return sum_by(state.habitats.county[rows], load, len(state.counties))

    def _forest(self, state: State) -> Floats:
        """Part of each county's land that satellites see as covered forest."""
        h, c = state.habitats, state.counties
        rows = np.flatnonzero(h.ecosystem == Ecosystem.FOREST)
        covered = sum_by(h.county[rows], h.area[rows] * h.cover[rows], len(c))
        return np.asarray(covered / np.maximum(c.area, 1e-9))

    def _claims(self, state: State, by_hectare: Floats) -> Fens:
        """What each county (row) owes each other (column) after set-off, in fen; ``by_hectare`` of the county above."""
        claim = self._on_the_bay(state).T @ (by_hectare[:, None] * state.basins.drained).T
        claims: Fens = fen(np.maximum(claim - claim.T, 0.0))
        return claims

    def _on_the_bay(self, state: State) -> Floats:
        """Part of each bay's debts that each county bears, (bays, counties)."""
        h, n = state.habitats, len(state.counties)
        water = np.flatnonzero(h.bay >= 0)
        lies = np.zeros((state.bays, n), dtype=bool)
        lies[h.bay[water], h.county[water]] = True
        one, other = state.network.bay_exchange[:, :2].astype(np.int64).T
        shares = lies.copy()
        np.logical_or.at(shares, one, lies[other])
        np.logical_or.at(shares, other, lies[one])
        people = shares * state.counties.population
        return np.asarray(people / np.maximum(people.sum(axis=1, keepdims=True), 1e-9))

    def _pay(self, state: State, claims: Fens) -> None:
        """From general budgets, up to a part of them, all in proportion where that is too little; spent next year."""
        c = state.counties
        means = np.floor(self.most * c.general_budget * FEN_PER_YUAN).astype(np.int64)[:, None]
        total = claims.sum(axis=1, keepdims=True)
        in_part = (
            means / np.maximum(total, 1) * (1.0 - 1e-12)
        )  # a hair less, so that rounding asks no fen too much
        paid = np.floor(claims * np.where(means < total, in_part, 1.0)).astype(np.int64)
        payer, payee = np.nonzero(paid)
        state.ledger.post("compensation_budgeted", state.accounts.taxpayers, c.account, paid.sum(axis=1))
        state.ledger.post("horizontal_compensation", c.account[payer], c.account[payee], paid[payer, payee])
        c.income[:] += paid.sum(axis=0)
