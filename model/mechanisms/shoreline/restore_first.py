"""Natural shore may be built on only against restored shore that the city's account already holds.

Applicants pay and wait; the city restores; as kilometres are recognised, requests are served in the order in which
they came (ties by id), and nobody jumps the queue. Source: "preferably restored first" in the policy (A6). Most likely
wrong: that applicants wait for years and do not go elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.mechanisms.shoreline._account import Account
from model.mechanisms.shoreline._requests import LEAST
from model.state.state import State
from model.state.streams import Chance
from model.state.sums import running_by, sum_by


@dataclass(frozen=True)
class RestoreFirst(Account):
    """Balanced first, occupied afterwards."""

    def occupy(self, state: State, chance: Chance) -> None:
        """Serve the queue of each coast as far as its credit reaches."""
        self.charge(state, self.ask(state, chance))
        s, coasts = state.segments, state.coasts
        rows = np.flatnonzero(s.wanted > 0.0)
        rows = rows[np.lexsort((state.habitats.keys[s.patch[rows]], s.asked[rows], s.coast[rows]))]
        coast, wanted = s.coast[rows], self.ratio * s.wanted[rows]
        served = running_by(coast, wanted) <= coasts.credit[coast] + LEAST
        used = sum_by(coast[served], wanted[served], len(coasts))
        coasts.credit[:] = np.maximum(coasts.credit - used, 0.0)
        self.build(state, rows[served])
