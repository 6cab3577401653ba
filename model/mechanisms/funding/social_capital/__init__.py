"""Private money for public land: who restores benefits (誰修復、誰受益, A10, A16)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Prices
from model.state.state import State


class SocialCapital(Protocol):
    """``invest`` lets investors take part in proposed projects (a promise; projects call the money). ``settle`` pays
    what the land's measured benefits earned this year."""

    writes: tuple[str, ...]

    def invest(self, state: State, prices: Prices) -> None: ...

    def settle(self, state: State, prices: Prices) -> None: ...
