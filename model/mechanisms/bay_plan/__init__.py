"""Clearing a coast of Spartina (互花米草) for its own sake, bay by bay: one bay, one plan (一灣一策, A9)."""

from __future__ import annotations

from typing import Protocol

from model.state.state import State
from model.state.streams import Chance


class BayPlan(Protocol):
    """``clear`` lets counties pay for the clearing of their flats and mangroves: it lowers the invader there and on
    the untreated twins, whom no project's works spared. How the invader comes back is the business of invasion."""

    writes: tuple[str, ...]

    def clear(self, state: State, chance: Chance) -> None: ...
