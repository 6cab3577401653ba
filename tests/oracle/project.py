"""Projects and their sites: what was promised, paid, done and found; works act on the land through them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import floor, sqrt
from typing import TYPE_CHECKING, Any

from model.vocabulary import Mode, Stage
from tests.oracle.books import fen

if TYPE_CHECKING:
    from tests.oracle.county import County
    from tests.oracle.investor import Investor
    from tests.oracle.patch import Life, Patch

ENGAGED = (Stage.FUNDED, Stage.UNDER_WAY, Stage.SUBMITTED, Stage.AFTERCARE)
CARED_FOR = (Stage.UNDER_WAY, Stage.SUBMITTED, Stage.AFTERCARE)


@dataclass(eq=False)
class Project:
    """One decision of one county."""

    county: County
    mode: Mode
    proposed: int
    duration: int
    priority: float
    area: float
    cost: int
    fixed_cost: int
    upkeep: int
    stage: Stage = Stage.PROPOSED
    since: int = -1
    paid: int = 0
    private: int = 0
    investor: Investor | None = None
    programme: int = 0
    award: int = 0
    granted_central: int = 0
    granted_provincial: int = 0
    drawn_central: int = 0
    drawn_provincial: int = 0
    reworks: int = 0
    remainder_of: Project | None = None
    born: tuple[int, int] = (0, 0)  # year, and which of that year's remainders it is, 0 none
    upkept: int = 0
    cared_years: int = 0
    compensated: float = 1.0
    forgone: int = 0
    promised: int = 0
    promised_until: int = -1
    arrears: int = 0
    outlay: int = 0  # what a plan reckons with: cost, and what households will be due
    escrow: int = 0
    sites: list[Site] = field(default_factory=list)
    planned: list[Site] = field(default_factory=list)

    def cost_households(self) -> None:
        """Count what relief of grazed, cut and fished land takes from those who lived on it, this year."""
        lost = 0.0
        for site in self.sites:
            patch = site.patch
            if site.is_latest and site.begun >= 0 and patch.pressure_potential > 0.0:
                spared = min(max(1.0 - patch.life.pressure / patch.pressure_potential, 0.0), 1.0)
                lost += patch.area * patch.given["opportunity_cost"] * spared
        self.forgone = fen(lost)

    @property
    def key(self) -> int:
        """The least of the keys of its patches."""
        return min(site.patch.key for site in self.sites)

    @property
    def private_paid(self) -> int:
        """The investor's share of what was paid, rounded down."""
        return floor(self.private * (self.paid / max(self.cost, 1)))

    def move(self, stage: Stage, year: int) -> None:
        self.stage, self.since = stage, year

    def instalment(self, year: int) -> int:
        """Equal parts over the years of works that are left."""
        years_left = max(self.duration - (year - self.since), 1)
        return (self.cost - self.paid) // years_left

    def judge(self, form: Any, seen: dict[Patch, float], error: float, year: int) -> Project | None:
        """Decide on what was handed in before, close what had its aftercare, hand in what is done.

        Returns what is left of a project that was accepted in part.
        """
        if self.stage == Stage.SUBMITTED:
            return self._decide(form, seen, error, year)
        if self.stage == Stage.AFTERCARE and year - self.since >= form.aftercare:
            self.move(Stage.CLOSED, year)
        elif self.stage == Stage.UNDER_WAY and year - self.since + 1 >= self.duration:
            self.move(Stage.SUBMITTED, year)
        return None

    def _decide(self, form: Any, seen: dict[Patch, float], error: float, year: int) -> Project | None:
        for site in self.sites:
            site.accepted = int(site.passes(form, seen[site.patch], error, year))
        failing = [site for site in self.sites if not site.accepted]
        if len(failing) == len(self.sites):
            self._send_back(form, year)
            return None
        left = self._part_with(failing) if failing else None
        if left is not None:
            left._send_back(form, year)
        self.move(Stage.AFTERCARE if form.aftercare else Stage.CLOSED, year)
        return left

    def _send_back(self, form: Any, year: int) -> None:
        waits = self.mode in (Mode.PROTECTION, Mode.NATURAL_RECOVERY)
        if self.reworks < (form.most_extensions if waits else form.most_reworks):
            self.move(Stage.UNDER_WAY, year + 1)
            self.duration = form.rework_years
            self.reworks += 1
        else:
            self.move(Stage.FAILED, year)

    def _part_with(self, failing: list[Site]) -> Project:
        """Sites go their own way, with their part of upkeep and of what a partner was promised, and no other money."""
        area = sum(site.patch.area for site in failing)
        parts = (floor(whole * (area / self.area)) for whole in (self.upkeep, self.promised, self.escrow))
        upkeep, promised, escrow = parts
        left = replace(
            self, area=area, upkeep=upkeep, promised=promised, escrow=escrow, cost=0, fixed_cost=0, paid=0, private=0,
            granted_central=0, granted_provincial=0, drawn_central=0, drawn_provincial=0, forgone=0,
            promised_until=-1, arrears=0, remainder_of=self, sites=failing, planned=[],
        )  # fmt: skip
        for site in failing:
            site.project = left
        self.area -= area
        self.upkeep -= upkeep
        self.promised -= promised
        self.escrow -= escrow
        self.sites = [site for site in self.sites if site not in failing]
        return left


@dataclass(eq=False)
class Site:
    """One patch under one project."""

    patch: Patch
    project: Project
    mode: Mode
    native_planted: float
    additional: float
    observed_start: float
    promised: float
    previous: Site | None = None
    begun: int = -1
    failed: int = 0
    start_condition: float = 0.0
    start_structure: float = 0.0
    reference: float = 0.0
    composition_before: float = 0.0
    carbon_start: float = 0.0
    carbon_credited: float = 0.0
    held: int = 0
    accepted: int = 0
    effective: int = 0

    @property
    def is_latest(self) -> bool:
        return self.patch.site is self

    @property
    def twin(self) -> Life | None:
        """The patch without works, from the first works on."""
        return self.patch.twin if self.begun >= 0 else None

    # --- projects: gated -----------------------------------------------------------------------------------

    def passes(self, form: Any, now: float, error: float, year: int) -> bool:
        """No sign of failed works is found, and condition may have risen by what was promised, or is high."""
        drawn = self.patch.model.dice.uniform("projects/sign", year, self.patch.key)
        rise = now - self.observed_start + form.doubt * sqrt(2.0) * error
        risen = rise >= form.promised_rise[self.mode] or now >= form.high_condition
        return risen and not (self.failed and drawn < form.power)

    # --- works: four_modes ---------------------------------------------------------------------------------

    def work(self, form: Any, year: int) -> None:
        """A year of works or care: begin, plant, rebuild, clear, lose, relieve."""
        project = self.project
        under_way = project.stage == Stage.UNDER_WAY
        if under_way and project.since == year:
            if self.begun < 0:
                self._begin(year)
            risk = form.failure if self.mode >= Mode.ASSISTED else form.breach
            self.failed = int(self.patch.model.dice.uniform("works/failure", year, self.patch.key) < risk)
            if self.mode >= Mode.ASSISTED and not self.failed:
                self._plant(form)
        self._meet_resistance(form, year)
        worked = under_way and not self.failed
        if worked and self.mode == Mode.RECONSTRUCTION:
            self._rebuild(form, year)
        if worked and self.mode >= Mode.ASSISTED:
            self.patch.life.invader *= 1.0 - form.removal
        in_care = project.stage == Stage.AFTERCARE and project.upkept == 1
        cared = (under_way or project.stage == Stage.SUBMITTED or in_care) and not self.failed
        self._bury(form, cared)
        completed = project.stage == Stage.CLOSED and project.since == year - 1 and not self.failed
        self._relieve(form, cared, completed)

    def _meet_resistance(self, form: Any, year: int) -> None:
        """Fences that households do not accept may be broken in any year."""
        risk = form.resistance * (1.0 - self.project.compensated)
        if self.mode in (Mode.PROTECTION, Mode.NATURAL_RECOVERY) and risk > 0.0:
            drawn = self.patch.model.dice.uniform("works/resistance", year, self.patch.key)
            self.failed = max(self.failed, int(drawn < risk))

    def _begin(self, year: int) -> None:
        patch = self.patch
        self.begun = year
        self.start_condition = patch.condition
        self.reference = self.start_structure = patch.life.structure
        self.composition_before = patch.life.composition
        self.carbon_start = patch.life.carbon
        patch.part_from_twin()

    def _plant(self, form: Any) -> None:
        """Some structure on what is bare of it, much cover, natives in the share bought."""
        patch, life = self.patch, self.patch.life
        gaps = 1.0 - life.structure
        added = form.planted_structure * gaps
        natives = life.structure * life.native_share + added * self.native_planted
        life.native_share = natives / max(life.structure + added, 1e-12)
        life.structure += added
        life.cover = max(life.cover, form.planted_cover)
        patch.planted_share, patch.planted_years = gaps, 0

    def _rebuild(self, form: Any, year: int) -> None:
        """Ground comes in equal parts over the years of work that are left."""
        life, project = self.patch.life, self.project
        years_left = max(project.duration - (year - project.since), 1)
        life.substrate += max(form.rebuilt_substrate - life.substrate, 0.0) / years_left
        life.ceiling = max(life.ceiling, form.rebuilt_ceiling)

    def _bury(self, form: Any, cared: bool) -> None:
        """Planted stock dies young, less under care."""
        patch, life = self.patch, self.patch.life
        death = form.death_first_year if patch.planted_years == 0 else form.death_later
        if patch.planted_years >= 5:
            death = 0.0
        lost = death * (form.death_with_care if cared else 1.0) * patch.planted_share
        patch.planted_share -= lost
        life.structure = max(life.structure - form.planted_structure * lost, 0.0)
        life.composition = min(life.composition, life.structure)
        patch.planted_years = min(patch.planted_years + 1, 999)

    def _relieve(self, form: Any, cared: bool, completed: bool) -> None:
        """Care holds pressure down; without it pressure returns, less what completed aftercare settled for good."""
        patch, life = self.patch, self.patch.life
        if completed:
            earned = min(self.project.cared_years / max(form.full_care, 1), 1.0)
            patch.pressure_potential *= 1.0 - form.lasting * earned
        removed = form.protection_removed if self.mode == Mode.PROTECTION else form.pressure_removed
        if cared:
            accepted = self.project.compensated
            aim = patch.pressure_potential * (1.0 - removed * accepted)
            life.pressure = min(life.pressure, aim)
            life.pressure += form.pressure_return * (1.0 - accepted) * (aim - life.pressure)
        else:
            life.pressure += form.pressure_return * (patch.pressure_potential - life.pressure)

    # --- evaluation: reference_path ------------------------------------------------------------------------

    def evaluate(self, form: Any) -> None:
        """One year on the site's own reference path; an older site of the patch keeps its title while it holds."""
        if self.begun < 0:
            return
        life, path = self.patch.life, min(self.reference, form.limit)
        path += form.rate[self.patch.ecosystem] * (path + form.rain) * max(1.0 - path / form.limit, 0.0)
        falling = life.composition < self.composition_before - 1e-9
        degraded = self.start_structure < form.limit
        sound = degraded and life.structure >= path and life.substrate >= form.substrate
        holds = sound and not falling and self.project.stage == Stage.CLOSED
        self.reference, self.composition_before = path, life.composition
        self.held = min(self.held + 1, 999) if holds else 0
        self.effective = int(self.held >= form.years)
