"""How invented land is divided: counties in cities in provinces, bays along the coast, catchments along the rivers.

Counties grow from seats spread evenly over the land and meet on the ridges between them; cities are runs of
neighbouring counties. Codes look like China's (the first four digits are the city) with province numbers that no
province has. Most likely wrong: real counties differ in size far more than these.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.state.sums import sum_by
from model.units import Flags, Floats

CELLS_PER_COUNTY = 350
FEWEST_COUNTIES, CELLS_OF_SMALL_COUNTY = 4, 20  # so that small landscapes have neighbours to deal with
COUNTIES_PER_CITY = 7
CITIES_PER_PROVINCE = 30
FIRST_PROVINCE = 99  # counted down: the national list of divisions ends at 82
SEA_CELLS_PER_BAY = 80
FEWEST_BAYS, CELLS_OF_SMALL_BAY = 3, 15
CLIMB_PER_STEP = 15.0  # m of climb that keep people apart as much as one cell of distance
STRAIT = 3.0  # steps that a shore is worth
WIDEST_EXCHANGE = 0.5  # share of its water that a bay swaps with a neighbour in a year, at most
LARGE_BASIN_CELLS = 40


def seats(places: NDArray[np.int64], columns: int, count: int) -> NDArray[np.int64]:
    """``count`` of the ``places`` (numbers row * columns + column, in space-filling order), evenly spread."""
    group = np.arange(places.size) * count // max(places.size, 1)
    size = np.bincount(group, minlength=count)
    row, column = places // columns, places % columns
    middle_row = sum_by(group, row, count) / size
    middle_column = sum_by(group, column, count) / size
    off = (row - middle_row[group]) ** 2 + (column - middle_column[group]) ** 2
    best = np.lexsort((off, group))
    first = np.searchsorted(group[best], np.arange(count))
    return places[best[first]]


def county_count(land_cells: int) -> int:
    """One county for some 350 land cells, four where the land is small, fewer where it is tiny."""
    fewest = min(FEWEST_COUNTIES, land_cells // CELLS_OF_SMALL_COUNTY)
    return max(round(land_cells / CELLS_PER_COUNTY), fewest, 1)


def bay_count(sea_cells: int) -> int:
    """One bay for some 80 sea cells, three where the sea is small, none where there is no sea."""
    fewest = min(FEWEST_BAYS, sea_cells // CELLS_OF_SMALL_BAY)
    return max(round(sea_cells / SEA_CELLS_PER_BAY), fewest, min(sea_cells, 1))


def county_toil(elevation: Floats, sea: Flags) -> Floats:
    """What keeps people apart (rows, columns), in steps of one cell: climbs and straits."""
    return elevation / CLIMB_PER_STEP + np.where(sea, STRAIT, 0.0)


def county_table(count: int) -> pd.DataFrame:
    """Names and codes of ``count`` invented counties, neighbours in the table being neighbours on the ground."""
    county = np.arange(count)
    cities = max(-(-count // COUNTIES_PER_CITY), min(2, count // 2), 1)
    city = county * cities // count
    number = county - np.searchsorted(city, city) + 1
    province = FIRST_PROVINCE - city // CITIES_PER_PROVINCE
    city_code = [f"{p}{c % CITIES_PER_PROVINCE + 1:02d}" for p, c in zip(province, city, strict=True)]
    return pd.DataFrame(
        {
            "code": [f"{code}{k:02d}" for code, k in zip(city_code, number, strict=True)],
            "name": [f"County {i + 1}" for i in county],
            "name_zh": [f"{i + 1}号县" for i in county],
            "city": city_code,
            "city_name": [f"City {c + 1}" for c in city],
            "province": [f"{p}" for p in province],
        }
    )


def bay_table(bay: NDArray[np.int16], area: Floats) -> pd.DataFrame:
    """Names and areas (ha) of the bays numbered in ``bay`` (n,; -1 on land)."""
    count = int(bay.max(initial=-1)) + 1
    total = sum_by(bay[bay >= 0], area[bay >= 0], count)
    names = [f"Bay {i + 1}" for i in range(count)]
    return pd.DataFrame({"name": names, "name_zh": [f"{i + 1}号湾" for i in range(count)], "area_ha": total})


def bay_exchange(bay: NDArray[np.int64]) -> NDArray[np.float64]:
    """Rows (bay, bay, share of the water swapped in a year) for bays that touch on the picture (-1 on land).

    The share grows with the length of the common border against the bays' size.
    """
    sides = [(bay[:, :-1], bay[:, 1:]), (bay[:-1], bay[1:])]
    pairs = np.concatenate([np.stack([a.ravel(), b.ravel()], axis=1) for a, b in sides])
    pairs = np.sort(pairs[(pairs >= 0).all(axis=1) & (pairs[:, 0] != pairs[:, 1])], axis=1)
    touching, border = np.unique(pairs, axis=0, return_counts=True)
    cells = np.bincount(bay[bay >= 0])
    smaller = np.minimum(cells[touching[:, 0]], cells[touching[:, 1]]) if touching.size else np.ones(0)
    share = np.minimum(WIDEST_EXCHANGE, WIDEST_EXCHANGE * border / (2.0 * np.sqrt(smaller)))
    return np.column_stack([touching, share]).astype(np.float64)


def catchments(
    downstream: NDArray[np.int32], upstream_cells: Floats, is_sea: Flags, bay: NDArray[np.int16]
) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Catchment of each cell (n,; -1 at sea) and the catchments' names, the largest river first.

    Streams too small for a name of their own are taken together by the bay that they reach.
    """
    land = ~is_sea
    mouth = np.arange(downstream.size)
    onward = np.where(land & (downstream >= 0), np.where(is_sea[downstream], mouth, downstream), mouth)
    while not np.array_equal(onward, onward[onward]):
        onward = onward[onward]
    large = land & (onward == mouth) & (upstream_cells >= min(LARGE_BASIN_CELLS, 0.1 * land.sum()))
    rivers = np.flatnonzero(large)
    rivers = rivers[np.argsort(-upstream_cells[rivers], kind="stable")]
    number = np.full(downstream.size, -1, dtype=np.int64)
    number[rivers] = np.arange(rivers.size)
    reached = np.where(downstream[onward] >= 0, bay[downstream[onward]], -1)
    shores, shore = np.unique(reached[land & (number[onward] < 0)], return_inverse=True)
    catchment = np.where(land, number[onward], -1)
    catchment[land & (number[onward] < 0)] = rivers.size + shore
    names = [f"River {k + 1}" for k in range(rivers.size)] + [f"Coast of bay {b + 1}" for b in shores]
    return catchment.astype(np.int32), tuple(names)


def county_edges(
    county: NDArray[np.int16],
    downstream: NDArray[np.int32],
    upstream: Floats,
    is_sea: Flags,
    codes: pd.Series,
) -> pd.DataFrame:
    """Who flows into whom: for each county the neighbour that takes most of its water, and the share it takes."""
    land = np.flatnonzero(~is_sea & (downstream >= 0))
    target = downstream[land]
    leaves = land[(county[land] != county[target]) | is_sea[target]]
    flow = pd.DataFrame(
        {
            "source": county[leaves],
            "to": np.where(is_sea[downstream[leaves]], -1, county[downstream[leaves]]),
            "area": upstream[leaves],
        }
    )
    by_pair = flow.groupby(["source", "to"], as_index=False)["area"].sum()
    by_pair["fraction"] = by_pair["area"] / by_pair.groupby("source")["area"].transform("sum")
    inland = by_pair[by_pair["to"] >= 0]
    main = inland.sort_values(["source", "area"]).drop_duplicates("source", keep="last")
    back = main.merge(main, left_on=["source", "to"], right_on=["to", "source"], suffixes=("", "_back"))
    smaller = back.loc[back["area"] < back["area_back"], "source"]
    main = main[~main["source"].isin(smaller)]
    return pd.DataFrame(
        {
            "from_code": codes.to_numpy()[main["source"]],
            "to_code": codes.to_numpy()[main["to"]],
            "river": "",
            "kind": "river",
            "evidence": "assumed",
            "fraction": main["fraction"].to_numpy(),
        }
    )
