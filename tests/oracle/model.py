"""The oracle's year: the same paragraph as the model's, told by objects one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from math import exp
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np

from model.landscapes.landscape import Landscape
from model.mechanisms import slot_attribute
from model.schedule import Timeline
from model.settings import Settings
from model.vocabulary import Mineral, Stage
from tests.oracle.books import Ledger, Obligations, fen, split
from tests.oracle.builder import Parcel, corridors, develop
from tests.oracle.county import County
from tests.oracle.dice import Dice
from tests.oracle.firm import Firm
from tests.oracle.founding import found
from tests.oracle.investor import Investor, auction, sell
from tests.oracle.land import arriving_loads, let_water_run, sow
from tests.oracle.mine import Mine
from tests.oracle.patch import Patch
from tests.oracle.planner import MODES, STRATEGIES, observe, survey_error
from tests.oracle.project import Project, Site
from tests.oracle.watchers import announce, hire, look_at

PRICE_MEMORY = 25  # years
FORMS = {
    "people": ("ByRule",),
    "markets": ("MeanReverting",),
    "leadership": ("Nothing", "Terms"),
    "monitoring": ("Plots",),
    "works": ("FourModes",),
    "restoration": tuple(STRATEGIES),
    "planning": ("Fragmented",),
    "funding/own_budget": ("Levied",),
    "funding/transfer": ("Formula",),
    "funding/award": ("Nothing",),
    "funding/legacy_programme": ("Nothing",),
    "funding/match": ("Nothing",),
    "funding/carbon_market": ("Credits", "Nothing"),
    "funding/availability": ("Nothing",),
    "funding/social_capital": ("Portfolio", "Nothing"),
    "funding/livelihoods": ("ForgoneIncome", "Nothing"),
    "funding/compensation": ("Nothing",),
    "funding/mine_fund": ("Accrued",),
    "funding/prepaid_fee": ("Nothing",),
    "projects": ("Gated",),
    "extraction": ("Concessions",),
    "reclamation": ("LeastCost",),
    "insolvency": ("Arrears",),
    "development": ("Screened",),
    "shoreline": ("Nothing",),
    "bay_plan": ("OnePlan", "EachAlone", "Nothing"),
    "enforcement/satellite": ("Patches",),
    "enforcement/ground": ("Checks",),
    "enforcement/central_rounds": ("Campaign", "Steady", "Nothing"),
    "enforcement/citizens": ("Reports", "Nothing"),
    "enforcement/sanctions": ("Ladder",),
    "disturbance": ("FireAndTyphoon",),
    "invasion": ("Coastal",),
    "water": ("Routed",),
    "recovery": ("TwoSpeed",),
    "carbon": ("Stock",),
    "evaluation": ("ReferencePath",),
    "products": ("GrossEcosystemProduct", "Nothing"),
    "learning": ("Experience",),
}
"""The forms that the oracle can tell."""


class OracleModel(mesa.Model):
    """One landscape under the given forms. Raises ``KeyError`` for a form that the oracle does not know."""

    def __init__(
        self, landscape: Landscape, mechanisms: Mapping[str, Timeline[Any]], settings: Settings | None = None
    ) -> None:
        self.settings = settings or Settings()
        super().__init__(rng=self.settings.seed)
        _refuse_unknown(mechanisms)
        self.landscape, self.mechanisms = landscape, mechanisms
        self.year = self.settings.start_year
        self.dice = Dice(self.settings.seed, self.settings.replicate)
        self.ledger, self.obligations = Ledger(), Obligations()
        self.ledger.year = self.obligations.year = self.year
        self.counties: list[County] = []
        self.patches: list[Patch] = []
        self.firms: list[Firm] = []
        self.mines: list[Mine] = []
        self.parcels: list[Parcel] = []
        self.corridors: set[Patch] = set()
        self.investors: list[Investor] = []
        self.bay_exchange: list[tuple[int, int, float]] = []
        found(self, landscape, self.in_force(self.year))
        self.corridors = corridors(self.patches)
        self.ledger.close_year()

    def in_force(self, year: int) -> SimpleNamespace:
        """The forms of a year."""
        return SimpleNamespace(
            **{slot_attribute(slot): _plain(line.at(year)) for slot, line in self.mechanisms.items()}
        )

    @property
    def projects(self) -> list[Project]:
        """All projects as they came to be: by year, county by county, then what was left of those judged that year."""
        every = [project for county in self.counties for project in county.projects]
        return sorted(every, key=lambda project: (*project.born, project.county.order))

    @property
    def sites(self) -> list[Site]:
        return [site for project in self.projects for site in project.planned]

    def run(self, years: int | None = None) -> OracleModel:
        """Live through so many more years (default: the horizon of the settings)."""
        for _ in range(self.settings.years if years is None else years):
            self.step()
        return self

    def step(self) -> None:
        """One year: chance, plan, fund, take, restore, inspect, recover, judge, settle, learn."""
        self.year += 1
        self.ledger.year = self.obligations.year = self.year
        now = self.in_force(self.year)
        prices, carbon_price = self._quote(now.markets)

        self._plan(now)
        for firm in self.firms:
            firm.decide(now.reclamation, now.sanctions, now.extraction)

        for county in self.counties:
            county.pay_for_surveys(now.monitoring)
        for county in self.counties:
            hire(county, now.ground)
        for project in self.projects:
            project.cost_households()
        for county in self.counties:
            county.pay_households(now.livelihoods)
        for county in self.counties:
            county.keep_coast_clear(now.bay_plan, self.year)
        if now.social_capital.name != "Nothing":
            auction(self, now.social_capital, now.carbon_market, carbon_price)
        for county in self.counties:
            county.award(now.projects, self.year)
        for county in self.counties:
            county.income = 0

        for patch in self.patches:
            parcel = develop(patch, now.development, self.year)
            if parcel is not None:
                self.parcels.append(parcel)
        for firm in self.firms:
            firm.extract(now.extraction, now.mine_fund, prices, self.year)

        for site in self.sites:
            if site.is_latest:
                site.work(now.works, self.year)
        for project in self.projects:
            project.cared_years += project.stage == Stage.AFTERCARE and project.upkept == 1
        for firm in self.firms:
            firm.reclaim(now.reclamation)
        for parcel in self.parcels:
            parcel.redeem()
        for parcel in self.parcels:
            if parcel.is_due(self.year):
                parcel.end(now.development, self.year)

        self._enforce(now)
        self._recover(now)
        self._judge(now)

        self._collect_income(now)
        for project in self.projects:
            if project.investor is not None and now.carbon_market.name != "Nothing":
                sell(project, now.carbon_market, carbon_price, self.year)
        for county in self.counties:
            county.redeem(now.insolvency, self.mines)
        for firm in self.firms:
            if firm.count_arrears(now.insolvency):
                firm.fail(now.mine_fund)

        self._learn(now.learning, now.sanctions.disclosure)
        if now.social_capital.name != "Nothing":
            self._talk(now.social_capital)
        self.ledger.close_year()

    # --- chance: mean_reverting ----------------------------------------------------------------------------

    def _quote(self, form: Any) -> tuple[list[float], float]:
        """Price index of each mineral, and the price of carbon in yuan/tCO2."""
        common = self._path(form, "markets/common", 0)
        own = [self._path(form, "markets/own", mineral) for mineral in Mineral]
        carbon = self._path(form, "markets/carbon", 0)
        minerals = [exp(form.common_shock * common + form.own_shock * each) for each in own]
        return minerals, form.carbon_price * exp(form.carbon_shock * carbon)

    def _path(self, form: Any, purpose: str, draw: int) -> float:
        return sum(
            form.persistence**lag * self.dice.of_all(purpose, self.year - lag, draw)
            for lag in range(PRICE_MEMORY)
        )

    # --- plan and fund -------------------------------------------------------------------------------------

    def _plan(self, now: Any) -> None:
        """At the start of each window every county plans anew, between windows those whose leaders dropped the plan."""
        led = now.leadership.name == "Terms"
        for county in self.counties:
            without = county.take_office(now.leadership, self.year) if led else False
            if without or self.years_into(now.planning.window) == 0:
                county.plan(now, self.year)

    def years_into(self, window: int) -> int:
        """Years of the present window that are over."""
        return (self.year - self.settings.start_year - 1) % max(window, 1)

    def transfers(self, form: Any) -> dict[County, int]:
        """The pool by area, the red line counting more."""
        pool = fen(form.per_hectare * sum(county.area for county in self.counties))
        weights = [county.area + form.tilt * county.red_line_area for county in self.counties]
        return dict(zip(self.counties, split(pool, weights), strict=True))

    def _collect_income(self, now: Any) -> None:
        given = self.transfers(now.transfer)
        self.ledger.pay("national_taxes", "outside:taxpayers", "centre", sum(given.values()))
        for county in self.counties:
            raised = county.levy(now.own_budget)
            self.ledger.pay("own_budget", "outside:taxpayers", county.account, raised)
            self.ledger.pay("formula_transfer", "centre", county.account, given[county])
            county.income += raised + given[county]

    # --- enforcement ---------------------------------------------------------------------------------------

    def _enforce(self, now: Any) -> None:
        round_ = announce(self, now.central_rounds, now.ground.rate)
        for mine in self.mines:
            look_at(mine, now, round_, self.year)
        for firm in self.firms:
            firm.be_sanctioned(now.sanctions, self.year)

    # --- recover -------------------------------------------------------------------------------------------

    def _recover(self, now: Any) -> None:
        """Water first, then the invader, then every patch lives its year, and disturbance comes after growth."""
        let_water_run(self.patches, now.water)
        for patch, arriving in arriving_loads(self.patches, self.bay_exchange).items():
            burden = arriving / (patch.bearable_load if patch.bearable_load > 0.0 else 1.0)
            patch.load_stock += (burden - patch.load_stock) / max(now.water.lag[patch.ecosystem], 1.0)
        spread = {patch: patch.invaded(now.invasion, self.year) for patch in self.patches if patch.is_coastal}
        for patch, invader in spread.items():
            patch.life.invader = invader
        sow(self.patches, now.recovery)
        for patch in self.patches:
            patch.live(now.recovery)
            patch.store(now.carbon)
        storms = {county: county.is_struck(now.disturbance, self.year) for county in self.counties}
        for patch in self.patches:
            patch.suffer(now.disturbance, storms[patch.county], self.year)

    # --- judge and learn -----------------------------------------------------------------------------------

    def _judge(self, now: Any) -> None:
        handed_in = [site.patch for site in self.sites if site.project.stage == Stage.SUBMITTED]
        seen = {patch: observe(patch, now.monitoring, "accept", self.year).condition for patch in handed_in}
        remainders: list[Project] = []
        for project in self.projects:
            left = project.judge(now.projects, seen, survey_error(now.monitoring), self.year)
            if left is not None:
                remainders.append(left)
        for number, left in enumerate(remainders, start=1):
            left.born = (self.year, number)
            left.county.projects.append(left)
        for site in self.sites:
            site.evaluate(now.evaluation)

    def _learn(self, form: Any, disclosed: float) -> None:
        for county in self.counties:
            county.remember(self.year)
        everywhere = {mode: sum(county.experience[mode] for county in self.counties) for mode in MODES}
        for county in self.counties:
            county.learn(form, everywhere)
        for firm in self.firms:
            known = [mine for mine in self.mines if not mine.orphaned]
            home = [mine for mine in known if mine.firm.county is firm.county]
            firm.believe(form, home, [mine for mine in known if mine not in home], disclosed)

    def _talk(self, form: Any) -> None:
        """Investors learn from what grew, then lean toward what their contacts believe, all at once."""
        for investor in self.investors:
            investor.measure(form, self.sites, self.year)
        pulls = {investor: investor.pull() for investor in self.investors}
        for investor, pull in pulls.items():
            investor.belief_yield = max(investor.belief_yield + form.hearsay * pull, 0.0)


def _refuse_unknown(mechanisms: Mapping[str, Timeline[Any]]) -> None:
    for slot, names in FORMS.items():
        for form in mechanisms[slot].all():
            if type(form).__name__ not in names:
                raise KeyError(f"the oracle does not know {slot}={type(form).__name__}; it knows {names}")


def _plain(form: Any) -> SimpleNamespace:
    """A form's name and its numbers: arrays by word become lists, so that no NumPy enters the year."""
    values = {each.name: getattr(form, each.name) for each in fields(form)}
    lists = {name: value.tolist() for name, value in values.items() if isinstance(value, np.ndarray)}
    return SimpleNamespace(name=type(form).__name__, **{**values, **lists})
