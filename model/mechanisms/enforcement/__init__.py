"""Who looks, what is seen, what is called illegal, and what follows (A19)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Findings, Threat
from model.state.state import State
from model.state.streams import Chance


class Enforcement(Protocol):
    """``threaten`` says what the law holds out and writes nothing. ``inspect`` looks at mines, sanctions, collects
    fines, orders bare land back to reclamation and hands on what was found. Beliefs are the business of learning."""

    writes: tuple[str, ...]

    def threaten(self) -> Threat: ...

    def inspect(self, state: State, chance: Chance) -> Findings: ...
