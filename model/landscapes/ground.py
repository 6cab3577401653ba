"""What the rules see of a place: low or high, flat or steep, near water or far, and its own dice.

Nearness and lowness are measured against the landscape's own median m, ``m / (m + value)``: 1 on the spot, one half at
the median. So the same rules fit fine and coarse relief. Most likely wrong: rank matters, not height itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.landscapes.geography import Geography
from model.landscapes.grid import Grid, grid_of
from model.state.streams import Chance, Keys, entity_keys
from model.units import Flags, Floats

Single = NDArray[np.float32]
YEAR = 0  # the year in which rules draw


@dataclass(frozen=True, eq=False)
class Ground:
    """A geography (n cells) as rules see it; nearness and lowness (n,) in (0, 1]."""

    geography: Geography
    grid: Grid
    keys: Keys
    chance: Chance
    low: Single
    flat: Single
    near_river: Single
    near_coast: Single

    @property
    def land(self) -> Flags:
        """Flags of the cells that are land."""
        return ~self.geography.is_sea

    def patches_of_chance(self, purpose: str, reach: int) -> Single:
        """A random field (n,), mean 0 and standard deviation 1 inside, alike over ``reach`` cells: fields and woods."""
        white = self.chance.uniform(purpose, YEAR, self.keys).astype(np.float32) - np.float32(0.5)
        if reach == 0:
            return white * np.float32(12**0.5)
        return self.grid.smooth(white, reach) * np.float32((2 * reach + 1) * 12**0.5)


def ground_of(geography: Geography, chance: Chance) -> Ground:
    """The ground of a geography under the dice of one replicate."""
    land = ~geography.is_sea
    return Ground(
        geography,
        grid_of(geography.x, geography.y, geography.cell_size_m, geography.is_sea),
        entity_keys(geography.cell_id),
        chance,
        nearness(geography.elevation, land),
        nearness(geography.slope, land),
        nearness(geography.river_distance, land),
        nearness(geography.coast_distance, land),
    )


def nearness(values: NDArray[Any], among: Flags) -> Single:
    """1 where ``values`` (n,; 0 or more) are 0, one half at their median ``among`` the flagged."""
    middle = float(np.median(values[among])) if among.any() else 0.0
    return ((middle + 1e-6) / (middle + 1e-6 + np.maximum(values, 0))).astype(np.float32)


def top_share(score: Single, area: Floats, share: float, among: Flags) -> Flags:
    """Flags (n,) of the highest-scoring cells ``among`` the flagged that hold ``share`` of those cells' area."""
    rows = np.flatnonzero(among)
    rows = rows[np.argsort(-score[rows], kind="stable")]
    filled = np.cumsum(area[rows])
    wanted = share * (filled[-1] if rows.size else 0.0)
    chosen = np.zeros(score.size, dtype=bool)
    chosen[rows[filled - 0.5 * area[rows] < wanted]] = True
    return chosen


def best_of_groups(score: Single, group: NDArray[Any], groups: int) -> NDArray[np.int64]:
    """Row of the highest score in each group (groups,); -1 for a group whose scores are all minus infinity."""
    highest = np.full(groups, -np.inf, dtype=np.float32)
    np.maximum.at(highest, group, score)
    rows = np.flatnonzero((score == highest[group]) & np.isfinite(score))
    best = np.full(groups, -1, dtype=np.int64)
    best[group[rows]] = rows
    return best


def by_code(table: Mapping[str, float], codes: Iterable[str], otherwise: float) -> Floats:
    """Value of each county code (k,): the table's entry with the longest matching beginning, else ``otherwise``.

    A key of four digits speaks for a city, of six for a county.
    """
    keys = [key_of(table, code) for code in codes]
    return np.array([otherwise if key is None else table[key] for key in keys], dtype=np.float64)


def key_of(table: Mapping[str, Any], code: str) -> str | None:
    """The longest key of ``table`` that ``code`` begins with; ``None`` where there is none."""
    return max((key for key in table if code.startswith(key)), key=len, default=None)
