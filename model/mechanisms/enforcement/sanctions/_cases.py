"""From what channels would see to what is there to be seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model.intentions import Findings, Sighting
from model.state.state import State
from model.units import Flags

VISIBLE = 1e-6  # ha: less is no violation but rounding
RECORDED = ("mines.seen_bare", "mines.seen_fake", "mines.sanctioned_bare", "mines.sanctioned_fake")


def violating(state: State) -> tuple[Flags, Flags]:
    """Mines (m,) of living firms with bare land, and with fakes."""
    m = state.mines
    watched = (m.orphaned == 0) & (state.firms.bankrupt[m.firm] == 0)
    return watched & (m.bare > VISIBLE), watched & (m.faked > VISIBLE)


def seen(state: State, sightings: Sequence[Sighting]) -> tuple[Flags, Flags]:
    """Mines (m,) whose bare land, and whose fakes, any channel saw."""
    bare, fake = violating(state)
    by_any_bare = np.any([each.bare for each in sightings], axis=0)
    by_any_fake = np.any([each.fake for each in sightings], axis=0)
    return bare & by_any_bare, fake & by_any_fake


def record(state: State, findings: Findings) -> None:
    """Write down in the table of mines what was found this year."""
    m = state.mines
    m.seen_bare[:], m.seen_fake[:] = findings.seen_bare, findings.seen_fake
    m.sanctioned_bare[:], m.sanctioned_fake[:] = findings.sanctioned_bare, findings.sanctioned_fake
