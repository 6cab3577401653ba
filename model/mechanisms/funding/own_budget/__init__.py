"""What counties raise themselves for restoration."""

from __future__ import annotations

from typing import Protocol

from model.state.state import State
from model.units import Fens


class OwnBudget(Protocol):
    """``due`` says what each county (rows) will raise a year, in fen; ``pay`` books it. Nothing else moves."""

    writes: tuple[str, ...]

    def due(self, state: State) -> Fens: ...

    def pay(self, state: State) -> None: ...
