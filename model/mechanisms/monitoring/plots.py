"""Survey plots tell condition and ground with an error that money reduces.

    seen = clip(true + error z, 0, 1),   error = error_0 / sqrt(1 + spend / spend_half)

z is one draw a patch, a year and a purpose. Source: standard error of a mean falls with the square root of
plots; the base error from the overall accuracy 0.84 of remote sensing of mines (McKenna 2020). Most likely
wrong: errors that know no bias.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Observation
from model.parameters import sourced
from model.state.state import State
from model.state.streams import Chance
from model.units import Rows, Share, YuanPerHectareYear, fen


@dataclass(frozen=True)
class Plots:
    """Noisy plots beside exact satellites."""

    writes: ClassVar[tuple[str, ...]] = ()

    error: Share = sourced(
        0.05, 0.30, "one rapid survey; 16 % misclassified from space (McKenna 2020)", "derived"
    )
    spend: YuanPerHectareYear = sourced(0.0, 20.0, "plots and sensors, by land area of the county", "assumed")
    spend_half: YuanPerHectareYear = sourced(
        0.5, 20.0, "spending that halves the error's variance", "assumed"
    )

    def pay(self, state: State) -> None:
        """Counties pay for their surveys from free money before projects start; what they lack taxpayers add."""
        account, ledger, outside = state.counties.account, state.ledger, state.accounts
        due = fen(self.spend * state.counties.area)
        lacking = np.maximum(due - state.free_money(), 0)
        ledger.post("surveys_budgeted", outside.taxpayers, account, lacking)
        ledger.post("monitoring", account, outside.contractors, due)

    def observe(self, state: State, chance: Chance, rows: Rows, purpose: str) -> Observation:
        """Cover from above without error, condition and substrate from plots."""
        h = state.habitats
        keys = h.keys[rows]
        sd = self.error / np.sqrt(1.0 + self.spend / self.spend_half)
        about_condition = chance.normal(f"monitoring/{purpose}/condition", state.year, keys)
        about_substrate = chance.normal(f"monitoring/{purpose}/substrate", state.year, keys)
        condition = np.clip(h.condition_of(rows) + sd * about_condition, 0.0, 1.0)
        substrate = np.clip(h.substrate[rows] + sd * about_substrate, 0.0, 1.0)
        return Observation(rows, h.cover[rows], condition, substrate, float(sd))
