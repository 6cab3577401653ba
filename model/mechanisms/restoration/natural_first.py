"""Fences and time everywhere: natural recovery for whatever is degraded, whether the land can do it or not.

Patches are ranked by how much they lack per yuan, without asking whether the ground can carry it: the rule as
a slogan. Source: the policy's stance taken literally (自然恢復為主). Most likely wrong: nobody would fence a spoil
heap.
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
class NaturalFirst:
    """Natural recovery for all."""

    writes: ClassVar[tuple[str, ...]] = ()

    degraded_below: Share = sourced(
        0.5, 0.9, "observed condition below which a patch is a candidate", "assumed"
    )

    def choose(self, state: State, seen: Observation, quotes: Quotes) -> Choice:
        """Natural recovery where condition is low; merit is the lack per 10,000 yuan."""
        degraded = seen.condition < self.degraded_below
        mode = np.where(degraded, Mode.NATURAL_RECOVERY, Mode.NONE).astype(np.int8)
        cost = quotes.outlay[Mode.NATURAL_RECOVERY - 1]
        merit = (1.0 - seen.condition) / np.maximum(cost, 1.0) * 1e4
        return chosen(seen, quotes, mode, merit, np.ones(mode.size))
