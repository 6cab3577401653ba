"""A few runs, made one after another by whichever worker has them in hand, and left as files that nobody sees yet.

A run that raises is a result too: it is recorded with what it raised, and the others go on.

Assumption most likely to be wrong: that workers see the results folder (on a cluster: a shared file system).
"""

from __future__ import annotations

import copy
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from experiments.design import Config, RunKey, RunTask
from experiments.parts import CannotWrite, Label, encode, folder_of, keyed, name_of, write_hidden
from experiments.stamp import without_folders

Failure = dict[str, Any]

LONGEST_TRACEBACK = 4000


@dataclass(frozen=True)
class RunResult:
    """What one run found: a table each, without the columns point, scenario and replicate, which the engine adds."""

    indicators: pa.Table | pd.DataFrame
    flows: pa.Table | pd.DataFrame | None = None
    projects: pa.Table | pd.DataFrame | None = None
    maps: pa.Table | pd.DataFrame | None = None


Simulate = Callable[[Config, int], RunResult]


@dataclass(frozen=True)
class ChunkOutcome:
    """What came of a chunk: its hidden files (table -> file and the name it will get), its runs, its failures."""

    parts: Mapping[str, tuple[Path, str]] = field(default_factory=dict)
    runs: Sequence[RunKey] = ()
    failures: Sequence[Failure] = ()


@dataclass(frozen=True)
class Job:
    """All that a worker needs to know to run a chunk; picklable. ``code`` tells which model a worker imported."""

    simulate: Simulate
    warm: Callable[[], None] | None
    folder: Path
    tables: tuple[str, ...]
    identity: Mapping[str, Any]
    code: Callable[[], str]

    def __call__(self, tasks: Sequence[RunTask]) -> ChunkOutcome:
        """Run the tasks and leave their tables as hidden files; what a run raises is kept as its failure.

        Raises :class:`CannotWrite`.
        """
        found: dict[str, list[pa.Table]] = {name: [] for name in self.tables}
        runs, failures = [], []
        for task in tasks:
            try:
                tables = self._one_run(task)
            except Exception as error:  # noqa: BLE001 -- whatever a run raises is its result
                failures.append(failure(task.key, error))
                continue
            runs.append(task.key)
            for name, table in tables.items():
                found[name].append(table)
        return ChunkOutcome(self._hidden(found, runs) if runs else {}, runs, failures)

    def _one_run(self, task: RunTask) -> dict[str, pa.Table]:
        if self.code() != self.identity["code_version"]:
            raise RuntimeError(
                "the model's source was edited after the runs began: a later worker has other code"
            )
        _warm_once(self.warm)
        # A copy, because runs of a chunk share it: what a run does to its configuration must stay its own affair.
        result = self.simulate(copy.deepcopy(task.config), task.replicate)
        missing = [name for name in self.tables if getattr(result, name) is None]
        if missing:
            raise ValueError(f"the run gave no {missing[0]}, which the design keeps")
        return {name: keyed(getattr(result, name), task.key, name) for name in self.tables}

    def _hidden(self, found: Mapping[str, list[pa.Table]], runs: list[RunKey]) -> dict[str, tuple[Path, str]]:
        parts: dict[str, tuple[Path, str]] = {}
        for name in self.tables:  # the indicators come last: they name the others
            siblings = {table: part for table, (_, part) in parts.items()} if name == "indicators" else {}
            table = pa.concat_tables(found[name], promote_options="permissive")
            data = encode(table, Label(name, self.identity, runs, siblings))
            try:
                parts[name] = write_hidden(self.folder / folder_of(name), data), name_of(data)
            except CannotWrite:
                for hidden, _ in parts.values():
                    hidden.unlink(missing_ok=True)
                raise
        return parts


def failure(key: RunKey, error: BaseException) -> Failure:
    """A failed run for the manifest: its key, the error in a line, and where it arose, without private paths."""
    told = traceback.TracebackException.from_exception(error)
    chain: traceback.TracebackException | None = told
    while chain is not None:
        for frame in chain.stack:
            frame.filename = _from_a_root(frame.filename)
        chain = chain.__cause__ or chain.__context__
    line = without_folders(f"{type(error).__name__}: {error}")
    text = without_folders("".join(told.format()))[-LONGEST_TRACEBACK:]
    return {"point": key[0], "scenario": key[1], "replicate": key[2], "error": line, "traceback": text}


_warmed: list[Callable[[], None]] = []


def _warm_once(warm: Callable[[], None] | None) -> None:
    if warm is not None and warm not in _warmed:
        warm()
        _warmed.append(warm)


def _from_a_root(filename: str) -> str:
    """A source file's path from the folder that it was imported from."""
    path = Path(filename)
    for root in sorted(filter(None, sys.path), key=len, reverse=True):
        with suppress(ValueError):
            return path.relative_to(root).as_posix()
    return path.name
