"""No fee: developers promise to reclaim, and nothing is held for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.intentions import Takings
from model.state.state import State


@dataclass(frozen=True)
class Nothing:
    """No prepaid fee."""

    writes: ClassVar[tuple[str, ...]] = ()

    def prepay(self, state: State, takings: Takings) -> None:
        """Nothing is set aside."""

    def settle(self, state: State) -> None:
        """Nothing is held."""
