"""Every few years a central round comes to all counties at once; before and after it local inspectors rest.

Checks gather in the year of a round, and what a round sees, nobody local excuses. Source: rounds of central
environmental inspection since 2015, each some years after the last. Most likely wrong: that everybody knows the year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Rounds
from model.mechanisms.enforcement.central_rounds._gathering import gathered
from model.parameters import sourced
from model.state.state import State
from model.state.streams import Chance
from model.units import Ratio, Years


@dataclass(frozen=True)
class Campaign:
    """Rounds for all at once."""

    writes: ClassVar[tuple[str, ...]] = ()

    every: Years = sourced(2, 10, "years between central rounds", "assumed", "sweep")
    factor: Ratio = sourced(1.0, 10.0, "ground checks in the year of a round against the mean", "assumed")

    def announce(self, state: State, chance: Chance, intended: float) -> Rounds:
        """All counties in the year of a round, none between."""
        every, counties = max(self.every, 1), len(state.counties)
        here = state.year % every == 0
        there, elsewhere = gathered(intended, self.factor, 1.0 / every)
        return Rounds(np.full(counties, there if here else elsewhere), np.full(counties, here))
