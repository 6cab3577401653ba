"""Central inspectors are always somewhere: each year they visit some counties, nobody knows which.

The same number of visits as in campaigns, spread over the years: local checks keep their pace, and no county can
wait until the round has passed. Source: the turn from campaigns to regular supervision (A19). Most likely wrong:
that inspectors choose by lot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.intentions import Rounds
from model.parameters import sourced
from model.state.state import State
from model.state.streams import Chance
from model.units import Probability


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

    def announce(self, state: State, chance: Chance, intended: float) -> Rounds:
        """Checks as intended; visits drawn for every county."""
        drawn = chance.uniform("enforcement/central_rounds", state.year, state.counties.keys)
        return Rounds(intended, drawn < self.visits)
