"""Patches from a GeoPackage, which is an SQLite file: read with the standard library, so GDAL never opens it.

Without GDAL there is no driver that follows a text file named ``.gpkg`` to other files or hosts. The bytes are loaded
into memory and only plain tables are asked: no view, no virtual table, no function of the file runs. Geometry is the
header of GeoPackage 1.3 (2.1.3) and then well-known binary. Most likely wrong: that nobody draws patches with arcs.
"""

from __future__ import annotations

import struct
from contextlib import closing
from typing import Any

import numpy as np

from model.landscapes.files.crs import fault_of_definition, fault_of_name
from model.landscapes.files.faults import Faults
from model.landscapes.files.geojson import cell_text
from model.landscapes.files.raw import Raw, texts
from model.landscapes.files.shapes import Drawing, NoShape
from model.units import Floats

MAGIC = b"SQLite format 3\x00"
KINDS = (b"GPKG", b"GP10", b"GP11")
LAYER = "patches"
ENVELOPE_BYTES = (0, 32, 48, 48, 64)
POINT, POLYGON, MULTIPOLYGON = 1, 3, 6
WAL_MODE = b"\x02\x02"
METADATA = ("gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys")


def no_geopackage(data: bytes) -> str:
    """Why these bytes are no GeoPackage, or ""; looked at before anything opens them."""
    if data.startswith(MAGIC) and data[68:72] in KINDS:
        return ""
    if data.startswith(MAGIC):
        return "an SQLite file, but no GeoPackage. Export the layer of patches as GeoPackage."
    begins = data[:24].decode("ascii", errors="replace")
    begins = "".join(char if char.isprintable() else "?" for char in begins)
    return (
        f"no GeoPackage, whatever its name says: it begins with '{begins}'. Export the layer as GeoPackage."
    )


def count_features(data: bytes) -> int:
    """How many patches a GeoPackage holds; 0 where it cannot be asked (it is refused when it is read)."""
    import sqlite3

    try:
        with closing(_opened(data)) as base:
            table = _layer(base)[0]
            return int(base.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()[0])
    except (sqlite3.Error, NoShape):
        return 0


def read_geopackage(file: str, data: bytes, crs: str, faults: Faults) -> Raw | None:
    """The patches of a GeoPackage's only layer, or of the one called "patches"; ``crs`` as for GeoJSON."""
    import sqlite3

    if cure := no_geopackage(data):
        faults.add(file, cure)
        return None
    try:
        with closing(_opened(data)) as base:
            table, shape, system = _layer(base)
            if cure := _no_metres(base, system, crs):
                faults.add(file, cure, "crs", "feature 1")
                return None
            return _read(file, base, table, shape, faults)
    except NoShape as error:
        faults.add(file, f"{error}.")
    except sqlite3.Error as error:
        faults.add(file, f"not readable as a GeoPackage: {error}. Export the layer anew.")
    return None


def _opened(data: bytes) -> Any:
    """The file's content as a database in memory that is only read and whose schema is not trusted."""
    import sqlite3

    content = data[:18] + b"\x01\x01" + data[20:] if data[18:20] == WAL_MODE else data
    base = sqlite3.connect(":memory:")
    base.deserialize(content)
    for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
        base.execute(f"PRAGMA {pragma}")
    for name in METADATA:
        _refuse_unless_table(base, name)
    return base


def _refuse_unless_table(base: Any, name: str) -> None:
    found = base.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    if not found or found[0] != "table" or not str(found[1]).upper().startswith("CREATE TABLE"):
        raise NoShape(f"its '{name}' is missing or no plain table. Export the layer anew")


def _layer(base: Any) -> tuple[str, str, int]:
    """Table, geometry column and reference system of the patches."""
    rows = base.execute("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns").fetchall()
    chosen = [row for row in rows if row[0] == LAYER] or rows
    if len(chosen) != 1:
        listed = ", ".join(str(row[0]) for row in rows) or "none"
        raise NoShape(f"its layers are: {listed}. Keep one, or call that of the patches '{LAYER}'")
    _refuse_unless_table(base, str(chosen[0][0]))
    return str(chosen[0][0]), str(chosen[0][1]), int(chosen[0][2])


def _no_metres(base: Any, system: int, crs: str) -> str:
    found = base.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
        (system,),
    ).fetchone()
    if system > 0 and found:
        return fault_of_name(f"{found[0]}:{found[1]}") or fault_of_definition(str(found[2]))
    if not crs:
        return (
            "the layer has no coordinate reference system. Set it and export anew, or write it into landscape.json: "
            '{"crs": "EPSG:32650"}.'
        )
    return fault_of_name(crs)


def _read(file: str, base: Any, table: str, shape: str, faults: Faults) -> Raw:
    info = base.execute(f"PRAGMA table_info({quoted(table)})").fetchall()
    key = next((name for _, name, kind, *_, primary in info if primary and kind.upper() == "INTEGER"), None)
    names = [name for _, name, *_ in info if name != shape and (name != key or key.casefold() == "id")]
    wanted = ", ".join(quoted(name) for name in (key or "rowid", shape, *names))
    rows = base.execute(f"SELECT {wanted} FROM {quoted(table)} ORDER BY 1").fetchall()
    drawing = Drawing()
    for number, row in enumerate(rows):
        try:
            _draw(drawing, number, row[1])
        except (NoShape, struct.error) as error:
            cure = f"{error}. A patch is a polygon or a point in metres."
            faults.add(file, cure, "geometry", f"feature {row[0]}")
    numbers = np.array([int(row[0]) for row in rows], dtype=np.int64)
    columns = {}
    for at, name in enumerate(names, start=2):
        cells = [cell_text(row[at]) for row in rows]
        for number in [k for k, cell in enumerate(cells) if cell is None]:
            faults.add(file, "must be a number or text.", name, f"feature {numbers[number]}")
        columns[name] = texts([cell or "" for cell in cells])
    return Raw(file, "feature", numbers, columns, drawing.shapes(len(rows)))


def _draw(drawing: Drawing, patch: int, blob: Any) -> None:
    """Note the outline in one geometry, if there is any."""
    if blob is None:
        return
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        raise NoShape("a geometry that is not a GeoPackage's")
    flags = blob[3]
    if flags & 0b10000:  # empty
        return
    if flags & 0b100000 or (flags >> 1 & 7) >= len(ENVELOPE_BYTES):
        raise NoShape("a geometry of an extension")
    _Binary(blob, 8 + ENVELOPE_BYTES[flags >> 1 & 7]).geometry(drawing, patch)


class _Binary:
    """Reads well-known binary from a place onward."""

    def __init__(self, blob: bytes, at: int) -> None:
        self.blob, self.at, self.order = blob, at, "<"

    def geometry(self, drawing: Drawing, patch: int) -> None:
        """Draw the point, polygon or polygons that begin here. Raises :class:`NoShape` for anything else."""
        kind, size = self._kind()
        if kind == POINT:
            drawing.point(patch, self._places(1, size)[0])
        elif kind == POLYGON:
            self._polygon(drawing, patch, size)
        elif kind == MULTIPOLYGON:
            for _ in range(self._count()):
                inner, size = self._kind()
                if inner != POLYGON:
                    raise NoShape(f"a geometry of kind {inner} within polygons")
                self._polygon(drawing, patch, size)
        else:
            raise NoShape(f"a geometry of kind {kind}")

    def _kind(self) -> tuple[int, int]:
        """Kind of the geometry that begins here, and how many numbers a place has (height and measure included)."""
        self.order = "<" if self._take("B") == 1 else ">"
        more, kind = divmod(self._take("I"), 1000)
        if more > 3:
            raise NoShape(f"a geometry of kind {1000 * more + kind}")
        return kind, (2, 3, 3, 4)[more]

    def _polygon(self, drawing: Drawing, patch: int, size: int) -> None:
        drawing.polygon(patch, [self._places(self._take("I"), size) for _ in range(self._count())])

    def _count(self) -> int:
        count = int(self._take("I"))
        if count > len(self.blob):
            raise NoShape("a geometry that ends too early")
        return count

    def _take(self, kind: str) -> int:
        value = struct.unpack_from(self.order + kind, self.blob, self.at)[0]
        self.at += struct.calcsize("=" + kind)
        return int(value)

    def _places(self, count: int, size: int) -> Floats:
        if count * size * 8 > len(self.blob) - self.at:
            raise NoShape("a geometry that ends too early")
        places = np.frombuffer(self.blob, self.order + "f8", count * size, self.at).reshape(count, size)
        self.at += count * size * 8
        return places.astype(np.float64)


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'
