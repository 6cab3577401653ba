"""No firm ever fails or is closed: it stays in arrears and answers for its land for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.state.state import State
from model.units import Rows


@dataclass(frozen=True)
class Nothing:
    """No bankruptcy."""

    writes: ClassVar[tuple[str, ...]] = ()

    def redeem(self, state: State) -> None:
        """Nothing was orphaned."""

    def fail(self, state: State) -> Rows:
        """Nobody."""
        return np.zeros(0, dtype=np.int64)

    def orphan(self, state: State, failed: Rows) -> None:
        """Nothing is orphaned."""
