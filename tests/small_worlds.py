"""Small landscapes made by hand: a coast, a river, mines of three firms, a bay; every kind of patch in few rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from model.landscapes.landscape import DispersalLinks, Landscape, RiverLinks
from model.vocabulary import Cause, Ecosystem, Shore, Zone

COUNTIES = pd.DataFrame(
    {
        "code": ["990101", "990102", "990201"],
        "name": ["Upland", "Midland", "Harbour"],
        "name_zh": ["上县", "中县", "港区"],
        "city": ["9901", "9901", "9902"],
        "province": ["99", "99", "99"],
        "population": [60_000.0, 200_000.0, 900_000.0],
    }
)
E = Ecosystem
MIXTURE = (
    E.FOREST,
    E.FOREST,
    E.GRASSLAND,
    E.FARMLAND,
    E.WETLAND,
    E.LAKE,
    E.SANDY_LAND,
    E.BUILT,
    E.FOREST,
    E.RIVER,
)


def small_world(side: int = 8, firms: int = 3, seed: int = 7, counties: int = 3) -> Landscape:
    """A square of ``side`` by ``side`` patches of 100 ha, west to east from hills to a bay; mines on single patches."""
    rng = np.random.default_rng(seed)
    n = side * side
    column, row = np.divmod(np.arange(n), side)
    ecosystem = np.array(MIXTURE, dtype=np.int8)[rng.integers(0, len(MIXTURE), n)]
    coast = column == max(side - 2, 0)
    ecosystem[coast] = np.where(rng.random(coast.sum()) < 0.4, E.MANGROVE, E.TIDAL_FLAT)
    ecosystem[column == side - 1] = E.BAY
    county = np.minimum(column * counties // side, counties - 1)
    patches = _columns(rng, n, ecosystem, county, column, row)
    inland = np.flatnonzero((column < side - 2) & (ecosystem != E.RIVER))
    mines = _mines(rng, patches, inland, firms)
    downstream = np.where(column < side - 1, np.arange(n) + side, -1).astype(np.int32)
    fraction = np.where(rng.random(n) < 0.2, 0.6, 1.0)
    return Landscape(
        name="small world",
        caveat="made by hand",
        ids=pa.array([f"p{k:04d}" for k in range(n)]),
        patches=patches,
        dispersal=_grid_links(column, row, side),
        rivers=RiverLinks(downstream, fraction),
        coast_links=_pairs(np.flatnonzero(coast)),
        counties=COUNTIES.iloc[:counties].reset_index(drop=True),
        bays=pd.DataFrame({"name": ["North Bay", "South Bay"], "name_zh": ["北湾", "南湾"]}),
        bay_exchange=np.array([[0.0, 1.0, 0.3]]),
        mines=mines,
        firms=pd.DataFrame(
            {"id": [f"firm {k}" for k in range(firms)], "county": [int(k % counties) for k in range(firms)]}
        ),
    )


def shared_coast(land: Landscape) -> Landscape:
    """The same land with its flats and mangroves dealt out to the counties in turn, along the shore."""
    county = np.array(land.patches["county"])
    shore = np.flatnonzero(np.isin(land.patches["ecosystem"], (E.MANGROVE, E.TIDAL_FLAT)))
    county[shore] = np.arange(shore.size) % len(land.counties)
    return replace(land, patches={**land.patches, "county": county})


def _columns(rng: Any, n: int, ecosystem: Any, county: Any, column: Any, row: Any) -> dict[str, Any]:
    damaged = rng.random(n)
    structure = np.where(damaged < 0.3, 0.05 + 0.3 * rng.random(n), 0.6 + 0.35 * rng.random(n))
    stripped = damaged < 0.08
    side = int(column.max()) + 1
    substrate = np.where(stripped, 0.08, 0.6 + 0.35 * rng.random(n))
    pressure = 0.4 * rng.random(n)
    sea = ecosystem == E.BAY
    return {
        "area": 40.0 + 120.0 * rng.random(n),
        "x": 1000.0 * column,
        "y": 1000.0 * row,
        "elevation": np.where(sea, 0.0, 20.0 * (side - column) * rng.random(n)),
        "slope": np.where(sea, 0.0, 25.0 * rng.random(n)),
        "ecosystem": ecosystem,
        "zone": np.where(rng.random(n) < 0.3, Zone.RED_LINE, rng.integers(1, 4, n)),
        "county": county,
        "catchment": np.zeros(n),
        "bay": np.where(sea, row * 2 // side, -1),
        "shoreline": np.where(column == side - 2, 1.2, 0.0),
        "shore": np.where(column == side - 2, rng.integers(1, 3, n), Shore.NONE),
        "cause": np.where(stripped, Cause.LEGACY_MINE, np.where(damaged < 0.3, Cause.CLEARING, Cause.NONE)),
        "detectability": rng.random(n),
        "structure": structure,
        "composition": structure * (0.4 + 0.5 * rng.random(n)),
        "substrate": substrate,
        "ceiling": np.where(stripped, 0.2, np.maximum(substrate, 0.9)),
        "cover": np.where(stripped, 0.05, structure),
        "native_share": 0.5 + 0.5 * rng.random(n),
        "invader": np.where(ecosystem == E.TIDAL_FLAT, 0.3 * rng.random(n), 0.0),
        "carbon": 60.0 * structure,
        "pressure": pressure,
        "pressure_potential": pressure,
        "opportunity_cost": 500.0 * rng.random(n),
        "load_stock": np.where(np.isin(ecosystem, (E.LAKE, E.BAY, E.RIVER)), 0.5 + rng.random(n), 0.0),
    }


def _mines(rng: Any, patches: dict[str, Any], inland: Any, firms: int) -> dict[str, Any]:
    count = min(2 * firms, inland.size)
    patch = np.sort(rng.permutation(inland)[:count])
    patches["area"][patch] = 8.0 + 40.0 * rng.random(count)
    patches["ecosystem"][patch] = E.FOREST
    patches["cause"] = np.array(patches["cause"])
    patches["cause"][patch] = Cause.WORKING_MINE
    opened = 0.4 * patches["area"][patch] * rng.random(count)
    return {
        "patch": patch,
        "firm": np.arange(count) % max(firms, 1),
        "mineral": rng.integers(0, 5, count),
        "opened_ha": opened,
        "backlog_ha": 0.3 * opened,
    }


def _grid_links(column: Any, row: Any, side: int) -> DispersalLinks:
    """The eight neighbours, with a chance by distance."""
    n = column.size
    indptr, indices, probability = [0], [], []
    for i in range(n):
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                c, r = column[i] + dx, row[i] + dy
                if (dx or dy) and 0 <= c < side and 0 <= r < side:
                    indices.append(c * side + r)
                    probability.append(float(np.exp(-np.hypot(dx, dy) / 1.5)))
        indptr.append(len(indices))
    return DispersalLinks(
        np.array(indptr, dtype=np.int64),
        np.array(indices, dtype=np.int32),
        np.array(probability, dtype=np.float32),
    )


def _pairs(rows: Any) -> Any:
    return np.stack([rows[:-1], rows[1:]], axis=1).astype(np.int32).reshape(-1, 2)
