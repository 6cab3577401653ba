"""No mine works: no land is opened, no ore sold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Outlook, Prices, Sales
from model.state.state import State


@dataclass(frozen=True)
class Nothing:
    """No mining."""

    writes: ClassVar[tuple[str, ...]] = ()
    duty_per_hectare: ClassVar[float] = 0.0
    duty_horizon: ClassVar[int] = 0

    def foresee(self, state: State) -> Outlook:
        """Nothing to lose, nothing to reclaim."""
        return Outlook(np.zeros(len(state.firms)), np.zeros(len(state.mines)))

    def extract(self, state: State, prices: Prices) -> Sales:
        """No sales for any firm."""
        none = np.zeros(len(state.firms), dtype=np.int64)
        return Sales(none, none)
