"""One bay, one plan: all counties on the coast clear in the same years, so that none is invaded from the next.

Every county pays for its own shore; who cannot pay leaves what its neighbours will get back. Source: Fujian's campaign
treats bays as wholes and neighbouring counties jointly (2022); articles on one bay, one plan (A9). Most likely wrong:
that counties which depend on one another do not help one another to pay.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.mechanisms.bay_plan._clearing import Clearing
from model.state.state import State
from model.state.streams import Chance


@dataclass(frozen=True)
class OnePlan(Clearing):
    """Everybody at once."""

    def clear(self, state: State, chance: Chance) -> None:
        """A year of the plan in all counties that have flats or mangroves."""
        self.clear_coasts(state, chance, np.ones(len(state.counties), dtype=bool))
