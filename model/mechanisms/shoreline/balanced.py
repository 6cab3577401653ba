"""Natural shore may be built on at once, and must be balanced by restored shore of the same coast within some years.

What is occupied draws on the city's account; what the account lacks is owed. A city that has not balanced in time is
refused any further occupation until it has, and so is a coast without artificial shore left to restore. Source: balance
of occupation and restoration of shoreline, as coastal provinces introduced it from 2021 (recalled). Most likely wrong:
that a city in arrears is really stopped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.mechanisms.shoreline._account import Account
from model.mechanisms.shoreline._requests import LEAST
from model.parameters import sourced
from model.state.state import State
from model.state.streams import Chance
from model.state.sums import sum_by
from model.units import Flags, Floats, Years, fen


@dataclass(frozen=True)
class Balanced(Account):
    """Occupied first, balanced afterwards."""

    years: Years = sourced(1, 15, "years until the balance is overdue", "assumed", "sweep")

    def occupy(self, state: State, chance: Chance) -> None:
        """Grant what is asked for, or waits, on every coast that may still be built on, and owe for it."""
        s, new = state.segments, self.ask(state, chance)
        free = self._open(state)[s.coast]
        self.close(state, new[~free[new]])
        self.charge(state, new[free[new]])
        rows = np.flatnonzero((s.wanted > 0.0) & free)
        self._draw(state, sum_by(s.coast[rows], self.ratio * s.wanted[rows], len(state.coasts)))
        self.build(state, rows)

    def _open(self, state: State) -> Flags:
        """Coasts of cities without overdue balance, with artificial shore enough to balance what is wanted."""
        s, coasts = state.segments, state.coasts
        overdue = state.obligations.due("shore_balance", state.cities.account) > 0
        length = state.habitats.shoreline[s.patch] * self.restorable(state)
        room = sum_by(s.coast, length, len(coasts))
        found: Flags = ~overdue[coasts.city] & (self.needed(state) <= room + LEAST)
        return found

    def _draw(self, state: State, needed: Floats) -> None:
        """Use credit first; the rest of the ``needed`` km of each coast is owed."""
        coasts = state.coasts
        used = np.minimum(coasts.credit, needed)
        coasts.credit[:] -= used
        coasts.owed[:] += needed - used
        debtor = state.cities.account[coasts.city]
        state.obligations.create("shore_balance", debtor, fen((needed - used) * self.cost), self.years)
