"""Nobody reports anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.intentions import Sighting, unseen
from model.state.state import State
from model.state.streams import Chance


@dataclass(frozen=True)
class Nothing:
    """No reports."""

    writes: ClassVar[tuple[str, ...]] = ()

    def report(self, state: State, chance: Chance) -> Sighting:
        """Silence."""
        return unseen(len(state.mines))
