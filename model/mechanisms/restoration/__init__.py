"""Which mode of restoration a plan chooses for a damaged patch: the strategy (A12)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Choice, Observation, Quotes
from model.state.state import State


class Strategy(Protocol):
    """Reads what was observed and quoted; writes nothing and hands on a mode and a merit for each row.

    Rows come in blocks: what is chosen for one must not hang on which others are seen beside it."""

    writes: tuple[str, ...]

    def choose(self, state: State, seen: Observation, quotes: Quotes) -> Choice: ...
