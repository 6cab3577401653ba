"""Nobody clears a coast for its own sake; Spartina is cut where flats and shores are planted or rebuilt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.state.state import State
from model.state.streams import Chance


@dataclass(frozen=True)
class Nothing:
    """No plan for any bay."""

    writes: ClassVar[tuple[str, ...]] = ()

    def clear(self, state: State, chance: Chance) -> None:
        """Leave the invader to works."""
