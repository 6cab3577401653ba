"""Inspectors check so many mines a year on the ground, and find bare land and fakes alike.

    staffed share = min(1, (inspectors in post * checks of each + checks bought) / (rate * mines))
    checked       = rate of the year * staffed share;   found = checked * power

Inspectors in post are paid from the general budget; what they cannot do is bought from the county's free money,
the wage of an inspector for as many checks as one makes, before any project is funded. Sources: field checks are
mandatory from 10 mu only (2023 notice); staff and wages have no source. Most likely wrong: that a check costs the
same on an island and in the hills.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Rounds, Sighting
from model.parameters import sourced
from model.state.state import State
from model.state.streams import Chance
from model.state.sums import sum_by
from model.units import Count, Fens, Floats, Probability, YuanPerYear, fen, yuan


@dataclass(frozen=True)
class Checks:
    """Ground checks within staff and money."""

    writes: ClassVar[tuple[str, ...]] = ("counties.staffed",)

    rate: Probability = sourced(0.0, 0.8, "ground check of a mine in a year", "assumed", "sweep")
    power: Probability = sourced(0.5, 1.0, "a check finds what is there, fakes too", "assumed")
    checks: Count = sourced(1, 40, "mines that an inspector checks in a year, cases included", "assumed")
    wage: YuanPerYear = sourced(50000.0, 300000.0, "yearly cost of an inspector, travel included", "assumed")

    def intend(self) -> float:
        """The mean over the years."""
        return self.rate

    def hire(self, state: State) -> None:
        """Buy what inspectors in post cannot do, as far as each county's free money reaches."""
        c, m = state.counties, state.mines
        mines = sum_by(state.habitats.county[m.patch], m.orphaned == 0, len(c))
        wanted, in_post = self.rate * mines, c.inspectors * self.checks
        price = self.wage / max(self.checks, 1)
        free: Fens = state.free_money()
        bought = np.minimum(np.maximum(wanted - in_post, 0.0), yuan(free) / max(price, 1e-9))
        paid = np.minimum(fen(bought * price), free)
        state.ledger.post("inspection", c.account, state.accounts.households, paid)
        able = np.minimum(in_post + bought, wanted)
        c.staffed[:] = np.where(wanted > 0.0, able / np.where(wanted > 0.0, wanted, 1.0), 1.0)

    def check(self, state: State, chance: Chance, rounds: Rounds) -> Sighting:
        """What is checked and found; both draws are made for every mine."""
        keys = state.habitats.keys[state.mines.patch]
        checked = chance.uniform("enforcement/ground", state.year, keys) < self._rate(state, rounds)
        found = checked & (chance.uniform("enforcement/power", state.year, keys) < self.power)
        return Sighting(found, found, 0.0)

    def _rate(self, state: State, rounds: Rounds) -> Floats:
        """Chance of a check of each mine this year."""
        by_county = rounds.rate * state.counties.staffed
        rate: Floats = by_county[state.habitats.county[state.mines.patch]]
        return rate
