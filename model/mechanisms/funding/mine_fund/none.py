"""No fund: firms reclaim from cash or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.intentions import Sales
from model.state.state import State
from model.units import Rows


@dataclass(frozen=True)
class Nothing:
    """No restoration fund."""

    writes: ClassVar[tuple[str, ...]] = ()

    def accrue(self, state: State, sales: Sales) -> None:
        """Nothing is set aside."""

    def wind_up(self, state: State, failed: Rows) -> None:
        """Nothing is left to share out."""
