"""Who leads a county, for how long, and what for: the plan inherited, and the eyes it must please (A18)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Choice, Quotes
from model.state.state import State
from model.state.streams import Chance


class Leadership(Protocol):
    """``take_office`` changes leaders, writes their goals, and may give up projects that are planned or under way,
    which frees the money they held. ``weigh`` writes nothing: it ranks what the strategy chose by the leader's goals.
    Which mode is right for a patch is the strategy's business."""

    writes: tuple[str, ...]

    def take_office(self, state: State, chance: Chance) -> None: ...

    def weigh(self, state: State, quotes: Quotes, choice: Choice) -> Choice: ...
