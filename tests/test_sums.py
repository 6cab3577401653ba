"""Sums by county equal those that a child would add up, and no value outside its bounds goes unnoticed."""

from __future__ import annotations

import numpy as np
import pytest
from numba.core.errors import TypingError

from model.intentions import BLOCK, blocks
from model.state.network import Layer
from model.state.people import Counties
from model.state.projects import Projects, Sites, project_keys
from model.state.sums import add_crossed, add_each, is_one_of, sum_by, sum_crossed, sum_once, sum_where
from model.state.table import OutOfBounds
from model.view import DEGRADED_BELOW, PatchSum, View
from model.vocabulary import Ecosystem, Stage, Zone
from tests.worlds import world

ROWS, GROUPS, KINDS = 500, 7, 3


def test_sums_equal_plain_additions_to_the_last_bit() -> None:
    rng = np.random.default_rng(1)
    group, kind = rng.integers(0, GROUPS, ROWS, dtype=np.int16), rng.integers(0, KINDS, ROWS, dtype=np.int8)
    values, where = rng.normal(size=ROWS), rng.random(ROWS) < 0.4
    whole, some, crossed = [0.0] * GROUPS, [0.0] * GROUPS, [[0.0] * GROUPS for _ in range(KINDS)]
    for g, k, value, here in zip(group.tolist(), kind.tolist(), values.tolist(), where.tolist(), strict=True):
        whole[g] += value
        some[g] += value if here else 0.0
        crossed[k][g] += value
    assert sum_by(group, values, GROUPS).tolist() == whole
    assert sum_where(group, values, where, GROUPS).tolist() == some
    assert sum_crossed(kind, group, values, KINDS, GROUPS).tolist() == crossed


def test_a_row_named_twice_counts_once_and_an_amount_that_belongs_nowhere_not_at_all() -> None:
    rng = np.random.default_rng(8)
    group, values = rng.integers(0, GROUPS, ROWS, dtype=np.int16), rng.normal(size=ROWS)
    named = rng.integers(0, ROWS, ROWS // 2, dtype=np.int32)
    once = np.unique(named)
    assert once.size < named.size
    assert (
        sum_once(named, group, values, GROUPS).tolist() == sum_by(group[once], values[once], GROUPS).tolist()
    )
    kind, place, amounts = (
        rng.integers(0, KINDS, ROWS),
        rng.integers(-1, GROUPS, ROWS),
        rng.integers(0, 2**55, ROWS),
    )
    crossed = [
        [sum(amounts[(kind == k) & (place == g)].tolist()) for g in range(GROUPS)] for k in range(KINDS)
    ]
    assert add_crossed(kind, place, amounts, KINDS, GROUPS).tolist() == crossed


def test_each_amount_is_added_at_its_row_and_taken_from_none_that_is_closed() -> None:
    rng = np.random.default_rng(5)
    rows, amounts = rng.integers(0, GROUPS, ROWS, dtype=np.int16), rng.integers(-(2**60), 2**60, ROWS)
    total, plain = np.zeros(GROUPS, dtype=np.int64), [0] * GROUPS
    for row, amount in zip(rows.tolist(), (amounts // ROWS).tolist(), strict=True):
        plain[row] += amount
    add_each(total, rows, amounts // ROWS)
    assert total.tolist() == plain
    total.flags.writeable = False
    with pytest.raises(TypingError, match="Cannot modify readonly array"):
        add_each(total, rows, amounts)


def test_a_project_is_known_by_the_least_key_of_its_patches() -> None:
    rng = np.random.default_rng(6)
    keys = rng.integers(0, 2**64, ROWS, dtype=np.uint64)
    patch, project = rng.integers(0, ROWS, ROWS), rng.integers(0, GROUPS, ROWS)
    sites = Sites(ROWS, patch=patch, project=project)
    least = [min(keys[patch[project == row]].tolist()) for row in range(GROUPS)]
    assert project_keys(Projects(GROUPS), sites, keys).tolist() == least


def test_one_look_at_all_patches_finds_what_numpy_sums_one_by_one() -> None:
    state = world().state
    h, view = state.habitats, View(state, 0.001)
    land = h.ecological & (h.ecosystem != Ecosystem.BAY)
    red, low = h.zone == Zone.RED_LINE, h.condition < DEGRADED_BELOW
    whole, everywhere = h.area * h.condition, np.ones(len(h), dtype=bool)
    expected = {
        PatchSum.WHOLE: (whole, h.ecological),
        PatchSum.AREA: (h.area, h.ecological),
        PatchSum.WHOLE_OUTSIDE: (whole, land & ~red),
        PatchSum.AREA_OUTSIDE: (h.area, land & ~red),
        PatchSum.WHOLE_INSIDE: (whole, land & red),
        PatchSum.AREA_INSIDE: (h.area, land & red),
        PatchSum.LAND: (h.area, land),
        PatchSum.DEGRADED: (h.area, land & low),
        PatchSum.CARBON: (h.carbon * h.area, everywhere),
    }
    assert set(expected) == set(PatchSum)
    for what, (values, where) in expected.items():
        assert values[where].sum() > 0.0, f"{what.name}: the land has none, so nothing is tried"
        by_county = np.bincount(h.county, weights=np.where(where, values, 0.0), minlength=len(state.counties))
        assert view.of_patches[what].tolist() == by_county.tolist(), what.name


def test_words_are_looked_up_as_numpy_finds_them() -> None:
    stage = np.random.default_rng(4).integers(0, len(Stage), ROWS, dtype=np.int8)
    for wanted in ((), (Stage.CLOSED,), (Stage.FAILED, Stage.PROPOSED)):
        assert np.array_equal(is_one_of(stage, wanted, len(Stage)), np.isin(stage, wanted))


def test_what_a_patch_reaches_is_the_sum_over_its_links() -> None:
    rng = np.random.default_rng(3)
    indptr = np.append(0, np.cumsum(rng.integers(0, 5, ROWS)))
    indices = rng.integers(0, ROWS, indptr[-1], dtype=np.int32)
    layer = Layer(indptr, indices, rng.random(indptr[-1], dtype=np.float32))
    values = rng.random(ROWS)
    for row, reached in enumerate(layer.reach(values)):
        own = slice(indptr[row], indptr[row + 1])
        links = zip(layer.weight[own].tolist(), indices[own].tolist(), strict=True)
        assert reached == sum(weight * values[j] for weight, j in links)
    some = rng.integers(0, ROWS, GROUPS)
    assert layer.reach(values, some).tolist() == layer.reach(values)[some].tolist()


@pytest.mark.parametrize("wrong", [-1e-12, 1.0 + 1e-12, np.nan, np.inf, -np.inf])
def test_a_single_value_outside_its_bounds_is_found(wrong: float) -> None:
    ids, leniency = [f"{code}" for code in range(1001)], np.linspace(0.0, 1.0, 1001)
    Counties(ids, leniency=leniency).check()
    leniency[700] = wrong
    with pytest.raises(OutOfBounds, match=r"counties\.leniency: 1 values outside 0 to 1 1, rows 700"):
        Counties(ids, leniency=leniency).check()


@pytest.mark.parametrize("rows", [0, 1, BLOCK, BLOCK + 1])
def test_blocks_hold_each_row_once(rows: int) -> None:
    parts = list(blocks(np.arange(rows)))
    assert len(parts) == max(-(-rows // BLOCK), 1)
    assert np.array_equal(np.concatenate(parts), np.arange(rows))
