"""A landscape as the tables that it could have been read from, every number to the last bit.

Used for the example that shows what a folder of one's own looks like. Patches are drawn as squares of their own area
around their centroids. Text that a spreadsheet would run is guarded (see ``csv_text``).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from model.landscapes.files.columns import BAYS, COUNTIES, PATCHES, TEXT
from model.landscapes.files.csv_text import guarded
from model.landscapes.files.geopackage_out import geopackage_bytes
from model.landscapes.landscape import Landscape
from model.state.habitats import Habitats
from model.units import Floats
from model.vocabulary import Mineral, Word

FORMATS = ("csv", "geojson", "gpkg")
CORNERS = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0]])
SQUARE_METRES = 1e4  # in a hectare

Columns = Mapping[str, Sequence[Any]]


def files_of(landscape: Landscape, kind: str, crs: str) -> dict[str, bytes]:
    """Name and content of each file; ``kind`` is that of the patches' file, ``crs`` names their reference system."""
    about = {"name": landscape.name, "caveat": landscape.caveat, "crs": crs}
    tables = {
        "counties": {each.name: _plain(landscape.counties[each.name], each.kind) for each in COUNTIES},
        "firms": _firms(landscape),
        "mines": _mines(landscape),
        "bays": {each.name: landscape.bays[each.name].tolist() for each in BAYS},
        "bay_exchange": _bay_exchange(landscape),
        "rivers": _rivers(landscape),
        "dispersal": _dispersal(landscape),
        "coast": _coast(landscape),
    }
    files = {f"{name}.csv": csv_bytes(columns) for name, columns in tables.items()}
    files["landscape.json"] = (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode()
    patches, squares = _patches(landscape), _squares(landscape)
    if kind == "csv":
        files["patches.csv"] = csv_bytes(patches)
    elif kind == "geojson":
        files["patches.geojson"] = _geojson(patches, squares)
    else:
        files["patches.gpkg"] = geopackage_bytes(patches, squares)
    return files


def csv_bytes(columns: Columns) -> bytes:
    """Columns as a CSV file that :func:`~model.landscapes.files.csv_text.read_csv` reads back as they were."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode()


def _geojson(columns: Columns, squares: Floats) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": dict(zip(columns, row, strict=True)),
            "geometry": {"type": "Polygon", "coordinates": [square.tolist()]},
        }
        for row, square in zip(zip(*columns.values(), strict=True), squares, strict=True)
    ]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'.encode()


def _patches(landscape: Landscape) -> dict[str, list[Any]]:
    """Columns of patches by the file's names; those that the landscape does not set are left out."""
    columns: dict[str, list[Any]] = {"id": landscape.ids.to_pylist()}
    names = {"county": landscape.counties["code"].tolist(), "bay": landscape.bays["name"].tolist()}
    for column in PATCHES:
        values = landscape.patches.get(column.habitat)
        if values is None:
            continue
        if column.words is not None:
            columns[column.name] = _spelt(column.words, values)
        elif column.name in names:
            columns[column.name] = ["" if row < 0 else names[column.name][row] for row in values]
        else:
            columns[column.name] = _numbers(values.astype(Habitats.columns[column.habitat].dtype))
    return columns


def _squares(landscape: Landscape) -> Floats:
    """Corners (n, 5, 2) of a square of each patch's area around its centroid."""
    patches = landscape.patches
    half = np.sqrt(np.asarray(patches["area"], dtype=np.float64) * SQUARE_METRES) / 2.0
    centre = np.column_stack([patches["x"], patches["y"]]).astype(np.float64)
    return np.asarray(centre[:, None, :] + half[:, None, None] * CORNERS)


def _firms(landscape: Landscape) -> Columns:
    code = landscape.counties["code"].to_numpy()
    return {
        "id": landscape.firms["id"].tolist(),
        "county": code[landscape.firms["county"].to_numpy()].tolist(),
    }


def _mines(landscape: Landscape) -> Columns:
    mines, firms = landscape.mines, landscape.firms["id"].to_numpy()
    return {
        "patch": _ids(landscape, mines["patch"]),
        "firm": firms[mines["firm"]].tolist(),
        "mineral": _spelt(Mineral, mines["mineral"]),
        "opened_ha": _numbers(mines["opened_ha"]),
        "backlog_ha": _numbers(mines["backlog_ha"]),
    }


def _bay_exchange(landscape: Landscape) -> Columns:
    names, exchange = landscape.bays["name"].to_numpy(), landscape.bay_exchange
    one, other = exchange[:, :2].astype(np.int64).T
    return {
        "bay": names[one].tolist(),
        "other_bay": names[other].tolist(),
        "rate_per_year": _numbers(exchange[:, 2]),
    }


def _rivers(landscape: Landscape) -> Columns:
    rivers = landscape.rivers
    drained = np.flatnonzero(rivers.downstream >= 0)
    return {
        "from": _ids(landscape, drained),
        "to": _ids(landscape, rivers.downstream[drained]),
        "fraction": _numbers(rivers.fraction[drained]),
    }


def _dispersal(landscape: Landscape) -> Columns:
    links = landscape.dispersal
    source = np.repeat(np.arange(len(landscape.ids)), np.diff(links.indptr))
    once = source < links.indices
    return {
        "from": _ids(landscape, source[once]),
        "to": _ids(landscape, links.indices[once]),
        "probability": _numbers(links.probability[once]),
    }


def _coast(landscape: Landscape) -> Columns:
    one, other = landscape.coast_links.reshape(-1, 2).T
    return {"from": _ids(landscape, one), "to": _ids(landscape, other)}


def _ids(landscape: Landscape, rows: Any) -> list[str]:
    found: list[str] = landscape.ids.take(pa.array(rows, pa.int64())).to_pylist()
    return found


def _spelt(words: type[Word], codes: Iterable[int]) -> list[str]:
    texts = words.texts()
    return [texts[code] for code in codes]


def _plain(values: Any, kind: str) -> list[Any]:
    return [str(value) for value in values] if kind == TEXT else _numbers(values.to_numpy())


def _numbers(values: Any) -> list[Any]:
    """Numbers whose shortest spelling means the same number in their own precision."""
    if values.dtype.kind == "f":
        return [float(text) for text in pa.array(values).cast(pa.string()).to_pylist()]
    return [int(value) for value in values]
