"""An invented land of any size between mountains and a bay, for trying policies where no place is meant.

From a seed come relief, a coast, rivers, counties and bays, and from the same seed always the same. It resembles
south-east China in its proportions only. Most likely wrong: its counties are alike, and policy lives on differences.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy import ndimage

from model.landscapes import regions
from model.landscapes.drainage import grow
from model.landscapes.geography import Geography, upstream_area
from model.landscapes.grid import hilbert_rank
from model.landscapes.relief import Relief, relief, slope_of
from model.state.streams import Chance
from model.units import Flags

CAVEAT = "invented geography, rule-assigned cover"
CELL_SIZE = 2000.0  # m
CHANNEL_CELLS = 30  # cells upstream that make a channel worth the name (120 km2 at 2 km)
CHANNEL_SHARE = 0.06  # of all cells, where that is less


def synthetic_geography(patches: int, seed: int, cell_size: float = CELL_SIZE) -> Geography:
    """An invented geography of exactly ``patches`` square cells of ``cell_size`` m.

    Raises ``ValueError`` for fewer than one patch.
    """
    if patches < 1:
        raise ValueError(f"a landscape needs at least 1 patch, not {patches}")
    land = relief(patches, Chance(seed, 0))
    return _assemble(land, _places(land.inside), cell_size)


def _places(inside: Flags) -> NDArray[np.int64]:
    """Numbers row * columns + column of the cells inside, along a Hilbert curve."""
    place = np.flatnonzero(inside)
    row, column = np.divmod(place, inside.shape[1])
    return place[np.argsort(hilbert_rank(column, row))]


def _renumbered(drained: NDArray[np.int32], place: NDArray[np.int64]) -> NDArray[np.int32]:
    cell = np.full(drained.size + 1, -1, dtype=np.int32)  # the last one answers for -1
    cell[place] = np.arange(place.size, dtype=np.int32)
    return cell[drained[place]]


def _assemble(land: Relief, place: NDArray[np.int64], cell_size: float) -> Geography:
    downstream = _renumbered(land.downstream, place)
    columns = land.inside.shape[1]
    row, column = np.divmod(place, columns)
    is_sea = land.sea.ravel()[place]
    area = np.full(place.size, cell_size**2 / 1e4)
    fraction = np.ones(place.size)
    upstream = upstream_area(area, downstream, fraction)
    channel = min(CHANNEL_CELLS, CHANNEL_SHARE * place.size) * area[0]
    river = ~is_sea & (upstream > channel)
    bay_picture = _bays(land, place, is_sea)
    bay = bay_picture.ravel()[place].astype(np.int16)
    catchment, basin_names = regions.catchments(downstream, upstream / area[0], is_sea, bay)
    county, counties = _counties(land, place, is_sea)
    return Geography(
        name="synthetic",
        caveat=CAVEAT,
        cell_size_m=cell_size,
        cell_id=_ids(column, row),
        x=(column + 0.5) * cell_size,
        y=(row + 0.5) * cell_size,
        area=area,
        elevation=land.elevation.ravel()[place].astype(np.float32),
        slope=slope_of(land.elevation, cell_size).ravel()[place],
        county=county,
        is_sea=is_sea,
        bay=bay,
        coast_distance=_coast_distance(land, place, cell_size),
        river_distance=_distance_to(river, land.inside.shape, place, cell_size),
        downstream=downstream,
        downstream_fraction=fraction,
        upstream_area=upstream.astype(np.float32),
        river=river,
        catchment=catchment,
        shoreline=_shoreline(land, place, cell_size),
        island=_islands(land).ravel()[place],
        counties=counties,
        bays=regions.bay_table(bay, area),
        bay_exchange=regions.bay_exchange(bay_picture),
        county_river_edges=regions.county_edges(county, downstream, upstream, is_sea, counties["code"]),
        basin_names=basin_names,
    )


def _ids(column: NDArray[np.int64], row: NDArray[np.int64]) -> Any:
    text = [pa.array(number).cast(pa.string()) for number in (column, row)]
    return pc.binary_join_element_wise("x", text[0], "y", text[1], "")


def _counties(land: Relief, place: NDArray[np.int64], is_sea: Flags) -> tuple[NDArray[np.int16], Any]:
    count = regions.county_count(int((~is_sea).sum()))
    seats = regions.seats(place[~is_sea], land.inside.shape[1], count)
    region = grow(seats, regions.county_toil(land.elevation, land.sea), land.inside)
    return region.ravel()[place].astype(np.int16), regions.county_table(count)


def _bays(land: Relief, place: NDArray[np.int64], is_sea: Flags) -> NDArray[np.int64]:
    sea_cells = place[is_sea]
    seats = regions.seats(sea_cells, land.inside.shape[1], regions.bay_count(sea_cells.size))
    return grow(seats, np.zeros(land.sea.shape), land.sea)


def _distance_to(
    flags: Flags, shape: tuple[int, ...], place: NDArray[np.int64], cell_size: float
) -> NDArray[np.float32]:
    """Metres from each cell's centre to the nearest flagged one's; beyond the area's length where there is none."""
    picture = np.ones(shape, dtype=bool)
    picture.ravel()[place[flags]] = False
    if not flags.any():
        return np.full(place.size, sum(shape) * cell_size, dtype=np.float32)
    distance: NDArray[np.float32] = (
        (ndimage.distance_transform_edt(picture) * cell_size).ravel()[place].astype("f4")
    )
    return distance


def _coast_distance(land: Relief, place: NDArray[np.int64], cell_size: float) -> NDArray[np.float32]:
    is_sea = land.sea.ravel()[place]
    to_sea = _distance_to(is_sea, land.inside.shape, place, cell_size)
    to_land = _distance_to(~is_sea, land.inside.shape, place, cell_size)
    distance: NDArray[np.float32] = np.maximum(np.where(is_sea, to_land, to_sea) - cell_size, 0).astype("f4")
    return distance


def _shoreline(land: Relief, place: NDArray[np.int64], cell_size: float) -> NDArray[np.float64]:
    """Kilometres of a land cell's edges that are wet."""
    wet = np.pad(land.sea, 1).astype(np.int8)
    edges = wet[:-2, 1:-1] + wet[2:, 1:-1] + wet[1:-1, :-2] + wet[1:-1, 2:]
    length: NDArray[np.float64] = np.where(land.sea, 0, edges).ravel()[place].astype(np.float64) * (
        cell_size / 1000.0
    )
    return length


def _islands(land: Relief) -> Flags:
    """Land (rows, columns) that does not hang together with its largest piece."""
    parts, _ = ndimage.label(land.inside & ~land.sea)
    mainland = np.bincount(parts.ravel())[1:].argmax() + 1
    islands: Flags = (parts > 0) & (parts != mainland)
    return islands
