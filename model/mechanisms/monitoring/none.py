"""Satellites alone: what is green is taken for good, and nobody digs in the ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.intentions import Observation
from model.state.state import State
from model.state.streams import Chance
from model.units import Rows


@dataclass(frozen=True)
class Nothing:
    """No plots: cover stands for condition and for the ground below it."""

    writes: ClassVar[tuple[str, ...]] = ()

    def pay(self, state: State) -> None:
        """Pictures from space come free."""

    def observe(self, state: State, chance: Chance, rows: Rows, purpose: str) -> Observation:
        """Cover as it is, taken for everything else."""
        cover = state.habitats.cover[rows]
        return Observation(rows, cover, cover, cover, 0.0)
