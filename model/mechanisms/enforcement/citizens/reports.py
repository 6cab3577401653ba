"""Neighbours report the dust that they breathe and the turf that they see wither, where there are neighbours.

    reported in a year: rate * density / (density + half),    density in inhabitants a hectare of the county

A report is public: part of what a county would excuse otherwise, it must now answer for. Sources: letters and
calls are how central inspection rounds learn of most cases; rates have no source. Most likely wrong: that all
people of a county live equally near to its mines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Sighting
from model.parameters import sourced
from model.state.state import State
from model.state.streams import Chance
from model.units import Floats, PersonsPerHectare, Probability, Share


@dataclass(frozen=True)
class Reports:
    """Public reports."""

    writes: ClassVar[tuple[str, ...]] = ()

    rate: Probability = sourced(
        0.0, 0.8, "bare land reported in a year where people are many", "assumed", "sweep"
    )
    rate_fake: Probability = sourced(
        0.0, 0.5, "the same for a fake, which fewer can tell", "assumed", "sweep"
    )
    half_density: PersonsPerHectare = sourced(
        0.5, 20.0, "density at which half as much is reported", "assumed"
    )
    publicity: Share = sourced(0.0, 1.0, "part of local leniency that a report undoes", "assumed", "sweep")

    def report(self, state: State, chance: Chance) -> Sighting:
        """One draw for every mine: who would report a fake would report bare land too."""
        m, h = state.mines, state.habitats
        near = self._near(state)[h.county[m.patch]]
        drawn = chance.uniform("enforcement/citizens", state.year, h.keys[m.patch])
        return Sighting(drawn < self.rate * near, drawn < self.rate_fake * near, self.publicity)

    def _near(self, state: State) -> Floats:
        """How much of the full rate the density of each county brings."""
        c = state.counties
        density = c.population / np.maximum(c.area, 1e-9)
        near: Floats = density / np.maximum(density + self.half_density, 1e-9)
        return near
