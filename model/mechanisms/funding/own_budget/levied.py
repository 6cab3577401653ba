"""Counties set aside so much a hectare and so much a head from their general revenue.

Source: Fujian's basin fund of 1.25 billion yuan (2019) is about 100 yuan/ha/yr over the province, of which a
county bears a part. Most likely wrong: poor counties raise as much a hectare as rich ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.parameters import sourced
from model.state.state import State
from model.units import Fens, YuanPerHectareYear, YuanPerPerson, fen


@dataclass(frozen=True)
class Levied:
    """A share by area and by head."""

    writes: ClassVar[tuple[str, ...]] = ("counties.income",)

    per_hectare: YuanPerHectareYear = sourced(
        0.0, 200.0, "Fujian basin fund: 100 yuan/ha/yr in all", "derived"
    )
    per_person: YuanPerPerson = sourced(0.0, 200.0, "no source found", "assumed", "sweep")

    def due(self, state: State) -> Fens:
        """Fen a year for each county."""
        c = state.counties
        raised: Fens = fen(self.per_hectare * c.area + self.per_person * c.population)
        return raised

    def pay(self, state: State) -> None:
        """Taxpayers fund the county's account."""
        c, raised = state.counties, self.due(state)
        state.ledger.post("own_budget", state.accounts.taxpayers, c.account, raised)
        c.income[:] += raised
