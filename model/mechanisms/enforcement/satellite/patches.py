"""Satellites list patches of bare land several times a year; small ones mostly escape, hidden ones always do.

    seen in a year: 1 - (1 - p d)^rounds, d the mine's own detectability, p small below the size of mandatory checks

Four independent rounds would be near-perfect detection, which nobody has: detectability stays with the site.
Fakes are green from above. Sources: four rounds a year and 10 mu (2024, 2023 notices); accuracy 0.84 (McKenna
2020). Most likely wrong: the chance of detection itself, which no source gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Sighting
from model.parameters import sourced
from model.state.state import State
from model.state.streams import Chance
from model.units import Count, Floats, Hectares, Probability


@dataclass(frozen=True)
class Patches:
    """Rounds of satellite patches."""

    writes: ClassVar[tuple[str, ...]] = ()

    rounds: Count = sourced(0, 12, "four mine-patch rounds a year (2024 notice)", "measured")
    detection: Probability = sourced(
        0.5, 0.95, "a round above the threshold, for the best visible site", "assumed", "sweep"
    )
    detection_small: Probability = sourced(0.0, 0.3, "a round below the threshold", "assumed", "sweep")
    threshold: Hectares = sourced(0.667, 0.667, "field checks mandatory from 10 mu (2023 notice)", "measured")

    def look(self, state: State, chance: Chance) -> Sighting:
        """Bare land by its size and the site's detectability; the draw is made for every mine."""
        keys = state.habitats.keys[state.mines.patch]
        bare = chance.uniform("enforcement/satellite", state.year, keys) < self._in_a_year(state)
        return Sighting(bare, np.zeros_like(bare), 0.0)

    def _in_a_year(self, state: State) -> Floats:
        m = state.mines
        single = np.where(m.bare >= self.threshold, self.detection, self.detection_small)
        seen: Floats = 1.0 - (1.0 - single * state.habitats.detectability[m.patch]) ** self.rounds
        return seen
