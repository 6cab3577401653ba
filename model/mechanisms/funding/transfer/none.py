"""The centre gives nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.state.state import State
from model.units import Fens


@dataclass(frozen=True)
class Nothing:
    """No transfer."""

    writes: ClassVar[tuple[str, ...]] = ()

    def due(self, state: State) -> Fens:
        """Nothing for anyone."""
        return np.zeros(len(state.counties), dtype=np.int64)

    def pay(self, state: State) -> None:
        """No posting."""
