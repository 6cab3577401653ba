"""What grows where: fields in valleys and coastal plains, towns at their best sites, forest on the hills.

Each class takes the cells that suit it best until its share of the land is full; ``patchiness`` says how much chance
counts beside place. Use control follows: the red line (生態保護紅線) holds high forest and headwaters, permanent
farmland the best fields, urban growth the edge of towns. Shares are Fujian's, roughly. Most likely wrong: whole cells
of one class, where a real cell of 400 ha holds several.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model import units as u
from model.landscapes.ground import YEAR, Ground, Single, best_of_groups, by_code, top_share
from model.parameters import sourced
from model.state.streams import entity_keys
from model.vocabulary import Ecosystem, Zone

Codes = NDArray[np.int8]
VALLEY_REACH = 8  # cells around that a valley is lower than
SURVEY = "third national land survey, Fujian, rounded to whole cells"


@dataclass(frozen=True)
class CoverRules:
    """Shares of the land by class and zone, and what draws towns; forest is what remains (about two thirds)."""

    farmland_share: u.Share = sourced(0.10, 0.22, SURVEY + "; orchards and tea included", "recalled")
    built_share: u.Share = sourced(0.05, 0.12, SURVEY + "; villages and roads included", "recalled")
    grassland_share: u.Share = sourced(0.005, 0.05, SURVEY, "recalled")
    wetland_share: u.Share = sourced(0.005, 0.03, SURVEY, "recalled")
    lake_share: u.Share = sourced(0.002, 0.015, SURVEY + "; reservoirs included", "recalled")
    river_share: u.Share = sourced(0.005, 0.02, SURVEY, "recalled")
    sandy_share: u.Share = sourced(0.001, 0.01, "beach ridges and dunes of the outer coast", "assumed")
    patchiness: u.Ratio = sourced(
        0.05, 0.3, "weight of chance against place in where a class lies", "assumed"
    )
    seat_radius: u.Metres = sourced(2000.0, 8000.0, "half-way reach of a county seat", "assumed")
    seat_spread: u.Ratio = sourced(0.0, 0.8, "standard deviation of the logarithm of that reach", "assumed")
    town_radius: u.Metres = sourced(500.0, 3000.0, "half-way reach of a market town", "assumed")
    town_spacing: u.Metres = sourced(8000.0, 20000.0, "distance of market towns (Skinner 1964)", "recalled")
    urban_intensity: dict[str, float] = sourced(
        0.2, 10.0, "reach of towns by code of city or county, where it differs from 1", "assumed"
    )
    red_line_share: u.Share = sourced(
        0.25, 0.31, "27.5 % of Fujian's land lies within the red line", "recalled"
    )
    sea_red_line_share: u.Share = sourced(0.1, 0.4, "marine red lines, part of the bays", "assumed")
    permanent_farmland_share: u.Share = sourced(0.75, 0.9, "at least 80 % of farmland by law", "recalled")
    growth_share: u.Share = sourced(0.01, 0.06, "land beside towns open for growth, of all land", "assumed")


def town_reach(ground: Ground, rules: CoverRules) -> Single:
    """Nearness to county seats and market towns (n,), 1 in their middle, one half at their radius."""
    geo = ground.geography
    chance = ground.patches_of_chance("landscape/towns", 0)
    site: Single = np.where(geo.is_sea, -np.inf, _lowland(ground) + 2 * rules.patchiness * chance).astype(
        np.float32
    )
    codes = entity_keys(geo.counties["code"].tolist())
    intensity = by_code(rules.urban_intensity, geo.counties["code"], 1.0)
    seat_reach = rules.seat_radius * intensity
    seat_reach *= ground.chance.lognormal("landscape/seat", YEAR, codes, 0.0, rules.seat_spread)
    seats = best_of_groups(site, geo.county, len(geo.counties))
    block, blocks = blocks_of(ground, rules.town_spacing)
    towns = best_of_groups(site, block, blocks)
    return np.maximum(
        _reach(ground, seats[geo.county], seat_reach[geo.county]),
        _reach(ground, towns[block], rules.town_radius * intensity[geo.county]),
    )


def _lowland(ground: Ground) -> Single:
    """How much a cell is valley floor or coastal plain: low, above all against its surroundings, flat, near water."""
    wet = np.maximum(ground.near_river, ground.near_coast)
    around = ground.grid.smooth(ground.low, VALLEY_REACH)
    mean: Single = (ground.low - np.float32(0.6) * around + ground.flat + wet) / np.float32(3)
    return mean


def blocks_of(ground: Ground, size: float) -> tuple[NDArray[np.int64], int]:
    """Number of the square of ``size`` m that each cell lies in (n,), and how many squares there are."""
    geo = ground.geography
    column, row = (geo.x // size).astype(np.int64), (geo.y // size).astype(np.int64)
    column -= column.min()
    row -= row.min()
    wide = int(column.max()) + 1
    return row * wide + column, wide * (int(row.max()) + 1)


def _reach(ground: Ground, middle: NDArray[np.int64], radius: u.Floats) -> Single:
    x, y = ground.geography.x, ground.geography.y
    distance = np.hypot(x - x[middle], y - y[middle])
    reach: Single = np.where(middle >= 0, radius / np.maximum(radius + distance, 1e-9), 0).astype(np.float32)
    return reach


def ecosystems(ground: Ground, rules: CoverRules, towns: Single) -> Codes:
    """Ecosystem of each cell (n,); sea cells are bay, and what no rule claims is forest."""
    geo = ground.geography
    lowland = _lowland(ground)
    shore = np.where(geo.shoreline > 0, ground.low, -np.inf).astype(np.float32)
    stream = np.where(geo.river, np.log(geo.upstream_area), -np.inf)
    turns = (
        (Ecosystem.RIVER, rules.river_share, stream, 0.5, 0),
        (Ecosystem.BUILT, rules.built_share, towns + 0.3 * lowland, 0.5, 1),
        (Ecosystem.LAKE, rules.lake_share, ground.flat + ground.near_river, 2.0, 0),
        (Ecosystem.WETLAND, rules.wetland_share, lowland + ground.near_river, 2.0, 0),
        (Ecosystem.SANDY_LAND, rules.sandy_share, shore, 1.0, 1),
        (Ecosystem.FARMLAND, rules.farmland_share, lowland, 0.5, 1),
        (Ecosystem.GRASSLAND, rules.grassland_share, -ground.low, 1.0, 2),
    )
    taken = np.full(len(geo), Ecosystem.FOREST, dtype=np.int8)
    taken[geo.is_sea] = Ecosystem.BAY
    land_area = geo.area[ground.land].sum()
    for ecosystem, share, suits, chance, reach in turns:
        score = suits + chance * rules.patchiness * ground.patches_of_chance(
            f"landscape/{ecosystem.text}", reach
        )
        free = (taken == Ecosystem.FOREST) & np.isfinite(score)
        of_free = share * land_area / max(float(geo.area[free].sum()), 1e-9)
        taken[top_share(score.astype(np.float32), geo.area, of_free, free)] = ecosystem
    return taken


def zones(ground: Ground, rules: CoverRules, ecosystem: Codes, towns: Single) -> Codes:
    """Use-control zone of each cell (n,)."""
    area, land = ground.geography.area, ground.land
    land_area = float(area[land].sum())
    used = np.isin(ecosystem, (Ecosystem.FARMLAND, Ecosystem.BUILT))
    zone = np.full(ecosystem.size, Zone.GENERAL, dtype=np.int8)
    wild = land & ~used
    score = 0.5 * np.isin(ecosystem, (Ecosystem.WETLAND, Ecosystem.LAKE)) - ground.low - ground.flat - towns
    score += 2 * rules.patchiness * ground.patches_of_chance("landscape/red line", 2)
    share = rules.red_line_share * land_area / max(float(area[wild].sum()), 1e-9)
    zone[top_share(score.astype(np.float32), area, share, wild)] = Zone.RED_LINE
    sea_score = ground.near_coast + 2 * rules.patchiness * ground.patches_of_chance(
        "landscape/sea red line", 2
    )
    zone[top_share(sea_score, area, rules.sea_red_line_share, ~land)] = Zone.RED_LINE
    edge = towns + 0.5 * rules.patchiness * ground.patches_of_chance("landscape/town edge", 0)
    fields = ecosystem == Ecosystem.FARMLAND
    best = top_share(ground.flat - edge, area, rules.permanent_farmland_share, fields)
    zone[best] = Zone.PERMANENT_FARMLAND
    free = land & (zone == Zone.GENERAL) & (ecosystem != Ecosystem.BUILT)
    share = rules.growth_share * land_area / max(float(area[free].sum()), 1e-9)
    zone[top_share(edge, area, share, free)] = Zone.URBAN_GROWTH
    zone[ecosystem == Ecosystem.BUILT] = Zone.URBAN_GROWTH
    return zone
