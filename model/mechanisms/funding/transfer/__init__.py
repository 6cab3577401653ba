"""What the centre gives to counties."""

from __future__ import annotations

from typing import Protocol

from model.state.state import State
from model.units import Fens


class Transfer(Protocol):
    """``due`` says what each county (rows) will get a year, in fen; ``pay`` books it from taxpayers through the
    centre. Nothing else moves."""

    writes: tuple[str, ...]

    def due(self, state: State) -> Fens: ...

    def pay(self, state: State) -> None: ...
