"""Each county decides for itself whether it clears: those that do not send Spartina back to those that do.

    P(a county takes part) = willing,   drawn once for each county, the same under every policy

Source: the absence of a joint plan (A9); how many counties would act unasked is not known. Most likely wrong: that
nobody is moved by what its neighbours do.
"""

from __future__ import annotations

from dataclasses import dataclass

from model.mechanisms.bay_plan._clearing import Clearing
from model.parameters import sourced
from model.state.state import State
from model.state.streams import Chance
from model.units import Probability

ALWAYS = 0  # a county's mind is made up for all years


@dataclass(frozen=True)
class EachAlone(Clearing):
    """Those that want to."""

    willing: Probability = sourced(0.0, 1.0, "counties that clear of their own accord", "assumed", "sweep")

    def clear(self, state: State, chance: Chance) -> None:
        """A year of those counties that clear."""
        minds = chance.uniform("bay_plan/willing", ALWAYS, state.counties.keys)
        self.clear_coasts(state, chance, minds < self.willing)
