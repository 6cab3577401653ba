"""Patches from GeoJSON, read with the JSON of the standard library: properties are columns, outlines give areas.

By its standard (RFC 7946) GeoJSON is in degrees, in which areas mean nothing; so the file must name a projected system
in a "crs" member, as older GeoJSON does and QGIS and GDAL still write (option RFC7946=NO), or ``landscape.json`` must.
Numbers are kept as they were typed, so that an id 1e5 stays "1e5".
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from model.landscapes.files.crs import REPROJECT, fault_of_name, within_degrees
from model.landscapes.files.faults import Faults
from model.landscapes.files.raw import Raw, texts
from model.landscapes.files.shapes import Drawing, NoShape


class NoJson(ValueError):
    """Text that is no JSON, or JSON that readers disagree about."""


def plain_json(data: bytes) -> Any:
    """JSON with numbers as typed text, each key once and no NaN. Raises :class:`NoJson`."""
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            parse_float=str,
            parse_int=str,
            parse_constant=_refuse_constant,
            object_pairs_hook=_once,
        )
    except UnicodeDecodeError as error:
        raise NoJson(f"byte {error.start} is not UTF-8. Save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        raise NoJson(f"line {error.lineno}: {error.msg}") from None
    except RecursionError:
        raise NoJson("nested too deeply") from None


def read_geojson(file: str, data: bytes, crs: str, faults: Faults) -> Raw | None:
    """The patches of a feature collection; ``crs`` is what ``landscape.json`` says of its system, or ""."""
    try:
        whole = plain_json(data)
    except NoJson as error:
        faults.add(file, f"not readable as GeoJSON: {error}.")
        return None
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list) or not all(isinstance(each, dict) for each in features):
        faults.add(file, "no FeatureCollection. Export the layer of patches as GeoJSON.")
        return None
    named = _crs(whole) or crs
    drawing = Drawing()
    for row, feature in enumerate(features):
        _draw(file, row, feature.get("geometry"), drawing, faults)
    shapes = drawing.shapes(len(features))
    known = np.isfinite(shapes.x)
    if cure := _no_metres(named, within_degrees(shapes.x[known], shapes.y[known])):
        faults.add(file, cure, "crs", "feature 1" if len(features) else "")
        return None
    columns = _columns(file, features, faults)
    return Raw(file, "feature", np.arange(1, len(features) + 1), columns, shapes)


def _crs(whole: dict[str, Any]) -> str:
    found: Any = whole.get("crs")
    for key in ("properties", "name"):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def _no_metres(named: str, in_degrees: bool) -> str:
    if named and (cure := fault_of_name(named)):
        return cure
    if in_degrees:
        return f"all coordinates fit degrees, and no land is so small in metres. {REPROJECT}, RFC7946 off."
    if not named:
        return (
            "no coordinate reference system is named, and GeoJSON without one is in degrees. Export with RFC7946 off, "
            'or write it into landscape.json: {"crs": "EPSG:32650"}.'
        )
    return ""


def _draw(file: str, row: int, geometry: Any, drawing: Drawing, faults: Faults) -> None:
    """Note one feature's outline; none at all is fine where the columns tell."""
    if geometry is None:
        return
    kind, places = (
        (geometry.get("type"), geometry.get("coordinates")) if isinstance(geometry, dict) else ("", None)
    )
    try:
        if kind == "Point":
            drawing.point(row, places)
        elif kind in ("Polygon", "MultiPolygon") and isinstance(places, list):
            for rings in [places] if kind == "Polygon" else places:
                drawing.polygon(row, _list(rings))
        else:
            raise NoShape(f"a {kind or 'shape without type'}")
    except NoShape as error:
        faults.add(
            file, f"{error}. A patch is a polygon or a point in metres.", "geometry", f"feature {row + 1}"
        )


def _list(rings: Any) -> list[Any]:
    if not isinstance(rings, list):
        raise NoShape("a polygon without rings")
    return rings


def _columns(file: str, features: list[dict[str, Any]], faults: Faults) -> dict[str, pa.Array]:
    properties = [each.get("properties") for each in features]
    rows = [each if isinstance(each, dict) else {} for each in properties]
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: _cells(file, name, (row.get(name) for row in rows), faults) for name in names}
    if "id" not in {name.casefold() for name in names} and any("id" in each for each in features):
        columns["id"] = _cells(file, "id", (each.get("id") for each in features), faults)
    return columns


def _cells(file: str, name: str, values: Iterable[Any], faults: Faults) -> pa.Array:
    cells = []
    for row, value in enumerate(values, start=1):
        text = cell_text(value)
        if text is None:
            faults.add(file, "must be a number or text.", name, f"feature {row}")
        cells.append(text or "")
    return texts(cells)


def cell_text(value: Any) -> str | None:
    """A value of a map file as a cell of text, "" for null; ``None`` for what no cell can hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str) and value.isascii() | _is_unicode(value):
        return value
    return None


def _is_unicode(text: str) -> bool:
    """Half of a surrogate pair, which JSON can spell, is no character."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _refuse_constant(name: str) -> Any:
    raise NoJson(f"{name} is no number of JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise NoJson(
            f"the key {next(key for key in keys if keys.count(key) > 1)!r} stands twice in one object"
        )
    return found
