"""Nobody builds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Takings
from model.state.state import State
from model.state.streams import Chance


@dataclass(frozen=True)
class Nothing:
    """No construction."""

    writes: ClassVar[tuple[str, ...]] = ()

    def take(self, state: State, chance: Chance) -> Takings:
        """Nothing taken, nothing refused."""
        none = np.zeros(0)
        return Takings(none.astype(np.int64), none, none, none.astype(np.int64))

    def reclaim(self, state: State, chance: Chance) -> None:
        """Nothing to give back."""
