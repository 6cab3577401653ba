"""From the bytes of a folder to tables that agree with one another, or all that is wrong in them at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from model.landscapes.files import checks
from model.landscapes.files.cells import Cells, cells_of, named, repeated, strangers_of
from model.landscapes.files.columns import KEYS, REFERENCE, TABLES, TEXT
from model.landscapes.files.crs import fault_of_name
from model.landscapes.files.csv_text import read_csv
from model.landscapes.files.faults import Faults
from model.landscapes.files.folder import ABOUT, PATCHES
from model.landscapes.files.geojson import NoJson, plain_json, read_geojson
from model.landscapes.files.geopackage import read_geopackage
from model.landscapes.files.links import Pairs, pairs_of, rivers_of
from model.landscapes.files.raw import Raw, Shapes
from model.landscapes.landscape import RiverLinks

ORDER = ("counties", "bays", "patches", "firms", "mines", "bay_exchange", "rivers", "dispersal", "coast")
"""A reference points into a table that was read before."""

DRAWN = ("area_ha", "x_m", "y_m")
LONGEST_ABOUT = 300


@dataclass(frozen=True, eq=False)
class Tables:
    """What a folder says, checked. ``patches`` holds the columns of n patches by the file's names.

    ``links``: the pairs of ``dispersal.csv`` with probability or, where ``by_distance``, metres; ``coast``: those of
    ``coast.csv``; both ``None`` without the file. ``unread``: columns that nobody reads, by file.
    """

    name: str
    caveat: str
    ids: pa.Array
    patches: dict[str, Cells]
    counties: pd.DataFrame
    firms: pd.DataFrame
    mines: dict[str, NDArray[Any]]
    bays: pd.DataFrame
    bay_exchange: NDArray[np.float64]
    rivers: RiverLinks
    links: Pairs | None
    by_distance: bool
    coast: Pairs | None
    unread: dict[str, list[str]]


@dataclass
class _Read:
    """Tables as far as they are read."""

    faults: Faults = field(default_factory=Faults)
    raw: dict[str, Raw] = field(default_factory=dict)
    cells: dict[str, dict[str, Cells]] = field(default_factory=dict)
    known: dict[str, pa.Array] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)


def read_tables(name: str, files: dict[str, bytes]) -> Tables:
    """The tables of the folder ``name`` from the bytes of its files.

    Raises :class:`~model.landscapes.files.faults.BadTables` with everything that is wrong in any of them.
    """
    read = _Read()
    about = _about(files, read.faults)
    file_of = {table: f"{table}.csv" for table in ORDER}
    file_of["patches"] = next(each for each in PATCHES if each in files)
    read.present = {table for table in ORDER if file_of[table] in files}
    for table in ORDER:
        if table in read.present:
            _read_table(table, file_of[table], files[file_of[table]], about.get("crs", ""), read)
    _check(read)
    read.faults.refuse()
    return _tables(name, about, read)


def _about(files: dict[str, bytes], faults: Faults) -> dict[str, str]:
    """Name, caveat and reference system from ``landscape.json``."""
    if ABOUT not in files:
        return {}
    try:
        found = plain_json(files[ABOUT])
    except NoJson as error:
        faults.add(ABOUT, f"not readable as JSON: {error}.")
        return {}
    if not isinstance(found, dict):
        faults.add(ABOUT, 'must be an object: {"name": "…", "caveat": "…", "crs": "EPSG:32650"}.')
        return {}
    known = ("name", "caveat", "crs")
    for key, value in found.items():
        if key not in known:
            faults.add(ABOUT, f"no such key; there are {', '.join(known)}.", key, word=key, known=known)
        elif not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= LONGEST_ABOUT:
            faults.add(ABOUT, f"must be text of at most {LONGEST_ABOUT} characters, on one line.", key)
    about = {key: value for key, value in found.items() if key in known and isinstance(value, str)}
    if cure := fault_of_name(about.get("crs", "")):
        faults.add(ABOUT, cure, "crs")
    return about


def _read_table(table: str, file: str, data: bytes, crs: str, read: _Read) -> None:
    """Read one table's cells; what cannot be read is noted and left out."""
    faults = read.faults
    if file.endswith(".csv"):
        raw = read_csv(file, data, faults)
    else:
        raw = (read_geojson if file.endswith(".geojson") else read_geopackage)(file, data, crs, faults)
    if raw is None:
        return
    given = (
        [] if raw.shapes is None else [name for name in DRAWN if np.isfinite(_drawn(raw.shapes, name)).any()]
    )
    raw = named(raw, TABLES[table], faults, given)
    raw = raw if raw.shapes is None else _with_shapes(raw, raw.shapes, given)
    if not len(raw) and table in ("patches", "counties"):
        faults.add(file, f"holds a header but no row; a landscape has at least one of its {table}.")
    read.raw[table] = raw
    read.cells[table] = {each.name: cells_of(raw, each, faults, read.known) for each in TABLES[table]}
    for column in TABLES[table]:
        points = column.kind == REFERENCE and column.name in raw.columns and column.to not in read.present
        if points and pc.any(pc.not_equal(raw.columns[column.name], "")).as_py():
            faults.add(file, f"names {column.to}, but the folder holds no {column.to}.csv.", column.name)
    key = KEYS.get(table)
    if key and key in raw.columns and len(raw):
        repeated(raw, key, raw.columns[key], faults)
        read.known[table] = raw.columns[key]


def _drawn(shapes: Shapes, name: str) -> NDArray[np.floating[Any]]:
    return {"area_ha": shapes.area, "x_m": shapes.x, "y_m": shapes.y}[name]


def _with_shapes(raw: Raw, shapes: Shapes, given: list[str]) -> Raw:
    """Area and place of what is drawn, where no column states them."""
    columns = dict(raw.columns)
    for name in given:
        values = _drawn(shapes, name)
        drawn = pc.if_else(pa.array(np.isfinite(values)), pa.array(values).cast(pa.string()), "")
        stated = columns.get(name, pa.array([""] * len(raw), pa.string()))
        columns[name] = pc.if_else(pc.equal(stated, ""), drawn, stated)
    return Raw(raw.file, raw.noun, raw.numbers, columns, shapes)


def _check(read: _Read) -> None:
    """What a cell alone cannot tell."""
    for table, check in (
        ("patches", checks.patches),
        ("counties", checks.counties),
        ("dispersal", checks.dispersal),
    ):
        if table in read.raw:
            check(read.raw[table], read.cells[table], read.faults)
    if "mines" in read.raw and "patches" in read.raw:
        area = read.cells["patches"]["area_ha"]
        checks.mines(read.raw["mines"], read.cells["mines"], area, read.faults)


def _tables(name: str, about: dict[str, str], read: _Read) -> Tables:
    faults, size = read.faults, len(read.raw["patches"])
    ids = read.raw["patches"].columns["id"]
    by_distance = "dispersal" in read.raw and "distance_m" in read.raw["dispersal"].columns
    worth = "distance_m" if by_distance else "probability"
    links = _pairs("dispersal", ("from", "to"), worth, read)
    coast = _pairs("coast", ("from", "to"), "", read)
    exchange = _pairs("bay_exchange", ("bay", "other_bay"), "rate_per_year", read)
    rivers = rivers_of(read.raw.get("rivers"), read.cells.get("rivers", {}), size, ids, faults)
    faults.refuse()
    mixing = [] if exchange is None else [exchange.ends, exchange.value[:, None]]
    return Tables(
        name=about.get("name", name),
        caveat=about.get("caveat", ""),
        ids=ids,
        patches=read.cells["patches"],
        counties=_frame("counties", read),
        firms=_frame("firms", read),
        mines=_mines(read),
        bays=_frame("bays", read),
        bay_exchange=np.hstack(mixing).astype(np.float64) if mixing else np.zeros((0, 3)),
        rivers=rivers,
        links=links,
        by_distance=by_distance,
        coast=coast,
        unread={
            raw.file: left for table, raw in read.raw.items() if (left := strangers_of(raw, TABLES[table]))
        },
    )


def _pairs(table: str, ends: tuple[str, str], value: str, read: _Read) -> Pairs | None:
    if table not in read.raw:
        return None
    return pairs_of(read.raw[table], read.cells[table], ends, value, read.faults)


def _frame(table: str, read: _Read) -> pd.DataFrame:
    """A small table as the model takes it; a Chinese name that is missing is the name."""
    cells = read.cells.get(table, {})
    columns: dict[str, Any] = {}
    for column in TABLES[table]:
        found = cells.get(column.name)
        if column.kind == TEXT:
            columns[column.name] = pd.array([] if found is None else found.values.to_pylist(), dtype="str")
        else:
            columns[column.name] = np.zeros(0, dtype=np.int64) if found is None else found.values
    frame = pd.DataFrame(columns)
    if "name_zh" in frame:
        frame["name_zh"] = frame["name_zh"].where(frame["name_zh"] != "", frame["name"])
    return frame


def _mines(read: _Read) -> dict[str, NDArray[Any]]:
    kinds = {"patch": "i4", "firm": "i4", "mineral": "i1", "opened_ha": "f8", "backlog_ha": "f8"}
    cells = read.cells.get("mines")
    return {
        name: np.zeros(0, dtype=kind) if cells is None else cells[name].values.astype(kind)
        for name, kind in kinds.items()
    }
