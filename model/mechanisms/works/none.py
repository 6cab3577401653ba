"""Nobody offers works and none are done: land is left to itself, its pressure and its damage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Observation, Quotes
from model.state.state import State
from model.state.streams import Chance
from model.vocabulary import Mode

MODES = len(Mode) - 1


@dataclass(frozen=True)
class Nothing:
    """No mode can be bought."""

    writes: ClassVar[tuple[str, ...]] = ()

    def price(self, state: State, seen: Observation) -> Quotes:
        """Every mode costs nothing and brings nothing, so no plan chooses it."""
        none = np.zeros((MODES, seen.rows.size))
        return Quotes(seen.rows, none, none, none, none, none, np.zeros(MODES), none, np.zeros(MODES), 1)

    def act(self, state: State, chance: Chance) -> None:
        """Do nothing."""
