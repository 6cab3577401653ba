"""No invader spreads; what stands, stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.state.state import State
from model.state.streams import Chance


@dataclass(frozen=True)
class Nothing:
    """The world without spread."""

    writes: ClassVar[tuple[str, ...]] = ()

    def spread(self, state: State, chance: Chance) -> None:
        """Leave the invader where it is."""
