"""Firms leave all land as it is when they are done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Reclamation, Threat
from model.state.state import State


@dataclass(frozen=True)
class Nothing:
    """No reclamation."""

    writes: ClassVar[tuple[str, ...]] = ("mines.due", "mines.bare")

    def decide(self, state: State, threat: Threat) -> Reclamation:
        """Leave everything."""
        none = np.zeros(len(state.mines))
        return Reclamation(none, none, np.ones(len(state.mines)))

    def act(self, state: State, choice: Reclamation) -> None:
        """Due land becomes overdue."""
        m = state.mines
        m.bare[:] += m.due
        m.due[:] = 0.0
