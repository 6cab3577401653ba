"""Nobody asks for shore."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.state.state import State
from model.state.streams import Chance


@dataclass(frozen=True)
class Nothing:
    """No occupation, no restoration of shore."""

    writes: ClassVar[tuple[str, ...]] = ()

    def occupy(self, state: State, chance: Chance) -> None:
        """No request."""

    def restore(self, state: State) -> None:
        """Nothing to balance."""
