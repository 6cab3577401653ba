"""A saved run or a results folder that somebody changed and signed again is refused by name, and never crashes."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments.engine import execute
from experiments.manifest import lies_inside, manifest_bytes, read_manifest
from experiments.parts import Damaged as DamagedResults
from experiments.store import Results, opened
from model.persistence import FILES, Damaged
from model.persistence_checks import HIGHEST_CODE, POINTS_AT
from model.restoration_model import RestorationModel
from model.units import unit_of
from tests import toy
from tests.worlds import world

Index = dict[str, Any]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good") / "run"
    world(years=4).run().save(folder)
    return folder


@pytest.fixture
def saved(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "run"))


def resigned(folder: Path, change: Callable[[Index], object] = lambda index: None) -> None:
    """Change the index, take every file's checksum anew and sign it all, as somebody would who means it."""
    index = json.loads((folder / "run.json").read_text())
    index.pop("checksum")
    for name in index["files"]:
        index["files"][name] = hashlib.sha256((folder / f"{name}.parquet").read_bytes()).hexdigest()
    change(index)
    digest = hashlib.sha256(json.dumps(index, sort_keys=True).encode()).hexdigest()
    (folder / "run.json").write_text(json.dumps(index | {"checksum": digest}))


def tampered(folder: Path, file: str, column: str, row: int, value: Any) -> None:
    path = folder / f"{file}.parquet"
    table = pq.read_table(path)
    values = np.array(table.column(column).to_numpy())
    values[row] = value
    place = table.column_names.index(column)
    changed = table.set_column(place, column, pa.array(values))
    pq.write_table(changed.replace_schema_metadata(table.schema.metadata), path)
    resigned(folder)


def test_every_column_that_points_says_where(good: Path) -> None:
    """And every column of words knows its last word; a new column has to be told of in both places."""
    tables = RestorationModel.load(good).state.tables
    units = {
        f"{name}.{column}": (spec.unit, spec.kind)
        for name, table in tables.items()
        for column, spec in table.columns.items()
    }
    assert {name for name, (unit, _) in units.items() if unit == "row"} == set(POINTS_AT)
    assert {name for name, (unit, _) in units.items() if unit == "code"} == set(HIGHEST_CODE)
    assert set(POINTS_AT.values()) <= {*tables, "accounts", "bays", ""}
    assert {unit_of(kind) for _, kind in units.values()} >= {"row", "code"}


def test_a_run_that_was_signed_again_unchanged_is_read(saved: Path) -> None:
    resigned(saved)
    assert RestorationModel.load(saved).year == 2028
    assert {path.stem for path in saved.glob("*.parquet")} == FILES


@pytest.mark.parametrize(
    ("file", "row", "value"),
    [
        ("dispersal_indices", 3, 2_000_000_000),
        ("dispersal_indices", 3, -1),
        ("dispersal_indptr", 0, 1),
        ("dispersal_indptr", 5, 0),
        ("dispersal_indptr", -1, 2**40),
        ("dispersal_weight", 2, np.nan),
        ("dispersal_weight", 2, -0.5),
        ("dispersal_weight", 2, 2.0),
        ("coast_indices", 0, 64),
        ("contacts_indices", 0, 10_000),
        ("river_downstream", 0, 1_500_000_000),
        ("river_downstream", 0, -2),
        ("river_downstream", 60, 0),
        ("river_fraction", 1, np.inf),
        ("river_order", 0, 64),
        ("bay_exchange", 1, 2.0),
        ("bay_exchange", 2, np.nan),
        ("balance", 0, 10**17),
        ("balance", 0, -(2**63)),
        ("credit", 0, -1),
        ("maturity", 7, -1),
    ],
)
def test_an_array_that_leads_nowhere_is_refused(saved: Path, file: str, row: int, value: float) -> None:
    tampered(saved, file, "value", row, value)
    about = "river_order" if (file, row) == ("river_downstream", 60) else file
    with pytest.raises(Damaged, match=rf"run: {about}\.parquet, column value.*row"):
        RestorationModel.load(saved)


@pytest.mark.parametrize("name", sorted(name for name, target in POINTS_AT.items() if target))
def test_every_column_that_points_nowhere_is_refused(saved: Path, name: str) -> None:
    file, column = name.split(".")
    values = pq.read_table(saved / f"{file}.parquet").column(column).to_numpy()
    assert values.size, f"{name} was not tried: the run has no {file}"
    for wrong in (np.iinfo(values.dtype).max, -2):
        tampered(saved, file, column, -1, wrong)
        with pytest.raises(Damaged, match=rf"{file}\.parquet.*{column}.*row"):
            RestorationModel.load(saved)


def test_a_remainder_that_stands_before_its_project_is_refused(saved: Path) -> None:
    """Rows of two projects that name one another would have no first."""
    tampered(saved, "projects", "remainder_of", 0, 0)
    with pytest.raises(Damaged, match=r"projects\.parquet, column remainder_of.*row 0"):
        RestorationModel.load(saved)


@pytest.mark.parametrize("name", sorted(HIGHEST_CODE))
def test_a_code_without_a_word_is_refused(saved: Path, name: str) -> None:
    file, column = name.split(".")
    tampered(saved, file, column, 0, HIGHEST_CODE[name] + 1)
    with pytest.raises(Damaged, match=rf"{file}\.parquet, column {column}, row 0"):
        RestorationModel.load(saved)


@pytest.mark.parametrize(
    ("file", "column", "value"),
    [
        ("habitats", "structure", 1.5),
        ("habitats", "load", np.nan),
        ("firms", "belief_bare", -1e-9),
        ("flows", "payer", -1),
        ("flows", "instrument", 999),
        ("flows", "year", 1),
        ("trust", "county", 1),
        ("mines", "active", 1e8),
    ],
)
def test_a_number_out_of_its_bounds_is_refused(saved: Path, file: str, column: str, value: float) -> None:
    tampered(saved, file, column, 0, value)
    with pytest.raises(Damaged, match=file):
        RestorationModel.load(saved)


def _reshaped(folder: Path, file: str, shape: Any, values: np.ndarray | None = None) -> None:
    path = folder / f"{file}.parquet"
    table = pq.read_table(path) if values is None else pa.table({"value": values})
    pq.write_table(table.replace_schema_metadata({"shape": json.dumps(shape)}), path)
    resigned(folder)


@pytest.mark.parametrize(
    ("file", "shape", "values"),
    [
        ("maturity", [1, 9, 31], np.zeros(279, dtype=np.int64)),
        ("record_parts", [2, 2], np.zeros(4)),
        ("record_eca", [0], np.zeros(0)),
        ("balance", [3], np.zeros(3, dtype=np.int64)),
        ("balance", [3], np.zeros(3)),
        ("river_order", [64], np.zeros(64, dtype=np.int32)),
        ("dispersal_indptr", [65], np.array(["0"] * 65)),
        ("dispersal_indices", "nonsense", None),
        ("bay_exchange", [3], None),
    ],
)
def test_an_array_of_another_size_or_type_is_refused(
    saved: Path, file: str, shape: Any, values: np.ndarray | None
) -> None:
    _reshaped(saved, file, shape, values)
    with pytest.raises(Damaged, match=rf"run: {file}\.parquet"):
        RestorationModel.load(saved)


def test_a_column_that_is_missing_or_an_id_that_stands_twice_is_refused(saved: Path) -> None:
    path = saved / "habitats.parquet"
    table = pq.read_table(path)
    pq.write_table(table.drop_columns("carbon"), path)
    resigned(saved)
    with pytest.raises(Damaged, match=r"habitats\.parquet, column carbon: missing"):
        RestorationModel.load(saved)
    ids = table.column("id").to_pylist()
    pq.write_table(table.set_column(table.column_names.index("id"), "id", pa.array([ids[1], *ids[1:]])), path)
    resigned(saved)
    with pytest.raises(Damaged, match=r"habitats\.parquet, column id"):
        RestorationModel.load(saved)
    path.write_bytes(b"no table")
    resigned(saved)
    with pytest.raises(Damaged, match="run: "):
        RestorationModel.load(saved)


def _first_with(index: Index, kind: type) -> tuple[dict[str, Any], str]:
    """Parameters of some form, and the name of one that is such a value."""
    for entries in index["mechanisms"].values():
        for name, value in entries[0]["parameters"].items():
            if type(value) is kind:
                return entries[0]["parameters"], name
    raise AssertionError(f"no parameter is {kind}")


def _parameter(kind: type, value: Callable[[Any], Any]) -> Callable[[Index], None]:
    def change(index: Index) -> None:
        parameters, name = _first_with(index, kind)
        parameters[name] = value(parameters[name])

    return change


WRONG_INDICES: dict[str, Callable[[Index], Any]] = {
    "a number below its bounds": _parameter(float, lambda value: -5),
    "a number that is none": _parameter(float, lambda value: float("nan")),
    "a text for a number": _parameter(float, lambda value: "0.5"),
    "an array for a number": _parameter(float, lambda value: [value]),
    "an array too short": _parameter(list, lambda value: value[:-1]),
    "a number for an array": _parameter(list, lambda value: value[0]),
    "an array with one value out of bounds": _parameter(list, lambda value: [*value[:-1], 1e300]),
    "a parameter unknown": lambda index: _first_with(index, float)[0].update(other=1),
    "a slot missing": lambda index: index["mechanisms"].pop("planning"),
    "no entry": lambda index: index["mechanisms"].update(planning=[]),
    "an entry without a year": lambda index: index["mechanisms"]["planning"][0].pop("since"),
    "a form that is a list": lambda index: index["mechanisms"]["planning"][0].update(form=[]),
    "a setting below zero": lambda index: index["settings"].update(years=-1),
    "a setting of another kind": lambda index: index["settings"].update(seed="1"),
    "a setting missing": lambda index: index["settings"].pop("seed"),
    "a year before the start": lambda index: index["state"].update(year=1990),
    "a year that is a text": lambda index: index["state"].update(year="2028"),
    "an account that is not there": lambda index: index["state"]["accounts"].update(banks=10**6),
    "an account twice": lambda index: index["state"]["account_names"].append(index["state"]["account_names"][0]),
    "no instruments": lambda index: index["state"].update(instruments=[]),
    "bays that are too many": lambda index: index["state"].update(bays=10**9),
    "years of another record": lambda index: index.update(years=[2024]),
    "counties of another record": lambda index: index.update(counties=["1"]),
    "a file unknown": lambda index: index["files"].update({"../../secret": "0" * 64}),
    "a file missing": lambda index: index["files"].pop("mines"),
    "files that are a list": lambda index: index.update(files=[]),
    "a key missing": lambda index: index.pop("state"),
}  # fmt: skip


@pytest.mark.parametrize("fault", WRONG_INDICES)
def test_an_index_that_no_run_writes_is_refused(saved: Path, fault: str) -> None:
    resigned(saved, WRONG_INDICES[fault])
    with pytest.raises(Damaged):
        RestorationModel.load(saved)


def test_a_parameter_out_of_bounds_is_named_with_its_bounds(saved: Path) -> None:
    resigned(saved, lambda index: index["mechanisms"]["recovery"][0]["parameters"].update(mortality=-5))
    with pytest.raises(Damaged, match=r"run\.json: recovery\.\w+\.mortality cannot be -5; allowed: 0 to 1"):
        RestorationModel.load(saved)


def test_an_index_that_is_too_deep_or_too_large_is_refused(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (saved / "run.json").write_text("[" * 200_000)
    with pytest.raises(Damaged, match=r"run\.json is nested too deeply"):
        RestorationModel.load(saved)
    monkeypatch.setattr("model.persistence_index.MOST_BYTES", 1000)
    with pytest.raises(Damaged, match=r"run\.json is larger than"):
        RestorationModel.load(saved)


# The same for the first page of results.

MISLEADING = b'{"table":"indicators","identity":{},"runs":[],"siblings":{"flows":"../x"}}'


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder, design = tmp_path / "out", toy.design(2)
    with opened(folder, design, toy.STAMP, "toy\n") as store:
        execute(design, toy.simulate, store, code=toy.code)
    return folder


def test_a_manifest_that_is_too_deep_or_too_large_is_refused(
    results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (results / "manifest.json").write_text("[" * 200_000)
    with pytest.raises(DamagedResults, match=r"manifest\.json: no whole manifest \(nested too deeply\)"):
        Results.open(results)
    monkeypatch.setattr("experiments.manifest.MOST_BYTES", 1000)
    with pytest.raises(DamagedResults, match=r"manifest\.json: larger than"):
        Results.open(results)


@pytest.mark.parametrize(
    "name",
    ["../secret.txt", "/etc/hostname", "figures/../../secret", "", "a//b", "..\\x", "C:x", ".hidden", "a\0"],
)
def test_a_file_outside_the_results_is_never_read(results: Path, name: str) -> None:
    assert not lies_inside(name)
    content = read_manifest(results)
    content["files"][name] = "0" * 64
    (results / "manifest.json").write_bytes(manifest_bytes(content))
    with pytest.raises(DamagedResults, match="no file of this folder"):
        Results.open(results)


@pytest.mark.parametrize(
    "change",
    [
        {"files": []},
        {"runs": {}},
        {"keep": ["../x"]},
        {"command": None},
        {"status": 1},
        {"files": {"config.yaml": 1}},
    ],
)
def test_a_manifest_of_another_shape_is_refused(results: Path, change: dict[str, Any]) -> None:
    (results / "manifest.json").write_bytes(manifest_bytes(read_manifest(results) | change))
    with pytest.raises(DamagedResults, match=r"manifest\.json: "):
        Results.open(results)


@pytest.mark.parametrize(
    "label",
    [
        b"[" * 200_000,
        b"7",
        b"{}",
        MISLEADING,
    ],
)
def test_a_part_whose_label_misleads_is_refused(results: Path, label: bytes) -> None:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"x": [1]}).replace_schema_metadata({"shanshui": label}), buffer)
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    part = results / "indicators.parquet" / f"part-{digest}.parquet"
    part.write_bytes(buffer.getvalue())
    with pytest.raises(DamagedResults, match=part.name):
        Results.open(results)
