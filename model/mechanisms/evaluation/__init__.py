"""When a hectare counts as effectively restored: a yardstick of the truth that no decider in the model can
see."""

from __future__ import annotations

from typing import Protocol

from model.state.state import State


class Evaluation(Protocol):
    """Reads true columns of sites; writes the sites' reference, years held and effective flag."""

    writes: tuple[str, ...]

    def evaluate(self, state: State) -> None: ...
