"""What runs off the land, what holds it back on the way, and what waters remember of it."""

from __future__ import annotations

from typing import Protocol

from model.state.state import State


class Water(Protocol):
    """Reads condition, cover and use of the land and the river links; writes loads and the load stock of waters.

    ``balance`` runs the first loads, before a run, and says what waters can bear."""

    writes: tuple[str, ...]

    def balance(self, state: State) -> None: ...

    def run(self, state: State) -> None: ...
