"""What the engine and the store promise of a toy holds of the real model: two policies on invented land."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import build, cli
from experiments.ask import Question, answered
from experiments.chunks import Job
from experiments.parts import table_hash
from experiments.store import Results, opened
from experiments.verbs.compare import scenarios_of
from experiments.words import parse
from tests import toy

ROOT = Path(__file__).resolve().parents[1]
WORLD = ["landscape=synthetic", "landscape.patches=100", "years=4", "connectivity.every=2"]
WORDS = [*WORLD, "policies=[business_as_usual,natural_first]", "replicates=4", "keep=[flows,projects,maps]"]
RUNS = 8


@pytest.fixture(scope="module", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """A kill takes nothing that was written: only a power cut needs fsync, and no test can make one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


def question(folder: Path, workers: int = 1) -> Question:
    """The question of ``WORDS`` as the command line puts it."""
    words = [*WORDS, f"workers={workers}", f"out={folder}"]
    return Question("compare", scenarios_of(parse(words), None), words, None, quiet=True)


def made(folder: Path, workers: int = 1) -> int:
    """Make what is missing; returns how many runs were made this time."""
    with answered(question(folder, workers)) as (_, outcome):
        assert (outcome.planned, outcome.done, outcome.failed) == (RUNS, RUNS, 0)
    return outcome.made


def hashes(folder: Path) -> list[str]:
    """The canonical hash of every kept table."""
    results = Results.open(folder)
    return [
        table_hash(table())
        for table in (results.indicators, results.flows, results.projects, results.maps)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runs made one after another in this process."""
    folder = tmp_path_factory.mktemp("plain") / "out"
    made(folder)
    return folder


def test_the_runs_are_worth_comparing(plain: Path) -> None:
    """Policies differ and replicates differ, so that equal hashes say something."""
    table = Results.open(plain).indicators().query("county == 'all' and year == 2028")
    assert table.groupby(["scenario", "replicate"])["condition_mean"].first().nunique() == RUNS
    assert (table["spend_public_total_yuan"] > 0.0).all()
    assert len(Results.open(plain).projects()) > 0


def test_two_workers_make_the_tables_of_one(plain: Path, tmp_path: Path) -> None:
    """G02, MR-02."""
    made(tmp_path / "out", workers=2)
    assert hashes(tmp_path / "out") == hashes(plain)


@pytest.mark.parametrize("size", [1, 3, RUNS])
def test_any_order_and_any_chunks_of_runs_give_the_same_tables(
    plain: Path, tmp_path: Path, size: int
) -> None:
    """G03, MR-03: from the last to the first, the odd ones before the even ones, in chunks of a size."""
    asked = question(tmp_path / "out")
    keys = list(asked.design.run_keys())[::-1]
    keys = keys[::2] + keys[1::2]
    with opened(asked.folder, asked.design, toy.STAMP, "", 1) as store:
        job = Job(build.simulate, None, store.folder, store.tables, store.identity, toy.code)
        for first in range(0, RUNS, size):
            found = job(asked.design.tasks(keys[first : first + size]))
            assert not found.failures
            store.commit(found.parts, found.runs)
        store.end([])
    assert hashes(tmp_path / "out") == hashes(plain)


def test_each_replicate_alone_equals_the_same_among_all(plain: Path) -> None:
    """G03: nothing of a run comes from those that the process made before it."""
    asked, results = question(plain), Results.open(plain)
    for _, scenario, replicate in list(asked.design.run_keys())[::-1]:
        alone = build.simulate(asked.design.config(0, scenario), replicate)
        own = f"scenario == {scenario!r} and replicate == {replicate}"
        for among, table in ((results.indicators(), alone.indicators), (results.flows(), alone.flows)):
            chosen = among.query(own).drop(columns=["point", "scenario", "replicate"])
            assert table_hash(chosen.reset_index(drop=True)) == table_hash(table), own


DYING = """
import os, signal, sys
from pathlib import Path
from experiments.store import Store
from tests.test_model_in_engine import made
commit, seen = Store.commit, []

def last(store, parts, runs):
    commit(store, parts, runs)
    seen.append(runs)
    if len(seen) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

Store.commit = last
made(Path(sys.argv[1]))
"""


def test_runs_of_a_killed_process_are_continued_to_the_same_tables(plain: Path, tmp_path: Path) -> None:
    """G04, MR-04: SIGKILL after the third part and, continued, after two more; no run is lost, none made twice."""
    folder = tmp_path / "out"
    for parts, done in ((3, 3), (2, 5)):
        command = [sys.executable, "-c", DYING, str(folder), str(parts)]
        own = {**os.environ, "PYTHONPATH": str(ROOT)}
        died = subprocess.run(command, env=own, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert died.returncode == -signal.SIGKILL, died.stderr
        assert len(list((folder / "indicators.parquet").glob("part-*"))) == done
        assert json.loads((folder / "manifest.json").read_text())["status"] == "incomplete"
    assert made(folder) == RUNS - done
    assert hashes(folder) == hashes(plain)
    assert made(folder) == 0


TWINS = """# @package _global_
scenarios:
  one: [policy=xiamen_practice, enforcement.sanctions.fine=300000.0]
  other: [policy=xiamen_practice, enforcement.sanctions.fine=300000.0]
  third: [policy=business_as_usual]
"""


def test_a_scenario_and_its_twin_differ_by_exactly_nothing(tmp_path: Path) -> None:
    """G08, MR-13: by the model's own dice, in every column of comparison.csv and every cell of the raw table."""
    (tmp_path / "own" / "experiment").mkdir(parents=True)
    (tmp_path / "own" / "experiment" / "twins.yaml").write_text(TWINS)
    words = ["experiment=twins", *WORLD, "replicates=3", "workers=1", f"out={tmp_path / 'out'}"]
    assert cli.main(["compare", *words, "--config-dir", str(tmp_path / "own"), "--quiet"]) == 0
    table = pd.read_csv(tmp_path / "out" / "comparison.csv")
    twin, third = (table[table["scenario"] == name] for name in ("other", "third"))
    assert (twin[["mean", "low", "high"]] == 0.0).all(axis=None)
    assert twin["share_harmed"].isin([0.0, np.nan]).all()
    assert set(twin["method"]) == {"exact"}
    raw = Results.open(tmp_path / "out").indicators()
    numbers = set(raw.select_dtypes("number")) - {"point", "replicate", "year"}
    assert set(twin["indicator"]) == {name for name in numbers if raw[name].notna().any()}
    one, other = (
        raw[raw["scenario"] == name].drop(columns="scenario").reset_index(drop=True) for name in ("one", "other")
    )  # fmt: skip
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert (third["mean"] != 0.0).any(), "another policy does differ"
