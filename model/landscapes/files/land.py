"""A land of one's own at the start of a run: what its tables state, and what the usual rules say of the rest.

A cell that states a value is kept to the last bit. What is left open about the state of a patch (structure, soil, use)
is drawn from its ecosystem, zone, cause of damage and people by the rules of the other landscapes, anew in each
replicate, and bends to what is stated: composition stays within structure, soil within its ceiling. Most likely wrong:
that a land whose tables give little is like south-east China in what they leave open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.landscapes.damage import StateRules
from model.landscapes.files.columns import PATCHES
from model.landscapes.files.links import by_distance, csr, distances, nearby
from model.landscapes.files.reading import Tables
from model.landscapes.ground import YEAR
from model.landscapes.initial_state import Past, initial_state
from model.landscapes.landscape import Columns, DispersalLinks, Landscape
from model.landscapes.links import LinkRules, affinity
from model.state.habitats import COASTAL, WATERS, Habitats
from model.state.streams import Chance, entity_keys
from model.vocabulary import Cause, Shore, Zone

DRAWN = (
    "structure", "composition", "substrate", "ceiling", "cover", "native_share", "carbon", "pressure",
    "pressure_potential", "opportunity_cost", "detectability",
)  # fmt: skip
CAVEAT = "tables of the user's own"
BY_RULE = "state of patches drawn by rule where they leave it open"
FEWER = "Give them as tables (dispersal.csv, coast.csv), or lower landscape.rules.dispersal or coast_reach."


@dataclass(frozen=True)
class FileRules(StateRules, LinkRules):
    """What is left open in one's own tables: the state of patches, and links where no table gives them."""


@dataclass(frozen=True, eq=False)
class Land:
    """Tables with their links: all that does not differ between replicates."""

    tables: Tables
    rules: FileRules
    dispersal: DispersalLinks
    coast: NDArray[np.int32]

    @property
    def left_open(self) -> list[str]:
        """Columns of the state that rules fill, wholly or in part."""
        cells = {column.habitat: self.tables.patches[column.name] for column in PATCHES if column.habitat}
        return [name for name in DRAWN if not cells[name].stated.all()]

    @property
    def caveat(self) -> str:
        """What stands under every figure."""
        told = self.tables.caveat or CAVEAT
        return f"{told}; {BY_RULE}" if self.left_open else told


def land_of(tables: Tables, rules: FileRules) -> Land:
    """The tables with the links that they give, or that distance gives.

    Raises ``BadTables`` where distance would link more pairs than anybody could hold.
    """
    patches = tables.patches
    x, y, ecosystem = patches["x_m"].values, patches["y_m"].values, patches["ecosystem"].values
    links = tables.links
    if links is None:
        least = max(rules.least_probability, 1e-12)
        best = max(float(affinity(rules).max()), least)
        reach = rules.dispersal * float(np.log(best / least))
        links = distances(x, y, nearby(x, y, reach, "dispersal.csv", FEWER))
        dispersal = by_distance(rules, links, ecosystem)
    elif tables.by_distance:
        dispersal = by_distance(rules, links, ecosystem)
    else:
        dispersal = csr(len(tables.ids), links.ends, links.value)
    if tables.coast is None:
        rows = np.flatnonzero(np.isin(ecosystem, COASTAL))
        coast = rows[nearby(x[rows], y[rows], rules.coast_reach, "coast.csv", FEWER)]
    else:
        coast = tables.coast.ends
    return Land(tables, rules, dispersal, coast.astype(np.int32))


def one_replicate(land: Land, seed: int, replicate: int, hold: bool) -> Landscape:
    """The landscape of one replicate; ``hold`` gives all replicates the first's draws."""
    tables = land.tables
    patches = _patches(land, Chance(seed, 0 if hold else replicate))
    patches["holder"] = np.full(len(tables.ids), -1, dtype=np.int32)
    patches["holder"][tables.mines["patch"]] = tables.mines["firm"]
    return Landscape(
        name=tables.name,
        caveat=land.caveat,
        ids=tables.ids,
        patches=patches,
        dispersal=land.dispersal,
        rivers=tables.rivers,
        coast_links=land.coast,
        counties=tables.counties,
        bays=tables.bays,
        bay_exchange=tables.bay_exchange,
        mines=tables.mines,
        firms=tables.firms,
    )


def _patches(land: Land, chance: Chance) -> Columns:
    """Every column that a landscape sets, by the name that the model gives it."""
    cells = land.tables.patches
    stated = {column.habitat: cells[column.name].stated for column in PATCHES if column.habitat}
    values = {column.habitat: cells[column.name].values for column in PATCHES if column.habitat}
    _fill_plainly(land.tables, values, stated)
    open_state = [name for name in (*DRAWN, "load_stock", "planted_years") if not stated[name].all()]
    if open_state:
        _fill_by_rule(land, values, stated, chance)
    return {name: value.astype(Habitats.columns[name].dtype) for name, value in values.items()}


def _fill_plainly(tables: Tables, values: dict[str, Any], stated: dict[str, Any]) -> None:
    """The plain values that hold where a cell is empty."""
    cause = np.zeros(len(tables.ids), dtype=np.int64)
    cause[tables.mines["patch"]] = Cause.WORKING_MINE
    shore = np.where(stated["shoreline"] & (values["shoreline"] > 0), Shore.NATURAL, Shore.NONE)
    plain: dict[str, Any] = {
        "zone": Zone.GENERAL, "cause": cause, "shore": shore, "catchment": -1, "bay": -1, "damaged_share": 1.0,
    }  # fmt: skip
    for name, otherwise in plain.items():
        values[name] = np.where(stated[name], values[name], otherwise)


def _fill_by_rule(land: Land, values: dict[str, Any], stated: dict[str, Any], chance: Chance) -> None:
    """Draw what is left open, within the limits of what is stated."""
    keys = entity_keys(land.tables.ids)
    drawn = initial_state(chance, land.rules, _past(land, values, stated, keys))
    drawn["detectability"] = chance.uniform("landscape/detectability", YEAR, keys).astype(np.float32)

    def settle(name: str, otherwise: Any) -> None:
        values[name] = np.where(stated[name], values[name], otherwise)

    said = {
        name: np.where(stated[name], values[name], 0.0) for name in ("composition", "substrate", "pressure")
    }
    settle("structure", np.maximum(drawn["structure"], said["composition"]))
    settle("composition", np.minimum(drawn["composition"], values["structure"]))
    settle("ceiling", np.maximum(drawn["ceiling"], said["substrate"]))
    settle("substrate", np.minimum(drawn["substrate"], values["ceiling"]))
    settle("carbon", land.rules.carbon_reference[values["ecosystem"]] * values["structure"])
    settle("pressure_potential", np.maximum(drawn["pressure_potential"], said["pressure"]))
    settle("pressure", np.minimum(drawn["pressure"], values["pressure_potential"]))
    settle("planted_years", np.where(values["planted_share"] > 0.0, drawn["planted_years"], 0))
    income = land.rules.full_income[values["ecosystem"]]
    settle("opportunity_cost", income * values["pressure_potential"] * values["structure"])
    for name in ("cover", "native_share", "load_stock", "detectability"):
        settle(name, drawn[name])


def _past(land: Land, values: dict[str, Any], stated: dict[str, Any], keys: Any) -> Past:
    """What has happened to the patches, as far as the tables tell."""
    given, rules, mines = land.tables.patches["people"], land.rules, land.tables.mines
    people = np.where(given.stated, given.values, 1.0).astype(np.float32)
    wet = np.isin(values["ecosystem"], WATERS)
    usual = np.where(wet, rules.clean_stock + rules.people_stock * people, 0.0)
    opened = np.ones(people.size, dtype=np.float32)
    opened[mines["patch"]] = mines["opened_ha"] / values["area"][mines["patch"]]
    return Past(
        keys=keys,
        ecosystem=values["ecosystem"],
        zone=values["zone"],
        cause=values["cause"],
        people=people,
        planted=values["planted_share"] > 0.0,
        invader=values["invader"].astype(np.float32),
        stock=np.where(stated["load_stock"], values["load_stock"], usual).astype(np.float32),
        opened=opened,
    )
