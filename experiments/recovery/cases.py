"""The cases that recovery is judged by: each a few patches made by hand, as they would stand in a field study.

Surroundings of a clearing of 4 ha: *near sources* lies inside old forest, *scattered sources* has three woods of
400 ha three kilometres off, *isolated* has nothing in reach. Assumption most likely to be wrong: that a case of a few
patches stands for the many sites which a published mean was taken over.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from experiments.recovery.patches import (
    Deed,
    Lives,
    Pair,
    Patch,
    change,
    land,
    landscape_rules,
    live,
    restore,
)
from model.restoration_model import RestorationModel
from model.units import Rows
from model.vocabulary import Ecosystem, Mode

E = Ecosystem
CLEARING: Patch = {
    "area": 4.0, "structure": 0.05, "composition": 0.03, "substrate": 0.78, "ceiling": 0.96, "cover": 0.05,
    "carbon": 8.0,
}  # fmt: skip
"""Forest cleared and farmed for a while: a remnant of trees, soil at 85 % of the reference of 0.92."""

SPOIL: Patch = {
    "area": 4.0, "structure": 0.0, "composition": 0.0, "substrate": 0.10, "ceiling": 0.22, "cover": 0.05,
}  # fmt: skip
"""The floor of a legacy quarry, as landscapes begin them."""

TURF = {"structure": 0.3, "cover": 0.9, "native_share": 0.0}
"""What hydro-seeding shows in its first weeks."""

OLD_FOREST: Patch = {}
REFERENCE_SOIL = 0.92
INSIDE, FAR = 500.0, 3000.0
SURE = ("works=four_modes", "works.failure=0.0", "works.breach=0.0", "projects=gated")
"""Works that do not fail by chance, so that a case shows what they do."""


class Plot:
    """Patches and distances collected one by one."""

    def __init__(self) -> None:
        self.patches: list[Patch] = []
        self.near: dict[Pair, float] = {}

    def add(self, patch: Patch, woods: int = 0, metres: float = INSIDE) -> int:
        """A patch with so many old woods at a distance from it; returns its row."""
        row = len(self.patches)
        self.patches.append(patch)
        for _ in range(woods):
            self.near[row, len(self.patches)] = metres
            self.patches.append(OLD_FOREST)
        return row


def only(lives: Lives, rows: list[int]) -> Lives:
    """The same lives of the given patches alone."""
    return {name: series[:, rows] for name, series in lives.items()}


@lru_cache(maxsize=1)
def regrowth(years: int = 400) -> Lives:
    """Clearings near sources, with scattered sources, isolated; then a felled forest whose soil is whole, isolated."""
    plot = Plot()
    rows = [plot.add(CLEARING, 4, INSIDE), plot.add(CLEARING, 3, FAR), plot.add(CLEARING)]
    rows.append(plot.add({**CLEARING, "substrate": REFERENCE_SOIL, "ceiling": 1.0}))
    lives = live(land(plot.patches, plot.near), years, ["carbon=stock"], also=("seed_rain", "carbon"))
    return only(lives, rows)


@lru_cache(maxsize=1)
def fates(years: int = 100) -> Lives:
    """A clearing near sources and isolated; near sources, spoil left alone, rebuilt, and under sown turf."""
    plot = Plot()
    rows = [plot.add(CLEARING, 4), plot.add(CLEARING), *(plot.add(SPOIL, 4) for _ in range(3))]
    rebuilt, turf = rows[3], rows[4]

    def work(model: RestorationModel) -> None:
        restore(model, [rebuilt], Mode.RECONSTRUCTION)
        change(model, **{name: ([turf], value) for name, value in TURF.items()})

    return only(live(land(plot.patches, plot.near), years, SURE, {1: work}, ("ceiling",)), rows)


@lru_cache(maxsize=1)
def drained_wetland(years: int = 150) -> Lives:
    """A drained wetland (ceiling 0.62) set free: among three wetlands 1.5 km off, and isolated."""
    drained = {"ecosystem": E.WETLAND, "area": 40.0, "structure": 0.05, "composition": 0.03}
    drained |= {"substrate": 0.62, "ceiling": 0.62, "cover": 0.3}
    whole = {"ecosystem": E.WETLAND, "structure": 0.9, "composition": 0.75}
    near = {(0, row): 1500.0 for row in (2, 3, 4)}
    return only(live(land([drained, drained, whole, whole, whole], near), years), [0, 1])


CUTS = (0.5, 0.75, 1.0)
"""Shares of the inflowing load that are cut: McCrackin et al. 2017 found no more recovery where inflow ceased."""


@lru_cache(maxsize=8)
def relieved_water(kind: Ecosystem, stock: float = 1.0, years: int = 100, memory: bool = True) -> Lives:
    """A lake or a bay at rest under the load of fields, of which a share (one patch for each of :data:`CUTS`) is cut.

    ``memory=False``: the same water with a lag of one year, to show what the memory of its load costs.
    """
    fields: Patch = {
        "ecosystem": E.FARMLAND,
        "structure": 0.5,
        "composition": 0.25,
        "pressure": 0.4,
        "cover": 0.6,
    }
    water = {"ecosystem": kind, "load_stock": stock, "substrate": 0.85, "elevation": 0.0, "area": 400.0}
    waters = [{**water, "bay": row if kind == E.BAY else -1} for row in range(len(CUTS))]
    above = list(range(len(CUTS)))

    def cut(model: RestorationModel) -> None:
        model.state.network.rivers.fraction[above] = 1.0 - np.array(CUTS)

    words = ["water=routed"] if memory else ["water=routed", f"water.lag.{kind.text}=1.0"]
    landscape = land([*[fields] * len(CUTS), *waters], downstream={row: row + len(CUTS) for row in above})
    lives = live(landscape, years, words, {1: cut}, ("load_stock",))
    return only(lives, [row + len(CUTS) for row in above])


@lru_cache(maxsize=1)
def planting(years: int = 20) -> Lives:
    """A clearing planted and never cared for, and the same under the care that projects give."""
    deed: Mapping[int, Deed] = {1: lambda model: restore(model, [0], Mode.ASSISTED)}
    landscape, also = land([CLEARING]), ("planted_share",)
    careless = live(landscape, years, [*SURE, "works.death_with_care=1.0"], deed, also)
    cared = live(landscape, years, SURE, deed, also)
    return {name: np.hstack([careless[name], cared[name]]) for name in careless}


GRAZING = 0.55
"""Grazing pressure on the steppe before it is fenced: the one number fitted to Wang et al. 2020."""


@lru_cache(maxsize=1)
def fenced_steppe(grazed: int = 60, fenced: int = 10) -> Lives:
    """Steppe at rest under grazing, then fenced as a project of natural recovery, cared for all the time."""
    steppe = {"ecosystem": E.GRASSLAND, "structure": 1.0 - GRAZING, "composition": 0.35, "substrate": 0.8}
    steppe |= {"ceiling": 0.95, "pressure": GRAZING, "pressure_potential": GRAZING}
    deed: Mapping[int, Deed] = {
        grazed + 1: lambda model: restore(model, [0], Mode.NATURAL_RECOVERY, years=fenced)
    }
    return live(land([steppe]), grazed + fenced, SURE, deed, ("pressure",))


HORQIN_CARBON = 7.9
"""Soil carbon in t/ha to 20 cm at the start, from the +4.35 t and +55 % of Li et al. 2015."""


@lru_cache(maxsize=1)
def fenced_sand(years: int = 25) -> Lives:
    """Desertified sandy grassland (a quarter of its structure left) freed from grazing among sandy grassland."""
    sand = {
        "ecosystem": E.SANDY_LAND,
        "structure": 0.25,
        "composition": 0.2,
        "substrate": 0.6,
        "ceiling": 0.7,
    }
    sand |= {"carbon": HORQIN_CARBON, "pressure": 0.6, "pressure_potential": 0.6}
    whole = {"ecosystem": E.SANDY_LAND, "structure": 0.75, "composition": 0.7}
    deed: Mapping[int, Deed] = {1: lambda model: restore(model, [0], Mode.NATURAL_RECOVERY, years=years)}
    words = [*SURE, "carbon=stock"]
    return only(live(land([sand, whole], {(0, 1): 2000.0}), years, words, deed, ("carbon",)), [0])


@lru_cache(maxsize=1)
def used_forest(years: int = 300) -> Lives:
    """Second growth under the ordinary pressure of landscapes (0.12) on good soil, among forest of its kind."""
    usual: Patch = {"structure": 0.85, "composition": 0.6, "pressure": 0.12}
    near = {(0, row): 2000.0 for row in range(1, 5)}
    return only(live(land([usual] * 5, near), years), [0])


CLOSED_YEARS = 5
"""Aftercare of treated hills: Changting kept them closed and paid for coal instead of firewood."""

ERODED = 300
PROGRAMME_YEARS = 27
TREATED_SHARE = 128.19 / 146.2
"""Of the area eroded in 1985, treated by 2012 (both in 10^4 mu, Changting); taken as a straight line in time."""

FUELWOOD = 0.5
"""Cutting on the eroded hills before they are treated, assumed; at 0.3 they decline by 3.8 % a year, at 0.6 by 4.4."""


@lru_cache(maxsize=2)
def red_soil(treated: bool = True) -> Lives:
    """Eroded red-soil hills as landscapes begin them, of which the observed share is rebuilt, patch by patch."""
    hills = [_eroded_hill(golden_share(row, 1), golden_share(row, 2)) for row in range(ERODED)]
    turn = np.argsort([golden_share(row, 3) for row in range(ERODED)])
    due = np.rint(TREATED_SHARE * ERODED * np.arange(PROGRAMME_YEARS + 1) / PROGRAMME_YEARS).astype(int)
    deeds = {year: _rebuild(turn[due[year - 1] : due[year]]) for year in range(1, PROGRAMME_YEARS + 1)}
    words = [*SURE, "monitoring=plots", f"projects.aftercare={CLOSED_YEARS}"]
    return live(land(hills), PROGRAMME_YEARS, words, deeds if treated else {})


def _rebuild(rows: Rows) -> Deed:
    return lambda model: restore(model, rows.tolist(), Mode.RECONSTRUCTION)


def golden_share(row: int, draw: int) -> float:
    """Numbers that fill [0, 1) evenly in up to three draws: Roberts' sequence, from x^4 = x + 1 (x = 1.2207…)."""
    return float(row * 0.8191725133961645**draw % 1.0)


def _eroded_hill(age: float, luck: float) -> Patch:
    """State after desertification of this age, by the rules of landscapes; ``luck`` decides the ceiling."""
    rules = landscape_rules()

    def left(column: str) -> float:
        fresh, old = (rules[f"{time}_{column}"]["desertification"] for time in ("fresh", "old"))
        return float((fresh + (old - fresh) * age) * rules[f"typical_{column}"]["forest"])

    low, high = (rules[f"{end}_ceiling"]["desertification"] for end in ("low", "high"))
    ceiling = low + (high - low) * luck
    hill = {"pressure": FUELWOOD, "pressure_potential": FUELWOOD, "area": 40.0, "native_share": 0.85}
    hill |= {name: left(name) * (1.0 - FUELWOOD) for name in ("structure", "composition")}
    return {**hill, "ceiling": ceiling, "substrate": min(left("substrate"), ceiling)}


FLATS = 7
FULL = 0.35
"""Cover of a tidal flat that holds all the Spartina it can."""


@lru_cache(maxsize=2)
def spartina(cleared: bool = True, years: int = 25) -> Lives:
    """A row of tidal flats full of Spartina: all of them cleared once, or only the one in the middle dug out bare.

    It comes back from what is left and from next door; nothing drifts in from afar, or one throw would be the result.
    """
    flat: Patch = {
        "ecosystem": E.TIDAL_FLAT,
        "area": 20.0,
        "structure": 0.5,
        "composition": 0.4,
        "invader": 0.35,
    }
    landscape = land([flat] * FLATS, coast=[(row, row + 1) for row in range(FLATS - 1)])

    def clear(model: RestorationModel) -> None:
        if cleared:
            restore(model, range(FLATS), Mode.ASSISTED, years=1)
        else:
            change(model, invader=([FLATS // 2], 0.0))

    return live(
        landscape, years, [*SURE, "invasion=coastal", "invasion.reached=0.0"], {1: clear}, ("invader",)
    )


STANDS = 40
NATIVE, EXOTIC = slice(0, STANDS), slice(STANDS, 2 * STANDS)


@lru_cache(maxsize=1)
def storms(years: int = 200) -> Lives:
    """Stands of natural forest and exotic plantations of equal structure on one typhoon coast; no fire."""
    shore: Patch = {"elevation": 5.0, "shoreline": 1.0, "area": 4.0, "structure": 0.9, "composition": 0.8}
    planted = {**shore, "composition": 0.2, "native_share": 0.1}
    words = ["disturbance=fire_and_typhoon", "disturbance.fire_probability.forest=0.0"]
    return live(land([*[shore] * STANDS, *[planted] * STANDS]), years, words, also=("native_share",))
