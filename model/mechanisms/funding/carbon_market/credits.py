"""Land under works that private money shares sells the carbon that it has *measurably* taken up, each tonne once.

    credits of a site = growth since works began x credited_e (1 - buffer) x additional - sold before     (never < 0)

``credited`` is the share that the scheme has a method for (0: the ecosystem is not eligible), ``buffer`` is withheld
against reversals, and with ``additionality`` a site earns only for the share of its recovery that would not come
without the works, by the plan's own forecast. What public money alone pays for sells nothing. A patch's carbon is
claimed once. Sources: CCER methods for afforestation and mangroves (2023); 11.9 tCO2/ha/yr in Sanming; CCER 60-80
yuan/t. Most likely wrong: that verification costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from model.intentions import CarbonTerms, Prices
from model.parameters import Each, sourced
from model.state.state import State
from model.state.sums import sum_by
from model.units import Fens, Flag, Flags, Floats, Rows, Share, Years, fen
from model.vocabulary import Benefit, Ecosystem

CO2_PER_CARBON = 44.0 / 12.0
ShareByEcosystem = Annotated[Floats, Each(Ecosystem, Share)]


@dataclass(frozen=True)
class Credits:
    """Credits of measured growth."""

    writes: ClassVar[tuple[str, ...]] = ("sites.carbon_credited", "habitats.claimed")

    credited: ShareByEcosystem = sourced(
        0.0, 1.0, "CCER methods of 2023: afforestation and mangroves; 0: no method", "recalled"
    )
    buffer: Share = sourced(0.05, 0.30, "reversal buffer withheld", "recalled")
    additionality: Flag = sourced(0, 1, "1: recovery that would happen anyway earns nothing (A10)", "assumed")
    period: Years = sourced(10, 40, "crediting period of forest methods", "recalled")
    income_share: Share = sourced(0.3, 1.0, "part of the carbon income that goes to the investor", "assumed")

    def terms(self, state: State, prices: Prices) -> CarbonTerms:
        """The investor's income by tonne of carbon, before it has grown; none where the patch's carbon was sold."""
        sites, h = state.sites, state.habitats
        unsold = (h.claimed[sites.patch] & (1 << Benefit.CARBON)) == 0
        counted = np.where(unsold, self._counted(state, np.arange(sites.rows)), 0.0)
        return CarbonTerms(counted * CO2_PER_CARBON * prices.carbon * 100.0 * self.income_share, self.period)

    def sell(self, state: State, prices: Prices) -> None:
        """Sell this year's credits of privately financed sites; income to investor and county by the agreed share."""
        sites, h, p = state.sites, state.habitats, state.projects
        rows = np.flatnonzero(self._selling(state))
        grown = np.maximum(h.carbon[sites.patch[rows]] - sites.carbon_start[rows], 0.0)
        sellable = grown * self._counted(state, rows) - sites.carbon_credited[rows]
        sold = np.where(self._entitled(state, rows, sellable), np.maximum(sellable, 0.0), 0.0)
        sites.carbon_credited[rows] += sold
        worth = sold * h.area[sites.patch[rows]] * CO2_PER_CARBON * prices.carbon
        by_project = sum_by(sites.project[rows], worth, len(p))
        self._pay(state, np.flatnonzero(by_project > 0.0), by_project)

    def _selling(self, state: State) -> Flags:
        """Sites with an investor that are the latest of their patch, within the crediting period."""
        sites = state.sites
        begun = (sites.begun >= 0) & (state.year - sites.begun < self.period)
        current = state.habitats.site[sites.patch] == np.arange(sites.rows)
        selling: Flags = begun & current & (state.projects.investor[sites.project] >= 0)
        return selling

    def _counted(self, state: State, rows: Rows) -> Floats:
        """Share of the growth on each site that becomes credits."""
        sites = state.sites
        eligible = self.credited[state.habitats.ecosystem[sites.patch[rows]]]
        additional = sites.additional[rows] if self.additionality else np.ones(rows.size)
        counted: Floats = (1.0 - self.buffer) * eligible * additional
        return counted

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
