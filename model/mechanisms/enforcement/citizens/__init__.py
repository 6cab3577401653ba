"""What people who live beside a mine know, and whether they say it (A18)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Sighting
from model.state.state import State
from model.state.streams import Chance


class Citizens(Protocol):
    """``report`` reads where people live, writes nothing and hands on what would be reported of each mine; a report in
    public leaves less room for local excuses."""

    writes: tuple[str, ...]

    def report(self, state: State, chance: Chance) -> Sighting: ...
