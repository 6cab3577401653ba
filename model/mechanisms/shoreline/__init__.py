"""What may be built on natural shore, and what must balance it (A6)."""

from __future__ import annotations

from typing import Protocol

from model.state.state import State
from model.state.streams import Chance


class Shoreline(Protocol):
    """``occupy`` takes this year's requests for natural shore and grants them, or lets them wait, by the rule of the
    form. ``restore`` recognises shore that has come back into the city's account and begins to restore what is needed.
    Works of counties on their own shore are the business of projects; they are recognised here too."""

    writes: tuple[str, ...]

    def occupy(self, state: State, chance: Chance) -> None: ...

    def restore(self, state: State) -> None: ...
