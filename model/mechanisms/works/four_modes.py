"""Protection stops pressure; natural recovery adds fences and time; assistance adds plants; reconstruction
adds ground.

What works bring is not written into the modes: they change pressure, planting, invaders and substrate, and
the land answers. A planner forecasts with the closed form of logistic growth on the ground as it was
observed:

    S(T) = g K (q - m/K) / (1 + q),   q = (S0 + m) / (K - S0) exp(r g (1 + m/K) T)

Sources of costs: three years of planting in Sanming 30,000 yuan/ha; natural regeneration a tenth (Brancalion
2019); legacy-mine reconstruction 431,000-513,000 yuan/ha (Dali, Qinling, Xinzhou); a coastal package 2.2
million yuan/ha. Planting deaths 18 % in the first year, 44 % by the fifth (Banin 2023). Relief that stays when a
project closes is earned by the years of care that were paid. Where households lose income by fences and agreements,
these break later too, each year by

    resistance (1 - relief that households accept, paid or made to).

Planners do not foresee it. Most likely wrong: one cost for an ecosystem
wherever it lies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np

from model.intentions import Observation, Quotes
from model.parameters import Each, sourced
from model.state.projects import TWIN_COLUMNS
from model.state.state import State
from model.state.streams import Chance
from model.state.sums import is_one_of
from model.units import (
    Floats,
    PerYear,
    Probability,
    Ratio,
    Rows,
    Share,
    Years,
    Yuan,
    YuanPerHectare,
)
from model.vocabulary import Cause, Ecosystem, Mode, Stage

CostByEcosystem = Annotated[Floats, Each(Ecosystem, YuanPerHectare)]
RateByEcosystem = Annotated[Floats, Each(Ecosystem, PerYear)]
COHORT_YEARS = 5  # Banin 2023 followed plantings for five years
OLD = 999
FAR_ENOUGH = 500.0  # e-foldings after which any patch stands at its limit; exp() would overflow at 710
MINED = (Cause.LEGACY_MINE, Cause.WORKING_MINE)


@dataclass(frozen=True)
class FourModes:
    """Costs, forecasts and effects of the four modes."""

    writes: ClassVar[tuple[str, ...]] = (
        "habitats.pressure",
        "habitats.pressure_potential",
        "habitats.structure",
        "habitats.composition",
        "habitats.substrate",
        "habitats.ceiling",
        "habitats.cover",
        "habitats.native_share",
        "habitats.invader",
        "habitats.planted_share",
        "habitats.planted_years",
        "sites.begun",
        "sites.failed",
        "projects.cared_years",
        "sites.start_condition",
        "sites.start_structure",
        "sites.reference",
        "sites.composition_before",
        "sites.carbon_start",
        *(f"sites.twin_{name}" for name in TWIN_COLUMNS),
    )

    natural_cost: YuanPerHectare = sourced(1500.0, 6000.0, "a tenth of planting (Brancalion 2019)", "derived")
    protection_cost: YuanPerHectare = sourced(100.0, 2000.0, "signs, patrols, agreements", "assumed")
    assisted_cost: CostByEcosystem = sourced(
        5000.0, 300000.0, "Sanming planting 30,000; mangrove 8,961 US$2010/ha (Bayraktarov 2016)", "measured"
    )
    reconstruction_cost: CostByEcosystem = sourced(
        30000.0, 12400000.0, "Xiamen coastal package 2.23 million; Yundang lagoon 12.4 million", "derived"
    )
    mine_cost: YuanPerHectare = sourced(
        431000.0, 513000.0, "Dali, Qinling, Xinzhou demonstration projects", "derived"
    )
    fixed_cost: Yuan = sourced(50000.0, 1000000.0, "design, tender and supervision of one project", "assumed")
    upkeep_share: PerYear = sourced(0.01, 0.10, "yearly upkeep as a share of the works' cost", "assumed")
    work_years: Years = sourced(1, 5, "legacy-mine demonstration projects run 3 years", "measured")
    protection_removed: Share = sourced(0.2, 0.9, "pressure that patrols and agreements stop", "assumed")
    pressure_removed: Share = sourced(0.5, 1.0, "exclosures: grass cover +84 % (Wang 2020)", "derived")
    pressure_return: PerYear = sourced(0.05, 0.5, "return of pressure once care lapses", "assumed")
    lasting: Share = sourced(
        0.0, 1.0, "part of the relief that stays after the full years of care", "assumed", "sweep"
    )
    full_care: Years = sourced(
        1, 10, "years of paid care that settle it; deaths end by year 5 (Banin 2023)", "assumed", "sweep"
    )
    planted_structure: Share = sourced(0.05, 0.30, "structure that a full planting brings at once", "assumed")
    planted_cover: Share = sourced(0.3, 0.9, "cover that a full planting shows at once", "assumed")
    assisted_rain: Ratio = sourced(0.0, 0.20, "seed and enrichment, forecast only", "assumed")
    rebuilt_substrate: Share = sourced(0.6, 0.95, "ground after reconstruction", "assumed")
    rebuilt_ceiling: Share = sourced(0.7, 1.0, "ceiling after reconstruction", "assumed")
    failure: Probability = sourced(
        0.0, 0.30, "plantings and earthworks that fail outright: nothing takes", "assumed"
    )
    breach: Probability = sourced(
        0.0, 0.30, "fences cut and agreements broken from the first, in all modes", "assumed", "sweep"
    )
    resistance: Probability = sourced(
        0.0,
        0.30,
        "yearly; fences cut and agreements broken later, by households who get nothing",
        "assumed",
        "sweep",
    )
    death_first_year: Probability = sourced(0.10, 0.30, "Banin et al. 2023, 176 Asian sites", "measured")
    death_later: Probability = sourced(0.05, 0.20, "9.1 % a year in years 2-5 (Banin 2023)", "derived")
    death_with_care: Share = sourced(0.2, 1.0, "deaths under aftercare against none", "assumed")
    removal: Share = sourced(
        0.64, 0.95, "77.5 % of Fujian's Spartina in the first year (plan 64 %)", "measured"
    )
    horizon: Years = sourced(10, 40, "years that a planner looks ahead", "assumed")
    believed_rate: RateByEcosystem = sourced(0.02, 0.40, "as recovery, what planners believe", "derived")
    believed_threshold: Share = sourced(0.25, 0.35, "as recovery, what planners believe", "assumed")
    believed_width: Share = sourced(0.03, 0.08, "as recovery, what planners believe", "assumed")
    believed_full: Share = sourced(0.6, 0.9, "as recovery, what planners believe", "assumed")

    def price(self, state: State, seen: Observation) -> Quotes:
        """Costs in yuan/ha at the county's cost factors, and forecast gains of each mode for each observed row."""
        h, rows = state.habitats, seen.rows
        factor = state.practice.by_county(state.practice.cost_factor)[h.county[rows]].T
        cost = self._cost(h.ecosystem[rows], h.cause[rows], h.damaged_share[rows]) * factor
        alone, then = self._forecasts(state, seen)
        gain = np.clip(then - alone, 0.0, 1.0)
        visible = np.clip(self._shown(h.planted_share[rows].size) - seen.cover, 0.0, 1.0)
        total = np.maximum(then - seen.condition, 0.0)
        fixed = np.full(len(cost), self.fixed_cost)
        relief = np.full(len(cost), self.pressure_removed)
        relief[Mode.PROTECTION - 1] = self.protection_removed
        return Quotes(
            rows,
            cost,
            self.upkeep_share * cost,
            gain,
            total,
            visible,
            relief,
            np.zeros_like(cost),
            fixed,
            self.work_years,
        )

    def _cost(self, ecosystem: Any, cause: Any, damaged: Any) -> Floats:
        """Yuan/ha of the patch by mode; a mine is rebuilt only where it was dug."""
        mined = is_one_of(cause, MINED, len(Cause))
        natural = np.full(ecosystem.size, self.natural_cost)
        return np.stack(
            [
                np.full(ecosystem.size, self.protection_cost),
                natural,
                self.assisted_cost[ecosystem],
                np.where(mined, self.mine_cost * damaged, self.reconstruction_cost[ecosystem]),
            ]
        )

    def _shown(self, size: int) -> Floats:
        shown = np.array([0.0, 0.0, self.planted_cover, self.planted_cover])
        return np.broadcast_to(shown[:, None], (4, size))

    def _forecasts(self, state: State, seen: Observation) -> tuple[Floats, Floats]:
        """Forecast structure after the horizon if left alone (n,), and under each mode (4, n)."""
        h, rows = state.habitats, seen.rows
        e, pressure, invader, rain = h.ecosystem[rows], h.pressure[rows], h.invader[rows], h.seed_rain[rows]
        rate, ground, now = self.believed_rate[e], seen.substrate, seen.condition
        relieved = pressure * (1.0 - self.pressure_removed)
        cleared = invader * (1.0 - self.removal)
        planted = np.maximum(now, self.planted_structure)
        rebuilt = np.maximum(ground, self.rebuilt_substrate)
        alone = self._grown(now, rate, ground, pressure + invader, rain)
        protected = self._grown(now, rate, ground, pressure * (1.0 - self.protection_removed) + invader, rain)
        natural = self._grown(now, rate, ground, relieved + invader, rain)
        assisted = self._grown(planted, rate, ground, relieved + cleared, rain + self.assisted_rain)
        reconstructed = self._grown(planted, rate, rebuilt, relieved + cleared, rain + self.assisted_rain)
        made = np.stack([protected, natural, assisted, reconstructed])
        fails = np.array([self.breach, self.breach, self.failure, self.failure])[:, None]
        return alone, alone + (1.0 - fails) * (made - alone)

    def _grown(self, now: Floats, rate: Floats, ground: Floats, burden: Floats, rain: Floats) -> Floats:
        """Closed form of logistic growth with seed rain over the horizon; bare ground carries nothing."""
        carry = 1.0 / (1.0 + np.exp((self.believed_threshold - ground) / self.believed_width))
        limit = np.maximum(np.maximum(1.0 - burden, 0.0) * np.minimum(ground / self.believed_full, 1.0), 1e-3)
        start = np.minimum(now, limit * (1.0 - 1e-9))
        speed = rate * carry * (1.0 + rain / limit)
        odds = (start + rain) / (limit - start) * np.exp(np.minimum(speed * self.horizon, FAR_ENOUGH))
        return np.maximum(np.asarray((limit * odds - rain) / (1.0 + odds)), 0.0) * carry

    def act(self, state: State, chance: Chance) -> None:
        """One year on every site that is the latest of its patch: begin, rebuild, plant, clear, lose, care."""
        sites, projects = state.sites, state.projects
        latest = np.flatnonzero(state.habitats.site[sites.patch] == np.arange(sites.rows))
        if latest.size == 0:
            return
        stage, since = projects.stage[sites.project[latest]], projects.since[sites.project[latest]]
        under_way = stage == Stage.UNDER_WAY
        starting = under_way & (since == state.year)
        self._begin(state, latest[starting & (sites.begun[latest] < 0)])
        drawn = chance.uniform("works/failure", state.year, state.habitats.keys[sites.patch[latest]])
        planted = sites.mode[latest[starting]] >= Mode.ASSISTED
        sites.failed[latest[starting]] = drawn[starting] < np.where(planted, self.failure, self.breach)
        self._resist(state, chance, latest)
        worked = under_way & (sites.failed[latest] == 0)
        self._plant(state, latest[starting & worked])
        self._rebuild(state, latest[worked & (sites.mode[latest] == Mode.RECONSTRUCTION)])
        self._clear(state, latest[worked & (sites.mode[latest] >= Mode.ASSISTED)])
        cared = under_way | (stage == Stage.SUBMITTED)
        cared |= (stage == Stage.AFTERCARE) & (projects.upkept[sites.project[latest]] == 1)
        cared &= sites.failed[latest] == 0
        self._bury(state, latest, cared)
        completed = (stage == Stage.CLOSED) & (since == state.year - 1) & (sites.failed[latest] == 0)
        self._relieve(state, latest, cared, completed)
        projects.cared_years[(projects.stage == Stage.AFTERCARE) & (projects.upkept == 1)] += 1

    def _resist(self, state: State, chance: Chance, rows: Rows) -> None:
        """Households break fences and agreements by the part of this year's relief that they do not accept."""
        sites = state.sites
        refused = 1.0 - state.projects.compensated[sites.project[rows]]
        resisting = (refused > 0.0) & (sites.mode[rows] < Mode.ASSISTED)
        rows, refused = rows[resisting], refused[resisting]
        drawn = chance.uniform("works/resistance", state.year, state.habitats.keys[sites.patch[rows]])
        sites.failed[rows[drawn < self.resistance * refused]] = 1

    def _begin(self, state: State, rows: Rows) -> None:
        h, sites = state.habitats, state.sites
        patch = sites.patch[rows]
        sites.begun[rows] = state.year
        sites.start_condition[rows] = h.condition_of(patch)
        sites.start_structure[rows] = h.structure[patch]
        sites.reference[rows] = h.structure[patch]
        sites.composition_before[rows] = h.composition[patch]
        sites.carbon_start[rows] = h.carbon[patch]
        self._part_from_twin(state, rows)

    def _part_from_twin(self, state: State, rows: Rows) -> None:
        """From here on the untreated twin lives on its own; a patch treated before keeps the twin that it has."""
        h, sites = state.habitats, state.sites
        patch, before = sites.patch[rows], sites.previous[rows]
        known = before >= 0
        for name in TWIN_COLUMNS:
            twin = getattr(sites, f"twin_{name}")
            twin[rows] = np.where(known, twin[np.maximum(before, 0)], getattr(h, name)[patch])

    def _plant(self, state: State, rows: Rows) -> None:
        """Assisted and reconstructed sites are planted: some structure, much cover, natives in the share bought."""
        h, sites = state.habitats, state.sites
        rows = rows[sites.mode[rows] >= Mode.ASSISTED]
        patch = sites.patch[rows]
        standing = h.structure[patch]
        added = self.planted_structure * (1.0 - standing)
        mixed = standing * h.native_share[patch] + added * sites.native_planted[rows]
        h.native_share[patch] = mixed / np.maximum(standing + added, 1e-12)
        h.structure[patch] = standing + added
        h.cover[patch] = np.maximum(h.cover[patch], self.planted_cover)
        h.planted_share[patch] = 1.0 - standing  # gaps are planted, not what stands
        h.planted_years[patch] = 0

    def _rebuild(self, state: State, rows: Rows) -> None:
        """Ground is brought in over the years of work; its ceiling is that of rebuilt ground."""
        h, patch = state.habitats, state.sites.patch[rows]
        project = state.sites.project[rows]
        left = np.maximum(state.projects.duration[project] - (state.year - state.projects.since[project]), 1)
        missing = np.maximum(self.rebuilt_substrate - h.substrate[patch], 0.0)
        h.substrate[patch] += missing / left
        h.ceiling[patch] = np.maximum(h.ceiling[patch], self.rebuilt_ceiling)

    def _clear(self, state: State, rows: Rows) -> None:
        h, patch = state.habitats, state.sites.patch[rows]
        h.invader[patch] *= 1.0 - self.removal

    def _bury(self, state: State, rows: Rows, cared: np.ndarray) -> None:
        """Planted stock dies young, less under care; with it goes what planting brought, nothing that grew since."""
        h, patch = state.habitats, state.sites.patch[rows]
        age = h.planted_years[patch]
        death = np.where(age == 0, self.death_first_year, np.where(age < COHORT_YEARS, self.death_later, 0.0))
        death *= np.where(cared, self.death_with_care, 1.0)
        lost = death * h.planted_share[patch]
        h.planted_share[patch] -= lost
        h.structure[patch] = np.maximum(h.structure[patch] - self.planted_structure * lost, 0.0)
        h.composition[patch] = np.minimum(h.composition[patch], h.structure[patch])
        h.planted_years[patch] = np.minimum(age + 1, OLD)

    def _relieve(self, state: State, rows: Rows, cared: np.ndarray, completed: np.ndarray) -> None:
        """Care holds pressure down as far as households accept; else it returns, less what care has settled."""
        h, sites = state.habitats, state.sites
        patch = sites.patch[rows]
        earned = state.projects.cared_years[sites.project[rows[completed]]] / max(self.full_care, 1)
        h.pressure_potential[patch[completed]] *= 1.0 - self.lasting * np.minimum(earned, 1.0)
        potential = h.pressure_potential[patch]
        removed = np.where(
            sites.mode[rows] == Mode.PROTECTION, self.protection_removed, self.pressure_removed
        )
        agreed = state.projects.compensated[sites.project[rows]]
        now = h.pressure[patch]
        back = now + self.pressure_return * (potential - now)
        limit = potential * (1.0 - removed * agreed)
        held = np.minimum(now, limit)
        held += self.pressure_return * (1.0 - agreed) * (limit - held)
        h.pressure[patch] = np.where(cared, held, back)
