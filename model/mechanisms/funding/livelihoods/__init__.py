"""Households whose income presses on the land, and what they get for sparing it."""

from __future__ import annotations

from typing import Protocol

from model.state.state import State


class Livelihoods(Protocol):
    """``pay`` settles how far households accept this year's relief from grazing, cutting and fishing: it writes
    ``projects.compensated``, and ``projects.forgone``, what it costs them. What relief does to pressure, works say."""

    writes: tuple[str, ...]

    def pay(self, state: State) -> None: ...
