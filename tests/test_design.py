"""A design is a table of runs: counted, ordered, identified by its content, and refused where it cannot be meant."""

from __future__ import annotations

import copy
import random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.design import Design, Refused, one_point
from tests import toy


def sweep(**columns):
    return pd.DataFrame({"point": range(len(next(iter(columns.values())))), **columns})


@given(points=st.integers(1, 4), scenarios=st.integers(1, 4), replicates=st.integers(1, 6))
def test_every_run_is_planned_once_and_its_task_carries_its_key(points, scenarios, replicates):
    named = {f"s{number}": toy.config() for number in range(scenarios)}
    design = Design(sweep(lift=[float(number) for number in range(points)]), named, replicates)
    keys = list(design.run_keys())
    assert len(keys) == len(set(keys)) == design.runs == points * scenarios * replicates
    assert [task.key for task in design.tasks(keys)] == keys
    assert {task.config["lift"] for task in design.tasks(keys)} == {float(number) for number in range(points)}


def test_a_swept_value_is_laid_over_a_copy_and_keeps_its_kind():
    scenarios = {"a": toy.config()}
    untouched = copy.deepcopy(scenarios)
    points = pd.DataFrame(
        {"point": [3, 9], "years": [4, 5], "policy.level": [0.25, 0.75], "lift": [1.5, 2.5]}
    )
    design = Design(points, scenarios, 1)
    config = design.config(9, "a")
    assert (config["years"], config["policy"], config["lift"]) == (5, {"level": 0.75}, 2.5)
    assert type(config["years"]) is int  # strict validation would refuse 5.0 years
    assert scenarios == untouched


def test_a_table_by_year_may_be_swept_as_a_whole():
    design = Design(
        sweep(**{"policy.level": [0.1, 0.2]}), {"a": toy.config(policy={"level": {2025: 0, 2030: 1}})}, 1
    )
    assert design.config(1, "a")["policy"] == {"level": 0.2}


def test_an_unknown_swept_key_is_refused_with_the_nearest_one():
    with pytest.raises(Refused, match=r"policy\.levle.*Did you mean policy\.level\?"):
        Design(sweep(**{"policy.levle": [0.1]}), {"a": toy.config()}, 1)


def test_a_dummy_column_changes_no_run_but_is_part_of_the_design():
    without, with_dummy = (
        Design(points, {"a": toy.config()}, 1) for points in (one_point(), sweep(dummy=[0.3]))
    )
    assert with_dummy.config(0, "a") == without.config(0, "a")
    assert with_dummy.config_hash() != without.config_hash()


def shuffled(config, order):
    names = list(config)
    order.shuffle(names)
    return {
        name: shuffled(config[name], order) if isinstance(config[name], dict) else config[name]
        for name in names
    }


@given(st.randoms(use_true_random=False))
def test_a_reordered_key_leaves_the_hash_alone(order: random.Random):
    config = toy.config(policy={"level": 0.5, "by_year": {2025: 1, 2030: 2}, "name": "x"})
    plain = Design(one_point(), {"a": config}, 2).config_hash()
    assert Design(one_point(), {"a": shuffled(config, order)}, 2).config_hash() == plain


def changed(**parts):
    asked = {
        "points": sweep(lift=[1.0]),
        "scenarios": {"a": toy.config(), "b": toy.config(lift=1.0)},
        "replicates": 2,
    }
    return Design(**{**asked, **parts}).config_hash()


@pytest.mark.parametrize(
    "parts",
    [
        {"points": sweep(lift=[1.0000000001])},
        {"scenarios": {"a": toy.config(lift=0.1), "b": toy.config(lift=1.0)}},
        {"scenarios": {"b": toy.config(lift=1.0), "a": toy.config()}},  # another baseline
        {"replicates": 3},
        {"keep": ("flows",)},
    ],
)
def test_one_changed_digit_changes_the_hash(parts):
    assert changed(**parts) != changed()


def test_the_folder_in_which_a_users_landscape_lies_is_not_part_of_the_question():
    hashes = {
        Design(one_point(), {"a": toy.config(path=path)}, 1).config_hash()
        for path in ("/srv/li/land", "/data/land", "C:\\work\\land")
    }
    assert len(hashes) == 1


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"replicates": 10**9}, r"2\.8e\+10 rows, some 7,000 GB"),
        ({"replicates": 0}, "replicates=0"),
        ({"replicates": True}, "replicates=True"),
        ({"keep": ("flowz",)}, "flowz.*flows, projects, maps"),
        ({"scenarios": {}}, "at least one scenario"),
        ({"points": pd.DataFrame({"point": [0, 0]})}, "unique whole numbers"),
        ({"points": sweep(lift=[0.1, None])}, "Point 1 has no value for lift"),
    ],
)
def test_what_cannot_be_meant_is_refused(asked, says):
    whole = {"points": one_point(), "scenarios": {"a": toy.config()}, "replicates": 1, "rows_per_run": 28}
    with pytest.raises(Refused, match=says):
        Design(**{**whole, **asked}).refuse_if_absurd()


@pytest.mark.parametrize("workers", [0, -1, 10**9])
def test_an_absurd_number_of_workers_is_refused_with_its_memory(workers):
    with pytest.raises(Refused, match=r"1 to 512.*GiB"):
        toy.design().refuse_if_absurd(workers)
