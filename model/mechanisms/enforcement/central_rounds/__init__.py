"""When inspectors come from above (A18, A19): local checks gather around them, local excuses end before them."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Rounds
from model.state.state import State
from model.state.streams import Chance


class CentralRounds(Protocol):
    """``announce`` reads the calendar and writes nothing: it shares out over the years the ground checks that counties
    intend (a yearly chance) and names the counties that central inspectors visit this year."""

    writes: tuple[str, ...]

    def announce(self, state: State, chance: Chance, intended: float) -> Rounds: ...
