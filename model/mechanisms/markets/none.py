"""Prices never move: minerals at their starting price, carbon worth nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Prices
from model.state.state import State
from model.state.streams import Chance
from model.vocabulary import Mineral


@dataclass(frozen=True)
class Nothing:
    """No markets beyond the mine gate."""

    writes: ClassVar[tuple[str, ...]] = ()

    def quote(self, state: State, chance: Chance) -> Prices:
        """Index 1 for each mineral, no carbon price."""
        return Prices(np.ones(len(Mineral)), 0.0)
