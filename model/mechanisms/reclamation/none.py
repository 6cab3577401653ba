"""Firms leave all land as it is when they are done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Outlook, Reclamation, Threat
from model.state.state import State


@dataclass(frozen=True)
class Nothing:
    """No reclamation."""

    writes: ClassVar[tuple[str, ...]] = ("mines.due", "mines.ordered", "mines.bare")

    def decide(self, state: State, threat: Threat, outlook: Outlook) -> Reclamation:
        """Leave everything."""
        none = np.zeros(len(state.mines))
        return Reclamation(none, none, np.ones(len(state.mines)))

    def act(self, state: State, choice: Reclamation) -> None:
        """Due land becomes overdue, and orders are not obeyed."""
        m = state.mines
        m.bare[:] += m.due + m.ordered
        m.due[:] = 0.0
        m.ordered[:] = 0.0
