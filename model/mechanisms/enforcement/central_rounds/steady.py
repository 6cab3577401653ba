"""Central inspectors are always somewhere: each year they visit some counties, nobody knows which.

The same number of visits as in campaigns, spread over the years: local checks gather in the counties that are visited,
as they do in a campaign, and no county can wait until the round has passed. Source: the turn from campaigns to regular
supervision (A19). Most likely wrong: that inspectors choose by lot.
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
from model.units import Probability, Ratio


@dataclass(frozen=True)
class Steady:
    """Visits by lot."""

    writes: ClassVar[tuple[str, ...]] = ()

    visits: Probability = sourced(
        0.0,
        0.5,
        "chance of a county to be visited in a year; a round in five years is 0.2",
        "assumed",
        "sweep",
    )

    factor: Ratio = sourced(1.0, 10.0, "ground checks where a round is against the mean", "assumed")

    def announce(self, state: State, chance: Chance, intended: float) -> Rounds:
        """Visits drawn for every county; checks gather there."""
        drawn = chance.uniform("enforcement/central_rounds", state.year, state.counties.keys)
        visited = drawn < self.visits
        there, elsewhere = gathered(intended, self.factor, self.visits)
        return Rounds(np.where(visited, there, elsewhere), visited)
