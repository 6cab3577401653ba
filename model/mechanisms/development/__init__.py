"""How construction takes land, what review refuses, and what becomes of land that it only borrows (A1, A4)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Takings
from model.state.state import State
from model.state.streams import Chance


class Development(Protocol):
    """``take`` reads zones and chance; takes parts of patches for good, strips parcels of temporary land, has offsets
    paid and hands on what was taken and refused. ``reclaim`` decides which parcels are given back and works on their
    ground. What is prepaid for them is the business of the fee."""

    writes: tuple[str, ...]

    def take(self, state: State, chance: Chance) -> Takings: ...

    def reclaim(self, state: State, chance: Chance) -> None: ...
