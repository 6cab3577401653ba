"""What the land gives to people in a year beside what is sold on markets, in money: ecological products (A17)."""

from __future__ import annotations

from typing import Protocol

from model.state.state import State


class Products(Protocol):
    """Reads condition, area and what was taken; writes each county's product of the year. Pays nobody."""

    writes: tuple[str, ...]

    def account(self, state: State) -> None: ...
