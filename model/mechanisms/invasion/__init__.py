"""An invader along the coast (Spartina, 互花米草): it grows where it is and comes from where it stands."""

from __future__ import annotations

from typing import Protocol

from model.state.state import State
from model.state.streams import Chance


class Invasion(Protocol):
    """Reads coast links; writes the invader's cover. Removal is the business of works, not of this room."""

    writes: tuple[str, ...]

    def spread(self, state: State, chance: Chance) -> None: ...
