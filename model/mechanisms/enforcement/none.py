"""Nobody looks and nothing follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Findings, Threat
from model.state.state import State
from model.state.streams import Chance


@dataclass(frozen=True)
class Nothing:
    """No enforcement."""

    writes: ClassVar[tuple[str, ...]] = ("mines.seen", "mines.sanctioned")

    def threaten(self) -> Threat:
        """No fine, no order, no blacklist."""
        return Threat(0.0, False, 0)

    def inspect(self, state: State, chance: Chance) -> Findings:
        """Nothing is seen."""
        m = state.mines
        m.seen[:] = 0
        m.sanctioned[:] = 0
        nothing = np.zeros(m.rows, dtype=bool)
        return Findings(nothing, nothing, nothing, nothing)
