"""A central programme that clears the stock of abandoned mines (A8)."""

from __future__ import annotations

from typing import Protocol

from model.state.state import State
from model.state.streams import Chance


class LegacyProgramme(Protocol):
    """``grant`` fills the programme's account from taxpayers and promises what stands in it to proposed projects on
    legacy mines; the money is drawn as works are paid. Proposals are the counties' own."""

    writes: tuple[str, ...]

    def grant(self, state: State, chance: Chance) -> None: ...
