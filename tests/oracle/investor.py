"""Social investors: they share the cost of works whose carbon pays at their hurdle rate."""

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
    """Capital with a hurdle rate."""

    def __init__(self, model: OracleModel, name: str) -> None:
        super().__init__(model)
        self.name, self.key = name, key_of(name)
        self.account = model.ledger.open(f"investor:{name}")
        self.hurdle_rate, self.belief_yield = 0.0, 1.0

    def found(self, form: Any, year: int) -> None:
        self.model.ledger.pay("opening_capital", "outside:treasury", self.account, fen(form.capital))
        spread = (2.0 * self.model.dice.uniform("people/hurdle", year, self.key) - 1.0) * form.hurdle_spread
        self.hurdle_rate = max(form.hurdle + spread, 0.0)

    def unpromised(self, projects: list[Project]) -> int:
        """Capital that no project waits for."""
        waiting = (Stage.PROPOSED, Stage.UNDER_WAY)
        mine = (each for each in projects if each.investor is self and each.stage in waiting)
        promised = sum(each.private - each.private_paid for each in mine)
        return self.model.ledger.available(self.account) - promised

    def invest(self, form: Any, offered: list[Project], projects: list[Project], carbon_price: float) -> None:
        """Take the best of what is offered and pays, until capital ends; nothing smaller jumps the queue."""
        left = self.unpromised(projects)
        for project in offered:
            offer = floor(project.cost * form.offered)
            worth = self.belief_yield * yearly_income(project, form, carbon_price)
            worth *= value_of_one_a_year(self.hurdle_rate, form.horizon)
            if project.investor is not None or offer <= 0 or worth < offer:
                continue
            left -= offer
            if left < 0:
                return
            project.investor, project.private = self, offer


def on_offer(projects: list[Project]) -> list[Project]:
    """Proposals other than protection, best priority first."""
    wanted = [each for each in projects if each.stage == Stage.PROPOSED and each.mode != Mode.PROTECTION]
    return sorted(wanted, key=lambda each: -each.priority)


def yearly_income(project: Project, form: Any, carbon_price: float) -> float:
    """Income of the investor a year that the offer promises, in fen."""
    tonnes = 0.0
    for site in project.sites:
        by_hectare = form.believed_yield[site.patch.ecosystem] * CO2_PER_CARBON * _counted(site, form)
        tonnes += by_hectare * site.patch.area
    return tonnes * (1.0 - form.buffer) * form.income_share * carbon_price * 100.0


def value_of_one_a_year(rate: float, years: int) -> float:
    """Today's value of 1 at the end of each of the next years."""
    return sum((1.0 + rate) ** -year for year in range(1, years + 1))


def _counted(site: Site, form: Any) -> float:
    return site.additional if form.additionality else 1.0


def settle(project: Project, form: Any, carbon_price: float) -> None:
    """Sell what the project's sites have grown and not yet sold; investor and county share the income."""
    assert project.investor is not None
    worth = sum(_sell(site, form) * site.patch.area * CO2_PER_CARBON * carbon_price for site in project.sites)
    total, ledger = fen(worth), project.county.model.ledger
    to_investor = floor(total * form.income_share)
    ledger.pay("carbon_income", "outside:carbon_market", project.investor.account, to_investor)
    ledger.pay("carbon_income", "outside:carbon_market", project.county.account, total - to_investor)


def _sell(site: Site, form: Any) -> float:
    """Tonnes a hectare: measured growth since works began, less buffer, additional, of a patch that sells once."""
    if site.begun < 0 or not site.is_latest:
        return 0.0
    grown = max(site.patch.life.carbon - site.carbon_start, 0.0)
    sellable = grown * (1.0 - form.buffer) * _counted(site, form) - site.carbon_credited
    if sellable <= 0.0:
        return 0.0
    if site.carbon_credited <= 0.0 and not site.patch.claim(Benefit.CARBON):
        return 0.0
    site.carbon_credited += sellable
    return sellable
