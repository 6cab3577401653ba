"""No strategy: every patch is left to itself. The untreated twin that all gains are counted against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Choice, Observation, Quotes, chosen
from model.state.state import State


@dataclass(frozen=True)
class Nothing:
    """No restoration at all."""

    writes: ClassVar[tuple[str, ...]] = ()

    def choose(self, state: State, seen: Observation, quotes: Quotes) -> Choice:
        """Mode none everywhere."""
        none = np.zeros(seen.rows.size)
        return chosen(seen, quotes, none.astype(np.int8), none, none)
