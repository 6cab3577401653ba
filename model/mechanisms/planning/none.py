"""Nobody plans: nothing is surveyed, nothing proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Choice
from model.state.state import State
from model.units import Rows


@dataclass(frozen=True)
class Nothing:
    """No plan."""

    writes: ClassVar[tuple[str, ...]] = ()

    def survey(self, state: State) -> Rows:
        """No patch."""
        return np.zeros(0, dtype=np.int64)

    def plan(self, state: State, choice: Choice) -> None:
        """No proposal."""
