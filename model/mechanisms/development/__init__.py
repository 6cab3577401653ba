"""How construction takes land, and what review refuses (A1, A4)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Takings
from model.state.state import State
from model.state.streams import Chance


class Development(Protocol):
    """Reads zones and chance; takes parts of patches for good and hands on what was taken and refused."""

    writes: tuple[str, ...]

    def take(self, state: State, chance: Chance) -> Takings: ...
