"""Nobody pays for what a river brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.state.state import State


@dataclass(frozen=True)
class Nothing:
    """No compensation between counties."""

    writes: ClassVar[tuple[str, ...]] = ()

    def settle(self, state: State) -> None:
        """No posting."""
