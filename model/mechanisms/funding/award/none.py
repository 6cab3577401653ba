"""The centre awards nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.state.state import State
from model.state.streams import Chance


@dataclass(frozen=True)
class Nothing:
    """No award."""

    writes: ClassVar[tuple[str, ...]] = ()

    def grant(self, state: State, chance: Chance) -> None:
        """No promise."""
