"""Who plans for which land, and in what order it is to be restored (A2)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Choice
from model.state.state import State
from model.units import Rows


class Planning(Protocol):
    """``survey`` names the patches worth a look this year (none between plans). ``plan`` replaces what was proposed
    before and never funded by new proposals; it moves no money and touches no land."""

    writes: tuple[str, ...]

    def survey(self, state: State) -> Rows: ...

    def plan(self, state: State, choice: Choice) -> None: ...
