"""What a firm does with land that is out of use: reclaim it, fake it, or leave it bare (A5, A19)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Outlook, Reclamation, Threat
from model.state.state import State


class ReclamationChoice(Protocol):
    """``decide`` weighs costs against believed sanctions and writes nothing. ``act`` pays, first for land under
    order, moves hectares between a mine's columns, changes the ground of reclaimed land and the looks of faked land."""

    writes: tuple[str, ...]

    def decide(self, state: State, threat: Threat, outlook: Outlook) -> Reclamation: ...

    def act(self, state: State, choice: Reclamation) -> None: ...
