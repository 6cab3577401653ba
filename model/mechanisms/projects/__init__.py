"""The life of a restoration project: funded, worked on, judged, cared for (A14)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Observation
from model.state.state import State
from model.state.streams import Chance
from model.units import Rows, Years


class ProjectLife(Protocol):
    """``award`` funds proposals in rank order and pays this year's works and upkeep; ``awaiting`` names the patches
    to be observed for acceptance; ``judge`` moves projects on by what was observed and may split them. Works and growth
    are not theirs. ``aftercare`` is for how many years they care for what was accepted."""

    writes: tuple[str, ...]
    aftercare: Years

    def award(self, state: State) -> None: ...

    def awaiting(self, state: State) -> Rows: ...

    def judge(self, state: State, chance: Chance, seen: Observation) -> None: ...
