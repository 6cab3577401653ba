"""Whoever makes the runs, in whatever order, and whatever dies in between: the same tables, no run lost, none twice."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.chunks import Job, RunResult
from experiments.engine import cut, execute
from experiments.parts import CannotWrite, interrupts_held, table_hash
from experiments.progress import Progress
from experiments.store import Refused, Results, opened
from tests import toy

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module", autouse=True)
def no_waiting_for_the_disk():
    """A kill takes nothing that was written: only a power cut needs fsync, and no test can make one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


def made(folder, design, **how):
    with opened(folder, design, toy.STAMP, "toy\n") as store:
        return execute(design, toy.simulate, store, **{"code": toy.code, **how})


def hashes(folder):
    results = Results.open(folder)
    return table_hash(results.indicators()), table_hash(results.flows())


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The hashes of the toy's six replicates of two scenarios, made one after another."""
    folder = tmp_path_factory.mktemp("plain") / "out"
    made(folder, toy.design())
    return hashes(folder)


# --- G02, G03: any workers, any chunks, any order -----------------------------------------------------


@pytest.mark.parametrize("workers", [2, 5, 40])
def test_any_number_of_workers_gives_the_same_tables(tmp_path, plain, workers):
    outcome = made(
        tmp_path / "out", toy.design(), workers=workers, pool=None if workers < 40 else ThreadPoolExecutor
    )
    assert (outcome.planned, outcome.done, outcome.failed, outcome.made) == (12, 12, 0, 12)
    assert hashes(tmp_path / "out") == plain


@settings(max_examples=25)
@given(
    order=st.permutations(list(toy.design().run_keys())), size=st.integers(1, 12), first=st.integers(0, 12)
)
def test_any_order_and_any_chunks_give_the_same_tables(plain, order, size, first):
    """Some runs come in one process, in any order and company, the rest in a later one."""
    design = toy.design()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "out"
        with opened(folder, design, toy.STAMP, "toy\n") as store:
            job = Job(toy.simulate, None, store.folder, store.tables, store.identity, toy.code)
            for start in range(0, first, size):
                found = job(design.tasks(order[start : min(start + size, first)]))
                store.commit(found.parts, found.runs)
        outcome = made(folder, design)
        assert outcome.made == 12 - first
        assert hashes(folder) == plain


def test_one_replicate_alone_equals_the_same_among_many(tmp_path):
    made(tmp_path / "out", toy.design(8))
    among = Results.open(tmp_path / "out").indicators().query("scenario == 'b' and replicate == 5")
    alone = toy.simulate(toy.config(lift=1.0), 5).indicators
    assert table_hash(among.drop(columns=["point", "scenario", "replicate"])) == table_hash(alone)


@given(runs=st.integers(0, 300), workers=st.integers(1, 16), rows=st.integers(1, 10**6))
def test_chunks_hold_every_run_once_and_fit_in_memory(runs, workers, rows):
    keys = [(0, "a", number) for number in range(runs)]
    chunks = cut(keys, workers, rows)
    assert [key for chunk in chunks for key in chunk] == keys
    assert all(1 <= len(chunk) <= max(1, 200_000 // rows) for chunk in chunks)


# --- runs that fail -----------------------------------------------------------------------------------


def test_a_run_that_raises_is_recorded_and_the_others_go_on(tmp_path):
    design = toy.design(raises=[1, 4])
    outcome = made(tmp_path / "out", design)
    assert (outcome.planned, outcome.done, outcome.failed) == (12, 8, 4)
    results = Results.open(tmp_path / "out")
    assert results.manifest["runs"] == {"planned": 12, "done": 8, "failed": 4}
    first = results.manifest["failures"][0]
    assert (first["scenario"], first["replicate"]) == ("a", 1)
    assert first["error"] == "ValueError: no rain in replicate 1, see rain.csv"
    assert 'File "tests/toy.py"' in first["traceback"]
    assert str(Path.home()) + "/" not in json.dumps(results.manifest["failures"])
    assert set(results.indicators()["replicate"]) == {0, 2, 3, 5}


def test_where_every_run_fails_the_folder_says_so(tmp_path):
    outcome = made(tmp_path / "out", toy.design(raises=list(range(6))))
    assert (outcome.done, outcome.failed) == (0, 12)
    with pytest.raises(Refused, match="no run was successful"):
        Results.open(tmp_path / "out").indicators()


def infinite(config, replicate):
    found = toy.simulate(config, replicate)
    found.indicators.loc[3, "gain_ha"] = float("inf") if replicate == 2 else 1.0
    return found


def without_flows(config, replicate):
    return replace(toy.simulate(config, replicate), flows=None)


def with_a_key(config, replicate):
    return RunResult(pd.DataFrame({"replicate": [1], "year": [2025]}), pd.DataFrame({"year": [2025]}))


@pytest.mark.parametrize(
    ("simulate", "failed", "says"),
    [
        (infinite, 2, "indicators.gain_ha holds a number that is not finite"),
        (without_flows, 12, "the run gave no flows, which the design keeps"),
        (with_a_key, 12, "has a column replicate"),
    ],
)
def test_a_run_that_breaks_its_promise_has_failed(tmp_path, simulate, failed, says):
    design = toy.design()
    with opened(tmp_path / "out", design, toy.STAMP, "toy\n") as store:
        outcome = execute(design, simulate, store, code=toy.code)
    assert outcome.failed == failed
    assert says in outcome.failures[0]["error"]


def edited():
    return "edited"


def test_a_worker_that_imported_edited_code_gives_no_numbers(tmp_path):
    outcome = made(tmp_path / "out", toy.design(), code=edited)
    assert (outcome.done, outcome.failed) == (0, 12)
    assert "the model's source was edited" in outcome.failures[0]["error"]


def test_failed_runs_are_tried_again(tmp_path, monkeypatch):
    design = toy.design()
    monkeypatch.setattr(toy, "_misbehave", lambda config, replicate: 1 / (replicate - 3))
    assert made(tmp_path / "out", design).failed == 2
    monkeypatch.undo()
    outcome = made(tmp_path / "out", design)
    assert (outcome.made, outcome.done, outcome.failed) == (2, 12, 0)
    assert Results.open(tmp_path / "out").manifest["failures"] == []


def test_a_function_that_no_worker_could_import_is_refused(tmp_path):
    design = toy.design()
    with (
        opened(tmp_path / "out", design, toy.STAMP, "toy\n") as store,
        pytest.raises(TypeError, match="top of a module"),
    ):
        execute(design, lambda config, replicate: toy.simulate(config, 1), store)


warmed: list[int] = []


def warm():
    warmed.append(1)


def test_a_worker_is_warmed_once(tmp_path):
    made(tmp_path / "out", toy.design(), warm=warm)
    assert warmed == [1]


# --- workers that die ---------------------------------------------------------------------------------


class Mortal(Executor):
    """A pool whose worker dies of the replicates in ``deadly``, as often as each may kill, taking all in hand along."""

    deadly: dict[int, int]

    def __init__(self, workers):
        self.broken = False
        self.flying: list[tuple[Future, Job, list]] = []

    def submit(self, job, tasks):
        if self.broken:
            raise BrokenExecutor
        future: Future = Future()
        killers = [task.replicate for task in tasks if self.deadly.get(task.replicate, 0) > 0]
        if killers:
            self.deadly[killers[0]] -= 1
            self.broken = True
            future.set_exception(BrokenExecutor())
        else:
            future.set_result(job(tasks))
        return future


@settings(max_examples=40)
@given(
    deadly=st.dictionaries(st.integers(0, 5), st.sampled_from([1, 2, 99]), max_size=3),
    workers=st.integers(1, 4),
)
def test_what_a_dead_worker_had_in_hand_is_run_again_and_a_deadly_run_is_named(deadly, workers):
    Mortal.deadly = dict(deadly)
    poison = {replicate for replicate, deaths in deadly.items() if deaths == 99}
    with tempfile.TemporaryDirectory() as place:
        design = toy.design()
        outcome = made(Path(place) / "out", design, workers=workers, pool=Mortal)
        assert outcome.planned == outcome.done + outcome.failed == 12
        assert poison <= {item["replicate"] for item in outcome.failures} or len(outcome.failures) == 12
        if not poison and sum(deadly.values()) == 1:
            assert outcome.failed == 0
        done = Results.open(Path(place) / "out").runs
        assert done | {(f["point"], f["scenario"], f["replicate"]) for f in outcome.failures} == set(
            design.run_keys()
        )


def test_where_every_worker_dies_the_engine_gives_up_and_says_so(tmp_path):
    Mortal.deadly = dict.fromkeys(range(6), 99)
    outcome = made(tmp_path / "out", toy.design(), workers=2, pool=Mortal)
    assert (outcome.done, outcome.failed) == (0, 12)
    assert "workers=1 may show why" in outcome.failures[-1]["error"]


def test_a_killed_process_loses_nothing(tmp_path, plain):
    design = toy.design(kills_once=str(tmp_path / "killed"))
    outcome = made(tmp_path / "out", design, workers=2)
    assert (tmp_path / "killed").exists()
    assert (outcome.done, outcome.failed) == (12, 0)
    assert hashes(tmp_path / "out") == plain


def test_a_run_that_kills_its_process_is_found_and_named(tmp_path):
    outcome = made(tmp_path / "out", toy.design(3, kills=[2]), workers=2)
    assert (outcome.done, outcome.failed) == (4, 2)
    assert all("the worker died of this run" in item["error"] for item in outcome.failures)


# --- G01, G04, G28: processes of their own ------------------------------------------------------------


def start(folder, workers=1, replicates=6, surroundings=None, cwd=ROOT, **changes):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(surroundings or {})}
    words = [
        sys.executable,
        "-m",
        "tests.toy",
        str(folder),
        str(workers),
        str(replicates),
        json.dumps(changes),
    ]
    process = subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=cwd,
        start_new_session=True,  # a group of its own, so that a Ctrl-C reaches all of it and nothing else
    )
    assert process.stdout.readline() == "ready\n"
    return process


def group_of(process):
    """Live processes of the group: who is still there, from the process table."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, group = entry.read_text().rsplit(")", 1)[1].split()[:3]
        except OSError:
            continue
        if int(group) == process.pid and state != "Z":
            found.append(entry.parent.name)
    return found


def wait_until(claim, seconds=20.0):
    end = time.monotonic() + seconds
    while not claim() and time.monotonic() < end:
        time.sleep(0.02)
    return claim()


def parts(folder):
    return list((folder / "indicators.parquet").glob("part-*"))


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="reads the process table of Linux"
)


def test_two_fresh_processes_in_other_surroundings_give_the_same_tables(tmp_path):
    """Another hash seed, language, time zone and working folder."""
    first = {"PYTHONHASHSEED": "1", "LANG": "C", "TZ": "UTC"}
    second = {"PYTHONHASHSEED": "2", "LANG": "zh_CN.UTF-8", "TZ": "Asia/Shanghai"}
    processes = [
        start(tmp_path / "one", surroundings=first),
        start(tmp_path / "two", surroundings=second, cwd=tmp_path),
    ]
    told = [process.communicate()[0] for process in processes]
    assert told[0] == told[1] != ""


@needs_proc
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_ends_with_130_leaves_no_process_and_can_be_continued(tmp_path, plain, workers):
    folder = tmp_path / "out"
    process = start(folder, workers, wait=0.15)
    assert wait_until(lambda: parts(folder))
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert errors == ""  # no traceback of a worker either
    assert wait_until(lambda: not group_of(process))
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["status"] == "incomplete"
    assert 0 < manifest["runs"]["done"] < 12
    outcome = made(folder, toy.design(wait=0.15), workers=2)
    assert outcome.made == 12 - manifest["runs"]["done"]
    assert hashes(folder) == plain


def test_an_interrupt_waits_for_what_belongs_together_whichever_thread_hears_it():
    """Another thread takes the signal; the block is done first, and only then is the interrupt felt."""
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    steps = []

    def interrupted_work():
        with interrupts_held():
            os.kill(os.getpid(), signal.SIGINT)
            steps.extend(number for number in range(1000))

    with pytest.raises(KeyboardInterrupt):
        interrupted_work()
    done.set()
    other.join()
    assert len(steps) == 1000
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@needs_proc
def test_workers_of_a_killed_parent_leave(tmp_path):
    folder = tmp_path / "out"
    process = start(folder, workers=2, wait=0.3)
    assert wait_until(lambda: parts(folder))
    assert len(group_of(process)) >= 3
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert wait_until(lambda: not group_of(process))


def kill_at(process, seconds):
    time.sleep(seconds)
    process.kill()
    process.communicate()


def continued_after_kills(folder, workers, moments, **changes):
    """Kill the process at each of ``moments`` (seconds) and resume; what the last one, left in peace, printed."""
    for moment in moments:
        kill_at(start(folder, workers, **changes), moment)
    return start(folder, workers, **changes).communicate()[0].strip()


def test_killed_at_random_moments_and_continued_gives_the_same_tables(tmp_path, plain):
    moments = [random.uniform(0, 0.3) for _ in range(4)]
    told = continued_after_kills(tmp_path / "out", 1, moments, wait=0.02)
    assert told == " ".join(plain), moments
    assert_untouched_by_another_resume(tmp_path / "out")


@pytest.mark.slow
@pytest.mark.parametrize("attempt", range(6))
def test_killed_again_and_again_with_workers(tmp_path, plain, attempt):
    moments = [random.uniform(0, 3) for _ in range(6)]
    told = continued_after_kills(tmp_path / "out", 2, moments, wait=0.1)
    assert told == " ".join(plain), moments
    assert_untouched_by_another_resume(tmp_path / "out")


def assert_untouched_by_another_resume(folder):
    before = {
        path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()
    }
    held = json.loads((folder / "manifest.json").read_text())["config"]["a"]
    assert made(folder, toy.design(wait=held["wait"])).made == 0
    after = {
        path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()
    }
    assert after == before


class PowerCut(BaseException):
    """The machine stops: nothing after this line happens."""


@pytest.mark.parametrize("half_a_file", [False, True])
def test_a_stop_at_every_single_write_can_be_continued(tmp_path, plain, monkeypatch, half_a_file):
    """Exhaustive: the first write, the second … of a process that is continued each time, down to the last."""
    from experiments import chunks, parts, store

    written = 0

    def until(last):
        nonlocal written
        written = 0

        def write_hidden(folder, data):
            nonlocal written
            written += 1
            if written == last:
                if half_a_file:
                    (folder / f".{written}.tmp").write_bytes(data[: len(data) // 2])
                raise PowerCut
            return parts.write_hidden(folder, data)

        def put_in_place(hidden, path):
            nonlocal written
            written += 1
            if written == last:
                raise PowerCut
            parts.put_in_place(hidden, path)

        for module in (chunks, store):
            monkeypatch.setattr(module, "write_hidden", write_hidden)
        monkeypatch.setattr(store, "put_in_place", put_in_place)

    for last in range(1, 200):
        until(last)
        try:
            made(tmp_path / f"{last}", toy.design())
        except PowerCut:
            until(0)
            made(tmp_path / f"{last}", toy.design())
            assert hashes(tmp_path / f"{last}") == plain
            assert not list((tmp_path / f"{last}").rglob("*.tmp"))
        else:
            break
    assert last > 30


# --- G24: a full disk ---------------------------------------------------------------------------------


def limited(size):
    """No file of this process may grow beyond ``size`` bytes: what a full disk looks like, for root too."""
    resource = pytest.importorskip("resource")

    class Limit:
        def __enter__(self):
            self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, self.before[1]))

        def __exit__(self, *_):
            resource.setrlimit(resource.RLIMIT_FSIZE, self.before)

    return Limit()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_ends_the_work_and_spares_what_is_there(tmp_path, workers):
    design = toy.design(3, years=2000)
    folder, whole = tmp_path / "out", tmp_path / "whole"
    with opened(folder, design, toy.STAMP, "toy\n") as store:
        job = Job(toy.simulate, None, store.folder, store.tables, store.identity, toy.code)
        found = job(design.tasks([(0, "b", 1)]))
        store.commit(found.parts, found.runs)
    good = {path: path.read_bytes() for path in folder.rglob("part-*")}
    assert min(map(len, good.values())) > 10_000
    with limited(10_000), pytest.raises(CannotWrite, match="Free some space"):
        made(folder, design, workers=workers)
    assert {path: path.read_bytes() for path in folder.rglob("part-*")} == good
    assert not list(folder.rglob("*.tmp"))
    with pytest.raises(Refused, match="1 of 6 runs"):
        Results.open(folder)
    assert made(folder, design).made == 5
    made(whole, design)
    assert hashes(folder) == hashes(whole)


def test_a_disk_too_full_for_the_manifest_leaves_nothing_that_looks_whole(tmp_path):
    with limited(500), pytest.raises(CannotWrite):
        made(tmp_path / "out", toy.design())
    assert [path.name for path in (tmp_path / "out").iterdir()] == [".lock"]
    assert made(tmp_path / "out", toy.design()).done == 12


# --- progress -----------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self):
        return True


def told(stream, **how):
    ticks = iter(range(1000))
    progress = Progress(40, stream=stream, clock=lambda: next(ticks), **how)
    for done in range(1, 41):
        progress(done)
    progress.close()
    return stream.getvalue()


def test_progress_is_one_line_on_a_terminal_a_few_in_a_pipe_and_nothing_when_quiet():
    assert told(Terminal()).count("\n") == 1
    assert told(io.StringIO()).splitlines()[-1] == "40 of 40 runs"
    assert 5 <= told(io.StringIO()).count("\n") <= 11
    assert told(io.StringIO(), quiet=True) == ""


def test_progress_tells_the_remaining_time_from_the_runs_of_this_process_alone():
    seconds = iter([0.0, 60.0])
    progress = Progress(40, done=20, stream=io.StringIO(), clock=lambda: next(seconds))
    assert progress.line(29, 1) == "29 of 40 runs, 1 failed, about 60 s left"
