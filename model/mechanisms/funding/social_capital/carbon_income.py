"""Investors share a project's cost where the carbon that it will hold pays for it at their hurdle rate.

An offer is the share of the works that private money may bear; it is taken when its net present value is not
negative,

    NPV = -offer + area (44/12) yield additional price share sum_(t=1..T) (1 + hurdle)^-t        (flows at year ends)

with the cheapest capital first (lowest hurdle, then id) and the best projects first. Credits are sold each
year for *measured* growth since works began, less a reversal buffer and, with additionality, less what would
have come anyway; a patch sells its carbon once. Sources: 11.9 tCO2/ha/yr in Sanming; CCER 60-80 yuan/t. Most
likely wrong: that verification costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from model.finance import annuity_factor
from model.intentions import Prices
from model.parameters import Each, sourced
from model.state.projects import own_part, private_paid
from model.state.state import State
from model.state.sums import sum_by
from model.units import Fens, Flag, Flags, Floats, Rows, Share, TonnesPerHectare, Years, fen
from model.vocabulary import Benefit, Ecosystem, Mode, Stage

CO2_PER_CARBON = 44.0 / 12.0
YieldByEcosystem = Annotated[Floats, Each(Ecosystem, TonnesPerHectare)]


@dataclass(frozen=True)
class CarbonIncome:
    """Co-finance against carbon credits."""

    writes: ClassVar[tuple[str, ...]] = (
        "projects.private",
        "projects.investor",
        "sites.carbon_credited",
        "habitats.claimed",
    )

    offered: Share = sourced(0.0, 0.9, "private share 0.40 in Longyan's soil programme", "derived")
    believed_yield: YieldByEcosystem = sourced(
        0.0, 4.0, "tC/ha/yr: Sanming tickets 3.2, mangrove burial 1.5-2.3", "derived"
    )
    horizon: Years = sourced(10, 40, "crediting period of forest methods", "recalled")
    income_share: Share = sourced(0.3, 1.0, "part of the carbon income that goes to the investor", "assumed")
    buffer: Share = sourced(0.05, 0.30, "reversal buffer withheld", "recalled")
    additionality: Flag = sourced(0, 1, "1: recovery that would happen anyway earns nothing (A10)", "assumed")

    def invest(self, state: State, prices: Prices) -> None:
        """Match proposed projects (best priority first) with investors (lowest hurdle first) while capital lasts."""
        projects, investors = state.projects, state.investors
        open_ = np.flatnonzero((projects.stage == Stage.PROPOSED) & (projects.mode != Mode.PROTECTION))
        if open_.size == 0 or len(investors) == 0:
            return
        income = self._yearly_income(state, open_, prices)
        offer = np.floor((own_part(projects) + projects.private)[open_] * self.offered).astype(np.int64)
        promised = self._promised(state)
        best = open_[np.lexsort((open_, -projects.priority[open_]))]
        place = np.searchsorted(open_, best)
        for row in np.lexsort((investors.keys, investors.hurdle_rate)):
            worth = (
                investors.belief_yield[row]
                * income[place]
                * annuity_factor(investors.hurdle_rate[row], self.horizon)
            )
            left = state.ledger.available(investors.account[row]) - promised[row]
            take = (worth >= offer[place]) & (offer[place] > 0) & (projects.investor[best] < 0)
            take &= np.cumsum(np.where(take, offer[place], 0)) <= left
            projects.investor[best[take]] = row
            projects.private[best[take]] = offer[place][take]

    def _yearly_income(self, state: State, projects: Rows, prices: Prices) -> Floats:
        """Believed income of each project a year, in fen, to the investor."""
        sites, h = state.sites, state.habitats
        per_hectare = (
            self.believed_yield[h.ecosystem[sites.patch]] * CO2_PER_CARBON * self._counted(sites.additional)
        )
        tonnes = sum_by(sites.project, per_hectare * h.area[sites.patch], len(state.projects))
        income: Floats = tonnes[projects] * (1.0 - self.buffer) * self.income_share * prices.carbon * 100.0
        return income

    def _counted(self, additional: Floats) -> Floats:
        return additional if self.additionality else np.ones_like(additional)

    def _promised(self, state: State) -> Fens:
        """What each investor has promised to projects and not yet paid, in fen."""
        p = state.projects
        held = np.zeros(len(state.investors), dtype=np.int64)
        live = (p.investor >= 0) & np.isin(p.stage, (Stage.PROPOSED, Stage.UNDER_WAY))
        unpaid = p.private[live] - private_paid(p)[live]
        np.add.at(held, p.investor[live], unpaid)
        return held

    def settle(self, state: State, prices: Prices) -> None:
        """Sell this year's credits of privately financed sites; income to investor and county by the agreed share."""
        sites, h, p = state.sites, state.habitats, state.projects
        current = h.site[sites.patch] == np.arange(sites.rows)
        rows = np.flatnonzero((sites.begun >= 0) & (p.investor[sites.project] >= 0) & current)
        grown = np.maximum(h.carbon[sites.patch[rows]] - sites.carbon_start[rows], 0.0)
        sellable = (
            grown * (1.0 - self.buffer) * self._counted(sites.additional[rows]) - sites.carbon_credited[rows]
        )
        sold = np.where(self._entitled(state, rows, sellable), np.maximum(sellable, 0.0), 0.0)
        sites.carbon_credited[rows] += sold
        worth = sold * h.area[sites.patch[rows]] * CO2_PER_CARBON * prices.carbon
        by_project = sum_by(sites.project[rows], worth, len(p))
        self._pay(state, np.flatnonzero(by_project > 0.0), by_project)

    def _entitled(self, state: State, rows: Rows, sellable: Floats) -> Flags:
        """Sites that sold before, or that have something to sell of a patch whose carbon nobody has claimed."""
        selling_before = state.sites.carbon_credited[rows] > 0.0
        first = np.flatnonzero(~selling_before & (sellable > 0.0))
        entitled: Flags = selling_before.copy()
        entitled[first] = state.habitats.claim(
            state.sites.patch[rows[first]].astype(np.int64), Benefit.CARBON
        )
        return entitled

    def _pay(self, state: State, projects: Rows, worth: Floats) -> None:
        p, accounts = state.projects, state.accounts
        total: Fens = fen(worth[projects])
        to_investor = np.floor(total * self.income_share).astype(np.int64)
        investor = state.investors.account[p.investor[projects]]
        county = state.counties.account[p.county[projects]]
        state.ledger.post("carbon_income", accounts.carbon_market, investor, to_investor, project=projects)
        state.ledger.post(
            "carbon_income", accounts.carbon_market, county, total - to_investor, project=projects
        )
