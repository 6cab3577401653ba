"""Water on five cells, worked by hand: 0 and 1 into 2, 2 into 3 with half of its water, 3 to the sea at 4."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.landscapes.geography import circular_rows, drainage_order, first_other, upstream_area

DOWNSTREAM = np.array([2, 2, 3, 4, -1], dtype=np.int32)
AREA = np.array([10.0, 20.0, 30.0, 40.0, 100.0])
FRACTION = np.array([1.0, 1.0, 0.5, 1.0, 1.0])


def test_area_gathers_downstream_less_what_goes_elsewhere() -> None:
    assert upstream_area(AREA, DOWNSTREAM, FRACTION).tolist() == [10.0, 20.0, 60.0, 70.0, 170.0]


def test_the_first_other_county_on_the_way_down() -> None:
    county = np.array([0, 1, 1, 1, 2])
    assert first_other(DOWNSTREAM, county).tolist() == [1, 2, 2, 2, -1]


def test_water_in_a_circle_is_found_with_all_that_drains_into_it() -> None:
    circle = np.array([1, 0, 0, -1], dtype=np.int32)
    assert circular_rows(circle).tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="runs in a circle: rows 0, 1, 2"):
        upstream_area(np.ones(4), circle, np.ones(4))


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_any_forest_conserves_area_and_is_drained_from_the_springs(choices: list[int]) -> None:
    """Each cell drains into an earlier one or nowhere: the roots together gather all area, once."""
    downstream = np.array([choice % (row + 1) - 1 for row, choice in enumerate(choices)], dtype=np.int32)
    area = np.arange(1.0, len(choices) + 1)
    total = upstream_area(area, downstream, np.ones(area.size))
    assert total[downstream < 0].sum() == area.sum()
    place = np.full(area.size, -1)
    for number, rows in enumerate(drainage_order(downstream)):
        place[rows] = number
    inner = np.flatnonzero((downstream >= 0) & (downstream[downstream] >= 0))
    assert np.all(place[inner] < place[downstream[inner]])
