"""Earthworks and fast exotics: reconstruct what is stripped, plant what is thin, and show green soon.

Patches are ranked by the cover that works will show, per yuan: what an official can point at within a term.
Source: practice before the policy, which it turns against (image projects, single-species planting). Most
likely wrong: that engineers never leave land alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Choice, Observation, Quotes, chosen
from model.parameters import sourced
from model.state.state import State
from model.units import Share
from model.vocabulary import Mode


@dataclass(frozen=True)
class EngineeredFirst:
    """Reconstruction and planting, ranked by what shows."""

    writes: ClassVar[tuple[str, ...]] = ()

    degraded_below: Share = sourced(
        0.5, 0.9, "observed condition below which a patch is a candidate", "assumed"
    )
    stripped_below: Share = sourced(0.2, 0.6, "observed substrate below which ground is rebuilt", "assumed")
    native_share: Share = sourced(0.0, 0.8, "natives in plantings: fast exotics prevail", "assumed")

    def choose(self, state: State, seen: Observation, quotes: Quotes) -> Choice:
        """Reconstruction on stripped ground, planting elsewhere; merit is visible cover per 10,000 yuan."""
        degraded = seen.condition < self.degraded_below
        works = np.where(seen.substrate < self.stripped_below, Mode.RECONSTRUCTION, Mode.ASSISTED)
        mode = np.where(degraded, works, Mode.NONE).astype(np.int8)
        place = (works - 1, np.arange(mode.size))
        merit = quotes.visible[place] / np.maximum(quotes.outlay[place], 1.0) * 1e4
        return chosen(seen, quotes, mode, merit, np.full(mode.size, self.native_share))
