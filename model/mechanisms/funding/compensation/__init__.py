"""Money between those who live up and down a river, for the water that passes from one to the other (A16)."""

from __future__ import annotations

from typing import Protocol

from model.state.state import State


class Compensation(Protocol):
    """``settle`` reads this year's measured water and moves money between counties, spendable next year."""

    writes: tuple[str, ...]

    def settle(self, state: State) -> None: ...
