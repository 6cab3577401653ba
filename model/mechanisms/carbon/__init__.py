"""How much carbon a patch holds, measured, whoever may sell it."""

from __future__ import annotations

from typing import Protocol

from model.state.state import State


class Carbon(Protocol):
    """Reads structure; writes the carbon stock. Credits and prices are the business of funding."""

    writes: tuple[str, ...]

    def store(self, state: State) -> None: ...
