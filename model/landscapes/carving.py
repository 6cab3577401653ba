"""Small things inside large cells: mines, quarries, mangroves and flats are patches of their own, cut out of a cell.

How many a cell holds is Poisson with the mean ``expected area / mean size``, sizes are lognormal; where the total of a
city or county is known, the sizes are scaled to meet it. What is cut out leaves its host smaller, so area is conserved:
all of Xiamen's legacy mines together are smaller than one cell of 2 km. Most likely wrong: sizes are independent, where
real quarries come in swarms of like size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from model.landscapes.ground import YEAR, Ground, key_of
from model.state.streams import Keys, entity_keys
from model.state.sums import sum_by
from model.units import Floats

Rows = NDArray[np.int64]
LARGEST_SHARE = 0.25  # of its host that one carved patch may take, if no known total asks for more
MOST_IN_CELL = 500.0  # patches of a kind, on average; more would not fit
FULL = 0.8  # of a cell that all its carved patches together may take


@dataclass(frozen=True, eq=False)
class Kind:
    """A sort of carved patch: how it is named, how large it is, and where it is expected (ha in each cell, (n,))."""

    name: str
    median: float
    sd_log: float
    expected: Floats

    @property
    def mean(self) -> float:
        """Mean area of a patch of this kind, in ha."""
        return float(self.median * np.exp(0.5 * self.sd_log**2))


@dataclass(frozen=True, eq=False)
class Carved:
    """m patches cut out of cells: ``host`` cell, ``kind`` (place in a list), ``ids``, ``keys``, ``area`` in ha."""

    host: Rows
    kind: Rows
    ids: Any
    keys: Keys
    area: Floats

    def __len__(self) -> int:
        return int(self.host.size)

    def taken(self, rows: Any) -> Carved:
        """The patches ``rows``, in that order."""
        return Carved(*(_take(getattr(self, f.name), rows) for f in fields(self)))


def _take(values: Any, rows: Rows) -> Any:
    return values.take(pa.array(rows)) if isinstance(values, pa.Array) else values[rows]


def expected_area(
    ground: Ground, suits: Floats, density: Floats | float, known: Mapping[str, float]
) -> Floats:
    """Hectares expected in each cell (n,): ``density`` (ha per ha, on average over where it ``suits``) x area.

    ``known`` holds totals (ha) by code of city or county; they are shared out over their cells as it suits.
    """
    geo = ground.geography
    weight = np.where(ground.land, suits, 0.0) * geo.area
    mean_suits = weight.sum() / max(float(geo.area[ground.land].sum()), 1e-9)
    expected = density * weight / max(mean_suits, 1e-9)
    if known:
        group, totals = known_groups(ground, known)
        summed = sum_by(group, weight, totals.size)
        shared = (totals / np.maximum(summed, 1e-9))[group] * weight
        expected = np.where(np.isnan(totals[group]), expected, shared)
    return expected


def known_groups(ground: Ground, known: Mapping[str, float]) -> tuple[Rows, Floats]:
    """Group of each cell (n,) and each group's known total: one for a key of ``known``, the last without (nan)."""
    names = list(known)
    of_county = [key_of(known, code) for code in ground.geography.counties["code"]]
    number = np.array([len(names) if key is None else names.index(key) for key in of_county], dtype=np.int64)
    return number[ground.geography.county], np.array([*known.values(), np.nan], dtype=np.float64)


def counts(ground: Ground, kind: Kind, known: Mapping[str, float]) -> NDArray[np.int64]:
    """How many patches of a kind each cell holds (n,): Poisson, at least one in all where a known total asks for it.

    Raises ``ValueError`` where it asks for one and nothing suits it.
    """
    rows = np.flatnonzero(kind.expected > 0)
    found = np.zeros(len(ground.geography), dtype=np.int64)
    mean = np.minimum(kind.expected[rows] / kind.mean, MOST_IN_CELL)
    found[rows] = ground.chance.poisson(f"landscape/{kind.name}/count", YEAR, ground.keys[rows], mean)
    if known:
        group, totals = known_groups(ground, known)
        present = sum_by(group, found, totals.size) > 0
        for number in np.flatnonzero((totals > 0) & ~present):
            here = np.where(group == number, kind.expected, 0.0)
            if not here.any():
                raise ValueError(
                    f"{list(known)[number]} has no place for the {totals[number]:g} ha of {kind.name}"
                )
            found[np.argmax(here)] = 1
    return found


def carve(ground: Ground, kinds: list[Kind], found: list[NDArray[np.int64]]) -> Carved:
    """Patches of all ``kinds``, ``found`` (n,) of each kind in each cell, beside one another by host, then by kind."""
    host = np.concatenate([np.repeat(np.arange(each.size), each) for each in found])
    kind = np.repeat(np.arange(len(kinds)), [int(each.sum()) for each in found])
    starts = [np.repeat(np.cumsum(each) - each, each) for each in found]
    number = np.concatenate([np.arange(start.size) - start for start in starts]) + 1
    ids = _ids(ground.geography.cell_id, host, [each.name for each in kinds], kind, number)
    keys = entity_keys(ids)
    median = np.array([each.median for each in kinds])
    spread = np.array([each.sd_log for each in kinds])
    area = ground.chance.lognormal("landscape/size", YEAR, keys, np.log(median[kind]), spread[kind])
    area = np.minimum(area, LARGEST_SHARE * ground.geography.area[host])
    return Carved(host, kind, ids, keys, area).taken(np.argsort(host, kind="stable"))


def _ids(cells: Any, host: Rows, names: list[str], kind: Rows, number: Rows) -> Any:
    cell = (cells if isinstance(cells, pa.Array) else pa.array(cells, pa.string())).take(pa.array(host))
    named = pa.array([f"-{name}" for name in names], pa.string()).take(pa.array(kind))
    return pc.binary_join_element_wise(cell, named, pa.array(number).cast(pa.string()), "")


def scaled_to(ground: Ground, carved: Carved, kind: int, known: Mapping[str, float]) -> Carved:
    """``carved`` with the patches of one kind scaled so that each known total (ha) is met."""
    if not known:
        return carved
    rows = np.flatnonzero(carved.kind == kind)
    group, totals = known_groups(ground, known)
    group = group[carved.host[rows]]
    summed = sum_by(group, carved.area[rows], totals.size)
    factor = np.where(np.isnan(totals), 1.0, totals / np.maximum(summed, 1e-12))
    area = carved.area.copy()
    area[rows] *= factor[group]
    return Carved(carved.host, carved.kind, carved.ids, carved.keys, area)


def fitted(ground: Ground, carved: Carved, fixed: Any) -> Carved:
    """``carved`` with patches shrunk where a cell would overflow; those of ``fixed`` kinds keep their size.

    Raises ``ValueError`` naming the cells where the fixed ones alone do not fit.
    """
    room = FULL * ground.geography.area
    keeps = np.isin(carved.kind, fixed)
    kept = sum_by(carved.host, np.where(keeps, carved.area, 0.0), room.size)
    over = np.flatnonzero(kept > room)
    if over.size:
        names = ", ".join(str(ground.geography.cell_id[int(row)]) for row in over[:5])
        raise ValueError(f"known totals do not fit into cells {names}: give more land, or a smaller total")
    rest = sum_by(carved.host, np.where(keeps, 0.0, carved.area), room.size)
    factor = np.minimum(1.0, (room - kept) / np.maximum(rest, 1e-12))
    area = np.where(keeps, carved.area, carved.area * factor[carved.host])
    return Carved(carved.host, carved.kind, carved.ids, carved.keys, area)
