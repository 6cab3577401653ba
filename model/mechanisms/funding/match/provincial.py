"""Provinces add to what the centre grants, and to the best of what counties bring themselves (A16).

A proposal with a central grant gets so many yuan for each yuan of it; others, in rank order and as far as their
counties could begin them, a share of their public cost. Central grants are matched first; each province promises no
more than stands in its account. Source: provincial counterpart money in calls for Shan-Shui and mine projects, where
localities bring what the centre does not (41-64 %). Most likely wrong: that a province asks for nothing in return.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.mechanisms.funding import _calls as calls
from model.parameters import sourced
from model.state.grants import free_of_provinces
from model.state.projects import own_part
from model.state.state import State
from model.state.streams import Chance
from model.state.sums import running_by, sum_by
from model.units import Fens, Ratio, Rows, Share, Years, YuanPerHectareYear, fen
from model.vocabulary import Stage


@dataclass(frozen=True)
class Provincial:
    """Provincial match."""

    writes: ClassVar[tuple[str, ...]] = ("projects.granted_provincial",)

    per_hectare: YuanPerHectareYear = sourced(
        0.0, 100.0, "Fujian basin fund, in all: 100 yuan/ha/yr; part of it", "assumed", "sweep"
    )
    to_awards: Ratio = sourced(0.0, 1.0, "yuan for each central yuan; no source found", "assumed", "sweep")
    to_counties: Share = sourced(
        0.0, 0.5, "share of what counties bring; no source found", "assumed", "sweep"
    )
    carried: Years = sourced(2, 10, "idle money is recalled after two years", "recalled")

    def grant(self, state: State, chance: Chance) -> None:
        """Fill the accounts, match central grants first, then the best of the counties' own proposals."""
        provinces, ledger = state.provinces, state.ledger
        area = sum_by(state.counties.province, state.counties.area, len(provinces))
        budget: Fens = fen(self.per_hectare * area)
        ledger.post("provincial_taxes", state.accounts.taxpayers, provinces.account, budget)
        rows, added = self._wanted(state)
        province = state.counties.province[state.projects.county[rows]]
        fits = running_by(province, added) <= free_of_provinces(state)[province]
        state.projects.granted_provincial[rows[fits]] = added[fits]
        idle = np.maximum(free_of_provinces(state) - self.carried * budget, 0)
        ledger.post("unspent_returned", provinces.account, state.accounts.taxpayers, idle)

    def _wanted(self, state: State) -> tuple[Rows, Fens]:
        """Proposals without a match and what it would be, by province, central grants first, then by rank."""
        p = state.projects
        rows = np.flatnonzero((p.stage == Stage.PROPOSED) & (p.granted_provincial == 0))
        rows = rows[calls.ranked(state, rows, p.priority[rows])]
        awarded = p.granted_central[rows] > 0
        own = own_part(p)[rows]
        added = np.floor(np.where(awarded, self.to_awards * p.granted_central[rows], self.to_counties * own))
        added = np.minimum(added.astype(np.int64), own)
        wanted = awarded.copy()
        wanted[~awarded] = calls.within_means(state, rows[~awarded], added[~awarded])
        chosen = np.flatnonzero(wanted & (added > 0))
        province = state.counties.province[p.county[rows[chosen]]]
        chosen = chosen[np.lexsort((~awarded[chosen], province))]
        return rows[chosen], added[chosen]
