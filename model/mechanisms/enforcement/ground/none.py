"""Nobody walks over a mine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.intentions import Rounds, Sighting, unseen
from model.state.state import State
from model.state.streams import Chance


@dataclass(frozen=True)
class Nothing:
    """No ground check."""

    writes: ClassVar[tuple[str, ...]] = ()

    def intend(self) -> float:
        """Never."""
        return 0.0

    def hire(self, state: State) -> None:
        """Nobody is hired."""

    def check(self, state: State, chance: Chance, rounds: Rounds) -> Sighting:
        """Nothing is found."""
        return unseen(len(state.mines))
