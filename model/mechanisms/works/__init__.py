"""What the four modes of restoration cost, promise and do on the ground (A12)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Observation, Quotes
from model.state.state import State
from model.state.streams import Chance


class Works(Protocol):
    """``price`` reads what was observed, each row by itself, and writes nothing. ``act`` works on sites of projects
    under way or in aftercare: pressure, ground, planting, invaders. What grows afterwards is the business of recovery.
    """

    writes: tuple[str, ...]

    def price(self, state: State, seen: Observation) -> Quotes: ...

    def act(self, state: State, chance: Chance) -> None: ...
