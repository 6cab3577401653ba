"""Mountains, rivers, forests, farmland, lakes, grassland and sand as one: awards to large projects over a basin (A7).

Each year the counties of a basin apply together with the best of their proposals, as far as their own money reaches
and up to the size of one award, or what money there is; a project must be large and span several ecosystems. Its parts
share one fixed cost. Parts and applications are ranked by hectares of condition per yuan,

    (own gain + downstream + neighbours) / cost,

as planners reckon (``model.connectivity.spillover``); the best win while the programme's money lasts. Nothing else
makes such a project better: with no fixed cost, no water and no seeds it is a list of single ones. Source: calls for
Shan-Shui projects 2021-2023 (2 billion yuan a project, 36-39 % of its cost; some 10 billion a year); sizes here are
the landscape's part of the country, 0.3 % of its land. Most likely wrong: that juries reckon and do not bargain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.connectivity.spillover import Foresight
from model.mechanisms.funding import _calls as calls
from model.parameters import sourced
from model.state.grants import free_of_programme
from model.state.state import State
from model.state.streams import Chance
from model.state.sums import is_one_of, running_by, sum_by
from model.units import Count, Flags, Floats, Rows, Share, Years, Yuan, YuanPerHectareYear, fen
from model.vocabulary import Ecosystem, Programme


@dataclass(frozen=True)
class ShanShui(Foresight):
    """Competitive awards to whole-basin projects."""

    writes: ClassVar[tuple[str, ...]] = (
        *calls.GRANTED,
        "projects.cost",
        "projects.fixed_cost",
        "projects.private",
        "projects.promised",
        "projects.granted_provincial",
    )

    per_hectare: YuanPerHectareYear = sourced(
        0.0, 100.0, "10 billion yuan a year since 2016 on the country's 960 million ha", "derived", "sweep"
    )
    largest_award: Yuan = sourced(
        2e7, 2e9, "2 billion yuan a project in a basin 20 times as large", "derived"
    )
    central_share: Share = sourced(0.363, 0.392, "20 of 55.08 (Luliang), 20 of 51.06 (Liupan)", "derived")
    least_total: Yuan = sourced(0.0, 5e9, "a tenth of what the largest award would carry", "assumed")
    least_ecosystems: Count = sourced(1, 7, "mountains, rivers, forests ...: more than two kinds", "assumed")
    carried: Years = sourced(2, 10, "idle money is recalled after two years; awards save up", "recalled")

    def grant(self, state: State, chance: Chance) -> None:
        """Fill the account, let basins apply, award the best."""
        fund, budget = int(state.centre.awards[0]), calls.budget(state, self.per_hectare)
        calls.provide(state, fund, budget)
        money = free_of_programme(state, Programme.AWARD, fund)
        rows, basin, worth = self._applications(state, min(money, int(fen(self.largest_award))))
        if rows.size:
            self._award(state, rows, basin, worth, money)
        idle = free_of_programme(state, Programme.AWARD, fund)
        calls.give_back(state, fund, idle, self.carried * budget)

    def _applications(self, state: State, largest: int) -> tuple[Rows, Rows, Floats]:
        """Parts of each basin's application for no more than ``largest`` fen, by basin, best first; with the basin and
        the hectares expected."""
        p = state.projects
        rows = calls.eligible(state)
        basin = _basins(state, rows)[rows]
        rows, basin = rows[basin >= 0], basin[basin >= 0]
        worth = self._worth(state)[rows]
        merit = worth / np.maximum(p.cost[rows], 1)
        best = calls.ranked(state, rows, merit)
        asked = calls.share_of(state, rows, self.central_share)
        best = best[calls.within_means(state, rows[best], asked[best])]
        order = best[np.argsort(basin[best], kind="stable")]
        order = order[running_by(basin[order], asked[order]) <= largest]
        return rows[order], basin[order], worth[order]

    def _worth(self, state: State) -> Floats:
        """Hectares of condition that each project is expected to add, beyond its patches too, (projects,)."""
        sites, p = state.sites, state.projects
        open_ = np.flatnonzero(is_one_of(sites.project, calls.eligible(state), len(state.projects)))
        patch = sites.patch[open_].astype(np.int64)
        works = (state, patch, sites.promised[open_], sites.observed_start[open_])
        beyond = self.downstream(*works) + self.neighbours(*works)
        return calls.forecast(state) + sum_by(sites.project[open_], beyond, len(p))

    def _award(self, state: State, rows: Rows, basin: Rows, worth: Floats, money: int) -> None:
        """Basins compete by hectares per yuan of the whole application; winners' parts become one project."""
        p = state.projects
        basins, place = np.unique(basin, return_inverse=True)
        total = sum_by(place, p.cost[rows], basins.size)
        granted = calls.share_of(state, rows, self.central_share)
        asked = sum_by(place, granted, basins.size).astype(np.int64)
        fit = (total >= fen(self.least_total)) & self._many_kinds(state, rows, place, basins.size)
        score = sum_by(place, worth, basins.size) / np.maximum(total, 1.0)
        ranked = np.lexsort((basins, -score))
        ranked = ranked[fit[ranked]]
        first = int(p.award.max(initial=0)) + 1
        for number, winner in enumerate(ranked[calls.fitting(asked[ranked], money)], first):
            parts = rows[place == winner]
            calls.make_one(state, parts)
            part = calls.share_of(state, parts, self.central_share)
            calls.promise(state, parts, part, Programme.AWARD, number)

    def _many_kinds(self, state: State, rows: Rows, place: Rows, basins: int) -> Flags:
        """Whether each basin's application spans enough ecosystems."""
        application = np.full(len(state.projects), -1)
        application[rows] = place
        of_site = application[state.sites.project]
        found = np.zeros((basins, len(Ecosystem)), dtype=bool)
        inside = np.flatnonzero(of_site >= 0)
        found[of_site[inside], state.habitats.ecosystem[state.sites.patch[inside]]] = True
        enough: Flags = found.sum(axis=1) >= self.least_ecosystems
        return enough


def _basins(state: State, rows: Rows) -> Rows:
    """The catchment in which most of each of the projects ``rows`` lies, -1 where that is none, (projects,)."""
    sites, h = state.sites, state.habitats
    asking = np.flatnonzero(is_one_of(sites.project, rows, len(state.projects)))
    project, patch = sites.project[asking], sites.patch[asking]
    width = int(h.catchment.max(initial=0)) + 2
    pair, place = np.unique(project * width + h.catchment[patch].astype(np.int64) + 1, return_inverse=True)
    area = sum_by(place, h.area[patch], pair.size)
    order = np.lexsort((pair, area))
    found = np.full(len(state.projects), -1, dtype=np.int64)
    found[pair[order] // width] = pair[order] % width - 1  # the largest comes last
    return found
