"""Projects without gates: what was built is taken over when the works end, and nobody looks.

Failed works are accepted like good ones: they are cared for at public cost, count as claimed, and are never done
again. Source: what the policy's whole-life management (A14) is set against. Most likely wrong: that nobody looks at
all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.intentions import Observation
from model.mechanisms.projects._purse import Purse
from model.state.state import State
from model.state.streams import Chance
from model.state.sums import is_one_of
from model.units import Rows
from model.vocabulary import Stage


@dataclass(frozen=True)
class Ungated(Purse):
    """Funding and aftercare, no acceptance."""

    def awaiting(self, state: State) -> Rows:
        """Nobody looks."""
        return np.zeros(0, dtype=np.int64)

    def judge(self, state: State, chance: Chance, seen: Observation) -> None:
        """Take over what is done, close what had its aftercare."""
        cared, done = self._cared_for(state), self._done(state)
        self._move(state, cared, Stage.CLOSED)
        built = is_one_of(state.sites.project, done, len(state.projects))
        self._take_over(state, done, np.flatnonzero(built))
