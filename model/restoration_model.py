"""One landscape under one policy, year by year: :class:`RestorationModel` is an ordinary Mesa model.

The year is read top down in :meth:`RestorationModel.step`: what a phase makes, it hands to the next.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ParamSpec, TypeVar

import mesa
import pandas as pd

from model import persistence
from model.agents.government import Centre, City, County, Province
from model.agents.habitat import Habitat
from model.agents.mining_firm import MiningFirm
from model.agents.social_investor import SocialInvestor
from model.agents.window import Window
from model.founding import found
from model.intentions import Choice, Findings, Observation, Prices, Reclamation, Settled, blocks, joined
from model.landscapes.landscape import Landscape
from model.mechanisms import SLOTS, slot_attribute
from model.record import Record
from model.schedule import Timeline
from model.settings import Settings
from model.state.habitats import Habitats
from model.state.ledger import Ledger
from model.state.memory import give_back
from model.state.streams import Chance
from model.units import Rows
from model.view import View

P = ParamSpec("P")
R = TypeVar("R")

logging.getLogger("MESA").setLevel(logging.WARNING)


class RestorationModel(mesa.Model):  # type: ignore[misc]
    """Governments, firms, investors and habitats on a landscape, under mechanisms that a config chose.

    ``mechanisms`` maps every slot of :data:`model.mechanisms.SLOTS` to a timeline of forms. Raises ``KeyError`` naming
    the slots that are missing.
    """

    def __init__(
        self, landscape: Landscape, mechanisms: Mapping[str, Timeline[Any]], settings: Settings | None = None
    ) -> None:
        self.settings = settings or Settings()
        super().__init__(rng=self.settings.seed)
        self.mechanisms = _complete(mechanisms)
        self.chance = Chance(self.settings.seed, self.settings.replicate)
        self.state = found(landscape, self.in_force(self.settings.start_year), self.chance, self.settings)
        self.record = Record(self.state.counties.ids, self.state.city_codes, self.state.counties.area)
        self._seat_agents()
        self._take_record()

    def save(self, folder: Path | str) -> None:
        """Save the run into ``folder``, to be continued by :meth:`load`. Raises ``FileExistsError`` if one is there."""
        persistence.save(Path(folder), self.state, self.record, self.mechanisms, self.settings)

    @classmethod
    def load(cls, folder: Path | str) -> RestorationModel:
        """A saved run, at the year where it stood. Raises :class:`model.persistence.Damaged`."""
        state, record, mechanisms, settings = persistence.load(Path(folder))
        model = cls.__new__(cls)
        mesa.Model.__init__(model, rng=settings.seed)
        model.settings, model.mechanisms = settings, mechanisms
        model.chance = Chance(settings.seed, settings.replicate)
        model.state, model.record = state, record
        model._seat_agents()
        return model

    @property
    def year(self) -> int:
        """The calendar year that has just ended."""
        return self.state.year

    @property
    def habitats(self) -> Habitats:
        """The table of patches."""
        return self.state.habitats

    @property
    def ledger(self) -> Ledger:
        """The money."""
        return self.state.ledger

    def in_force(self, year: int) -> SimpleNamespace:
        """The mechanisms of a year, by the last word of their slot."""
        return SimpleNamespace(
            **{slot_attribute(slot): line.at(year) for slot, line in self.mechanisms.items()}
        )

    def let(self, verb: Callable[P, R], *handed: P.args, **named: P.kwargs) -> R:
        """Let a mechanism do its work: the columns that it declares are open, all others are closed."""
        with self.state.opened(verb.__self__.writes):  # type: ignore[attr-defined]
            return verb(*handed, **named)

    def step(self) -> None:
        """One year: chance, observe, plan, owe, fund, take, restore, inspect, recover, judge, settle, learn, record."""
        self.state.year += 1
        now = self.in_force(self.state.year)
        prices = self.let(now.markets.quote, self.state, self.chance)
        reclamation = self._observe_and_plan(now)
        self._meet_duties(now)
        self._fund(now, prices)
        self._take(now, prices)
        self._restore(now, reclamation)
        findings = self._inspect(now)
        self._recover(now)
        self._judge(now)
        settled = self._settle(now, prices)
        self._learn(now, findings, settled)
        self._take_record()

    def run(self, years: int | None = None) -> RestorationModel:
        """Live through ``years`` more years (default: the horizon of the settings); returns the model itself."""
        for _ in range(self.settings.years if years is None else years):
            self.step()
        give_back(len(self.habitats))
        return self

    def indicators(self) -> pd.DataFrame:
        """One row a year and county, city or ``all``: year, county, then one column an indicator."""
        return self.record.table()

    def habitat(self, row: int) -> Habitat:
        """A patch as a Mesa agent: the one that is there, or a new window where patches are too many for agents."""
        return self._seated_habitats[row] if self._seated_habitats else Habitat(self, row)

    def _seat_agents(self) -> None:
        """Everybody gets a window; habitats only up to the configured number, above it on demand."""
        tables = self.state.tables
        all_seated = len(self.habitats) <= self.settings.habitat_agents
        self._seated_habitats = _seat(self, Habitat, len(self.habitats) if all_seated else 0)
        for kind in (Centre, Province, City, County, MiningFirm, SocialInvestor):
            _seat(self, kind, len(tables[kind.table_name]))

    def _propose(self, now: SimpleNamespace) -> None:
        """Surveyed land is observed, priced and planned, in blocks: all of a million patches would fill memory."""
        state, let = self.state, self.let
        rows = let(now.planning.survey, state)
        if rows.size == 0:  # between windows
            return

        def choose(part: Rows) -> Choice:
            seen = self._observe(now, part, "plan")
            quotes = let(now.works.price, state, seen)
            quotes = let(now.livelihoods.price, state, quotes, now.projects.aftercare)
            return let(now.leadership.weigh, state, quotes, let(now.restoration.choose, state, seen, quotes))

        let(now.planning.plan, state, joined(map(choose, blocks(rows))))
        give_back(rows.size)

    def _observe_and_plan(self, now: SimpleNamespace) -> Reclamation:
        """New leaders first; counties propose projects, and firms decide what they do about their own land."""
        self.let(now.leadership.take_office, self.state, self.chance)
        self._propose(now)
        threat, outlook = self.let(now.sanctions.threaten), self.let(now.extraction.foresee, self.state)
        return self.let(now.reclamation.decide, self.state, threat, outlook)

    def _meet_duties(self, now: SimpleNamespace) -> None:
        """What is owed already comes before what is new: surveys, checks, households, shore, coasts kept clear."""
        state, let = self.state, self.let
        let(now.monitoring.pay, state)
        let(now.ground.hire, state)
        let(now.livelihoods.pay, state)
        let(now.shoreline.restore, state)
        let(now.bay_plan.clear, state, self.chance)

    def _fund(self, now: SimpleNamespace, prices: Prices) -> None:
        """Grants, partners and counties fund projects out of what came in until last year."""
        state, chance, let = self.state, self.chance, self.let
        let(now.award.grant, state, chance)
        let(now.legacy_programme.grant, state, chance)
        let(now.match.grant, state, chance)
        terms = let(now.carbon_market.terms, state, prices)
        let(now.social_capital.invest, state, terms, let(now.availability.offer, state))
        let(now.projects.award, state)
        with state.opened(["counties.income"]):
            state.counties.income[:] = 0  # from here on it counts what next year's plans can build on

    def _take(self, now: SimpleNamespace, prices: Prices) -> None:
        """Construction, shore and mines take land; what must be paid beforehand is."""
        state, chance, let = self.state, self.chance, self.let
        takings = let(now.development.take, state, chance)
        let(now.prepaid_fee.prepay, state, takings)
        let(now.shoreline.occupy, state, chance)
        sales = let(now.extraction.extract, state, prices)
        let(now.mine_fund.accrue, state, sales)

    def _restore(self, now: SimpleNamespace, reclamation: Reclamation) -> None:
        """Works of projects, firms and builders."""
        state, chance, let = self.state, self.chance, self.let
        let(now.works.act, state, chance)
        let(now.reclamation.act, state, reclamation)
        let(now.development.reclaim, state, chance)

    def _inspect(self, now: SimpleNamespace) -> Findings:
        """Every channel looks, then what was seen is judged and sanctioned."""
        state, chance, let = self.state, self.chance, self.let
        rounds = let(now.central_rounds.announce, state, chance, let(now.ground.intend))
        sightings = (
            let(now.satellite.look, state, chance),
            let(now.ground.check, state, chance, rounds),
            let(now.citizens.report, state, chance),
        )
        return let(now.sanctions.sanction, state, chance, rounds, sightings)

    def _recover(self, now: SimpleNamespace) -> None:
        """Water and invader first, then every patch lives its year, disturbance after growth."""
        state, chance, let = self.state, self.chance, self.let
        let(now.water.run, state)
        let(now.invasion.spread, state, chance)
        let(now.recovery.live, state)
        let(now.carbon.store, state)
        let(now.disturbance.strike, state, chance)

    def _judge(self, now: SimpleNamespace) -> None:
        """Projects are accepted or sent back on what is observed, and evaluated on what is true."""
        state, let = self.state, self.let
        seen = self._observe(now, let(now.projects.awaiting, state), "accept")
        let(now.projects.judge, state, self.chance, seen)
        let(now.evaluation.evaluate, state)

    def _settle(self, now: SimpleNamespace, prices: Prices) -> Settled:
        """The year's budgets come in; fees, credits, promised payments, water; then those who cannot pay fail."""
        state, let = self.state, self.let
        let(now.own_budget.pay, state)
        let(now.transfer.pay, state)
        let(now.prepaid_fee.settle, state)
        let(now.carbon_market.sell, state, prices)
        let(now.products.account, state)
        seen = self._observe(now, let(now.availability.watched, state), "pay")
        settled: Settled = let(now.availability.settle, state, seen)
        let(now.compensation.settle, state)
        let(now.insolvency.redeem, state)
        failed = let(now.insolvency.fail, state)
        let(now.mine_fund.wind_up, state, failed)
        let(now.insolvency.orphan, state, failed)
        return settled

    def _learn(self, now: SimpleNamespace, findings: Findings, settled: Settled) -> None:
        """Costs and beliefs follow the year."""
        self.let(now.learning.learn, self.state, findings)
        self.let(now.social_capital.learn, self.state, settled)

    def _observe(self, now: SimpleNamespace, rows: Rows, purpose: str) -> Observation:
        """What agencies see of some patches for a purpose, with errors of its own."""
        return self.let(now.monitoring.observe, self.state, self.chance, rows, purpose)

    def _take_record(self) -> None:
        """Measure, close the books, and let the guards look."""
        state, every = self.state, self.settings.connectivity_every
        elapsed = state.year - self.settings.start_year
        due = every > 0 and (elapsed % every == 0 or elapsed == self.settings.years)
        self.record.take(View(state, self.settings.connectivity_cutoff), due)
        state.ledger.close_year(state.year, self.settings.keep_flows)
        state.obligations.close_year(state.year)
        state.check()


def _seat(model: RestorationModel, kind: type[Window], rows: int) -> list[Any]:
    """One window on each row; rows as a list, because Mesa would hand a range to every agent as a whole."""
    return list(kind.create_agents(model, rows, list(range(rows))))


def _complete(mechanisms: Mapping[str, Timeline[Any]]) -> dict[str, Timeline[Any]]:
    missing = [slot for slot in SLOTS if slot not in mechanisms]
    if missing:
        raise KeyError(f"no form was chosen for {', '.join(missing)}")
    return {slot: mechanisms[slot] for slot in SLOTS}
