"""Counties alone: no firm works the mines, no investor looks for projects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.landscapes.landscape import Landscape
from model.mechanisms.people import Founded
from model.mechanisms.people._public import cities, governments, higher, outside
from model.state.ledger import Ledger
from model.state.network import pair_layer
from model.state.people import Firms, Investors, Mines, Trust
from model.state.streams import Chance


@dataclass(frozen=True)
class Nothing:
    """Nobody but governments."""

    writes: ClassVar[tuple[str, ...]] = ()

    def found(self, landscape: Landscape, ledger: Ledger, chance: Chance, year: int) -> Founded:
        """Governments without leniency and inspectors; empty tables for everybody else."""
        accounts = outside(landscape, ledger)
        nothing = np.zeros(len(landscape.counties))
        counties = governments(landscape, ledger, nothing, nothing, 0.0)
        return Founded(
            *higher(landscape, ledger),
            counties,
            cities(landscape, ledger),
            Firms([]),
            Mines(0),
            Investors([]),
            Trust(0),
            pair_layer(np.zeros((0, 2), dtype=np.int64), 0),
            accounts,
        )
