"""Xiamen Bay and the Jiulong River: 22 counties from the headwaters in Longyan to the sea, as packaged tables.

The tables were derived from public geodata (`SOURCES.md` beside them); nothing is fetched and no polygon is read.
Cells of 2 km are the default, of 1 km the option. Cover, mines and damage are not in them: a rule assigns those.
Most likely wrong: relief (a 9 km grid) and the coast, which is older than the latest reclamation.
"""

from __future__ import annotations

import json
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from model.landscapes.geography import CELL_FIELDS, Geography

CELL_KM = (2, 1)


def xiamen_geography(cell_km: int = 2) -> Geography:
    """The packaged geography in cells of 2 km (some 8,000 cells) or 1 km (some 31,000).

    Raises ValueError for another size.
    """
    if cell_km not in CELL_KM:
        raise ValueError(f"xiamen is packaged in cells of 2 or 1 km, not cell_km={cell_km!r}")
    with as_file(files("model.landscapes") / "data" / f"xiamen_{cell_km}km") as folder:
        return read_geography(folder)


def read_geography(folder: Path) -> Geography:
    """Read and check the tables that `shanshui landscape build xiamen` writes.

    Raises FileNotFoundError for a missing table, KeyError for a missing column, ValueError for a fault in a row.
    """
    about = json.loads((folder / "geography.json").read_text(encoding="utf-8"))
    cells = pq.read_table(folder / "cells.parquet")
    exchange = _read(folder / "bay_exchange.csv")
    return Geography(
        name=about["name"],
        caveat=about["caveat"],
        cell_size_m=float(about["cell_size_m"]),
        basin_names=tuple(about["basin_names"]),
        cell_id=cells["cell_id"].combine_chunks(),
        **{field: cells[field].to_numpy() for field in CELL_FIELDS},
        counties=_read(folder / "counties.csv"),
        bays=_read(folder / "bays.csv"),
        bay_exchange=exchange[["bay", "other_bay", "rate_per_year"]].to_numpy(dtype=np.float64),
        county_river_edges=_read(folder / "county_river_edges.csv"),
    ).check()


def _read(path: Path) -> pd.DataFrame:
    """A table whose codes and names stay text."""
    text = dict.fromkeys(("code", "code_before_2021", "city", "province", "from_code", "to_code"), str)
    return pd.read_csv(path, dtype=text, keep_default_na=False)
