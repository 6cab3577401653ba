"""How high the land is: a coarse grid of altitudes, smoothed, into which the known rivers have cut their valleys.

    z = z_coarse, but no lower than z_floor and no higher than z_floor + gradient * distance,   at least 1 m on land

z_floor is the valley floor of the nearest known river, and distance that to it.

z_coarse interpolates pvlib's grid (9 km, steps of 28 m) by cubic splines; it knows no valley narrower than that,
and lies some 200-400 m above the towns of Longyan, Zhangping and Hua'an, which stand on valley floors.
Slope is a proxy: steep where the coarse grid varies within 27 km, flat on valley floors and near sea level.
Most likely wrong: the slope. It ranks hilly against flat country and says nothing about a single hillside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from experiments.landscape_builder import raster, sources
from experiments.landscape_builder.rivers import COURSES, MAPPED_FLOORS, NEAR_A_LINE

Field = NDArray[np.float64]

VALLEY_GRADIENT = 0.12  # rise of valley sides per metre away from the river (assumed)
HILL_LENGTH = (
    550.0  # m over which the local spread of altitude is climbed; mean slope of uplands 15 deg (assumed)
)
FLOOR_WIDTH = 600.0  # m from a river over which hillsides reach their full slope (assumed)
FLAT_BELOW = 60.0  # m of height over which plains turn to hills (assumed)
BANK_REACH = 10_000.0  # m from a river within which no land lies below its floor
STEP = 100.0  # m between points drawn along a river


@dataclass(frozen=True)
class Relief:
    """Rasters (ROWS, COLUMNS) of height (m), slope (degrees) and the known river that a pixel lies on."""

    height: Field
    slope: Field
    course: NDArray[np.int16]  # row of `course_basins`, -1 off the rivers
    course_basins: tuple[str, ...]


def draw_relief(land: NDArray[np.bool_]) -> Relief:
    """Height and slope of every pixel, 0 at sea."""
    coarse, spread = _coarse_height()
    floor, course, basins = _draw_courses()
    on_river = np.isfinite(floor)
    distance, nearest = ndimage.distance_transform_edt(~on_river, return_indices=True)
    distance *= raster.PIXEL
    floor = floor[tuple(nearest)]
    bank = np.where(distance < BANK_REACH, floor, 0.0)
    height = np.clip(coarse, bank, floor + VALLEY_GRADIENT * distance)
    height = np.where(land, np.maximum(height, 1.0), 0.0)
    hillside = (1 - np.exp(-distance / FLOOR_WIDTH)) * (1 - np.exp(-height / FLAT_BELOW))
    slope = np.degrees(np.arctan(spread / HILL_LENGTH)) * hillside
    return Relief(height, np.where(land, slope, 0.0), course, basins)


def _coarse_height() -> tuple[Field, Field]:
    """Altitude (m) of every pixel by cubic splines, and its standard deviation within 3 by 3 coarse cells."""
    lon, lat, altitude = sources.coarse_altitude()
    mean = ndimage.uniform_filter(altitude, 3)
    spread = np.sqrt(np.maximum(ndimage.uniform_filter(altitude**2, 3) - mean**2, 0.0))
    x, y = raster.pixel_centres()
    pixel_lon, pixel_lat = sources.to_degrees(x, y)
    place = [(pixel_lat - lat[0]) / (lat[1] - lat[0]), (pixel_lon - lon[0]) / (lon[1] - lon[0])]
    height = ndimage.map_coordinates(altitude, place, order=3, mode="nearest")
    return height, np.maximum(ndimage.map_coordinates(spread, place, order=1, mode="nearest"), 0.0)


def _draw_courses() -> tuple[Field, NDArray[np.int16], tuple[str, ...]]:
    """Valley floor height (m, infinite off the rivers) and the river of each pixel; lowest wins where two meet."""
    floor = np.full((raster.ROWS, raster.COLUMNS), np.inf)
    course = np.full(floor.shape, -1, dtype=np.int16)
    basins: list[str] = []
    for basin, points, heights in [*_recalled_courses(), *_mapped_courses()]:
        row, column, height = _densify(sources.to_metres(points), heights)
        lower = height < floor[row, column]
        course[row[lower], column[lower]] = len(basins)
        np.minimum.at(floor, (row, column), height)
        basins.append(basin)
    return floor, course, tuple(basins)


def _recalled_courses() -> list[tuple[str, Field, Field]]:
    table = [(river.basin, np.array(river.points)) for river in COURSES]
    return [(basin, points[:, :2], points[:, 2]) for basin, points in table]


def _mapped_courses() -> list[tuple[str, Field, Field]]:
    """Mapped lines with floors interpolated along them between the known points that lie near."""
    places = np.array([(floor.lon, floor.lat) for floor in MAPPED_FLOORS])
    floors = np.array([floor.height for floor in MAPPED_FLOORS])
    courses = []
    for line in sources.river_lines():
        gap = np.hypot(*(line[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
        near = np.flatnonzero(gap.min(axis=0) < NEAR_A_LINE)
        if near.size:
            vertex = gap[:, near].argmin(axis=0)
            order = np.argsort(vertex)
            height = np.interp(np.arange(len(line)), vertex[order], floors[near][order])
            courses.append((MAPPED_FLOORS[near[0]].basin, line, height))
    return courses


def _densify(points: Field, heights: Field) -> tuple[NDArray[np.int64], NDArray[np.int64], Field]:
    """Pixels along a line in the window, with heights between those of its ends."""
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    along = np.arange(0.0, length[-1], STEP)
    drawn = np.column_stack([np.interp(along, length, points[:, axis]) for axis in (0, 1)])
    row, column = raster.pixels_of(drawn)
    inside = (row >= 0) & (row < raster.ROWS) & (column >= 0) & (column < raster.COLUMNS)
    return row[inside], column[inside], np.interp(along, length, heights)[inside]
