"""Where ore and stone are dug, and by whom: pits without an owner, quarries on the coast, concessions in ore fields.

Ore lies in fields of some ten kilometres, each of one mineral; firms hold several concessions of one mineral in one
county. Legacy pits are small and lie on slopes within reach of people. Xiamen dealt with 306 ha of them by 2023. Most
likely wrong: all of it, in place. No verified mine location is used, only totals are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import units as u
from model.landscapes.carving import Carved, Kind, expected_area
from model.landscapes.cover import Codes, blocks_of
from model.landscapes.ground import YEAR, Ground, Single, by_code
from model.landscapes.landscape import Columns
from model.parameters import Each, sourced
from model.vocabulary import Ecosystem, Mineral, Zone

DIGGABLE = (Ecosystem.FOREST, Ecosystem.GRASSLAND, Ecosystem.FARMLAND)


@dataclass(frozen=True)
class MineRules:
    """Densities, sizes, minerals and owners of old and working mines."""

    legacy_mine_share: u.Share = sourced(
        0.001, 0.0024, "of land; Xiamen 306 ha on 1,700 km2, China 0.0024", "derived"
    )
    legacy_mine_median: u.Hectares = sourced(1.0, 5.0, "median pit; checks begin at 0.667 ha", "assumed")
    legacy_mine_spread: u.Ratio = sourced(0.8, 1.5, "standard deviation of the logarithm", "assumed")
    known_legacy_mines: dict[str, float] = sourced(
        0.0, 1e5, "ha by code of city or county; Xiamen 4,589 mu by 2023", "derived"
    )
    working_mine_share: u.Share = sourced(0.0, 0.01, "concessions, of land", "assumed", "sweep")
    working_mine_median: u.Hectares = sourced(5.0, 100.0, "median concession", "assumed")
    working_mine_spread: u.Ratio = sourced(0.6, 1.2, "standard deviation of the logarithm", "assumed")
    quarry_share: u.Share = sourced(0.0, 0.003, "granite quarries, of land in coastal counties", "assumed")
    quarry_median: u.Hectares = sourced(2.0, 40.0, "median quarry", "assumed")
    quarry_spread: u.Ratio = sourced(0.5, 1.1, "standard deviation of the logarithm", "assumed")
    mining_intensity: dict[str, float] = sourced(
        0.0,
        10.0,
        "working mines by code of city or county, where it differs from 1; Longyan digs most",
        "assumed",
    )
    ore_field_size: u.Metres = sourced(5000.0, 20000.0, "width of an ore field", "assumed")
    ore_field_share: u.Share = sourced(0.1, 0.5, "of the land that lies in ore fields", "assumed")
    mineral_weight: Annotated[u.Floats, Each(Mineral, u.Ratio)] = sourced(
        0.0,
        10.0,
        "how often a field is of each mineral; south-west Fujian: coal, iron, limestone, kaolin",
        "assumed",
    )
    concessions_per_firm: u.Ratio = sourced(1.0, 6.0, "on average", "assumed")
    opened_low: u.Share = sourced(0.0, 0.5, "least part of a concession that is open", "assumed")
    opened_high: u.Share = sourced(0.1, 1.0, "largest part of a concession that is open", "assumed")
    backlog_share: u.Share = sourced(
        0.0, 0.5, "of the opened area that is overdue for reclamation, mean", "assumed"
    )


def mine_kinds(ground: Ground, rules: MineRules, ecosystem: Codes, zone: Codes, towns: Single) -> list[Kind]:
    """Legacy pits, working mines and quarries, with where they are expected."""
    geo = ground.geography
    hills = np.isin(ecosystem, DIGGABLE) * (1.5 - ground.flat)
    open_hills = hills * (zone != Zone.RED_LINE) * (zone != Zone.PERMANENT_FARMLAND)
    intensity = by_code(rules.mining_intensity, geo.counties["code"], 1.0)[geo.county]
    in_field = ore_fields(ground, rules)[0]
    coastal = np.zeros(len(geo.counties), dtype=bool)
    coastal[geo.county[geo.shoreline > 0]] = True
    by_sea = open_hills * coastal[geo.county]
    coast_share = float(
        geo.area[ground.land & coastal[geo.county]].sum() / max(geo.area[ground.land].sum(), 1e-9)
    )
    legacy = expected_area(ground, hills * (0.1 + towns), rules.legacy_mine_share, rules.known_legacy_mines)
    working = expected_area(ground, open_hills * in_field, rules.working_mine_share * intensity, {})
    quarries = expected_area(ground, by_sea, rules.quarry_share * coast_share, {})
    return [
        Kind("legacy", rules.legacy_mine_median, rules.legacy_mine_spread, legacy),
        Kind("mine", rules.working_mine_median, rules.working_mine_spread, working),
        Kind("quarry", rules.quarry_median, rules.quarry_spread, quarries),
    ]


def ore_fields(ground: Ground, rules: MineRules) -> tuple[NDArray[np.bool_], NDArray[np.int8]]:
    """Flags of the cells in an ore field (n,), and the mineral that would be found in each."""
    block, blocks = blocks_of(ground, rules.ore_field_size)
    keys = np.arange(blocks, dtype=np.uint64)
    found = ground.chance.uniform("landscape/ore field", YEAR, keys) < rules.ore_field_share
    odds = np.cumsum(rules.mineral_weight) / max(float(np.sum(rules.mineral_weight)), 1e-9)
    mineral = np.searchsorted(odds, ground.chance.uniform("landscape/mineral", YEAR, keys))
    return found[block], np.minimum(mineral, len(Mineral) - 1).astype(np.int8)[block]


def mines_and_firms(
    ground: Ground, rules: MineRules, carved: Carved, rows: NDArray[np.int64], quarries: NDArray[np.bool_]
) -> tuple[Columns, pd.DataFrame]:
    """One row for each concession among the carved patches ``rows``, and the firms that hold them.

    ``quarries`` flags those of ``rows`` that dig granite. ``patch`` is a row of ``carved`` still.
    """
    keys, host, area = carved.keys[rows], carved.host[rows], carved.area[rows]
    mineral = np.where(quarries, Mineral.GRANITE, ore_fields(ground, rules)[1][host]).astype(np.int8)
    county = ground.geography.county[host]
    firm, firms = _firms(ground, rules, keys, county, mineral)
    chance = ground.chance
    open_part = rules.opened_low + (rules.opened_high - rules.opened_low) * chance.uniform(
        "landscape/opened", YEAR, keys
    )
    overdue = np.minimum(1.0, 2.0 * rules.backlog_share * chance.uniform("landscape/backlog", YEAR, keys))
    opened = open_part * area
    mines: Columns = {
        "patch": rows.astype(np.int32),
        "firm": firm,
        "mineral": mineral,
        "opened_ha": opened,
        "backlog_ha": overdue * opened,
    }
    return mines, firms


def _firms(
    ground: Ground, rules: MineRules, keys: NDArray[np.uint64], county: NDArray[np.int16], mineral: Codes
) -> tuple[NDArray[np.int32], pd.DataFrame]:
    """Firm of each concession and the table of firms: in each county so many of a mineral that it fits on average."""
    market = county.astype(np.int64) * len(Mineral) + mineral
    size = np.bincount(market, minlength=1)
    firms = np.ceil(size / max(rules.concessions_per_firm, 1.0))
    number = (ground.chance.uniform("landscape/firm", YEAR, keys) * firms[market]).astype(np.int64)
    most = int(firms.max(initial=1.0)) + 1
    held, firm = np.unique(market * most + number, return_inverse=True)
    home, kind = np.divmod(held // most, len(Mineral))
    code = ground.geography.counties["code"].to_numpy()[home]
    ids = [f"{c}-{Mineral(int(k)).text}-{n + 1}" for c, k, n in zip(code, kind, held % most, strict=True)]
    table = pd.DataFrame({"id": pd.array(ids, dtype="str"), "county": home.astype(np.int64)})
    return firm.astype(np.int32), table
