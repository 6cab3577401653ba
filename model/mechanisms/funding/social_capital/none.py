"""No private money comes, and nobody buys carbon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.intentions import Prices
from model.state.state import State


@dataclass(frozen=True)
class Nothing:
    """No social capital."""

    writes: ClassVar[tuple[str, ...]] = ()

    def invest(self, state: State, prices: Prices) -> None:
        """Nobody invests."""

    def settle(self, state: State, prices: Prices) -> None:
        """Nothing is earned."""
