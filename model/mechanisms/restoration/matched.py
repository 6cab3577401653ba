"""Diagnosis picks the mode: of those that do nearly as well as the best, the one that costs least.

A mode is enough where its forecast gain reaches a given share of the greatest gain of all four. Patches are
ranked by forecast gain per yuan. So natural recovery is chosen where the land can do it, reconstruction where
nothing else can. Source: the policy's zoned, classified choice (A12); least-cost sufficiency after Chazdon &
Guariguata 2016. Most likely wrong: that planners read the ground as well as the plots suggest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Choice, Observation, Quotes, chosen
from model.parameters import sourced
from model.state.state import State
from model.units import Share


@dataclass(frozen=True)
class Matched:
    """The least that is enough, best value first."""

    writes: ClassVar[tuple[str, ...]] = ()

    enough: Share = sourced(
        0.6, 1.0, "share of the best forecast gain that counts as enough", "assumed", "sweep"
    )
    smallest_gain: Share = sourced(0.01, 0.20, "gain below which a patch is left alone", "assumed")
    native_share: Share = sourced(0.5, 1.0, "natives in plantings: native species first (A12)", "assumed")

    def choose(self, state: State, seen: Observation, quotes: Quotes) -> Choice:
        """Mode, merit (forecast gain per 10,000 yuan) and native share of plantings for each row."""
        best = quotes.gain.max(axis=0, initial=0.0)
        enough = (quotes.gain >= self.enough * best) & (best >= self.smallest_gain)
        price = np.where(enough, quotes.outlay, np.inf)
        mode = np.where(enough.any(axis=0), price.argmin(axis=0) + 1, 0).astype(np.int8)
        place = (np.maximum(mode - 1, 0), np.arange(mode.size))
        merit = quotes.gain[place] / np.maximum(quotes.outlay[place], 1.0) * 1e4
        return chosen(seen, quotes, mode, merit, np.full(mode.size, self.native_share))
