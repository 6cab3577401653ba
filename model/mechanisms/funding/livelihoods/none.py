"""Pressure yields for nothing: households give up grazing, cutting and fishing unpaid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.state.state import State


@dataclass(frozen=True)
class Nothing:
    """No household is asked."""

    writes: ClassVar[tuple[str, ...]] = ("projects.compensated",)

    def pay(self, state: State) -> None:
        """All relief is accepted."""
        state.projects.compensated[:] = 1.0
