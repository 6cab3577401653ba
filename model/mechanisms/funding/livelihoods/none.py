"""Pressure yields for nothing: households give up grazing, cutting and fishing unpaid, and the loss is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.intentions import Quotes
from model.mechanisms.funding.livelihoods._loss import forgone
from model.state.state import State
from model.units import Years


@dataclass(frozen=True)
class Nothing:
    """No household is asked."""

    writes: ClassVar[tuple[str, ...]] = ("projects.compensated", "projects.forgone")

    def price(self, state: State, quotes: Quotes, care: Years) -> Quotes:
        """Nothing is due to anybody."""
        return quotes

    def pay(self, state: State) -> None:
        """All relief is accepted."""
        state.projects.compensated[:] = 1.0
        state.projects.forgone[:] = forgone(state)
