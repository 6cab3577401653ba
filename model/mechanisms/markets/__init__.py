"""Prices that nobody here sets: minerals and carbon, the same path under every policy."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Prices
from model.state.state import State
from model.state.streams import Chance


class Markets(Protocol):
    """Reads the year and chance alone; writes nothing and hands on this year's prices."""

    writes: tuple[str, ...]

    def quote(self, state: State, chance: Chance) -> Prices: ...
