"""An invented land looks like one: mountains inland, rivers to the bays, counties that hang together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as searching
from hypothesis import strategies as st
from scipy import ndimage

from model.landscapes.drainage import drain, grow
from model.landscapes.geography import CELL_FIELDS, Geography
from model.landscapes.grid import grid_of, hilbert_rank
from model.landscapes.synthetic import synthetic_geography
from tests.landscape_helpers import invented


def _picture(geography: Geography, values: np.ndarray) -> np.ndarray:
    grid = grid_of(geography.x, geography.y, geography.cell_size_m, geography.is_sea)
    picture = np.zeros((grid.index.shape[1] - 2, grid.index.shape[2] - 2), dtype=values.dtype)
    picture[grid.row, grid.column] = values
    return picture


@given(patches=st.integers(1, 600), seed=st.integers(0, 2**64 - 1))
@searching(max_examples=40)
def test_every_size_and_seed_gives_a_geography_without_faults(patches: int, seed: int) -> None:
    geography = synthetic_geography(patches, seed).check()
    assert len(geography) == patches
    assert geography.area.sum() == pytest.approx(400.0 * patches)


def test_a_seed_is_a_land() -> None:
    once, again, other = synthetic_geography(500, 7), synthetic_geography(500, 7), synthetic_geography(500, 8)
    for name in CELL_FIELDS:
        assert np.array_equal(getattr(once, name), getattr(again, name)), name
    assert not np.array_equal(once.elevation, other.elevation)


def test_no_patch_is_no_landscape() -> None:
    with pytest.raises(ValueError, match="at least 1 patch, not 0"):
        synthetic_geography(0, 1)


@pytest.mark.parametrize("seed", range(5))
def test_all_water_reaches_a_bay(seed: int) -> None:
    geography = synthetic_geography(2000, seed)
    end = np.arange(len(geography))
    for _ in range(len(geography)):
        onward = np.where(geography.downstream[end] >= 0, geography.downstream[end], end)
        if np.array_equal(onward, end):
            break
        end = onward
    assert geography.is_sea[end].all()
    assert geography.river.sum() > 0.03 * len(geography)


@pytest.mark.parametrize("seed", range(5))
def test_rivers_run_downhill_and_mountains_stand_inland(seed: int) -> None:
    geography = synthetic_geography(2000, seed)
    land = ~geography.is_sea & (geography.downstream >= 0)
    fall = geography.elevation[land] - geography.elevation[geography.downstream[land]]
    assert fall.min() > 0
    assert np.corrcoef(geography.coast_distance[land], geography.elevation[land])[0, 1] > 0.3
    assert 300 < geography.elevation.max() < 4000


@pytest.mark.parametrize("seed", range(5))
def test_the_sea_is_one_and_its_coast_is_not_straight(seed: int) -> None:
    geography = synthetic_geography(4000, seed)
    assert 0.08 < geography.is_sea.mean() < 0.25
    assert ndimage.label(_picture(geography, geography.is_sea))[1] == 1
    straight = np.hypot(np.ptp(geography.x[geography.is_sea]), np.ptp(geography.y[geography.is_sea])) / 1000
    assert geography.shoreline.sum() > 1.25 * straight
    assert np.all(geography.coast_distance[geography.shoreline > 0] == 0)


def test_some_lands_have_islands() -> None:
    assert sum(synthetic_geography(2000, seed).island.any() for seed in range(8)) >= 4


@pytest.mark.parametrize("patches", [500, 3000])
def test_counties_hang_together_and_are_of_a_size(patches: int) -> None:
    geography = invented(patches)
    for county in range(len(geography.counties)):
        assert ndimage.label(_picture(geography, geography.county == county))[1] == 1
    cells = np.bincount(geography.county[~geography.is_sea], minlength=len(geography.counties))
    assert cells.min() > 0.25 * cells.mean()
    assert cells.max() < 2.5 * cells.mean()


def test_codes_tell_cities_and_are_nobodys_own() -> None:
    counties = synthetic_geography(20_000, 3).counties
    assert counties["code"].is_unique
    assert counties["code"].str.fullmatch(r"99\d{4}").all()
    assert (counties["code"].str[:4] == counties["city"]).all()
    assert 3 <= counties.groupby("city").size().max() <= 8
    assert len(synthetic_geography(500, 3).counties) == 4


def test_a_hollow_fills_and_spills_over_its_lowest_lip() -> None:
    height = np.array([[9.0, 9.0, 9.0, 9.0], [9.0, 1.0, 5.0, 0.0], [9.0, 8.0, 9.0, 9.0]])
    sea = height == 0.0
    downstream = drain(height, np.ones_like(sea), sea).reshape(height.shape)
    assert downstream[1, 1] == 6  # the pit over the lip at (1, 2)
    assert downstream[1, 2] == 7  # the lip into the sea
    assert downstream[1, 3] == -1
    assert downstream[0, 0] == 5  # the corner by the pit, not over its equals


def test_regions_meet_on_the_ridge_between_them() -> None:
    height = np.array([[0.0, 0.0, 0.0, 0.0, 9.0, 0.0, 0.0]])
    region = grow(np.array([0, 6]), height, np.ones_like(height, dtype=bool))
    assert region[0, :4].tolist() == [0, 0, 0, 0]
    assert region[0, 5:].tolist() == [1, 1]


def test_the_curve_steps_from_neighbour_to_neighbour() -> None:
    column, row = (each.ravel() for each in np.meshgrid(np.arange(16), np.arange(16)))
    order = np.argsort(hilbert_rank(column, row))
    assert np.all(np.abs(np.diff(column[order])) + np.abs(np.diff(row[order])) == 1)
