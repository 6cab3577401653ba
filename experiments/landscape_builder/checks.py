"""How the packaged geography compares with what is published: a table for the docs, from the packaged tables alone.

`python -m experiments.landscape_builder.checks docs/landscapes.md` writes it between the two marks in that page.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.landscape_builder.counties import COUNTIES
from model.landscapes.geography import Geography, drainage_order
from model.landscapes.xiamen import xiamen_geography

BEGIN, END = "<!-- xiamen checks: begin -->", "<!-- xiamen checks: end -->"
HECTARES_PER_KM2 = 100.0
XIAMEN = "3502"


def quantities(geo: Geography) -> pd.DataFrame:
    """Quantities of a Xiamen geography beside published ones: quantity, here, published, grade (of the published)."""
    land, jiulong = ~geo.is_sea, of_basins(geo, "Jiulong")
    north = of_basins(geo, "Jiulong North")
    west = of_basins(geo, "Jiulong West")
    xiamen = (geo.counties["city"] == XIAMEN).to_numpy()[geo.county] & land
    rows = [
        ("Jiulong basin within the 22 counties, km2", _km2(geo, jiulong), 14741.0, "measured"),
        ("of that, the North River, km2", _km2(geo, north), 9803.0, "recalled"),
        ("of that, the West River, km2", _km2(geo, west), 3964.0, "recalled"),
        ("Longest path of water in the Jiulong, km", path_lengths(geo)[jiulong].max(), 258.0, "measured"),
        ("Dongxi-Xixi of Tong'an, km2", _km2(geo, of_basins(geo, "Dongxi-Xixi")), 491.0, "recalled"),
        (
            "Dong River of Zhao'an, km2",
            _km2(geo, of_basins(geo, "Dong River of Zhao'an")),
            1127.0,
            "recalled",
        ),
        ("Coast of Xiamen, mainland, km", geo.shoreline[xiamen & ~geo.island].sum(), 194.0, "recalled"),
        ("Coast of Xiamen with islands, km", geo.shoreline[xiamen].sum(), 226.0, "recalled"),
        ("Land of Xiamen, km2", _km2(geo, xiamen), 1700.0, "recalled"),
        (
            "Land of the 22 counties, km2",
            _km2(geo, land),
            float(sum(county.area_km2 for county in COUNTIES)),
            "recalled",
        ),
    ]
    return pd.DataFrame(rows, columns=["quantity", "here", "published", "grade"])


def county_areas(geo: Geography) -> pd.DataFrame:
    """Land of each county, km2: code, name, here, published (recalled)."""
    land = np.bincount(geo.county, weights=np.where(geo.is_sea, 0.0, geo.area), minlength=len(geo.counties))
    published = geo.counties["code"].map({county.code: float(county.area_km2) for county in COUNTIES})
    return geo.counties[["code", "name"]].assign(here=land / HECTARES_PER_KM2, published=published)


def path_lengths(geo: Geography) -> NDArray[np.float64]:
    """Kilometres (n,) that water runs from each cell, middle to middle, until it reaches a root."""
    length = np.zeros(len(geo))
    for rows in reversed(drainage_order(geo.downstream)):
        below = geo.downstream[rows]
        step = np.hypot(geo.x[rows] - geo.x[below], geo.y[rows] - geo.y[below]) / 1000
        length[rows] = step + length[below]
    return length


def of_basins(geo: Geography, start: str) -> NDArray[np.bool_]:
    """Cells (n,) of the basins whose name starts so."""
    numbers = [number for number, name in enumerate(geo.basin_names) if name.startswith(start)]
    return np.isin(geo.catchment, numbers)


def page_section() -> str:
    """The two tables in Markdown, for cells of 2 and of 1 km."""
    coarse, fine = xiamen_geography(2), xiamen_geography(1)
    totals, areas = quantities(coarse), county_areas(coarse)
    totals.insert(2, "fine", quantities(fine)["here"])
    areas.insert(3, "fine", county_areas(fine)["here"])
    lines = ["| quantity | grade | 2 km | 1 km | published | 2 km against it |", "|---|---|---|---|---|---|"]
    lines += _rows(totals, ["quantity", "grade"])
    lines += ["", "| county | code | 2 km, km2 | 1 km, km2 | published (recalled), km2 | 2 km against it |"]
    lines += ["|---|---|---|---|---|---|", *_rows(areas, ["name", "code"])]
    return "\n".join(lines)


def _rows(table: pd.DataFrame, words: list[str]) -> list[str]:
    numbers = table[["here", "fine", "published"]].to_numpy(dtype=float)
    texts = table[words].to_numpy(dtype=object)
    return [
        f"| {first} | {second} | {here:,.0f} | {fine:,.0f} | {published:,.0f} | {here / published - 1:+.0%} |"
        for (first, second), (here, fine, published) in zip(texts, numbers, strict=True)
    ]


def with_section(page: str) -> str:
    """The page with what stands between its marks made anew; ValueError where a mark is missing."""
    if BEGIN not in page or END not in page:
        raise ValueError(f"the page has no lines '{BEGIN}' and '{END}' to write between")
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{page_section()}\n\n{END}{after}"


def _km2(geo: Geography, rows: NDArray[np.bool_]) -> float:
    return float(geo.area[rows].sum() / HECTARES_PER_KM2)


if __name__ == "__main__":
    docs = Path(sys.argv[1])
    docs.write_text(with_section(docs.read_text(encoding="utf-8")), encoding="utf-8")
