"""No private money comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.intentions import CarbonTerms, Promises, Settled
from model.state.state import State


@dataclass(frozen=True)
class Nothing:
    """No social capital."""

    writes: ClassVar[tuple[str, ...]] = ()

    def invest(self, state: State, terms: CarbonTerms, promises: Promises) -> None:
        """Nobody invests."""

    def learn(self, state: State, settled: Settled) -> None:
        """Nobody watches."""
