"""Natural shore is built on wherever somebody asks for it outside the red line.

    built = wanted,   nothing is restored for it

Source: practice before natural-shoreline retention was a target (to 2017). Most likely wrong: that requests do not rise
where they are free.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.mechanisms.shoreline._requests import Requests
from model.state.state import State
from model.state.streams import Chance


@dataclass(frozen=True)
class Free(Requests):
    """Occupation without balance."""

    def occupy(self, state: State, chance: Chance) -> None:
        """Grant everything that is asked for, and what waits from before."""
        self.ask(state, chance)
        self.build(state, np.flatnonzero(state.segments.wanted > 0.0))

    def restore(self, state: State) -> None:
        """Nothing is balanced."""
