"""A county government: it plans, funds, cares, excuses and learns."""

from __future__ import annotations

from itertools import groupby
from math import floor, log2
from typing import TYPE_CHECKING, Any

import mesa

from model.vocabulary import Cause, Ecosystem, Mode, Stage, Zone
from tests.oracle.books import fen
from tests.oracle.dice import key_of
from tests.oracle.planner import MINED, MODES, Candidate, candidate
from tests.oracle.project import CARED_FOR, ENGAGED, Project, Site

if TYPE_CHECKING:
    from tests.oracle.mine import Mine
    from tests.oracle.model import OracleModel
    from tests.oracle.patch import Patch

Group = tuple[Mode, bool, int, int]


class County(mesa.Agent):
    """One county; ``order`` is its place in the list of counties."""

    def __init__(self, model: OracleModel, code: str, order: int, population: float) -> None:
        super().__init__(model)
        self.code, self.key, self.order, self.population = code, key_of(code), order, population
        self.account = model.ledger.open(f"county:{code}")
        self.prepaid_account = model.ledger.open(f"prepaid:{code}")
        self.patches: list[Patch] = []
        self.projects: list[Project] = []
        self.income = self.committed = 0
        self.leniency = self.area = self.red_line_area = 0.0
        self.experience = dict.fromkeys(MODES, 0.0)
        self.is_coastal = False
        self.pool = order
        self.general_budget = 0.0
        self.inspectors = self.visible_weight = self.baseline_load = 0.0
        self.leader_since = -1
        self.staffed = 1.0
        self.cost_factor = dict.fromkeys(MODES, 1.0)
        self.clipped = 0
        self.bay_plan_since = -1
        self.spartina_cleared = 0.0

    def settle(self, patch: Patch) -> None:
        """Take a patch of the landscape into the county; its sea is no land of it."""
        self.patches.append(patch)
        self.is_coastal |= patch.shoreline > 0.0
        if patch.ecosystem != Ecosystem.BAY:
            self.area += patch.area
            self.red_line_area += patch.area if patch.zone == Zone.RED_LINE else 0.0

    def is_struck(self, form: Any, year: int) -> bool:
        """Whether a damaging typhoon meets the county's coast this year."""
        drawn = self.model.dice.uniform("disturbance/typhoon", year, self.key)
        return bool(drawn < form.typhoon_probability and self.is_coastal)

    @property
    def free(self) -> int:
        """Money that neither works nor households of running projects wait for."""
        kept = sum(each.escrow for each in self.projects if each.stage in CARED_FOR)
        return max(self.model.ledger.balance[self.account] - self.committed - kept, 0)

    @property
    def ecosystem_product(self) -> float:
        """What its land and water give in the year as it stands."""
        form = self.model.in_force(self.model.year).products
        if form.name == "Nothing":
            return 0.0
        return sum(form.value[patch.ecosystem] * patch.area * patch.condition for patch in self.patches)

    def excuse_by_weight_of_mining(self, form: Any, mined: float) -> None:
        weight = 1000.0 * mined / max(self.area, 1e-9)
        self.leniency = form.leniency_top * weight / (weight + max(form.leniency_half, 1e-9))

    def redeem(self, form: Any, mines: list[Mine]) -> None:
        """Orphaned land of home firms that was accepted on sound ground takes its part of the duty away."""
        orphaned = [mine for mine in mines if mine.firm.county is self and mine.orphaned]
        restored = [mine for mine in orphaned if mine.is_restored(form)]
        part = sum(mine.bare + mine.faked for mine in restored)
        whole = sum(mine.bare + mine.faked for mine in orphaned)
        share = min(part / max(whole, 1e-12) * (1.0 + 1e-12), 1.0)
        owed = self.model.obligations
        owed.meet(
            "orphaned_duty", self.account, floor(owed.outstanding("orphaned_duty", self.account) * share)
        )
        for mine in restored:
            mine.reclaimed += mine.bare + mine.faked
            mine.bare = mine.faked = 0.0

    def pay_for_surveys(self, form: Any) -> None:
        """From money that nothing else waits for; what is missing taxpayers give."""
        due, ledger = fen(form.spend * self.area), self.model.ledger
        ledger.pay("surveys_budgeted", "outside:taxpayers", self.account, due - min(due, self.free))
        ledger.pay("monitoring", self.account, "outside:contractors", due)

    def levy(self, form: Any) -> int:
        """Own budget of a year: so much a hectare, so much a head."""
        return fen(form.per_hectare * self.area + form.per_person * self.population)

    # --- planning: fragmented ------------------------------------------------------------------------------

    def take_office(self, form: Any, year: int) -> bool:
        """A leader comes, or goes; whether the one who came has dropped a plan that there was."""
        dice = self.model.dice
        if self.leader_since < 0:
            start = self.model.settings.start_year
            self.leader_since = (
                year - 1 - floor(dice.uniform("leadership/served", start, self.key) * form.term)
            )
            self.visible_weight = form.visible
        goes = dice.uniform("leadership/turnover", year, self.key) < form.turnover
        if not goes and year - self.leader_since < max(form.term, 1):
            return False
        self.leader_since, self.visible_weight = year, form.visible * (1.0 - form.audit)
        if dice.uniform("leadership/continuity", year, self.key) < form.continuity:
            return False
        unfinished = [each for each in self.projects if each.stage in (Stage.PROPOSED, Stage.UNDER_WAY)]
        for project in unfinished:
            if project.stage == Stage.UNDER_WAY:
                self.committed -= project.cost - project.private - (project.paid - project.private_paid)
            project.move(Stage.ABANDONED, year)
        return bool(unfinished)

    def plan(self, now: Any, year: int) -> None:
        """Withdraw what was never funded, then bundle, rank and propose what the county may hope to pay for."""
        self.projects = [project for project in self.projects if project.stage != Stage.PROPOSED]
        engaged = {
            site.patch for project in self.projects for site in project.sites if _busy(site, now, year)
        }
        open_to_plans = (patch for patch in self.patches if _open_to_plans(patch, now.planning))
        surveyed = [patch for patch in open_to_plans if patch not in engaged]
        candidates = [candidate(patch, now, year) for patch in surveyed]
        bundles = self._bundles([each for each in candidates if self._allowed(each, now)], now.planning)
        projects = [self._proposal(bundle, now.works, year) for bundle in bundles]
        self.projects += self._within_means(projects, now.planning)

    def _window_means(self, form: Any) -> int:
        """Fen that the county can spend until the window ends."""
        coming = self.income * (form.window - self.model.years_into(form.window) - 1)
        return coming + self.free

    def _allowed(self, each: Candidate, now: Any) -> bool:
        """Never dearer than what a window has to spend; nothing inside the red line is rebuilt unless it was mined."""
        if each.mode == Mode.NONE or each.merit <= 0.0:
            return False
        rebuilt = each.mode == Mode.RECONSTRUCTION and each.patch.zone == Zone.RED_LINE
        if rebuilt and each.patch.cause not in MINED and now.planning.negative_list:
            return False
        cost = each.outlay * each.patch.area + now.works.fixed_cost
        return bool(cost <= self._window_means(now.planning) / 100.0)

    def _bundles(self, candidates: list[Candidate], form: Any) -> list[list[Candidate]]:
        """Candidates of one mode and block, best merit first, up to a share of a window's income and a count."""
        side = max(form.block, 1e-3) * 1000.0
        largest = form.largest_project * form.window * self.income / 100.0

        def place(each: Candidate) -> Group:
            reserved = _reserved(each.patch, form)
            return each.mode, reserved, floor(each.patch.y / side), floor(each.patch.x / side)

        bundles: list[list[Candidate]] = []
        ranked = sorted(candidates, key=lambda each: (*place(each), -each.merit, each.patch.key))
        for _, neighbours in groupby(ranked, key=place):
            bundle: list[Candidate] = []
            spent = 0.0
            for each in neighbours:
                cost = each.outlay * each.patch.area
                if not bundle or spent + cost > largest or len(bundle) >= max(form.most_sites, 1):
                    bundle, spent = [], 0.0
                    bundles.append(bundle)
                bundle.append(each)
                spent += cost
        return bundles

    def _proposal(self, bundle: list[Candidate], works: Any, year: int) -> Project:
        cost = sum(each.cost * each.patch.area for each in bundle)
        outlay = sum(each.outlay * each.patch.area for each in bundle)
        worth = sum(each.merit * (each.outlay * each.patch.area) for each in bundle)
        project = Project(
            county=self,
            mode=bundle[0].mode,
            since=year,
            proposed=year,
            born=(year, 0),
            duration=works.work_years,
            priority=worth / (outlay + works.fixed_cost),
            area=sum(each.patch.area for each in bundle),
            cost=fen(cost + works.fixed_cost),
            fixed_cost=fen(works.fixed_cost),
            upkeep=fen(sum(each.upkeep * each.patch.area for each in bundle)),
        )
        project.sites = [
            Site(each.patch, project, each.mode, each.native, each.additional, each.seen.condition, each.gain)
            for each in bundle
        ]
        project.planned = list(project.sites)
        project.outlay = fen(outlay + works.fixed_cost)
        project.escrow = fen(outlay + works.fixed_cost - cost - works.fixed_cost) if bundle[0].escrow else 0
        return project

    def _within_means(self, projects: list[Project], form: Any) -> list[Project]:
        """Those that fit, best first, into the money that the window may bring; in the order of the map."""
        expected = self._window_means(form)
        spent, fitting = 0, set()
        for project in sorted(projects, key=lambda each: -each.priority):
            spent += project.outlay
            reserved = _reserved(project.sites[0].patch, form)
            if spent <= form.overbooking * expected or reserved:
                fitting.add(project)
        return [project for project in projects if project in fitting]

    # --- projects: gated -----------------------------------------------------------------------------------

    def award(self, form: Any, year: int) -> None:
        """Start what can be paid and staffed in rank order, pay this year's works, then upkeep while money lasts."""
        if form.care_first:
            self._pay_upkeep()
        self._start(form, year)
        self._pay_works(year)
        if not form.care_first:
            self._pay_upkeep()

    def _ranked(self, stage: Stage) -> list[Project]:
        return sorted((p for p in self.projects if p.stage == stage), key=lambda each: -each.priority)

    def _start(self, form: Any, year: int) -> None:
        left = self.free
        for project in self._ranked(Stage.PROPOSED)[: form.staff]:
            left -= project.cost - project.private + project.escrow
            if left < 0:
                return  # a queue: nobody behind may jump it
            project.move(Stage.UNDER_WAY, year)
            self.committed += project.cost - project.private
            for site in project.sites:
                site.previous, site.patch.site = site.patch.site, site

    def _pay_works(self, year: int) -> None:
        ledger = self.model.ledger
        for project in self.projects:
            if project.stage != Stage.UNDER_WAY or project.paid >= project.cost:
                continue
            part, before = project.instalment(year), project.private_paid
            project.paid += part
            private = project.private_paid - before
            ledger.pay("works", self.account, "outside:contractors", part - private)
            if project.investor is not None:
                ledger.pay("works_private", project.investor.account, "outside:contractors", private)
            self.committed -= part - private

    def _pay_upkeep(self) -> None:
        left = self.free
        for project in self.projects:
            project.upkept = 0
        for project in self._ranked(Stage.AFTERCARE):
            left -= project.upkeep
            if left < 0:
                return
            project.upkept = 1
            self.model.ledger.pay("upkeep", self.account, "outside:contractors", project.upkeep)

    # --- funding/livelihoods: forgone_income ---------------------------------------------------------------

    def pay_households(self, form: Any) -> None:
        """From what is kept for them, then best projects first as far as money reaches; the rest is enforced or not."""
        for project in self.projects:
            project.compensated = 1.0
        if form.name == "Nothing":
            return
        asked = (Mode.PROTECTION, Mode.NATURAL_RECOVERY)
        losing = [
            each
            for each in self.projects
            if each.forgone > 0 and each.stage in CARED_FOR and each.mode in asked
        ]
        left = self.free
        for project in sorted(losing, key=lambda each: (-each.priority, each.key)):
            due = round(project.forgone * form.rate)
            kept = min(project.escrow, due)
            more = min(max(left, 0), due - kept)
            left -= due - kept
            project.escrow -= kept
            self.model.ledger.pay("forgone_income", self.account, "outside:households", kept + more)
            paid = (kept + more) / due if due else 0.0
            project.compensated = form.enforced + (1.0 - form.enforced) * form.rate * paid

    # --- bay_plan: one_plan, each_alone --------------------------------------------------------------------

    def keep_coast_clear(self, form: Any, year: int) -> None:
        """Dig Spartina out in the years of the campaign, later in the rounds for which the patrol can be paid."""
        if form.name == "Nothing" or not self._is_willing(form):
            return
        years = year - self.bay_plan_since if self.bay_plan_since >= 0 else 0
        stands = [patch for patch in self.patches if patch.is_coastal and patch.life.invader > 0.0]
        if years >= form.campaign:
            if not self._sends_patrol(form, years - form.campaign):
                return
            stands = [patch for patch in stands if patch.is_found(form, year)]
        cleared = self._dig_out(form, stands)
        self.spartina_cleared += cleared
        if cleared > 0.0 and self.bay_plan_since < 0:
            self.bay_plan_since = year

    def _is_willing(self, form: Any) -> bool:
        if form.name == "OnePlan":
            return True
        return self.model.dice.uniform("bay_plan/willing", 0, self.key) < float(form.willing)

    def _sends_patrol(self, form: Any, years_since_campaign: int) -> bool:
        if form.every == 0 or (years_since_campaign + 1) % form.every != 0:
            return False
        coast = sum(patch.area * (1.0 - patch.taken_share) for patch in self.patches if patch.is_coastal)
        price = fen(form.patrol * coast)
        if price > self.free:
            return False
        self.model.ledger.pay("spartina_patrol", self.account, "outside:contractors", price)
        return True

    def _dig_out(self, form: Any, stands: list[Patch]) -> float:
        """The largest stands first; where the money ends, a part of one. Returns hectares."""
        cleared = 0.0
        for patch in sorted(stands, key=lambda each: (-each.under_invader, each.key)):
            hectares = form.removal * patch.under_invader
            price = fen(form.cost * hectares)
            paid = min(price, self.free)
            self.model.ledger.pay("spartina_clearing", self.account, "outside:contractors", paid)
            part = paid / price if price else 1.0
            patch.clear(form.removal * part)
            cleared += hectares * part
        return cleared

    # --- learning: experience ------------------------------------------------------------------------------

    def remember(self, year: int) -> None:
        """Area on which works began this year."""
        for project in self.projects:
            for site in project.sites:
                if site.begun == year:
                    self.experience[site.mode] += site.patch.area

    def learn(self, form: Any, everywhere: dict[Mode, float]) -> None:
        """Costs of each way fall along its curve, others' experience counting in part."""
        for mode, own in self.experience.items():
            known = own + form.shared * (everywhere[mode] - own)
            curve = (1.0 + known / max(form.first_area, 1e-9)) ** log2(max(1.0 - form.rate, 1e-9))
            self.cost_factor[mode] = max(curve, form.lowest_cost)


def _open_to_plans(patch: Patch, form: Any) -> bool:
    """Ecological, not on the negative list, and nobody else's duty."""
    listed = patch.zone == Zone.PERMANENT_FARMLAND and form.negative_list
    return patch.is_habitat and not listed and patch.holder is None


def _reserved(patch: Patch, form: Any) -> bool:
    """A legacy mine that waits on the list of its own."""
    return bool(patch.cause == Cause.LEGACY_MINE and form.mine_reserve)


def _busy(site: Site, now: Any, year: int) -> bool:
    """Under an open project, or treated too recently."""
    recent = site.begun >= 0 and year - site.begun < now.planning.retry_after
    return site.project.stage in ENGAGED or recent
