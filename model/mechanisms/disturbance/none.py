"""Fair weather: no fire, no storm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.state.state import State
from model.state.streams import Chance


@dataclass(frozen=True)
class Nothing:
    """The world without disturbance."""

    writes: ClassVar[tuple[str, ...]] = ()

    def strike(self, state: State, chance: Chance) -> None:
        """Spare every patch."""
