"""No project is ever funded: plans stay on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Observation
from model.state.state import State
from model.state.streams import Chance
from model.units import Rows, Years


@dataclass(frozen=True)
class Nothing:
    """No project."""

    writes: ClassVar[tuple[str, ...]] = ()
    aftercare: ClassVar[Years] = 0

    def award(self, state: State) -> None:
        """Fund nothing."""

    def awaiting(self, state: State) -> Rows:
        """Nothing to observe."""
        return np.zeros(0, dtype=np.int64)

    def judge(self, state: State, chance: Chance, seen: Observation) -> None:
        """Nothing to judge."""
