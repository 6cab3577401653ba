"""Nothing is evaluated: no hectare ever counts as effectively restored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.state.state import State


@dataclass(frozen=True)
class Nothing:
    """No yardstick."""

    writes: ClassVar[tuple[str, ...]] = ()

    def evaluate(self, state: State) -> None:
        """Leave all flags as they are."""
