"""What does not change while people decide: where land and sea lie, how high, and where water runs.

A geography is a set of cells in a space-filling order. Each cell drains into at most one other, so the
rivers are a forest of trees whose roots are bays (or the edge of the area), and upstream area obeys

    upstream_i = area_i + sum over j draining into i of fraction_j * upstream_j

Source: the usual single-direction drainage of digital terrain analysis (O'Callaghan & Mark 1984).
Most likely wrong: that a whole cell drains one way. A county on a divide is handled by
`downstream_fraction`, the share of its water that reaches the next cell of this area at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

COUNTY_COLUMNS = ("code", "name", "name_zh", "city", "city_name", "province")
BAY_COLUMNS = ("name", "name_zh", "area_ha")
RIVER_EDGE_COLUMNS = ("from_code", "to_code", "river", "kind", "evidence", "fraction")

# One line a field that has one value a cell: dtype, lowest, highest.
CELL_FIELDS: dict[str, tuple[str, float, float]] = {
    "x": ("float64", -np.inf, np.inf),
    "y": ("float64", -np.inf, np.inf),
    "area": ("float64", 0.0, np.inf),
    "elevation": ("float32", -500.0, 9000.0),
    "slope": ("float32", 0.0, 90.0),
    "county": ("int16", 0, np.inf),
    "is_sea": ("bool", 0, 1),
    "bay": ("int16", -1, np.inf),
    "coast_distance": ("float32", 0.0, np.inf),
    "river_distance": ("float32", 0.0, np.inf),
    "downstream": ("int32", -1, np.inf),
    "downstream_fraction": ("float64", 0.0, 1.0),
    "upstream_area": ("float32", 0.0, np.inf),
    "river": ("bool", 0, 1),
    "catchment": ("int32", -1, np.inf),
    "shoreline": ("float64", 0.0, np.inf),
    "island": ("bool", 0, 1),
}


@dataclass(frozen=True, eq=False)
class Geography:
    """Cells of a landscape with their counties, bays and rivers; n cells, all arrays read as (n,).

    Cells stand in a space-filling (Hilbert) order; `cell_id` names a cell whatever its row.
    """

    name: str
    caveat: str  # stands on every figure drawn from this geography
    cell_size_m: float
    cell_id: Any  # pyarrow string array or list of str, unique
    x: NDArray[np.float64]  # m, projected centroid
    y: NDArray[np.float64]  # m
    area: NDArray[np.float64]  # ha, above 0
    elevation: NDArray[np.float32]  # m, 0 at sea
    slope: NDArray[np.float32]  # degrees
    county: NDArray[np.int16]  # row of `counties`; a sea cell counts to the nearest coastal county
    is_sea: NDArray[np.bool_]
    bay: NDArray[np.int16]  # row of `bays`; -1 on land
    coast_distance: NDArray[np.float32]  # m, 0 in cells that touch the coast
    river_distance: NDArray[np.float32]  # m, 0 in cells with a channel
    downstream: NDArray[np.int32]  # the cell this one drains into; -1 at a root
    downstream_fraction: NDArray[np.float64]  # share of its water that arrives there; 1 as a rule
    upstream_area: NDArray[np.float32]  # ha, own area included
    river: NDArray[np.bool_]  # the cell has a channel
    catchment: NDArray[np.int32]  # row of `basin_names`; -1 at sea
    shoreline: NDArray[np.float64]  # km of coastline, counted in land cells
    island: NDArray[np.bool_]  # land that the sea separates from the mainland
    counties: pd.DataFrame  # code, name, name_zh, city, city_name, province
    bays: pd.DataFrame  # name, name_zh, area_ha
    bay_exchange: NDArray[np.float64]  # (k, 3): bay, bay, share of the water exchanged per year
    county_river_edges: pd.DataFrame  # from_code, to_code, river, kind, evidence, fraction
    basin_names: tuple[str, ...]

    def __len__(self) -> int:
        return int(self.x.size)

    def check(self) -> Geography:
        """Return the geography itself, or raise ValueError with every fault and the rows that have it."""
        faults = _table_faults(self)
        faults += _field_faults(self)
        if not faults:  # the checks below index one array by another
            faults = _id_faults(self) + _place_faults(self) + _drainage_faults(self) + _exchange_faults(self)
        if faults:
            raise ValueError(f"landscape '{self.name}' cannot be used:\n  " + "\n  ".join(faults))
        return self


def upstream_area(
    area: NDArray[np.float64], downstream: NDArray[np.int32], fraction: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Area (ha) that drains through each cell, its own included; arrays of shape (n,).

    Raises ValueError where `downstream` runs in a circle.
    """
    total = area.astype(np.float64).copy()
    for rows in drainage_order(downstream):
        np.add.at(total, downstream[rows], fraction[rows] * total[rows])
    return total


def drainage_order(downstream: NDArray[np.int32]) -> list[NDArray[np.int64]]:
    """Rows in batches from the springs down, roots left out: a batch drains only into later batches or roots.

    A batch is all cells with the same number of steps to their root, the farthest first.
    Raises ValueError where `downstream` runs in a circle.
    """
    circular = circular_rows(downstream)
    if circular.size:
        raise ValueError(f"water runs in a circle: {_rows(circular)}")
    steps = np.zeros(downstream.size, dtype=np.int64)
    hop = np.where(downstream >= 0, downstream, np.arange(downstream.size))
    steps[downstream >= 0] = 1
    while not np.array_equal(hop, hop[hop]):  # doubling: after k rounds a hop spans 2**k cells
        steps += steps[hop]
        hop = hop[hop]
    order = np.argsort(-steps, kind="stable")
    order = order[steps[order] > 0]
    breaks = np.flatnonzero(np.diff(steps[order])) + 1
    return [rows for rows in np.split(order, breaks) if rows.size]


def circular_rows(downstream: NDArray[np.int32]) -> NDArray[np.int64]:
    """Rows on a circle of `downstream`, or that drain into one; empty where all water ends at a root."""
    hop = downstream.astype(np.int64)
    for _ in range(int(np.ceil(np.log2(max(hop.size, 2)))) + 1):
        hop = np.where(hop >= 0, hop[hop], -1)
    return np.flatnonzero(hop >= 0)


def first_other(downstream: NDArray[np.int32], label: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """The first label (n,) on the way down that differs from a cell's own; -1 where water ends or leaves before.

    Raises ValueError where `downstream` runs in a circle.
    """
    found = np.full(downstream.size, -1, dtype=np.int64)
    for rows in reversed(drainage_order(downstream)):
        below = downstream[rows]
        found[rows] = np.where(label[below] != label[rows], label[below], found[below])
    return found


def _table_faults(geo: Geography) -> list[str]:
    faults = []
    for label, table, wanted in (
        ("counties", geo.counties, COUNTY_COLUMNS),
        ("bays", geo.bays, BAY_COLUMNS),
        ("county_river_edges", geo.county_river_edges, RIVER_EDGE_COLUMNS),
    ):
        missing = [column for column in wanted if column not in table.columns]
        if missing:
            faults.append(f"table '{label}' has no column {', '.join(missing)}")
    if not faults and not geo.counties["code"].is_unique:
        twice = geo.counties["code"][geo.counties["code"].duplicated()]
        faults.append(f"county code listed twice: {', '.join(map(str, twice))}")
    return faults


def _field_faults(geo: Geography) -> list[str]:
    n, faults = len(geo), []
    if len(geo.cell_id) != n:
        faults.append(f"cell_id has {len(geo.cell_id)} entries, x has {n}")
    highest = {"county": len(geo.counties) - 1, "bay": len(geo.bays) - 1, "downstream": n - 1}
    highest["catchment"] = len(geo.basin_names) - 1
    for field, (dtype, low, high) in CELL_FIELDS.items():
        values = getattr(geo, field)
        top = highest.get(field, high)
        if values.shape != (n,) or values.dtype != np.dtype(dtype):
            faults.append(f"{field} is {values.dtype}{values.shape}, not {dtype}({n},)")
        elif values.dtype.kind == "f" and (bad := np.flatnonzero(~np.isfinite(values))).size:
            faults.append(f"{field} is not a finite number: {_rows(bad)}")
        elif values.dtype != bool and n and (values.min() < low or values.max() > top):
            bad = np.flatnonzero((values < low) | (values > top))
            faults.append(f"{field} outside {low:g} to {top:g}: {_rows(bad)}")
    return faults


def _id_faults(geo: Geography) -> list[str]:
    again = np.flatnonzero(pd.Index(geo.cell_id).duplicated())
    return [f"cell_id used before: {_rows(again)}"] if again.size else []


def _place_faults(geo: Geography) -> list[str]:
    return _faults(
        ("area is not above 0", geo.area <= 0),
        ("a sea cell without a bay, or a land cell in one", geo.is_sea != (geo.bay >= 0)),
        ("a land cell without a catchment, or a sea cell in one", geo.is_sea == (geo.catchment >= 0)),
        ("shoreline belongs to land cells only", geo.is_sea & (geo.shoreline > 0)),
    )


def _drainage_faults(geo: Geography) -> list[str]:
    drains = geo.downstream >= 0
    target = np.where(drains, geo.downstream, 0)
    faults = _faults(
        ("a cell drains into itself", drains & (target == np.arange(len(geo)))),
        ("a sea cell drains into land", drains & geo.is_sea & ~geo.is_sea[target]),
    )
    circular = circular_rows(geo.downstream)
    if circular.size:
        return [*faults, f"water runs in a circle: {_rows(circular)}"]
    total = upstream_area(geo.area, geo.downstream, geo.downstream_fraction)
    differs = np.abs(total - geo.upstream_area) > 1e-3 * total
    return faults + _faults(("upstream_area is not the sum of what drains here", differs))


def _exchange_faults(geo: Geography) -> list[str]:
    exchange = geo.bay_exchange
    if exchange.ndim != 2 or exchange.shape[1] != 3:
        return [f"bay_exchange has shape {exchange.shape}, not (k, 3)"]
    ends, rate = exchange[:, :2], exchange[:, 2]
    unknown = ((ends < 0) | (ends >= len(geo.bays)) | (ends != np.floor(ends))).any(axis=1)
    faults = _faults(
        ("bay_exchange names an unknown bay", unknown),
        ("bay_exchange joins a bay to itself", ends[:, 0] == ends[:, 1]),
        ("bay_exchange rate is not a number from 0 up", ~(np.isfinite(rate) & (rate >= 0))),
    )
    codes = set(geo.counties["code"])
    edges = geo.county_river_edges
    strange = ~(edges["from_code"].isin(codes) & edges["to_code"].isin(codes)).to_numpy(dtype=bool)
    return faults + _faults(("county_river_edges names an unknown county", strange))


def _faults(*rules: tuple[str, NDArray[np.bool_]]) -> list[str]:
    return [f"{what}: {_rows(np.flatnonzero(broken))}" for what, broken in rules if broken.any()]


def _rows(rows: NDArray[np.int64], shown: int = 5) -> str:
    listed = ", ".join(map(str, rows[:shown]))
    more = f" and {rows.size - shown} more" if rows.size > shown else ""
    return f"row{'s' if rows.size > 1 else ''} {listed}{more}"
