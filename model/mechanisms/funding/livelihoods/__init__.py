"""Households whose income presses on the land, and what they get for sparing it."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Quotes
from model.state.state import State
from model.units import Years


class Livelihoods(Protocol):
    """``price`` adds to quotes what households would be due, for works and ``care`` years of it.

    ``pay`` settles how far households accept this year's relief from grazing, cutting and fishing: it writes
    ``projects.compensated``, and ``projects.forgone``, what it costs them. What relief does to pressure, works say."""

    writes: tuple[str, ...]

    def price(self, state: State, quotes: Quotes, care: Years) -> Quotes: ...

    def pay(self, state: State) -> None: ...
