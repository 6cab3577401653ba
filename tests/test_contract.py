"""What every form of every room owes the house: it lives, it writes what it says, its numbers say what they rest on."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any

import numpy as np
import pytest

from experiments import build, folders
from experiments.forms import mechanisms, within
from experiments.verbs.compare import scenarios_of
from experiments.words import parse
from model.measures import SOUND_GROUND
from model.mechanisms import SLOTS, form, options, room
from model.parameters import parameters_of
from model.restoration_model import RestorationModel
from model.settings import Settings
from model.state.table import OutOfBounds, Table
from tests.small_worlds import small_world
from tests.worlds import columns, world

FORMS = [(slot, option) for slot in SLOTS for option in options(slot)]
POINTERS = {
    "projects.remainder_of": "projects",
    "sites.project": "projects",
    "sites.previous": "sites",
    "habitats.site": "sites",
}
"""Columns that hold row numbers of a table, which move up with their rows where proposals are withdrawn."""
NO_FORMS = ("landscape", "policy", "experiment")


@pytest.mark.parametrize(("slot", "option"), FORMS)
def test_every_form_lives_two_years_and_writes_only_what_it_declares(slot: str, option: str) -> None:
    model = world(
        [f"{slot}={option}", "extraction.open_rate=0.3"] if slot != "extraction" else [f"{slot}={option}"]
    )
    assert undeclared_writes_of_two_years(model) == []


def test_whoever_changes_a_row_beside_the_rows_that_it_adds_is_found() -> None:
    model = world()
    plan = type(model.mechanisms["planning"].at(model.year)).plan

    def careless(self: Any, state: Any, choice: Any) -> None:
        plan(self, state, choice)
        with state.projects.opened(["area"]):
            state.projects.area[:1] += 1.0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(model.mechanisms["planning"].at(model.year)), "plan", careless)
        assert "Fragmented.careless wrote projects.area" in undeclared_writes_of_two_years(model, years=6)


def undeclared_writes_of_two_years(model: RestorationModel, years: int = 2) -> list[str]:
    """Lets the model live and lists each verb that changed a column, of rows that were there before, undeclared."""
    plain, kept, undeclared = model.let, dict[str, np.ndarray](), list[str]()
    keep = Table.keep

    def noted(table: Table, chosen: np.ndarray) -> None:
        assert table.name not in kept, "rows were withdrawn twice in one call"
        kept[table.name] = chosen
        keep(table, chosen)

    def watched(verb: Any, *handed: Any, **named: Any) -> Any:
        kept.clear()
        before = columns(model)
        result = plain(verb, *handed, **named)
        expected = {name: still(name, values, kept) for name, values in before.items()}
        for name, values in columns(model).items():
            same = np.array_equal(values[: expected[name].size], expected[name], equal_nan=True)
            if not same and name not in verb.__self__.writes:
                undeclared.append(f"{verb.__self__.__class__.__name__}.{verb.__name__} wrote {name}")
        return result

    model.let = watched  # type: ignore[method-assign]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "keep", noted)
        model.run(years)
    return undeclared


def still(name: str, values: np.ndarray, kept: dict[str, np.ndarray]) -> np.ndarray:
    """What a column that nobody wrote to holds once some rows were withdrawn: ``kept`` tells which stayed, by table."""
    table = name.partition(".")[0]
    values = values[kept[table]] if table in kept else values
    target = kept.get(POINTERS.get(name, ""))
    if target is None:
        return values
    return np.where(values >= 0, (np.cumsum(target) - 1)[np.maximum(values, 0)], values)


# Every other packaged option: a form has company that it was not written with.


@pytest.mark.parametrize("policy", folders.options("policy"))
def test_every_policy_lives_two_years_on_a_tiny_landscape(policy: str) -> None:
    model = RestorationModel(
        small_world(), mechanisms(build.config([f"policy={policy}"]).config), Settings(years=2)
    )
    assert undeclared_writes_of_two_years(model) == []
    assert len(model.ledger.flows()) > 0


@pytest.mark.parametrize("experiment", folders.options("experiment"))
def test_every_scenario_of_every_experiment_lives_two_years_on_a_tiny_landscape(experiment: str) -> None:
    asked = scenarios_of(parse([f"experiment={experiment}"]), None)
    assert len(asked) >= 2
    for scenario in asked.values():
        model = RestorationModel(small_world(), mechanisms(scenario.config), Settings(years=2))
        assert undeclared_writes_of_two_years(model) == []


@pytest.mark.parametrize("landscape", [name for name in folders.options("landscape") if name != "files"])
def test_every_landscape_without_files_of_its_own_lives_two_years(landscape: str) -> None:
    size = ["landscape.patches=60"] if landscape == "synthetic" else []
    model = build.model([f"landscape={landscape}", *size, "habitat_agents=0", "years=2"])
    assert undeclared_writes_of_two_years(model) == []
    assert model.year == 2026


def test_every_group_of_options_is_lived_through_here() -> None:
    assert set(folders.groups()) == {*SLOTS, *NO_FORMS}
    assert all(set(folders.options(slot)) == set(options(slot)) for slot in SLOTS)


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


def test_a_row_that_was_added_out_of_bounds_is_named_though_no_column_was_open() -> None:
    model = world().run(1)
    projects = model.state.projects
    row = projects.append(1, priority=[np.nan])[0]
    with pytest.raises(OutOfBounds, match=rf"projects\.priority: 1 values outside .*, rows {row} "):
        model.state.check()
    projects.keep(np.arange(len(projects)) != row)
    model.state.check()


def test_what_a_model_starts_with_is_checked_too() -> None:
    land = small_world()
    land.patches["structure"] = np.where(np.arange(64) == 7, 1.5, land.patches["structure"])
    with pytest.raises(OutOfBounds, match=r"habitats\.structure: 1 values outside 0 to 1 1, rows 7"):
        world((), land)


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
