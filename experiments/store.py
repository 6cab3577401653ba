"""A folder of results is a promise: what it shows was computed, whole, by one code from one configuration.

Files are written under hidden names, made safe on the disk and then renamed, so that a machine that stops at any
moment leaves nothing that looks whole and is not. The finished parts themselves, not the manifest, say which runs are
done. The operating system's lock on the folder dies with the process that holds it.

Assumption most likely to be wrong: that the file system keeps its word about fsync, rename and flock (some network
file systems do not).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import filelock
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.design import Design, Refused, RunKey
from experiments.manifest import (
    NAME,
    checksum_in_name,
    chunks_in,
    identity_of,
    manifest_bytes,
    new_manifest,
    parts_in,
    read_manifest,
    refuse_other,
    sibling_paths,
)
from experiments.parts import CannotWrite, Damaged, folder_of, interrupts_held, put_in_place, write_hidden
from experiments.results import Results
from experiments.stamp import Stamp, digest_of, environment

__all__ = ["CannotWrite", "Damaged", "Refused", "Results", "Store", "csv_bytes", "opened", "reopened"]

LOCK = ".lock"
RUNS_IN_A_SHEET = ("=", "+", "-", "@", "\t", "\r")


class Store:
    """The one writer of a results folder, for as long as it holds the folder's lock."""

    def __init__(self, folder: Path, manifest: dict[str, Any], done: set[RunKey]) -> None:
        self.folder = folder
        self.manifest = manifest
        self.done = done

    @property
    def identity(self) -> dict[str, Any]:
        """What every part of this folder carries: configuration hash, code version, checksums of the inputs."""
        return identity_of(self.manifest)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of each run, the indicators last: where their part is in place, the chunk is finished."""
        return (*self.manifest["keep"], "indicators")

    def begin(self) -> None:
        """Call the results unfinished while runs are made, and remember on what machine."""
        known, here = self.manifest["environments"], environment()
        self._record(status="incomplete", environments=known if here in known else [*known, here])

    def commit(self, parts: Mapping[str, tuple[Path, str]], runs: Sequence[RunKey]) -> None:
        """Give a chunk's hidden files (table -> file, name) their names; from then on its ``runs`` are done.

        Raises :class:`CannotWrite`; what was in place stays.
        """
        with interrupts_held():
            for table in self.tables:
                if table in parts:
                    hidden, name = parts[table]
                    put_in_place(hidden, hidden.with_name(name))
            self.done.update(runs)

    def end(self, failures: Sequence[Mapping[str, Any]]) -> None:
        """Put on record how many runs are done and failed, why they failed, and every part."""
        planned, done, failed = self.manifest["runs"]["planned"], len(self.done), len(failures)
        parts = {
            path.relative_to(self.folder).as_posix(): checksum_in_name(path)
            for table in self.tables
            for path in parts_in(self.folder, table)
        }
        others = {
            name: checksum
            for name, checksum in self.manifest["files"].items()
            if not checksum_in_name(Path(name))
        }
        self._record(
            status="finished" if done + failed == planned else "incomplete",
            runs={"planned": planned, "done": done, "failed": failed},
            failures=[dict(failure) for failure in failures],
            files={**others, **parts},
        )

    def write(self, name: str, data: bytes) -> None:
        """A file beside the tables (``comparison.csv``, ``figures/gap.png``): whole and on record, or not at all.

        Raises :class:`CannotWrite`.
        """
        path = self.folder / name
        if not path.is_file() or path.read_bytes() != data:
            _write_whole(path, data)
        self._record(files={**self.manifest["files"], name: digest_of(data)})

    def forget(self, name: str) -> None:
        """Take a file off the record."""
        self._record(files={other: known for other, known in self.manifest["files"].items() if other != name})

    def _record(self, **changes: Any) -> None:
        content = {**self.manifest, **changes}
        if content != self.manifest:
            _write_whole(self.folder / NAME, manifest_bytes(content))
            self.manifest = content


@contextmanager
def opened(folder: Path, design: Design, stamp: Stamp, config_yaml: str, workers: int = 1) -> Iterator[Store]:
    """The store of ``folder`` for ``design``: new, or as an earlier process left it, with the runs that it finished.

    Nothing is written before the design, the folder and its manifest have been looked at. Raises :class:`Refused`
    for an absurd design, and where the folder holds another configuration, code or input, belongs to something else
    or is in use; :class:`Damaged` where a part is not what was written; :class:`CannotWrite`.
    """
    folder = Path(folder).absolute()
    design.refuse_if_absurd(workers)
    files = {"config.yaml": config_yaml.encode(), "design.parquet": _parquet_bytes(design.points)}
    asked = new_manifest(design, stamp, files)
    _held_for(folder, asked)
    with _locked(folder):
        held = _held_for(folder, asked)  # again: another process may have come in between
        if held is None:
            _write_whole(folder / NAME, manifest_bytes(asked))
        store = Store(folder, held or asked, set())
        _tidy(store)
        _lay_out(store, files)
        yield store


@contextmanager
def reopened(folder: Path) -> Iterator[Store]:
    """The store of finished results, to add files to them. Raises as :func:`opened` and ``Results.open``."""
    folder = Path(folder).absolute()
    Results.open(folder)
    with _locked(folder):
        results = Results.open(folder)
        yield Store(folder, results.manifest, set(results.runs))


def csv_bytes(table: pd.DataFrame) -> bytes:
    """A table as CSV that no spreadsheet runs: text that begins with = + - @ (or a tab) gets a quote before it."""

    def harmless(cell: Any) -> Any:
        return f"'{cell}" if isinstance(cell, str) and cell.startswith(RUNS_IN_A_SHEET) else cell

    safe = table.rename(columns=harmless)
    words = safe.columns[~safe.dtypes.map(pd.api.types.is_numeric_dtype)]
    for name in words:
        safe[name] = safe[name].astype(object).map(harmless, na_action="ignore")
    # pandas leaves a bare carriage return unquoted, and every reader takes it for the end of a line.
    broken = any("\r" in str(cell) for name in words for cell in safe[name])
    quoting: Literal[0, 2] = csv.QUOTE_NONNUMERIC if broken else csv.QUOTE_MINIMAL
    return safe.to_csv(index=False, lineterminator="\n", quoting=quoting).encode()


def _held_for(folder: Path, asked: Mapping[str, Any]) -> dict[str, Any] | None:
    """The manifest of a folder that may be continued; None for one that is new. Raises :class:`Refused`."""
    if folder.exists() and not folder.is_dir():
        raise Refused(f"out={folder.name}: a file of that name is there already; results need a folder.")
    if (folder / NAME).exists():
        held = read_manifest(folder)
        refuse_other(folder, held, asked)
        return held
    others = sorted(path.name for path in folder.iterdir() if path.name[0] != ".") if folder.exists() else []
    if others:
        raise Refused(
            f"{folder} is no results folder and not empty: it holds {', '.join(others[:3])}. Choose another out=."
        )
    return None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The folder, made where it is missing, for this process alone. Raises :class:`Refused`."""
    lock = filelock.FileLock(folder / LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise Refused(
            f"{folder} is in use by another process: wait for it, or choose another out=."
        ) from error
    except OSError as error:
        raise Refused(f"{folder} cannot be written: {error.strerror}. Choose another out=.") from error
    try:
        yield
    finally:
        lock.release()


def _tidy(store: Store) -> None:
    """Remove what an interrupted process left unfinished, and find the runs that it did finish."""
    places = [store.folder, *(store.folder / folder_of(table) for table in store.tables)]
    for place in places:
        for stray in place.glob(".*.tmp"):
            stray.unlink(missing_ok=True)
    whole: set[Path] = set()
    for path, label in chunks_in(store.folder, store.manifest):
        try:
            whole.update([path, *sibling_paths(store.folder, label, store.manifest)])
        except (
            FileNotFoundError
        ):  # somebody removed it, perhaps because it was damaged: its runs are made anew
            continue
        store.done.update(label.runs)
    for table in store.tables:
        for path in parts_in(store.folder, table):
            if path not in whole and checksum_in_name(path):
                path.unlink()


def _lay_out(store: Store, files: Mapping[str, bytes]) -> None:
    """Make the folders of the tables, the first files again where they are not whole, and forget other broken ones."""
    for table in store.tables:
        (store.folder / folder_of(table)).mkdir(exist_ok=True)
    for name, checksum in list(store.manifest["files"].items()):
        path = store.folder / name
        whole = path.is_file() and (
            checksum == checksum_in_name(path) or digest_of(path.read_bytes()) == checksum
        )
        if not whole and name in files:
            store.write(name, files[name])
        elif not whole:
            store.forget(name)


def _parquet_bytes(points: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table = pa.Table.from_pandas(points, preserve_index=False).replace_schema_metadata()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _write_whole(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"Cannot make {path.parent}: {error.strerror}.") from error
    put_in_place(write_hidden(path.parent, data), path)
