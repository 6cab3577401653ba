"""Nobody accounts for what the land gives: the product stays at zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.state.state import State


@dataclass(frozen=True)
class Nothing:
    """No account of ecological products."""

    writes: ClassVar[tuple[str, ...]] = ()

    def account(self, state: State) -> None:
        """Leave the product as it is."""
