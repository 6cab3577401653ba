"""Budgets, firms and investors are set by rule from area, population and mines: no register of them is
public.

A county's general budget is the same a head everywhere: expenditure of all levels of government in the province. A firm
starts with cash and a credit line by hectare of concession; costs and beliefs are lognormal and
uniform around their means. A county's leniency rises with the weight of mining on its land, leniency = top m
/ (m + half). Investors know one another in a small world and trust all counties alike at first. Opening cash
comes from the outside world, so the ledger still sums to zero. Source: rules are ours; figures from the
policy's practice where there are any. Most likely wrong: firms of one size of purse a hectare.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.landscapes.landscape import Landscape
from model.mechanisms.people import Founded
from model.mechanisms.people._public import cities, governments, higher, land_area, outside
from model.parameters import sourced
from model.state.ledger import Ledger
from model.state.network import small_world
from model.state.people import Firms, Investors, Mines, Trust
from model.state.streams import Chance, entity_keys
from model.state.sums import sum_by
from model.units import (
    Count,
    Floats,
    PerYear,
    Probability,
    Ratio,
    Share,
    Years,
    Yuan,
    YuanPerHectare,
    YuanPerPerson,
    fen,
)


@dataclass(frozen=True)
class ByRule:
    """Everybody by rule."""

    writes: ClassVar[tuple[str, ...]] = ()

    firm_cash: YuanPerHectare = sourced(0.0, 500000.0, "cash by hectare of concession", "assumed", "sweep")
    firm_credit: YuanPerHectare = sourced(
        0.0, 500000.0, "credit line by hectare of concession", "assumed", "sweep"
    )
    cost_spread: Ratio = sourced(0.0, 1.0, "log standard deviation of firms' reclamation costs", "assumed")
    belief_bare: Probability = sourced(0.0, 0.5, "mean belief at the start", "assumed")
    belief_fake: Probability = sourced(0.0, 0.3, "mean belief at the start", "assumed")
    leniency_top: Share = sourced(0.0, 0.95, "leniency where mining is everything", "assumed", "sweep")
    leniency_half: Ratio = sourced(
        0.1, 50.0, "ha of mines in 1,000 ha of land that bring half of it", "assumed"
    )
    inspectors: Ratio = sourced(
        0.0, 20.0, "posts for the inspection of mines by 100,000 inhabitants", "assumed", "sweep"
    )
    budget_per_person: YuanPerPerson = sourced(
        8000.0, 20000.0, "Fujian 2023: some 560 bn yuan for 41.9 million people, all levels", "recalled"
    )
    investors: Count = sourced(0, 1000, "number of social investors", "assumed")
    capital: Yuan = sourced(0.0, 1e10, "capital of each", "assumed", "sweep")
    hurdle: PerYear = sourced(0.05, 0.12, "sector practice; PPP returns 6.4 % in 2017", "recalled")
    hurdle_spread: PerYear = sourced(0.0, 0.05, "greatest deviation from the mean hurdle", "assumed")
    risk_aversion: Ratio = sourced(1.0, 4.0, "relative risk aversion, standard values", "recalled", "sweep")
    horizon: Years = sourced(5, 40, "years of income that an investor counts on", "assumed")
    trust: Probability = sourced(
        0.5, 1.0, "believed keeping of counties' promises at first", "assumed", "sweep"
    )
    contacts: Count = sourced(0, 10, "investors known on each side of the ring", "assumed")
    rewired: Probability = sourced(0.01, 0.3, "small worlds lie here (Watts & Strogatz 1998)", "recalled")

    def found(self, landscape: Landscape, ledger: Ledger, chance: Chance, year: int) -> Founded:
        """Open all accounts (centre, cities, counties, firms, funds, investors, outside) and book opening money."""
        accounts = outside(landscape, ledger)
        posts = self.inspectors * landscape.counties["population"].to_numpy() / 1e5
        counties = governments(landscape, ledger, self._leniency(landscape), posts, self.budget_per_person)
        firms, mines = self._firms(landscape, ledger, chance, year)
        investors = self._investors(ledger, chance, year)
        held = sum_by(mines.firm, landscape.patches["area"][mines.patch], len(firms))
        ledger.post("opening_cash", accounts.treasury, firms.account, fen(held * self.firm_cash))
        ledger.credit[firms.account] = fen(held * self.firm_credit)
        ledger.post("opening_capital", accounts.treasury, investors.account, int(fen(self.capital)))
        trust = Trust.of_all(len(investors), len(counties), self.trust)
        known = small_world(investors.keys, self.contacts, self.rewired, chance, year)
        return Founded(
            *higher(landscape, ledger),
            counties,
            cities(landscape, ledger),
            firms,
            mines,
            investors,
            trust,
            known,
            accounts,
        )

    def _leniency(self, landscape: Landscape) -> Floats:
        """Share of seen violations that each county excuses, by hectares of mines in 1,000 ha of its land."""
        county, area = landscape.patches["county"], landscape.patches["area"]
        patch = landscape.mines["patch"]
        mined = sum_by(county[patch], area[patch], len(landscape.counties))
        weight = 1000.0 * mined / np.maximum(land_area(landscape), 1e-9)
        return np.asarray(self.leniency_top * weight / (weight + max(self.leniency_half, 1e-9)))

    def _firms(self, landscape: Landscape, ledger: Ledger, chance: Chance, year: int) -> tuple[Firms, Mines]:
        ids = landscape.firms["id"].tolist()
        keys = entity_keys(ids)
        lift = [2.0 * chance.uniform(f"people/belief/{kind}", year, keys) for kind in ("bare", "fake")]
        firms = Firms(
            ids,
            account=ledger.open([f"firm:{name}" for name in ids]),
            fund=ledger.open([f"fund:{name}" for name in ids]),
            county=landscape.firms["county"].to_numpy(),
            cost_factor=chance.lognormal("people/cost", year, keys, 0.0, self.cost_spread),
            belief_bare=np.minimum(self.belief_bare * lift[0], 1.0),
            belief_fake=np.minimum(self.belief_fake * lift[1], 1.0),
        )
        opened, bare = landscape.mines["opened_ha"], landscape.mines["backlog_ha"]
        mines = Mines(
            opened.size,
            patch=landscape.mines["patch"],
            firm=landscape.mines["firm"],
            mineral=landscape.mines["mineral"],
            active=np.maximum(opened - bare, 0.0),
            bare=bare,
            opened_total=opened,
        )
        return firms, mines

    def _investors(self, ledger: Ledger, chance: Chance, year: int) -> Investors:
        ids = [f"investor{k:03d}" for k in range(self.investors)]
        keys = entity_keys(ids)
        spread: Floats = (2.0 * chance.uniform("people/hurdle", year, keys) - 1.0) * self.hurdle_spread
        return Investors(
            ids,
            account=ledger.open([f"investor:{name}" for name in ids]),
            hurdle_rate=np.maximum(self.hurdle + spread, 0.0),
            risk_aversion=np.full(len(ids), self.risk_aversion),
            horizon=np.full(len(ids), self.horizon),
        )
