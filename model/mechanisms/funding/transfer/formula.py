"""A pool shared by formula: area counts, and area inside the ecological red line counts more (A16).

    share_c ~ area_c + tilt * red_line_area_c

Source: central transfers for key ecological functions are tilted to red-line counties; the tilt is assumed.
Amounts are split by largest remainder. Most likely wrong: that the pool does not follow the budget year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.parameters import sourced
from model.state.ledger import split
from model.state.state import State
from model.units import Fens, Ratio, YuanPerHectareYear, fen


@dataclass(frozen=True)
class Formula:
    """Red-line weighted transfer."""

    writes: ClassVar[tuple[str, ...]] = ("counties.income",)

    per_hectare: YuanPerHectareYear = sourced(
        0.0, 300.0, "Fujian basin fund: 100 yuan/ha/yr in all", "derived"
    )
    tilt: Ratio = sourced(0.0, 5.0, "extra weight of a hectare inside the red line", "assumed", "sweep")

    def due(self, state: State) -> Fens:
        """Fen a year for each county."""
        c = state.counties
        pool = int(fen(self.per_hectare * c.area.sum()))
        return split(pool, c.area + self.tilt * c.red_line_area)

    def pay(self, state: State) -> None:
        """Taxpayers fund the centre, the centre the counties."""
        c, given = state.counties, self.due(state)
        state.ledger.post("national_taxes", state.accounts.taxpayers, state.accounts.centre, int(given.sum()))
        state.ledger.post("formula_transfer", state.accounts.centre, c.account, given)
        c.income[:] += given
