"""Central awards to restoration projects, won in competition (A7)."""

from __future__ import annotations

from typing import Protocol

from model.state.state import State
from model.state.streams import Chance


class Award(Protocol):
    """``grant`` fills the programme's account from taxpayers and promises what stands in it to proposed projects; the
    money itself is drawn as works are paid. Proposals are the counties' own: none is made or withdrawn here."""

    writes: tuple[str, ...]

    def grant(self, state: State, chance: Chance) -> None: ...
