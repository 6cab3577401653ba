"""No patch ever changes by itself: what is damaged stays damaged, what stands stays standing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.state.state import State


@dataclass(frozen=True)
class Nothing:
    """The world without recovery."""

    writes: ClassVar[tuple[str, ...]] = ()

    def begin(self, state: State) -> None:
        """Take the land as it is given."""

    def live(self, state: State) -> None:
        """Leave every patch as it is."""
