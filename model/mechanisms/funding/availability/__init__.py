"""Counties that pay private partners by the year, for as long as the land keeps what was agreed (A16)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Observation, Promises, Settled
from model.state.state import State
from model.units import Rows


class Availability(Protocol):
    """``offer`` says what counties would promise at most; ``watched`` names the patches on whose observed condition
    this year's payments hang, ``settle`` pays them. Who asks for how much, and gets it, social capital says."""

    writes: tuple[str, ...]

    def offer(self, state: State) -> Promises: ...

    def watched(self, state: State) -> Rows: ...

    def settle(self, state: State, seen: Observation) -> Settled: ...
