"""The edge of the sea: which of the shoreline is still natural, and the flats and mangroves before it.

In each city the shore that suits building is artificial until the natural part is what the retention rate leaves, on
the mainland and on islands apart; the segment at the limit is cut in two, so that a known rate is met to the metre.
Xiamen kept 18.3 % of its mainland shoreline in 2023. Most likely wrong: a shore is either whole or lost, for a cell's
length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model import units as u
from model.landscapes.carving import Carved, Kind, expected_area
from model.landscapes.ground import Ground, Single, by_code
from model.parameters import sourced
from model.state.sums import sum_by
from model.units import Floats

HECTARES_PER_KM_AND_M = 0.1


@dataclass(frozen=True)
class ShoreRules:
    """Shoreline by state, and what lies before it, by length of shore."""

    natural_shoreline_share: u.Share = sourced(
        0.35, 0.5, "of the mainland; Fujian's target is 37 %", "recalled"
    )
    island_natural_share: u.Share = sourced(0.4, 0.9, "of islands", "assumed")
    known_natural_shoreline: dict[str, float] = sourced(
        0.0, 1.0, "mainland share by code of city; Xiamen 18.3 % in 2023", "measured"
    )
    natural_shore_width: u.Metres = sourced(50.0, 300.0, "beach or flat beside a natural shore", "assumed")
    artificial_shore_width: u.Metres = sourced(20.0, 100.0, "strip before a sea wall", "assumed")
    shore_width_spread: u.Ratio = sourced(0.2, 0.8, "standard deviation of the logarithm", "assumed")
    beach_share: u.Share = sourced(0.2, 0.5, "of natural segments, the rest is mud", "assumed")
    tidal_flat_per_km: u.Ratio = sourced(2.0, 50.0, "ha of flat beyond the strip, by km of shore", "assumed")
    tidal_flat_median: u.Hectares = sourced(5.0, 40.0, "median flat", "assumed")
    tidal_flat_spread: u.Ratio = sourced(0.5, 1.2, "standard deviation of the logarithm", "assumed")
    mangrove_per_km: u.Ratio = sourced(0.2, 0.6, "Fujian: some 1,650 ha on 3,752 km of shore", "recalled")
    mangrove_median: u.Hectares = sourced(1.0, 10.0, "median stand", "assumed")
    mangrove_spread: u.Ratio = sourced(0.7, 1.3, "standard deviation of the logarithm", "assumed")
    known_mangrove: dict[str, float] = sourced(
        0.0, 5000.0, "ha by code of city or county; Xiamen 174 ha in 2023", "measured"
    )


def natural_length(ground: Ground, rules: ShoreRules, towns: Single) -> Floats:
    """Kilometres of natural shore in each cell (n,); towns and flat shores are built up first."""
    geo = ground.geography
    coast = np.flatnonzero(geo.shoreline > 0)
    cities, city = np.unique(geo.counties["city"], return_inverse=True)
    group = city[geo.county[coast]] + cities.size * geo.island[coast]
    wild = 0.3 * ground.patches_of_chance("landscape/wild shore", 1) - towns - 0.3 * ground.flat
    order = np.lexsort((-wild[coast], group))
    length = geo.shoreline[coast][order]
    passed = np.cumsum(length) - length
    group = group[order]
    first = np.searchsorted(group, group)
    passed -= passed[first]
    total = sum_by(group, length, 2 * cities.size)
    kept = _natural_share(ground, rules, cities)[group] * total[group]
    natural = np.zeros(len(geo))
    natural[coast[order]] = np.clip(kept - passed, 0.0, length)
    return natural


def _natural_share(ground: Ground, rules: ShoreRules, cities: NDArray[np.object_]) -> Floats:
    """Natural share of the mainland shore of each city, then of the island shore of each."""
    mainland = by_code(rules.known_natural_shoreline, cities, rules.natural_shoreline_share)
    return np.concatenate([mainland, np.full(cities.size, rules.island_natural_share)])


def shore_kinds(ground: Ground, rules: ShoreRules) -> list[Kind]:
    """Segments of natural and of artificial shore (their sizes in ha per km), flats and mangroves."""
    geo = ground.geography
    per_km = geo.shoreline / geo.area
    sheltered = ground.near_river * per_km
    nowhere = np.zeros(len(geo))
    spread = rules.shore_width_spread
    flats = expected_area(ground, per_km, rules.tidal_flat_per_km * _km_per_ha(ground), {})
    mangroves = expected_area(
        ground, sheltered, rules.mangrove_per_km * _km_per_ha(ground), rules.known_mangrove
    )
    return [
        Kind("natural", rules.natural_shore_width * HECTARES_PER_KM_AND_M, spread, nowhere),
        Kind("artificial", rules.artificial_shore_width * HECTARES_PER_KM_AND_M, spread, nowhere),
        Kind("flat", rules.tidal_flat_median, rules.tidal_flat_spread, flats),
        Kind("mangrove", rules.mangrove_median, rules.mangrove_spread, mangroves),
    ]


def shore_lengths(carved: Carved, kinds: tuple[int, int], natural: Floats, shoreline: Floats) -> Floats:
    """Kilometres of shore of each carved patch (m,): natural or artificial by its kind, 0 for what is no shore."""
    whole = natural[carved.host]
    length = np.where(carved.kind == kinds[0], whole, 0.0)
    return np.where(carved.kind == kinds[1], shoreline[carved.host] - whole, length)


def _km_per_ha(ground: Ground) -> float:
    geo = ground.geography
    return float(geo.shoreline.sum()) / max(float(geo.area[ground.land].sum()), 1e-9)


def bay_beside(ground: Ground) -> NDArray[np.int16]:
    """Bay of each cell (n,): its own at sea, that of a neighbouring sea cell on the coast, else -1."""
    geo, grid = ground.geography, ground.grid
    bay = geo.bay.copy()
    rows = np.flatnonzero(geo.shoreline > 0)
    padded = np.append(geo.bay, np.int16(-1))  # index -1 is nobody
    for down, right in ((1, 1), (0, 1), (2, 1), (1, 0), (1, 2), (0, 0), (0, 2), (2, 0), (2, 2)):
        beside = padded[grid.index[1, grid.row[rows] + down, grid.column[rows] + right]]
        bay[rows] = np.where(bay[rows] >= 0, bay[rows], beside)
    return bay
