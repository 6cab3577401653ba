"""What provinces add to what the centre grants and counties bring (A16)."""

from __future__ import annotations

from typing import Protocol

from model.state.state import State
from model.state.streams import Chance


class Match(Protocol):
    """``grant`` fills each province's account from taxpayers and promises what stands in it to proposed projects; the
    money is drawn as works are paid. What others granted stays as it is."""

    writes: tuple[str, ...]

    def grant(self, state: State, chance: Chance) -> None: ...
