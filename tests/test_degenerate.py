"""The smallest and emptiest worlds: nothing crashes, nothing is not a number, an empty group's mean is null."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from model.landscapes.landscape import DispersalLinks, Landscape
from model.restoration_model import RestorationModel
from tests.small_worlds import small_world
from tests.worlds import world


def _no_links(land: Landscape) -> Landscape:
    n = len(land.ids)
    none = DispersalLinks(np.zeros(n + 1, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros(0))
    return replace(land, dispersal=none, coast_links=np.zeros((0, 2), dtype=np.int32))


def _no_bays(land: Landscape) -> Landscape:
    patches = {**land.patches, "bay": np.full(len(land.ids), -1)}
    return replace(land, patches=patches, bays=land.bays.iloc[:0], bay_exchange=np.zeros((0, 3)))


def _condition(land: Landscape, value: float) -> Landscape:
    full = np.full(len(land.ids), value)
    patches = {**land.patches, "structure": full, "composition": full, "substrate": full, "cover": full}
    return replace(land, patches=patches)


RATIOS = ("eca_ha", "cost_per_effective_ha")  # null where there is nothing to divide by, or not computed

LANDS: dict[str, Any] = {
    "one patch": lambda: small_world(1, firms=0, counties=1),
    "two by two": lambda: small_world(2, firms=1, counties=1),
    "no firms": lambda: small_world(6, firms=0),
    "no links": lambda: _no_links(small_world(6)),
    "no bays": lambda: _no_bays(small_world(6)),
    "all degraded": lambda: _condition(small_world(6), 0.0),
    "all pristine": lambda: _condition(small_world(6), 1.0),
    "one county": lambda: small_world(6, counties=1),
}
WORDS: dict[str, list[str]] = {
    "no investors": ["people.investors=0"],
    "no money": ["funding.own_budget.per_hectare=0.0", "funding.own_budget.per_person=0.0",
                 "funding.transfer.per_hectare=0.0"],
    "no people": ["people=none"],
    "nothing but nature": ["people=none", "planning=none", "projects=none", "extraction=none"],
}  # fmt: skip


def _sound(model: RestorationModel) -> None:
    table = model.indicators()
    numbers = table.select_dtypes("number").to_numpy(dtype=np.float64)
    assert not np.isinf(numbers).any()
    counted = [name for name in table if name.endswith(("_ha", "_n", "_yuan", "_tC")) and name not in RATIOS]
    assert not table[counted].isna().any().any()
    assert len(table) == (model.year - 2024 + 1) * len(model.record.labels)


@pytest.mark.parametrize("land", LANDS)
@pytest.mark.parametrize("years", [0, 1, 6])
def test_every_degenerate_land_lives(land: str, years: int) -> None:
    _sound(world(landscape=LANDS[land](), years=years).run())


@pytest.mark.parametrize("said", WORDS)
def test_every_absence_lives(said: str) -> None:
    _sound(world(WORDS[said], years=6).run())


@pytest.mark.parametrize(("one", "other"), list(combinations(WORDS, 2)))
def test_absences_together_on_a_single_patch(one: str, other: str) -> None:
    if {"people=none"} & set(WORDS[one] + WORDS[other]) and "no investors" in (one, other):
        pytest.skip("nobody is there, so investors cannot be counted")
    words = list(dict.fromkeys(WORDS[one] + WORDS[other]))
    _sound(world(words, small_world(1, firms=0, counties=1), years=3).run())


def test_the_mean_of_an_empty_group_is_null_and_not_zero() -> None:
    table = world(landscape=small_world(1, firms=0, counties=1), years=1).run().indicators()
    assert table["bay_condition_mean"].notna().all()  # its one patch is a bay
    assert table["condition_mangrove_mean"].isna().all()
    assert table["natural_shoreline_pct"].isna().all()
    assert table["cost_per_effective_ha"].isna().all()
    assert (table["legacy_mines_ha"] == 0.0).all()
