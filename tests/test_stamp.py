"""A stamp says where numbers come from, the same wherever it is asked, and nothing about who asked."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments import stamp
from experiments.manifest import manifest_bytes, new_manifest
from tests import toy

SECRET = "a-value-from-the-surroundings"


def test_a_stamp_names_no_user_host_private_path_or_environment_value(monkeypatch):
    monkeypatch.setenv("SHANSHUI_TOKEN", SECRET)
    home = Path.home()
    private = replace(
        toy.STAMP, command=["shanshui", "run", f"out={home}/li ming/results", f"{home}/land.csv"]
    )
    design = toy.design(path=f"{home}/li ming/land", share="~/land")
    text = manifest_bytes(new_manifest(design, private, {})).decode()
    for word in (f"{home}/", platform.node(), SECRET, "li ming", str(Path.cwd())):
        assert word not in text
    assert json.loads(text)["command"] == "shanshui run out=results land.csv"


def test_a_stamp_tells_no_time_and_is_the_same_twice():
    assert toy.STAMP.as_dict() == toy.STAMP.as_dict()
    assert stamp.environment() == stamp.environment()


def test_a_stamp_says_with_what_it_was_computed():
    here = stamp.environment()
    assert here["python"] == platform.python_version()
    assert here["cpu_features"]
    assert here["packages"]["numpy"]
    assert here["packages"]["pyarrow"]


def test_outside_a_checkout_the_commit_is_unknown(monkeypatch, tmp_path):
    monkeypatch.setattr(stamp, "ROOT", tmp_path)
    assert stamp.commit() == {"commit": None, "dirty": None}


def test_a_wheel_inside_somebody_elses_repository_reports_no_commit(monkeypatch, tmp_path):
    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(stamp, "ROOT", tmp_path / "site-packages")
    assert stamp.commit()["commit"] is None


def test_without_git_the_stamp_still_stands(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert stamp.commit() == {"commit": None, "dirty": None}
    assert toy.STAMP.as_dict()["version"] == stamp.version()


def test_a_git_hook_does_not_lead_the_stamp_astray(monkeypatch, tmp_path):
    before = stamp.commit()["commit"]
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    assert stamp.commit()["commit"] == before


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(plain)
def test_canonical_text_keeps_the_data(value):
    assert json.loads(stamp.canonical_json(value)) == value


def test_a_year_as_a_key_is_the_same_as_number_and_as_text():
    assert stamp.canonical_json({2030: 1, 2025: 2}) == stamp.canonical_json({"2025": 2, "2030": 1})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_is_not_finite_has_no_canonical_text(value):
    with pytest.raises(ValueError, match="JSON"):
        stamp.canonical_json({"rate": value})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("cannot read /srv/li/land/a.csv", "cannot read a.csv"),
        ("in '/srv/x/b.py', line 3", "in 'b.py', line 3"),
        ("spend in yuan/ha/yr, 3 / 4", "spend in yuan/ha/yr, 3 / 4"),
        ("see https://example.org/a/b", "see https://example.org/a/b"),
    ],
)
def test_an_error_text_loses_its_folders_and_nothing_else(text, told):
    assert stamp.without_folders(text) == told


def test_an_error_text_loses_the_working_folder(monkeypatch, tmp_path):
    place = tmp_path / "li ming"
    place.mkdir()
    monkeypatch.chdir(place)
    assert stamp.without_folders(f"no {place}{os.sep}land.csv") == "no land.csv"
