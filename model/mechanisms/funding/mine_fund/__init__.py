"""The mine restoration fund (A5): accrued in the firm's own books as ore is sold."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Sales
from model.state.state import State
from model.units import Rows


class MineFund(Protocol):
    """``accrue`` moves money from firms into their funds; ``wind_up`` says where a bankrupt firm's fund goes. What a
    fund is spent on is the business of reclamation."""

    writes: tuple[str, ...]

    def accrue(self, state: State, sales: Sales) -> None: ...

    def wind_up(self, state: State, failed: Rows) -> None: ...
