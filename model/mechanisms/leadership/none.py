"""Counties are led by nobody in particular: plans are carried out and ranked as the strategy says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.intentions import Choice, Quotes
from model.state.state import State
from model.state.streams import Chance


@dataclass(frozen=True)
class Nothing:
    """No leaders."""

    writes: ClassVar[tuple[str, ...]] = ()

    def take_office(self, state: State, chance: Chance) -> None:
        """Nobody comes, nobody goes."""

    def weigh(self, state: State, quotes: Quotes, choice: Choice) -> Choice:
        """The strategy's own ranking."""
        return choice
