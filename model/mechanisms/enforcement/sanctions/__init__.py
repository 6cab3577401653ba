"""What follows when a violation was seen: judged, fined, ordered, listed; or excused (A5, A18, A19)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from model.intentions import Findings, Rounds, Sighting, Threat
from model.state.state import State
from model.state.streams import Chance


class Sanctions(Protocol):
    """``threaten`` says what the law holds out and writes nothing. ``sanction`` takes what the channels saw, judges it,
    fines, puts land under order to be reclaimed, lists firms and hands on what was found. Beliefs are the business of
    learning."""

    writes: tuple[str, ...]

    def threaten(self) -> Threat: ...

    def sanction(
        self, state: State, chance: Chance, rounds: Rounds, sightings: Sequence[Sighting]
    ) -> Findings: ...
