"""Counties promise no partner anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Observation, Promises, Settled
from model.state.state import State
from model.units import Rows


@dataclass(frozen=True)
class Nothing:
    """No availability payments."""

    writes: ClassVar[tuple[str, ...]] = ()

    def offer(self, state: State) -> Promises:
        """Nothing for any project."""
        ceiling, room = (
            np.zeros(rows, dtype=np.int64) for rows in (len(state.projects), len(state.counties))
        )
        return Promises(ceiling, room, 0)

    def watched(self, state: State) -> Rows:
        """No patch."""
        return np.zeros(0, dtype=np.int64)

    def settle(self, state: State, seen: Observation) -> Settled:
        """Nothing is owed."""
        none = np.zeros(0, dtype=np.int64)
        return Settled(none, none, none)
