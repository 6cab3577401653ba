"""Nobody learns: costs and beliefs stay as they were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.intentions import Findings
from model.state.state import State


@dataclass(frozen=True)
class Nothing:
    """No learning."""

    writes: ClassVar[tuple[str, ...]] = ()

    def learn(self, state: State, findings: Findings) -> None:
        """Nothing changes."""
