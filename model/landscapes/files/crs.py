"""Metres on the ground, or nothing: areas and distances in degrees or in a web map's stretched metres are no areas.

A projected coordinate reference system in metres is required. Most likely wrong: a system that is known here by a
number alone; it is believed to be in metres unless it is one of the common ones that are not, or its coordinates fit
degrees.
"""

from __future__ import annotations

import re

import numpy as np

from model.units import Floats

REPROJECT = (
    "Reproject the layer to a projected system in metres, such as the UTM zone of the place "
    "(QGIS: Export, Save Features As, CRS)"
)
IN_DEGREES = {"4326", "4490", "4214", "4610", "4555", "4269", "4258", "4979", "CRS84", "CRS83", "CRS84h"}
STRETCHED = {"3857", "900913", "3785", "102100", "102113", "3395"}
LAST_UNIT = re.compile(r'UNIT\s*\[\s*"([^"]*)"\s*,\s*([-+0-9.eE]+)')


def fault_of_name(name: str) -> str:
    """Why a reference system of this name ("EPSG:32650", a URN) is none in metres, or ""."""
    code = re.split(r"[:/#]", name.strip())[-1]
    if code.upper() in {each.upper() for each in IN_DEGREES}:
        return f"{name} counts in degrees, not metres. {REPROJECT}."
    if code in STRETCHED:
        return f"{name} is a web map's Mercator: its metres are stretched, its areas too large. {REPROJECT}."
    return ""


def fault_of_definition(text: str) -> str:
    """Why the system that a well-known text defines is none in metres, or ""."""
    head = text.lstrip().upper()
    if head.startswith(("GEOG", "GEOD", "BASEGEOG")):
        return f"the layer's coordinates are in degrees, not metres. {REPROJECT}."
    units = LAST_UNIT.findall(text)
    if head.startswith("PROJ") and units and abs(float(units[-1][1]) - 1.0) > 1e-9:
        return f"the layer's coordinates are in {units[-1][0]}, not metres. {REPROJECT}."
    return ""


def within_degrees(x: Floats, y: Floats) -> bool:
    """Whether all coordinates (n,) could be longitudes and latitudes."""
    return bool(x.size) and bool((np.abs(x) <= 180.0).all() and (np.abs(y) <= 90.0).all())


def looks_like_degrees(x: Floats, y: Floats, area: Floats) -> bool:
    """Whether centroids (n,) with areas (n,) in ha are degrees: single patches would be larger than all the land."""
    if x.size < 2 or not within_degrees(x, y):
        return False
    radius = np.sqrt(area * 1e4 / np.pi)
    middle, wide, high = float(np.median(radius)), float(np.ptp(x)), float(np.ptp(y))
    room = (wide + 2.0 * middle) * (high + 2.0 * middle)
    return middle > max(wide, high) or float(area.sum()) * 1e4 > 4.0 * room
