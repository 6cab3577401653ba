"""Social investors: they bid for a share of works whose carbon pays at their hurdle rate, and learn from what grows."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any

import mesa

from model.vocabulary import Benefit, Mode, Stage
from tests.oracle.books import fen
from tests.oracle.dice import key_of

if TYPE_CHECKING:
    from tests.oracle.model import OracleModel
    from tests.oracle.project import Project, Site

CO2_PER_CARBON = 44.0 / 12.0


class Investor(mesa.Agent):
    """Capital with a hurdle rate, and beliefs. No county has promised anything, so all are trusted alike for good."""

    def __init__(self, model: OracleModel, name: str) -> None:
        super().__init__(model)
        self.name, self.key = name, key_of(name)
        self.account = model.ledger.open(f"investor:{name}")
        self.hurdle_rate, self.belief_yield, self.trust = 0.0, 1.0, 1.0
        self.risk_aversion, self.horizon = 0.0, 0
        self.contacts: list[Investor] = []

    def found(self, form: Any, year: int) -> None:
        self.model.ledger.pay("opening_capital", "outside:treasury", self.account, fen(form.capital))
        spread = (2.0 * self.model.dice.uniform("people/hurdle", year, self.key) - 1.0) * form.hurdle_spread
        self.hurdle_rate = max(form.hurdle + spread, 0.0)
        self.risk_aversion, self.horizon, self.trust = form.risk_aversion, form.horizon, form.trust

    def unpromised(self, projects: list[Project]) -> int:
        """Capital that no project waits for."""
        waiting = (Stage.PROPOSED, Stage.UNDER_WAY)
        mine = (each for each in projects if each.investor is self and each.stage in waiting)
        promised = sum(each.private - each.private_paid for each in mine)
        return self.model.ledger.available(self.account) - promised

    def worth(self, income: float, form: Any, years: int) -> float:
        """Present value of a yearly carbon income as this investor believes in it and dislikes its risk."""
        safe = (1.0 + form.yield_spread**2) ** (-0.5 * self.risk_aversion)
        return (
            self.belief_yield
            * value_of_one_a_year(self.hurdle_rate, min(self.horizon, years))
            * safe
            * income
        )

    def measure(self, form: Any, sites: list[Site], year: int) -> None:
        """Believe more or less in forecasts by what own sites have grown against them."""
        forecast = grown = 0.0
        for site in sites:
            if site.project.investor is self and site.is_latest and 0 <= site.begun < year:
                by_hectare = _forecast(site, form) * (year - site.begun)
                forecast += by_hectare * site.patch.area
                if by_hectare > 0.0:
                    grown += max(site.patch.life.carbon - site.carbon_start, 0.0) * site.patch.area
        if forecast > 0.0:
            self.belief_yield += form.weight * (grown / forecast - self.belief_yield)

    def pull(self) -> float:
        """How far contacts believe more in yields than this investor does."""
        gaps = [other.belief_yield - self.belief_yield for other in self.contacts]
        return sum(gaps) / len(gaps) if gaps else 0.0


def make_acquaintance(investors: list[Investor], form: Any, year: int) -> None:
    """A ring in the order of keys; each knows some on either side, or by chance somebody else instead."""
    ring = sorted(investors, key=lambda each: each.key)
    size, known = len(ring), set()
    for step in range(1, min(form.contacts, size // 2) + 1):
        for place, investor in enumerate(ring):
            dice = investor.model.dice
            away = dice.uniform("people/rewired", year, investor.key, step) < form.rewired
            leap = 1 + floor(dice.uniform("people/contact", year, investor.key, step) * (size - 1))
            other = ring[(place + (leap if away else step)) % size]
            known |= {(investor, other), (other, investor)}
    for one, other in sorted(known, key=lambda pair: (investors.index(pair[0]), investors.index(pair[1]))):
        one.contacts.append(other)


def auction(model: OracleModel, form: Any, market: Any, carbon_price: float) -> None:
    """The bid of highest net present value takes its project first, then the next, while capital lasts.

    No county promises anything here, so nobody can ask for more: whose carbon is not worth the share does not bid.
    """
    bids = []
    for project in model.projects:
        offer = floor(project.cost * form.offered)
        fresh = project.stage == Stage.PROPOSED and project.investor is None
        if not fresh or project.mode == Mode.PROTECTION or offer <= 0:
            continue
        income = yearly_income(project, form, market, carbon_price)
        key = min(site.patch.key for site in project.sites)
        for investor in model.investors:
            spent = offer / project.duration * value_of_one_a_year(investor.hurdle_rate, project.duration)
            gain = investor.worth(income, form, getattr(market, "period", 0)) - spent
            if gain >= 0.0:
                bids.append((-gain, -project.priority, key, investor.key, project, investor, offer))
    left = {investor: investor.unpromised(model.projects) for investor in model.investors}
    for *_, project, investor, offer in sorted(bids, key=lambda bid: bid[:4]):
        if project.investor is None and offer <= left[investor]:
            project.investor, project.private = investor, offer
            left[investor] -= offer


def yearly_income(project: Project, form: Any, market: Any, carbon_price: float) -> float:
    """Income of the investor a year that the forecast promises, in fen."""
    if market.name == "Nothing":
        return 0.0
    tonnes = 0.0
    for site in project.sites:
        if Benefit.CARBON not in site.patch.claimed:
            tonnes += _forecast(site, form) * CO2_PER_CARBON * site.patch.area * _counted(site, market)
    return tonnes * market.income_share * carbon_price * 100.0


def _forecast(site: Site, form: Any) -> float:
    """Tonnes a hectare and year to be hoped for: the yield of bare land, times what was seen to be missing."""
    return float(form.believed_yield[site.patch.ecosystem] * (1.0 - site.observed_start))


def value_of_one_a_year(rate: float, years: int) -> float:
    """Today's value of 1 at the end of each of the next years."""
    return sum((1.0 + rate) ** -year for year in range(1, years + 1))


def _counted(site: Site, market: Any) -> float:
    """Share of the growth that becomes credits."""
    additional = site.additional if market.additionality else 1.0
    return float((1.0 - market.buffer) * market.credited[site.patch.ecosystem] * additional)


def sell(project: Project, market: Any, carbon_price: float, year: int) -> None:
    """Sell what the project's sites have grown and not yet sold; investor and county share the income."""
    assert project.investor is not None
    worth = sum(
        _sold(site, market, year) * site.patch.area * CO2_PER_CARBON * carbon_price for site in project.sites
    )
    total, ledger = fen(worth), project.county.model.ledger
    to_investor = floor(total * market.income_share)
    ledger.pay("carbon_income", "outside:carbon_market", project.investor.account, to_investor)
    ledger.pay("carbon_income", "outside:carbon_market", project.county.account, total - to_investor)


def _sold(site: Site, market: Any, year: int) -> float:
    """Tonnes a hectare: measured growth since works began, less what is not credited, of a patch that sells once."""
    if site.begun < 0 or not site.is_latest or year - site.begun >= market.period:
        return 0.0
    grown = max(site.patch.life.carbon - site.carbon_start, 0.0)
    sellable = grown * _counted(site, market) - site.carbon_credited
    if sellable <= 0.0:
        return 0.0
    if site.carbon_credited <= 0.0 and not site.patch.claim(Benefit.CARBON):
        return 0.0
    site.carbon_credited += sellable
    return sellable
