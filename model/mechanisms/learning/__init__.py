"""What experience teaches: unit costs fall with area worked, firms learn from sanctions (A13, A19)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Findings
from model.state.state import State


class Learning(Protocol):
    """Reads what was done and found this year; writes beliefs, experience and cost factors, nothing else."""

    writes: tuple[str, ...]

    def learn(self, state: State, findings: Findings) -> None: ...
