"""Nobody buys carbon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import CarbonTerms, Prices
from model.state.state import State


@dataclass(frozen=True)
class Nothing:
    """No carbon market."""

    writes: ClassVar[tuple[str, ...]] = ()

    def terms(self, state: State, prices: Prices) -> CarbonTerms:
        """A tonne is worth nothing."""
        return CarbonTerms(np.zeros(len(state.sites)), 0)

    def sell(self, state: State, prices: Prices) -> None:
        """Nothing is sold."""
