"""Nobody looks from space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.intentions import Sighting, unseen
from model.state.state import State
from model.state.streams import Chance


@dataclass(frozen=True)
class Nothing:
    """No satellite."""

    writes: ClassVar[tuple[str, ...]] = ()

    def look(self, state: State, chance: Chance) -> Sighting:
        """Nothing is seen."""
        return unseen(len(state.mines))
