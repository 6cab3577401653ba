"""Cells and what is carved from them, put together as the rows of a landscape.

Each cell stands before the patches carved from it, cells in their space-filling order; ids are the identity. A carved
patch drains into its host. Most likely wrong: pits keep the class of the hillside they were cut into as reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from model.landscapes.carving import Carved
from model.landscapes.cover import Codes
from model.landscapes.ground import YEAR, Ground, Single, key_of
from model.landscapes.initial_state import Past, initial_state
from model.landscapes.landscape import Columns, Landscape, RiverLinks
from model.landscapes.links import Scatter, coast_links, dispersal_links
from model.landscapes.mines import mines_and_firms
from model.landscapes.rules import ARTIFICIAL, FLAT, LEGACY, MANGROVE, MINE, NATURAL, QUARRY, AssignmentRules
from model.landscapes.shores import bay_beside, shore_lengths
from model.state.sums import sum_by
from model.units import Flags, Floats
from model.vocabulary import Cause, Ecosystem, Shore, Zone

OFF_CENTRE = 0.45  # a carved patch lies within so much of a cell's width from its middle
SQUARE_METRES = 1e4  # in a hectare


@dataclass(frozen=True, eq=False)
class Cells:
    """What the rules decided for each cell as a whole (n,)."""

    ecosystem: Codes
    zone: Codes
    towns: Single
    people: Single
    cause: Codes
    stock: Single
    planted: Flags


@dataclass(frozen=True, eq=False)
class Rows:
    """Where cells and carved patches stand among the N rows of the landscape.

    ``cell`` (N,): the cell of each row; ``first`` (n + 1,): the row of each cell; ``carved`` (m,): that of each carved
    patch.
    """

    cell: NDArray[np.int32]
    first: NDArray[np.int64]
    carved: NDArray[np.int64]

    def merged(self, cells: NDArray[Any], carved: NDArray[Any] | float) -> NDArray[Any]:
        """One value a row (N,) from one a cell (n,) and one a carved patch (m,)."""
        merged = cells[self.cell]
        merged[self.carved] = carved
        return merged


def assemble(
    ground: Ground, rules: AssignmentRules, cells: Cells, carved: Carved, natural: Floats
) -> Landscape:
    """The landscape of ``cells`` and ``carved`` patches; ``natural`` (n,) is each cell's natural shore in km."""
    geo = ground.geography
    held = np.bincount(carved.host, minlength=len(geo))
    first = np.concatenate([[0], np.cumsum(held + 1)])
    rows = Rows(
        np.repeat(np.arange(len(geo), dtype=np.int32), held + 1),
        first,
        carved.host + np.arange(len(carved)) + 1,
    )
    digging = np.flatnonzero(np.isin(carved.kind, (MINE, QUARRY)))
    mines, firms = mines_and_firms(ground, rules, carved, digging, carved.kind[digging] == QUARRY)
    patches = _place(ground, carved, rows)
    patches |= _shore(ground, carved, rows, natural)
    patches |= _use(ground, rules, cells, carved, rows)
    patches |= _state(ground, rules, cells, carved, rows, patches, mines)
    patches["holder"] = rows.merged(np.full(len(geo), -1, dtype=np.int32), -1)
    patches["holder"][rows.carved[digging]] = mines["firm"]
    mines["patch"] = rows.carved[digging].astype(np.int32)
    where = _scatter(rows, patches)
    coastal = np.flatnonzero(np.isin(patches["ecosystem"], (Ecosystem.MANGROVE, Ecosystem.TIDAL_FLAT)))
    return Landscape(
        name=geo.name,
        caveat=geo.caveat,
        ids=_ids(geo.cell_id, carved, rows),
        patches=patches,
        dispersal=dispersal_links(ground.grid, rules, where, patches["ecosystem"]),
        rivers=_rivers(ground, carved, rows),
        coast_links=coast_links(ground.grid, rules.coast_reach, where, coastal),
        counties=_counties(ground, rules, cells),
        bays=geo.bays,
        bay_exchange=geo.bay_exchange,
        mines=mines,
        firms=firms,
    )


def _ids(cells: Any, carved: Carved, rows: Rows) -> pa.Array:
    both = pa.concat_arrays([pa.array(cells, pa.string()), carved.ids])
    place = rows.merged(np.arange(rows.first.size - 1), rows.first.size - 1 + np.arange(len(carved)))
    return both.take(pa.array(place))


def _place(ground: Ground, carved: Carved, rows: Rows) -> Columns:
    """Where each patch lies and how large it is; what is carved leaves its host smaller."""
    geo, chance = ground.geography, ground.chance
    width = 2.0 * OFF_CENTRE * geo.cell_size_m
    east = geo.x[carved.host] + width * (chance.uniform("landscape/east", YEAR, carved.keys) - 0.5)
    north = geo.y[carved.host] + width * (chance.uniform("landscape/north", YEAR, carved.keys) - 0.5)
    left = geo.area - sum_by(carved.host, carved.area, len(geo))
    tidal = carved.kind >= NATURAL
    bay = np.where(tidal, bay_beside(ground)[carved.host], np.int16(-1))
    return {
        "area": rows.merged(left, carved.area),
        "x": rows.merged(geo.x.astype(np.float32), east),
        "y": rows.merged(geo.y.astype(np.float32), north),
        "elevation": rows.merged(geo.elevation, np.where(tidal, 0.0, geo.elevation[carved.host])),
        "slope": rows.merged(geo.slope, np.where(tidal, 0.0, geo.slope[carved.host])),
        "county": geo.county[rows.cell],
        "catchment": geo.catchment[rows.cell],
        "bay": rows.merged(geo.bay, bay),
        "island": geo.island[rows.cell].astype(np.int8),
    }


def _shore(ground: Ground, carved: Carved, rows: Rows, natural: Floats) -> Columns:
    """Length and state of the shore, which lies in shore segments only."""
    geo = ground.geography
    length = shore_lengths(carved, (NATURAL, ARTIFICIAL), natural, geo.shoreline)
    state = np.select([carved.kind == NATURAL, carved.kind == ARTIFICIAL], [Shore.NATURAL, Shore.ARTIFICIAL])
    return {
        "shoreline": rows.merged(np.zeros(len(geo)), length),
        "shore": rows.merged(np.zeros(len(geo), dtype=np.int8), state),
    }


def _use(ground: Ground, rules: AssignmentRules, cells: Cells, carved: Carved, rows: Rows) -> Columns:
    """Ecosystem of reference, zone and cause of damage; mined land was hillside, embanked shore a flat."""
    kind, hosts = carved.kind, cells.ecosystem[carved.host]
    hillside = np.where(hosts == Ecosystem.GRASSLAND, Ecosystem.GRASSLAND, Ecosystem.FOREST)
    beach = ground.chance.uniform("landscape/beach", YEAR, carved.keys) < rules.beach_share
    ecosystem = np.where(kind <= QUARRY, hillside, Ecosystem.TIDAL_FLAT)
    ecosystem[(kind == NATURAL) & beach] = Ecosystem.SANDY_LAND
    ecosystem[kind == MANGROVE] = Ecosystem.MANGROVE
    guarded = ground.chance.uniform("landscape/red line", YEAR, carved.keys) < rules.sea_red_line_share
    guarded = (kind == MANGROVE) | (guarded & np.isin(kind, (NATURAL, FLAT)))
    guarded |= (kind <= QUARRY) & (cells.zone[carved.host] == Zone.RED_LINE)
    cause = np.select(
        [kind == LEGACY, kind <= QUARRY, kind == ARTIFICIAL, _invaded(ground, rules, carved, ecosystem)],
        [Cause.LEGACY_MINE, Cause.WORKING_MINE, Cause.SEA_RECLAMATION, Cause.INVASION],
        Cause.NONE,
    )
    return {
        "ecosystem": rows.merged(cells.ecosystem, ecosystem),
        "zone": rows.merged(cells.zone, np.where(guarded, Zone.RED_LINE, Zone.GENERAL)),
        "cause": rows.merged(cells.cause, cause),
    }


def _invaded(ground: Ground, rules: AssignmentRules, carved: Carved, ecosystem: NDArray[Any]) -> Flags:
    mud = (ecosystem == Ecosystem.TIDAL_FLAT) & np.isin(carved.kind, (NATURAL, FLAT))
    return mud & (ground.chance.uniform("landscape/invaded", YEAR, carved.keys) < rules.invaded_share)


def _state(
    ground: Ground,
    rules: AssignmentRules,
    cells: Cells,
    carved: Carved,
    rows: Rows,
    patches: Columns,
    mines: Columns,
) -> Columns:
    """The state in which each patch starts, and how easily it is seen."""
    keys = rows.merged(ground.keys, carved.keys)
    opened = np.ones(keys.size, dtype=np.float32)
    opened[rows.carved[mines["patch"]]] = mines["opened_ha"] / carved.area[mines["patch"]]
    invader = np.zeros(keys.size, dtype=np.float32)
    invaded = np.flatnonzero(patches["cause"] == Cause.INVASION)
    invader[invaded] = rules.invader_cover * ground.chance.uniform("landscape/invader", YEAR, keys[invaded])
    past = Past(
        keys=keys,
        ecosystem=patches["ecosystem"],
        zone=patches["zone"],
        cause=patches["cause"],
        people=cells.people[rows.cell],
        planted=rows.merged(cells.planted, False),
        invader=invader,
        stock=rows.merged(cells.stock, 0.0),
        opened=opened,
    )
    seen = ground.chance.uniform("landscape/detectability", YEAR, keys).astype(np.float32)
    return {"detectability": seen, **initial_state(ground.chance, rules, past)}


def _scatter(rows: Rows, patches: Columns) -> Scatter:
    host = np.zeros(rows.cell.size, dtype=bool)
    host[rows.first[:-1]] = True
    radius = np.sqrt(patches["area"] * (SQUARE_METRES / np.pi)).astype(np.float32)
    return Scatter(rows.first, rows.cell, host, patches["x"], patches["y"], radius)


def _rivers(ground: Ground, carved: Carved, rows: Rows) -> RiverLinks:
    """Cells drain as the geography says, carved patches into their host."""
    geo = ground.geography
    onward = np.where(geo.downstream >= 0, rows.first[geo.downstream], -1).astype(np.int32)
    return RiverLinks(
        downstream=rows.merged(onward, rows.first[carved.host]),
        fraction=rows.merged(geo.downstream_fraction, 1.0),
    )


def _counties(ground: Ground, rules: AssignmentRules, cells: Cells) -> pd.DataFrame:
    """Counties with their population: by built land and fields, scaled to what is known."""
    geo, known = ground.geography, rules.known_population
    density = np.zeros(len(Ecosystem))
    density[Ecosystem.BUILT], density[Ecosystem.FARMLAND] = rules.built_density, rules.farmland_density
    people = sum_by(geo.county, geo.area * density[cells.ecosystem], len(geo.counties))
    for key, total in known.items():
        group = np.array([key_of(known, code) == key for code in geo.counties["code"]])
        people[group] *= total / max(float(people[group].sum()), 1.0)
    return geo.counties.assign(population=np.rint(people))
