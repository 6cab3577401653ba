"""What agencies see of the land; the truth stays hidden (A11)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Observation
from model.state.state import State
from model.state.streams import Chance
from model.units import Rows


class Monitoring(Protocol):
    """``observe`` reads the true columns of the rows asked for; writes nothing and hands on what is seen of them.
    ``pay`` books what the year's surveys cost.

    Large surveys come in blocks: what is seen of a row must not hang on which others are asked for."""

    writes: tuple[str, ...]

    def pay(self, state: State) -> None: ...

    def observe(self, state: State, chance: Chance, rows: Rows, purpose: str) -> Observation: ...
