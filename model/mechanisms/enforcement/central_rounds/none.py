"""Nobody comes from above: counties check at a steady pace and judge by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Rounds
from model.state.state import State
from model.state.streams import Chance


@dataclass(frozen=True)
class Nothing:
    """No central round."""

    writes: ClassVar[tuple[str, ...]] = ()

    def announce(self, state: State, chance: Chance, intended: float) -> Rounds:
        """Every year as intended, nobody visited."""
        counties = len(state.counties)
        return Rounds(np.full(counties, intended), np.zeros(counties, dtype=bool))
