"""Who walks over mines and sees what is real (A19): counties' inspectors, as far as staff and money reach."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Rounds, Sighting
from model.state.state import State
from model.state.streams import Chance


class Ground(Protocol):
    """``intend`` says how often a mine is to be checked, on average over the years. ``hire`` pays for inspectors beyond
    those in post and writes how much of the intention each county can staff. ``check`` writes nothing and hands on what
    would be found of each mine."""

    writes: tuple[str, ...]

    def intend(self) -> float: ...

    def hire(self, state: State) -> None: ...

    def check(self, state: State, chance: Chance, rounds: Rounds) -> Sighting: ...
