"""A results folder shows what was computed, whole and unmixed, or names the file that is wrong and shows nothing."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from experiments import parts
from experiments.chunks import RunResult
from experiments.engine import execute
from experiments.parts import table_hash
from experiments.store import Damaged, Refused, Results, csv_bytes, opened, reopened
from tests import toy

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module", autouse=True)
def no_waiting_for_the_disk():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


def made(folder, design=None, stamp=toy.STAMP, simulate=toy.simulate):
    design = design or toy.design(4)
    with opened(folder, design, stamp, "toy\n") as store:
        execute(design, simulate, store, code=toy.code)
        store.write("comparison.csv", b"scenario,indicator,year,mean\nb,gain_ha,2031,1.0\n")
    return folder


@pytest.fixture
def folder(tmp_path):
    return made(tmp_path / "out")


def listing(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- what is in a folder ------------------------------------------------------------------------------


def test_the_folder_has_the_promised_layout(folder):
    names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    assert names == {
        "manifest.json",
        "config.yaml",
        "design.parquet",
        "indicators.parquet",
        "flows.parquet",
        "comparison.csv",
    }
    assert (folder / "config.yaml").read_text() == "toy\n"
    manifest = json.loads((folder / "manifest.json").read_text())
    for key in (
        "version",
        "commit",
        "dirty",
        "config_hash",
        "code_version",
        "seed",
        "replicate_ids",
        "runs",
        "units",
    ):
        assert key in manifest
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(manifest["files"]) == present - {"manifest.json", ".lock"}


def test_pandas_and_others_read_a_table_as_a_folder_of_parts(folder):
    ours = Results.open(folder).indicators()
    theirs = pd.read_parquet(folder / "indicators.parquet")
    keys = ["scenario", "replicate", "year", "county"]
    pd.testing.assert_frame_equal(
        theirs.sort_values(keys, ignore_index=True),
        ours.sort_values(keys, ignore_index=True),
        check_dtype=False,
    )


def test_a_table_is_read_in_the_order_of_the_design(folder):
    table = Results.open(folder).indicators()
    assert list(table.columns[:5]) == ["point", "scenario", "replicate", "year", "county"]
    assert table["scenario"].is_monotonic_increasing
    one = table[(table["scenario"] == "a") & (table["replicate"] == 0)]
    assert list(one["county"][:3]) == ["350203", "NA", "all"]
    assert Results.open(folder).indicators("NA")["county"].unique().tolist() == ["NA"]


def test_parts_have_dictionaries_for_keys_and_words_and_split_floats_by_byte(folder):
    part = next((folder / "indicators.parquet").iterdir())
    group = pq.ParquetFile(part).metadata.row_group(0)
    columns = {group.column(i).path_in_schema: group.column(i) for i in range(group.num_columns)}
    assert "BYTE_STREAM_SPLIT" in columns["gain_ha"].encodings
    assert not columns["gain_ha"].has_dictionary_page
    assert columns["county"].has_dictionary_page
    assert {column.compression for column in columns.values()} == {"ZSTD"}


def test_a_table_that_was_not_kept_is_asked_for_in_vain(folder):
    with pytest.raises(Refused, match=r"keep=\[maps\]"):
        Results.open(folder).maps()


def test_an_indicator_unknown_throughout_one_chunk_is_a_number_with_the_others(tmp_path):
    table = Results.open(made(tmp_path / "out", simulate=sometimes_unknown)).indicators()
    assert table["eca_ha"].dtype == np.float64
    assert table.groupby("replicate")["eca_ha"].count().to_dict() == {0: 0, 1: 2, 2: 0, 3: 2}


def sometimes_unknown(config, replicate):
    eca = pa.array([1.5 if replicate % 2 else None], None if replicate % 2 == 0 else pa.float64())
    table = pa.table({"year": [2025], "county": ["all"], "eca_ha": eca})
    return RunResult(table, pa.table({"year": [2025], "amount_fen": [2**60 + 1]}))


def test_amounts_beyond_the_reach_of_a_float_come_back_to_the_cent(tmp_path):
    assert set(Results.open(made(tmp_path / "out", simulate=sometimes_unknown)).flows()["amount_fen"]) == {
        2**60 + 1
    }


# --- G23: names that look like something else ---------------------------------------------------------

odd = ["NA", "None", "nan", "007", "1e5", "a b", " ", "厦门", "🦀", "x" * 200, "=1+1", "null", "-3", "True"]


def odd_counties(config, replicate):
    table = pd.DataFrame({"year": 2025, "county": odd, "gain_ha": np.arange(float(len(odd)))})
    return RunResult(table, table.assign(payer=odd))


def test_odd_names_survive_the_store(tmp_path):
    design = replace(toy.design(1), scenarios={name: toy.config() for name in odd})
    results = Results.open(made(tmp_path / "out", design, simulate=odd_counties))
    table = results.indicators()
    assert table["scenario"].unique().tolist() == odd
    assert table[table["scenario"] == "NA"]["county"].tolist() == odd
    assert results.flows()["payer"].head(len(odd)).tolist() == odd


def test_a_comparison_is_read_with_its_names_and_its_unknowns(folder):
    table = pd.DataFrame(
        {
            "scenario": ["NA", "007"],
            "indicator": ["None", "nan"],
            "year": [2030, 2031],
            "mean": [0.1, 2.0],
            "low": [np.nan, 1.0],
            "high": [np.nan, 3.0],
            "n": [1, 20],
            "share_harmed": [np.nan, 0.05],
            "method": ["none", "t"],
        }
    )
    with reopened(folder) as store:
        store.write("comparison.csv", csv_bytes(table))
    pd.testing.assert_frame_equal(Results.open(folder).comparison(), table)


@given(st.text(st.characters(codec="utf-8"), max_size=20), st.floats(allow_nan=False))
@example("\r", 0.0)
@example("a\rb", -1.5)
@example("-3", -3.0)
def test_text_that_a_spreadsheet_would_run_is_neutralised_and_numbers_are_not(text, number):
    cells = csv_bytes(pd.DataFrame({"name": [text, "x"], "value": [number, 1.0]}))
    read = list(csv.reader(io.StringIO(cells.decode(), newline="")))
    dangerous = text.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert read[1][0] == (f"'{text}" if dangerous else text)
    assert float(read[1][1]) == number
    assert read[2][0] == "x"


def test_a_column_name_and_a_category_are_text_too():
    table = pd.DataFrame({"=cmd": pd.Categorical(["@x", "y"]), "plain": ["+1", None]})
    assert csv_bytes(table).decode() == "'=cmd,plain\n'@x,'+1\ny,\n"


# --- G04, G06: the same folder again ------------------------------------------------------------------


def test_a_second_process_is_refused_at_once_and_a_killed_one_leaves_no_lock(tmp_path):
    words = [sys.executable, "-m", "tests.toy", str(tmp_path / "out"), "1", "4", '{"wait": 30}']
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=environment, cwd=ROOT) as holder:
        try:
            while not (tmp_path / "out" / "design.parquet").exists():
                assert holder.poll() is None
            before = listing(tmp_path / "out")
            with (
                pytest.raises(Refused, match="in use by another process"),
                opened_for(tmp_path / "out", wait=30),
            ):
                pass
            assert listing(tmp_path / "out") == before
        finally:
            holder.kill()
    with opened_for(tmp_path / "out", wait=30) as store:
        assert store.done == set()


def opened_for(folder, replicates=4, stamp=toy.STAMP, **changes):
    return opened(folder, toy.design(replicates, **changes), stamp, "toy\n")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"lift": 0.25}, r"config\.b\.lift: 1\.0 there, 0\.25 asked"),
        ({"replicates": 5}, "replicates: 4 there, 5 asked"),
        ({"seed": 2}, r"config\.a\.seed: 1 there, 2 asked"),
        ({"policy": {"level": 0.5, "extra": 1}}, r"policy\.extra: nothing there, 1 asked"),
        ({"stamp": replace(toy.STAMP, code_version="0ther")}, "numbers of different code are never mixed"),
        ({"stamp": replace(toy.STAMP, inputs={"land.csv": "ab"})}, "land.csv changed since"),
    ],
)
def test_another_question_into_the_same_folder_is_refused_and_nothing_is_written(folder, asked, says):
    before = listing(folder)
    with pytest.raises(Refused, match=says) as refusal, opened_for(folder, **asked):
        pass
    assert "out=" in str(refusal.value)
    assert listing(folder) == before


def test_the_same_question_in_other_words_continues(folder):
    again = replace(toy.STAMP, command=["shanshui", "compare", "workers=2"])
    with opened_for(folder, stamp=again) as store:
        assert len(store.done) == 8


def test_files_that_were_there_before_are_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(Refused, match=r"it holds thesis\.tex"), opened_for(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/shanshui/out"])
def test_a_place_that_cannot_hold_a_folder_is_refused(tmp_path, place):
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refused, match="out="), opened_for(tmp_path / place):
        pass
    assert (tmp_path / "file").read_text() == "x"


def test_an_absurd_design_is_refused_before_a_folder_is_made(tmp_path):
    with pytest.raises(Refused, match="GB"), opened_for(tmp_path / "out", replicates=10**9):
        pass
    assert not (tmp_path / "out").exists()


def test_a_figure_that_was_removed_is_forgotten_when_its_command_is_given_again(folder):
    (folder / "comparison.csv").unlink()
    with pytest.raises(Damaged, match=r"comparison\.csv"):
        Results.open(folder)
    with opened_for(folder):
        pass
    Results.open(folder)


# --- G25: damage --------------------------------------------------------------------------------------


def files_of(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")


def flipped(data, place):
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


@settings(max_examples=60)
@given(data=st.data())
def test_damage_to_any_file_is_named_and_nothing_is_shown(whole_folder, data):
    path = data.draw(st.sampled_from(files_of(whole_folder)))
    before = path.read_bytes()
    harm = data.draw(st.sampled_from(["flip", "truncate", "empty", "remove"]))
    place = data.draw(st.integers(0, len(before) - 1))
    try:
        if harm == "remove":
            path.unlink()
        else:
            path.write_bytes({"flip": flipped(before, place), "truncate": before[:place], "empty": b""}[harm])
        with pytest.raises(Refused, match=path.name):
            Results.open(whole_folder)
    finally:
        path.write_bytes(before)
    Results.open(whole_folder)


@pytest.fixture(scope="module")
def whole_folder():
    with tempfile.TemporaryDirectory() as place:
        yield made(Path(place) / "out")


def test_a_damaged_part_is_not_continued_from_until_it_is_removed(folder):
    hashes = table_hash(Results.open(folder).indicators()), table_hash(Results.open(folder).flows())
    part = next((folder / "flows.parquet").iterdir())
    part.write_bytes(flipped(part.read_bytes(), 40))
    with pytest.raises(Damaged, match=part.name), opened_for(folder):
        pass
    part.unlink()
    made(folder)
    assert (table_hash(Results.open(folder).indicators()), table_hash(Results.open(folder).flows())) == hashes


def test_a_part_of_other_results_is_named(folder, tmp_path):
    other = made(tmp_path / "other", toy.design(4, lift=3.0))
    stranger = next((other / "indicators.parquet").iterdir())
    (folder / "indicators.parquet" / stranger.name).write_bytes(stranger.read_bytes())
    for opening in (Results.open, lambda place: opened_for(place).__enter__()):
        with pytest.raises(Damaged, match=rf"{stranger.name}: a part of other results"):
            opening(folder)


def test_a_part_in_the_place_of_another_table_is_named(folder):
    part = next((folder / "flows.parquet").iterdir())
    (folder / "indicators.parquet" / part.name).write_bytes(part.read_bytes())
    with pytest.raises(Damaged, match=part.name):
        Results.open(folder)


def test_a_whole_parquet_file_of_another_schema_is_named(folder):
    part = next((folder / "indicators.parquet").iterdir())
    pq.write_table(pa.table({"x": [1]}), part)
    with pytest.raises(Damaged, match=part.name):
        Results.open(folder)
    properly_named = part.with_name(parts.name_of(part.read_bytes()))
    part.rename(properly_named)
    with pytest.raises(Damaged, match=part.name):  # on record, and missing now
        Results.open(folder)
    with (
        pytest.raises(Damaged, match=f"{properly_named.name}: no part that Shanshui wrote"),
        opened_for(folder),
    ):
        pass


def test_a_run_that_is_there_twice_is_named(tmp_path):
    folder, half = made(tmp_path / "whole"), tmp_path / "half"
    design = toy.design(4)
    with opened(half, design, toy.STAMP, "toy\n") as store:
        from experiments.chunks import Job

        found = Job(toy.simulate, None, store.folder, store.tables, store.identity, toy.code)(
            design.tasks([(0, "a", 0), (0, "a", 1), (0, "b", 0)])
        )
        store.commit(found.parts, found.runs)
    for table in ("indicators.parquet", "flows.parquet"):
        for part in (half / table).glob("part-*"):
            (folder / table / part.name).write_bytes(part.read_bytes())
    with pytest.raises(Damaged, match="holds too"):
        Results.open(folder)


def test_strange_files_among_the_parts_are_named(folder):
    (folder / "indicators.parquet" / "notes.txt").write_text("mine")
    with pytest.raises(Damaged, match=r"notes\.txt"):
        Results.open(folder)
    with pytest.raises(Damaged, match=r"notes\.txt"), opened_for(folder):
        pass
    assert (folder / "indicators.parquet" / "notes.txt").read_text() == "mine"


def test_unfinished_results_are_not_shown_and_say_how_to_go_on(tmp_path):
    with opened_for(tmp_path / "out"):
        pass
    with pytest.raises(Refused, match=r"0 of 8 runs.*Continue with: shanshui compare"):
        Results.open(tmp_path / "out")


def test_a_folder_without_a_manifest_holds_no_results(tmp_path):
    with pytest.raises(Refused, match=r"no manifest\.json"):
        Results.open(tmp_path)


# --- the hash that all these tests rest on ------------------------------------------------------------


@given(
    st.lists(
        st.tuples(st.integers(-(2**62), 2**62), st.floats(), st.none() | st.text(max_size=4)), min_size=1
    )
)
def test_the_hash_of_a_table_is_that_of_its_values(rows):
    table = pd.DataFrame(rows, columns=["whole", "real", "text"]).astype({"text": "str"})
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    chunked = pa.concat_tables([arrow.slice(0, 1), arrow.slice(1)])
    assert table_hash(table) == table_hash(arrow) == table_hash(chunked)


def test_the_hash_of_a_table_sees_every_change():
    table = pd.DataFrame({"n": [1, 2], "x": [0.5, np.nan], "t": ["ab", "c"], "b": [True, False]})
    others = [
        table.rename(columns={"n": "m"}),
        table.assign(x=[0.5, 0.0]),
        table.assign(x=[np.nextafter(0.5, 1), np.nan]),
        table.assign(n=[1, 3]),
        table.assign(n=[1.0, 2.0]),
        table.assign(t=["a", "bc"]),
        table.assign(t=["ab", None]),
        table.assign(b=[True, True]),
        table.iloc[::-1],
        table.head(1),
        table[["x", "n", "t", "b"]],
    ]
    assert len({table_hash(other) for other in [table, *others]}) == 12
