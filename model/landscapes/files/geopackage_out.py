"""A layer of squares as a GeoPackage, the bytes of a file that any map program opens."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from model.landscapes.files.geopackage import LAYER, POLYGON, quoted
from model.units import Floats

UNDEFINED = -1  # the reference system of metres that lie nowhere in particular
SCHEMA = """
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', NULL),
  ('Undefined geographic', 0, 'NONE', 0, 'undefined', NULL),
  ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
   || 'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]', NULL);
CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL REFERENCES gpkg_spatial_ref_sys (srs_id),
  z TINYINT NOT NULL, m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name));
INSERT INTO gpkg_geometry_columns VALUES ('patches', 'geom', 'POLYGON', -1, 0, 0);
"""


def geopackage_bytes(columns: Mapping[str, Sequence[Any]], squares: Floats) -> bytes:
    """A GeoPackage with one layer, ``patches``: text and numbers by column, and a ring (n, 5, 2) for each, in metres
    that lie nowhere in particular.
    """
    import sqlite3

    kinds = {name: _kind(cells) for name, cells in columns.items()}
    with closing(sqlite3.connect(":memory:")) as base:
        base.executescript(SCHEMA)
        fields = ", ".join(f"{quoted(name)} {kind}" for name, kind in kinds.items())
        base.execute(f"CREATE TABLE {LAYER} (fid INTEGER PRIMARY KEY, geom POLYGON, {fields})")
        low, high = squares.reshape(-1, 2).min(axis=0), squares.reshape(-1, 2).max(axis=0)
        base.execute(
            "INSERT INTO gpkg_contents VALUES (?, 'features', ?, '', '2024-01-01T00:00:00.000Z', ?, ?, ?, ?, ?)",
            (LAYER, LAYER, *low.tolist(), *high.tolist(), UNDEFINED),
        )
        places = ", ".join("?" * (len(kinds) + 2))
        rows = zip(*columns.values(), strict=True)
        base.executemany(
            f"INSERT INTO {LAYER} VALUES ({places})",
            (
                (number, _blob(ring), *row)
                for number, (ring, row) in enumerate(zip(squares, rows, strict=True), start=1)
            ),
        )
        base.commit()
        return bytes(base.serialize())


def _blob(ring: Floats) -> bytes:
    """A polygon of one ring as GeoPackage binary without an envelope."""
    head = b"GP" + struct.pack("<BBi", 0, 1, UNDEFINED)
    return head + struct.pack("<BIII", 1, POLYGON, 1, len(ring)) + ring.astype("<f8").tobytes()


def _kind(cells: Sequence[Any]) -> str:
    return "TEXT" if any(isinstance(cell, str) for cell in cells) else "REAL"
