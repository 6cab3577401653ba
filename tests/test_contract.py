"""What every form of every room owes the house: it lives, it writes what it says, its numbers say what they rest on."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any

import numpy as np
import pytest

from experiments import build
from experiments.forms import within
from model.indicators import SOUND_GROUND
from model.mechanisms import SLOTS, form, options, room
from model.parameters import parameters_of
from model.state.table import OutOfBounds
from tests.worlds import columns, world

FORMS = [(slot, option) for slot in SLOTS for option in options(slot)]
GROWING = {
    "projects",
    "sites",
    "parcels",
}  # planning and construction add rows to these, planning withdraws some


@pytest.mark.parametrize(("slot", "option"), FORMS)
def test_every_form_lives_two_years_and_writes_only_what_it_declares(slot: str, option: str) -> None:
    model = world(
        [f"{slot}={option}", "extraction.open_rate=0.3"] if slot != "extraction" else [f"{slot}={option}"]
    )
    plain, undeclared = model.let, []

    def watched(verb: Any, *handed: Any, **named: Any) -> Any:
        before = columns(model)
        result = plain(verb, *handed, **named)
        after = columns(model)
        declared = set(verb.__self__.writes)
        for name, values in after.items():
            table = name.partition(".")[0]
            if table in GROWING and values.size != before[name].size:
                continue
            if name not in declared and not np.array_equal(values, before[name], equal_nan=True):
                undeclared.append(f"{verb.__self__.__class__.__name__}.{verb.__name__} wrote {name}")
        return result

    model.let = watched  # type: ignore[method-assign]
    model.run(2)
    assert undeclared == []


def test_a_closed_column_cannot_be_written() -> None:
    model = world()
    with pytest.raises(ValueError, match="read-only"):
        model.habitats.structure[0] = 0.5
    with pytest.raises(AttributeError, match="window only looks"):
        model.habitat(0).structure = 0.5


def test_a_value_out_of_bounds_is_named_with_its_rows() -> None:
    model = world()
    with model.state.opened(["habitats.structure"]):
        model.habitats.structure[3] = np.nan
        model.habitats.structure[5] = 1.5
    with pytest.raises(OutOfBounds, match=r"habitats\.structure: 2 values outside 0 to 1 1, rows 3, 5"):
        model.state.check()


@pytest.mark.parametrize(("slot", "option"), FORMS)
def test_every_number_of_a_form_has_a_unit_a_range_a_source_and_a_grade(slot: str, option: str) -> None:
    kind = form(slot, option)
    assert is_dataclass(kind)
    assert kind.__dataclass_params__.frozen
    assert kind.__doc__
    assert room(slot).__doc__
    values = within(build.config([f"{slot}={option}"]).config, slot)
    for parameter in parameters_of(kind):
        given = values[parameter.name]
        numbers = list(given.values()) if isinstance(given, dict) else [given]
        low, high = parameter.bounds
        assert parameter.unit
        assert parameter.evidence.source
        assert all(low <= number <= high for number in numbers), parameter.name
        assert all(parameter.evidence.low <= n <= parameter.evidence.high for n in numbers), parameter.name


def test_every_room_can_be_empty() -> None:
    assert all("none" in options(slot) for slot in SLOTS)
    empty = world([f"{slot}=none" for slot in SLOTS])
    before = columns(empty)
    empty.run(3)
    after = columns(empty)
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_sound_ground_is_the_same_to_law_yardstick_and_report_unless_somebody_says_otherwise() -> None:
    config = build.config([]).config
    assert config["insolvency"]["sound_ground"] == config["evaluation"]["substrate"] == SOUND_GROUND
