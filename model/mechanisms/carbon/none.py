"""Carbon is not followed: stocks stay as they were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.state.state import State


@dataclass(frozen=True)
class Nothing:
    """The world without carbon dynamics."""

    writes: ClassVar[tuple[str, ...]] = ()

    def store(self, state: State) -> None:
        """Leave stocks as they are."""
