"""What fire and storms do: the same events, to the same patches, under every policy."""

from __future__ import annotations

from typing import Protocol

from model.state.state import State
from model.state.streams import Chance


class Disturbance(Protocol):
    """Reads where patches lie and how they stand; lowers structure, composition, cover and carbon, nothing else."""

    writes: tuple[str, ...]

    def strike(self, state: State, chance: Chance) -> None: ...
