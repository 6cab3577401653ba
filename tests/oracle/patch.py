"""A patch, its works and its untreated twin: how land lives its year."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from model.vocabulary import Benefit, Ecosystem
from tests.oracle.dice import within

if TYPE_CHECKING:
    from tests.oracle.county import County
    from tests.oracle.firm import Firm
    from tests.oracle.model import OracleModel
    from tests.oracle.project import Site

NOT_HABITAT = (Ecosystem.FARMLAND, Ecosystem.BUILT)
COASTAL = (Ecosystem.MANGROVE, Ecosystem.TIDAL_FLAT)
WATERS = (Ecosystem.LAKE, Ecosystem.RIVER, Ecosystem.BAY)


@dataclass
class Life:
    """What lives on a patch and what it stands on: all that a patch and its untreated twin have each for itself."""

    structure: float
    composition: float
    substrate: float
    ceiling: float
    cover: float
    native_share: float
    pressure: float
    invader: float
    carbon: float


class Patch(mesa.Agent):
    """One patch. ``life`` is its own, ``twin`` what it would be without any works (once there were some)."""

    def __init__(self, model: OracleModel, name: str, key: np.uint64, county: County, given: dict[str, Any]):
        super().__init__(model)
        self.name, self.key, self.county = name, key, county
        self.area: float = given["area"]
        self.x: float = given["x"]
        self.y: float = given["y"]
        self.elevation: float = given["elevation"]
        self.slope: float = given["slope"]
        self.ecosystem = Ecosystem(given["ecosystem"])
        self.zone: int = given["zone"]
        self.bay: int = given["bay"]
        self.shoreline: float = given["shoreline"]
        self.cause: int = given["cause"]
        self.damaged_share: float = given["damaged_share"]
        self.detectability: float = given["detectability"]
        self.pressure_potential: float = given["pressure_potential"]
        self.planted_share: float = given["planted_share"]
        self.planted_years: int = given["planted_years"]
        self.taken_share: float = given["taken_share"]
        self.load_stock: float = given["load_stock"]
        self.life = Life(**{name: given[name] for name in Life.__dataclass_fields__})
        self.given = given
        self.twin: Life | None = None
        self.claimed: set[Benefit] = set()
        self.holder: Firm | None = None
        self.site: Site | None = None
        self.neighbours: list[tuple[Patch, float]] = []
        self.coast: list[Patch] = []
        self.downstream: Patch | None = None
        self.fraction = 1.0
        self.load = self.bearable_load = 0.0
        self.seed_rain = self.source_composition = 0.0

    @property
    def is_habitat(self) -> bool:
        return self.ecosystem not in NOT_HABITAT

    @property
    def is_water(self) -> bool:
        return self.ecosystem in WATERS

    @property
    def is_coastal(self) -> bool:
        return self.ecosystem in COASTAL

    @property
    def condition(self) -> float:
        """Mean of structure and composition; what was taken counts as nothing."""
        return 0.5 * (self.life.structure + self.life.composition) * (1.0 - self.taken_share)

    def claim(self, benefit: Benefit) -> bool:
        """Whether the benefit was still free; from now on it is not."""
        free = benefit not in self.claimed
        self.claimed.add(benefit)
        return free

    def part_from_twin(self) -> None:
        """At the first works the untreated twin begins its own life; later works find it living."""
        if self.twin is None:
            self.twin = copy(self.life)

    # --- recovery: two_speed -------------------------------------------------------------------------------

    def sown(self, form: Any) -> tuple[float, float]:
        """Seed rain and the composition of what arrives, from the neighbours as they now stand."""
        own = form.own_share * self.area * self.condition
        arriving, carried = own, own * self.life.composition
        for other, chance in self.neighbours:
            sent = chance * other.area * other.condition
            arriving += sent
            carried += sent * other.life.composition
        rain = form.background_rain + form.maximal_rain * (1.0 - exp(-arriving / form.source_area))
        whole = arriving + form.pool_area
        carried += form.pool_area * form.pool_composition
        return rain, carried / whole if whole > 0.0 else 0.0

    def _room(self, life: Life, form: Any) -> float:
        """What pressure, the water's load and an invader leave."""
        load = form.load_sensitivity[self.ecosystem] * self.load_stock / (1.0 + self.load_stock)
        return max(1.0 - life.pressure - load - life.invader, 0.0)

    def _green(self, life: Life, room: float, ground: float, form: Any) -> float:
        herbs = form.herb_cover * min(ground / form.herb_substrate, 1.0) * room
        return max(form.green_share[self.ecosystem] * max(life.structure, herbs), life.invader)

    def settle_in(self, form: Any) -> None:
        """Before the run: waters stand no higher than their load lets them, and cover shows what is there."""
        life, room = self.life, self._room(self.life, form)
        if form.load_sensitivity[self.ecosystem] > 0.0:
            limit = room * within(life.substrate / form.substrate_full, form.ceiling_floor, 1.0)
            given = life.structure
            life.structure = min(given, max(limit, 1e-9))
            life.carbon *= life.structure / given if given > 0.0 else 1.0
            life.composition = min(life.composition, life.structure)
        life.cover = self._green(life, room, life.substrate, form)

    def live(self, form: Any) -> None:
        """The patch lives its year, and its untreated twin the same year."""
        self._live(self.life, form)
        if self.twin is not None:
            self._live(self.twin, form)

    def _live(self, life: Life, form: Any) -> None:
        ground, structure, composition = life.substrate, life.structure, life.composition
        room = self._room(life, form)
        limit = max(room * within(ground / form.substrate_full, form.ceiling_floor, 1.0), 1e-9)
        carry = 1.0 / (1.0 + exp((form.threshold - ground) / form.threshold_width))
        rate = form.growth_rate[self.ecosystem] * carry
        grown = structure + rate * (structure + self.seed_rain) * max(1.0 - structure / limit, 0.0)
        grown = min(grown, max(structure, limit)) - form.dieback * max(structure - limit, 0.0)
        life.structure = self._clipped(grown / (1.0 + form.mortality * (1.0 - carry)))
        gap = max(life.native_share * min(1.0, 1.5 * structure) - composition, 0.0)
        approach = form.composition_rate * self.source_composition * gap * gap
        life.composition = min(composition + approach, life.structure)
        built = (form.build_rate * life.structure + form.abiotic_rate) * max(life.ceiling - ground, 0.0)
        sheltered = exp(-form.shelter * max(life.structure, life.cover))
        lost = form.erosion_rate[self.ecosystem] * sheltered * ground
        life.substrate = self._clipped(ground + built - lost)
        life.cover += form.cover_rate * (self._green(life, room, ground, form) - life.cover)
        returning = form.native_return * self.source_composition * life.structure
        life.native_share += returning * (1.0 - life.native_share)

    def _clipped(self, value: float) -> float:
        """A value brought back to 0..1, and counted where that was needed."""
        self.county.clipped += not 0.0 <= value <= 1.0
        return within(value, 0.0, 1.0)

    # --- carbon: stock -------------------------------------------------------------------------------------

    def store(self, form: Any) -> None:
        target = form.reference[self.ecosystem] * self.life.structure * (1.0 - self.taken_share)
        gap = target - self.life.carbon
        self.life.carbon += (form.gain if gap > 0.0 else form.loss) * gap

    # --- disturbance: fire_and_typhoon ---------------------------------------------------------------------

    def suffer(self, form: Any, storm: bool, year: int) -> None:
        """Fire by chance, a storm with the county where the land lies low; the twin is hit by the same."""
        dice = self.model.dice
        burnt = dice.uniform("disturbance/fire", year, self.key) < form.fire_probability[self.ecosystem]
        struck = storm and self.elevation < form.typhoon_elevation
        worst = max(
            form.fire_severity if burnt else 0.0, form.typhoon_severity[self.ecosystem] if struck else 0.0
        )
        if worst == 0.0:
            return
        severity = worst * dice.uniform("disturbance/severity", year, self.key)
        for life in (self.life, self.twin):
            if life is not None:
                _lose(life, severity, form.resistance)

    # --- invasion: coastal ---------------------------------------------------------------------------------

    def taken(self, form: Any) -> float:
        """Part of what the invader can hold here that it has taken."""
        return min(self.life.invader / max(form.suitability[self.ecosystem], 1e-12), 1.0)

    def invaded(self, form: Any, year: int) -> float:
        """Invader at the end of the year, from what stands here and next door and, by chance, from afar."""
        here = self.taken(form)
        nearby = sum(other.taken(form) for other in self.coast) / max(len(self.coast), 1)
        push = form.growth * here + form.spread_rate * nearby
        if self.model.dice.uniform("invasion/reached", year, self.key) < form.reached:
            push += form.founder
        push = min(push, 1.0)
        return float(self.life.invader + form.suitability[self.ecosystem] * push * (1.0 - here))

    @property
    def under_invader(self) -> float:
        """Hectares under it on land that was not taken."""
        return self.area * (1.0 - self.taken_share) * self.life.invader

    def is_found(self, form: Any, year: int) -> bool:
        """Whether a patrol comes upon what stands here: as likely missed again with every half measure of it."""
        if form.found_half == 0.0:
            return True
        missed = 0.5 ** (self.under_invader / form.found_half)
        return self.model.dice.uniform("bay_plan/found", year, self.key) < 1.0 - missed

    def clear(self, share: float) -> None:
        """Take a share of the invader away, with or without works."""
        for life in (self.life, self.twin):
            if life is not None:
                life.invader *= 1.0 - share

    # --- water: routed -------------------------------------------------------------------------------------

    def emitted(self, form: Any) -> float:
        """Load that leaves the patch's own ground."""
        export = form.export[self.ecosystem]
        by_hectare = export * (1.0 - form.guard * self.condition)
        if export > 0.0:
            by_hectare += form.scar * (1.0 - self.life.cover)
        return self.area * by_hectare * (1.0 + self.slope / form.slope_scale)

    def passed_on(self, form: Any) -> float:
        """Load that reaches the next patch downstream."""
        return self.fraction * (1.0 - form.retention[self.ecosystem] * self.condition) * self.load


def _lose(life: Life, severity: float, resistance: float) -> None:
    condition = 0.5 * (life.structure + life.composition)
    kept = 1.0 - severity * (1.0 - resistance * life.native_share * condition)
    life.structure *= kept
    life.composition *= kept
    life.cover *= kept
    life.carbon *= kept
