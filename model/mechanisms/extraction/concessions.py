"""Concessions are opened a part a year while their ore pays; land out of use falls due for reclamation.

    opened = rate * front * concession * clip(price, 0, boom), never more than is left, none below unit cost
    out of use = release * active;  all of it once nothing is left to open
    a listed firm opens (1 - suspended) of what it would
    a year on the list takes from it = hectares not opened * (sales (margin - tax) - duty) at the normal price

Bills beyond money and credit stay owed to suppliers as arrears, paid before the next year's bills.

Opening strips the patch in proportion: vegetation goes, ground and its ceiling mix with spoil. Sales, taxes
and costs scale with hectares opened; upkeep of a mine does not, so busts hurt. Sources: 0.22 of a mine's area
newly opened a year (Pericak 2018); sales from a fund of 2 % of sales covering 4-14 % of the legacy cost of a
hectare; licences that last 30, 20 or 10 years at most by size of mine (State Council order 241, art. 7). Most likely
wrong: one figure of sales for a mineral wherever it lies, and that firms count ore which the list makes them leave for
later as lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from model.intentions import Outlook, Prices, Sales
from model.parameters import Each, sourced
from model.state.state import State
from model.state.sums import add_each, sum_by
from model.units import (
    Fens,
    Floats,
    PerYear,
    Ratio,
    Share,
    Years,
    YuanPerHectare,
    YuanPerHectareYear,
    fen,
)
from model.vocabulary import Mineral

YuanByMineral = Annotated[Floats, Each(Mineral, YuanPerHectare)]
ShareByMineral = Annotated[Floats, Each(Mineral, Share)]
DUST = 1e-9  # ha: less is rounding, not land


@dataclass(frozen=True)
class Concessions:
    """Progressive opening of licensed land."""

    writes: ClassVar[tuple[str, ...]] = (
        "mines.active",
        "mines.due",
        "mines.opened_total",
        "habitats.structure",
        "habitats.composition",
        "habitats.substrate",
        "habitats.ceiling",
        "habitats.cover",
        "habitats.carbon",
        "counties.income",
    )

    open_rate: PerYear = sourced(
        0.05, 0.30, "0.22 of the active area newly opened a year (Pericak 2018)", "measured"
    )
    front: Share = sourced(0.05, 0.3, "active part of a concession in a normal year", "assumed", "sweep")
    release_rate: PerYear = sourced(0.1, 0.6, "mean active life 4.5 years (Pericak 2018)", "derived")
    boom: Ratio = sourced(1.0, 2.0, "greatest activity against the normal", "assumed")
    sales: YuanByMineral = sourced(
        5e5, 5e6, "fund of 2 % of sales covers 4-14 % of 467,000 yuan/ha", "derived"
    )
    margin: ShareByMineral = sourced(
        0.05, 0.5, "sales less unit costs at the starting price", "assumed", "sweep"
    )
    tax_rate: Share = sourced(0.03, 0.15, "resource tax and royalty", "recalled")
    overhead: YuanPerHectareYear = sourced(
        0.0, 50000.0, "yearly cost of an active hectare, whether more is opened or not", "assumed"
    )
    dividend: Share = sourced(0.0, 1.0, "part of profit paid out", "assumed")
    spoil_substrate: Share = sourced(0.02, 0.2, "ground of fresh spoil", "assumed")
    spoil_ceiling: Share = sourced(0.1, 0.35, "to what spoil recovers by itself", "assumed", "sweep")
    duty_per_hectare: YuanPerHectare = sourced(
        60000.0, 200000.0, "progressive reclamation, working assumption", "assumed"
    )
    duty_horizon: Years = sourced(1, 10, "years until the duty of an opened hectare falls due", "assumed")
    suspended: Share = sourced(
        0.03,
        0.5,
        "part of a year's opening that needs a new right: licences last 30 to 10 years, approvals of land down to 2",
        "assumed",
        "sweep",
    )

    def foresee(self, state: State) -> Outlook:
        """What a year on the list takes from each firm at the normal price, and its land that falls due this year."""
        m, firms = state.mines, len(state.firms)
        lost = self._workable(state, 1.0, 1.0) - self._workable(state, 1.0, 1.0 - self.suspended)
        profit = np.maximum(self.sales * (self.margin - self.tax_rate) - self.duty_per_hectare, 0.0)
        return Outlook(sum_by(m.firm, lost * profit[m.mineral], firms), m.due + self._released(state))

    def extract(self, state: State, prices: Prices) -> Sales:
        """Open land, book the year's trade, strip the patches; sales and taxes by firm in fen."""
        m = state.mines
        opened = self._opened(state, prices)
        booked = self._trade(state, opened, prices)
        self._strip(state, opened)
        released = self._released(state)
        m.due[:] += released
        m.active[:] += opened - released
        m.opened_total[:] += opened
        return booked

    def _untouched(self, state: State) -> Floats:
        m = state.mines
        used = m.active + m.due + m.ordered + m.bare + m.faked + m.reclaimed
        left = state.habitats.area[m.patch] - used
        return np.where(left > DUST, left, 0.0)

    def _opened(self, state: State, prices: Prices) -> Floats:
        """Hectares opened by each mine: less for listed firms, none for bankrupt ones or below unit cost."""
        m, f = state.mines, state.firms
        price = prices.mineral[m.mineral]
        allowed = np.where(f.blacklisted_until[m.firm] >= state.year, 1.0 - self.suspended, 1.0)
        works = (f.bankrupt[m.firm] == 0) & (price > 1.0 - self.margin[m.mineral])
        opened: Floats = np.where(works, self._workable(state, price, allowed), 0.0)
        return opened

    def _workable(self, state: State, price: Floats | float, allowed: Floats | float) -> Floats:
        """Hectares that each mine could open in a year at a price index, of which a share is allowed."""
        front = self.front * state.habitats.area[state.mines.patch]
        wanted = self.open_rate * np.clip(price, 0.0, self.boom) * front * allowed
        return np.minimum(wanted, self._untouched(state))

    def _released(self, state: State) -> Floats:
        """Hectares of each mine that go out of use this year."""
        nothing_left = self._untouched(state) <= 0.0
        out: Floats = np.where(nothing_left, 1.0, min(self.release_rate, 1.0)) * state.mines.active
        return out

    def _trade(self, state: State, opened: Floats, prices: Prices) -> Sales:
        """Sales, mining taxes, costs and dividends of each firm; taxes go to the county of the mine."""
        m, f, ledger, outside = state.mines, state.firms, state.ledger, state.accounts
        normal = opened * self.sales[m.mineral]
        sold: Fens = fen(normal * prices.mineral[m.mineral])
        cost = fen(normal * (1.0 - self.margin[m.mineral]))
        tax = np.floor(sold * self.tax_rate).astype(np.int64)
        account = f.account[m.firm]
        county = state.habitats.county[state.mines.patch]
        ledger.post("mineral_sales", outside.mineral_market, account, sold, patch=m.patch)
        ledger.post("mining_tax", account, state.counties.account[county], tax, patch=m.patch)
        add_each(state.counties.income, county, tax)
        sales, taxes, costs = (state.by_firm(part) for part in (sold, tax, cost))
        self._pay_costs(state, sales - taxes, costs)
        owed = state.by_firm(fen(opened * self.duty_per_hectare))
        state.obligations.create("reclamation_duty", f.account, owed, self.duty_horizon)
        return Sales(sales, taxes)

    def _pay_costs(self, state: State, revenue: Fens, costs: Fens) -> None:
        """Arrears, unit costs and overheads as far as money and credit reach, then dividends out of profit."""
        m, f, ledger, owed = state.mines, state.firms, state.ledger, state.obligations
        alive = f.bankrupt == 0
        held = sum_by(m.firm, m.active, len(f))
        bills = np.where(alive, costs + fen(held * self.overhead), 0)
        old = owed.outstanding("arrears", f.account)
        paid = np.minimum(old + bills, ledger.available(f.account))
        ledger.post("mining_costs", f.account, state.accounts.contractors, paid)
        owed.meet("arrears", f.account, np.minimum(old, paid))
        owed.create("arrears", f.account, bills - np.maximum(paid - old, 0))
        profit = np.maximum(revenue - bills, 0)
        shared = np.minimum(
            np.floor(profit * self.dividend).astype(np.int64), np.maximum(ledger.balance[f.account], 0)
        )
        ledger.post("dividends", f.account, state.accounts.households, shared)

    def _strip(self, state: State, opened: Floats) -> None:
        """What stood on opened land is gone; ground and ceiling of the patch mix with spoil by area."""
        h, patch = state.habitats, state.mines.patch
        part = opened / h.area[patch]
        for column in (h.structure, h.composition, h.cover, h.carbon):
            column[patch] *= 1.0 - part
        h.substrate[patch] += part * np.minimum(self.spoil_substrate - h.substrate[patch], 0.0)
        h.ceiling[patch] += part * np.minimum(self.spoil_ceiling - h.ceiling[patch], 0.0)
