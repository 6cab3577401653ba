"""No load moves and no water remembers: rivers, lakes and bays stay as polluted as they were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.state.state import State


@dataclass(frozen=True)
class Nothing:
    """The world without moving loads."""

    writes: ClassVar[tuple[str, ...]] = ()

    def balance(self, state: State) -> None:
        """No load moves."""

    def run(self, state: State) -> None:
        """Leave loads and load stocks as they are."""
