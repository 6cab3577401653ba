"""Counties compete for central money to clear their abandoned mines; cleared land may earn something again (A8).

Each year a county applies with its proposals on legacy mines alone, best value first, until they reach the size of one
award, and within its own means; an application must reach a least area and a least total. The centre bears a share of
it, no more than one award. The best share of applications wins, ranked by hectares of condition per yuan, while the
programme's money lasts. With reuse rights, accepted land of the programme earns the county rent, and surplus rock is
sold once. Source: demonstration calls 2023-2025: 300 million yuan a project, 53-59 % of its cost, at least 10 km2 and
500 million in all, 20 of 34 applications won. Five national projects would hold all legacy mines of a landscape of 22
counties (306-5,000 ha), so thresholds here are a fiftieth of the call's at its own 500,000 yuan/ha, and the budget is
the landscape's part of 20 awards a year. Most likely wrong: that rent follows at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.mechanisms.funding import _calls as calls
from model.parameters import sourced
from model.state.grants import free_of_programme
from model.state.state import State
from model.state.streams import Chance
from model.state.sums import running_by, sum_by
from model.units import (
    Fens,
    Flags,
    Floats,
    Hectares,
    Rows,
    Share,
    Years,
    Yuan,
    YuanPerHectare,
    YuanPerHectareYear,
    fen,
)
from model.vocabulary import Benefit, Cause, Programme


@dataclass(frozen=True)
class Competitive:
    """Competitive awards to counties with legacy mines."""

    writes: ClassVar[tuple[str, ...]] = (*calls.GRANTED, "habitats.claimed")

    per_hectare: YuanPerHectareYear = sourced(
        0.0, 100.0, "20 times 300 million yuan a year on the country's 960 million ha", "derived", "sweep"
    )
    largest_award: Yuan = sourced(1e6, 3e8, "300 million yuan a project, a fiftieth of it", "derived")
    central_share: Share = sourced(0.529, 0.586, "3 of 5.12 to 3 of 5.67, seven projects", "derived")
    least_area: Hectares = sourced(0.0, 1000.0, "10 km2 in the national call, a fiftieth of it", "derived")
    least_total: Yuan = sourced(0.0, 5e8, "500 million in the national call, a fiftieth of it", "derived")
    won: Share = sourced(0.3, 1.0, "20 of 34 applications in 2024", "measured")
    carried: Years = sourced(2, 10, "idle money is recalled after two years", "recalled")
    reuse_rent: YuanPerHectareYear = sourced(
        0.0, 20000.0, "forest, solar or farm rent on reclaimed land; no source found", "assumed", "sweep"
    )
    surplus_rock: YuanPerHectare = sourced(
        0.0, 300000.0, "rock left over from slopes cut back, sold once; no source found", "assumed", "sweep"
    )

    def grant(self, state: State, chance: Chance) -> None:
        """Fill the account, let counties apply, award the best, collect what reclaimed land earned."""
        fund, budget = int(state.centre.legacy_mines[0]), calls.budget(state, self.per_hectare)
        calls.provide(state, fund, budget)
        rows, asked = self._applications(state)
        if rows.size:
            self._award(state, rows, asked, free_of_programme(state, Programme.LEGACY_MINES, fund))
        idle = free_of_programme(state, Programme.LEGACY_MINES, fund)
        calls.give_back(state, fund, idle, self.carried * budget)
        self._reuse(state)

    def _applications(self, state: State) -> tuple[Rows, Fens]:
        """Parts of each county's application, sorted by county, best value first, and what is asked for each."""
        p, counties = state.projects, len(state.counties)
        rows = calls.eligible(state)
        rows = rows[_mines_alone(state)[rows]]
        merit = calls.forecast(state) / np.maximum(p.cost, 1)
        rows = rows[np.lexsort((rows, -merit[rows], p.county[rows]))]
        whole = fen(self.largest_award / max(self.central_share, 1e-9))
        rows = rows[running_by(p.county[rows], p.cost[rows]) - p.cost[rows] < whole]
        total = sum_by(p.county[rows], p.cost[rows], counties)
        share = self.central_share * np.minimum(whole / np.maximum(total, 1.0), 1.0)
        asked = calls.share_of(state, rows, share[p.county[rows]])
        best = calls.ranked(state, rows, merit[rows])
        fits = np.sort(best[calls.within_means(state, rows[best], asked[best])])
        return rows[fits], asked[fits]

    def _award(self, state: State, rows: Rows, asked: Fens, money: int) -> None:
        """The best applications win, up to a share of all and while money lasts."""
        p, counties = state.projects, len(state.counties)
        county = p.county[rows]
        cost, area, worth, granted = (
            sum_by(county, each, counties)
            for each in (p.cost[rows], _damaged(state)[rows], calls.forecast(state)[rows], asked)
        )
        fit = np.flatnonzero((cost >= fen(self.least_total)) & (area >= self.least_area) & (granted > 0.0))
        ranked = fit[np.lexsort((state.counties.keys[fit], -worth[fit] / cost[fit]))]
        ranked = ranked[: int(np.ceil(self.won * ranked.size))]
        winners = ranked[calls.fitting(granted[ranked].astype(np.int64), money)]
        number = np.zeros(counties, dtype=np.int64)
        number[winners] = int(p.award.max(initial=0)) + 1 + np.arange(winners.size)
        won = number[county] > 0
        calls.promise(state, rows[won], asked[won], Programme.LEGACY_MINES, number[county[won]])

    def _reuse(self, state: State) -> None:
        """Yearly rent from land of the programme that stands accepted; its surplus rock is sold once."""
        p, sites, h, accounts = state.projects, state.sites, state.habitats, state.accounts
        latest = h.site[sites.patch] == np.arange(sites.rows)
        ours = p.programme[sites.project] == Programme.LEGACY_MINES
        rows = np.flatnonzero(latest & ours & (sites.accepted == 1))
        patch, project = sites.patch[rows].astype(np.int64), sites.project[rows]
        area = h.area[patch] * h.damaged_share[patch]
        earned = {
            "reuse_rent": (accounts.households, self.reuse_rent * area),
            "surplus_rock": (
                accounts.mineral_market,
                self.surplus_rock * area * h.claim(patch, Benefit.ROCK),
            ),
        }
        county = state.counties.account[p.county[project]]
        for instrument, (payer, amount) in earned.items():
            state.ledger.post(instrument, payer, county, fen(amount), project=project, patch=patch)


def _mines_alone(state: State) -> Flags:
    """Projects all of whose sites are legacy mines, (projects,)."""
    sites = state.sites
    other = state.habitats.cause[sites.patch] != Cause.LEGACY_MINE
    alone: Flags = sum_by(sites.project, other, len(state.projects)) == 0.0
    return alone


def _damaged(state: State) -> Floats:
    """Mined hectares of each project, (projects,)."""
    sites, h = state.sites, state.habitats
    mined = h.area[sites.patch] * h.damaged_share[sites.patch]
    return sum_by(sites.project, mined, len(state.projects))
