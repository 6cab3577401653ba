"""Whatever is seen, nothing follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Findings, Rounds, Sighting, Threat
from model.mechanisms.enforcement.sanctions._cases import RECORDED, record, seen
from model.state.state import State
from model.state.streams import Chance


@dataclass(frozen=True)
class Nothing:
    """No sanction."""

    writes: ClassVar[tuple[str, ...]] = (*RECORDED, "firms.fund_closed")

    def threaten(self) -> Threat:
        """No fine, no order, no blacklist."""
        return Threat(0.0, 0.0, 0.0, 0)

    def sanction(
        self, state: State, chance: Chance, rounds: Rounds, sightings: Sequence[Sighting]
    ) -> Findings:
        """Seen, and left at that."""
        nothing = np.zeros(len(state.mines), dtype=bool)
        findings = Findings(*seen(state, sightings), nothing, nothing, 0.0)
        record(state, findings)
        state.firms.fund_closed[:] = 0
        return findings
