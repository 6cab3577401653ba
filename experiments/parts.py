"""What a few runs left behind, as files that can prove they are whole.

A chunk of runs becomes one Parquet file ("part") for each table. Its name carries the SHA-256 of its bytes, so a part
that was cut short or flipped is known by its name alone, whenever the machine stopped. Inside it says which runs,
under which configuration and code, it holds; the part of the indicators also names the chunk's other parts, and is
the last to be put in place: without it the chunk was never finished.

Assumption most likely to be wrong: that damage is an accident; a checksum in a name proves nothing against malice.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import signal
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from experiments.design import KEYS, TABLES, Refused, RunKey
from experiments.stamp import canonical_json, digest_of

LABEL = b"shanshui"
PART = re.compile(r"part-([0-9a-f]{64})\.parquet")


class Damaged(Refused):
    """A stored file is not what was written: the message names the file. Nothing of the folder is shown."""


class CannotWrite(Exception):
    """The disk did not take a file (full, read-only, gone); what was there before is as it was."""


@dataclass(frozen=True)
class Label:
    """What a part says of itself."""

    table: str
    identity: Mapping[str, Any]
    runs: list[RunKey]
    siblings: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> dict[bytes, bytes]:
        """The label as Parquet metadata."""
        return {LABEL: canonical_json(vars(self)).encode()}


def folder_of(table: str) -> str:
    """The folder that holds a table's parts."""
    return f"{table}.parquet"


def keyed(table: pa.Table | pd.DataFrame, key: RunKey, name: str) -> pa.Table:
    """One run's table as Arrow, its key in front and its text as plain strings.

    Raises ``ValueError`` where the run already has a key column, or a number that is infinite or (in an Arrow table;
    pandas writes missing values so) not a number.
    """
    if isinstance(table, pd.DataFrame):
        table = pa.Table.from_pandas(table, preserve_index=False)
    taken = [column for column in KEYS if column in table.column_names]
    if taken:
        raise ValueError(f"{name} has a column {taken[0]}: the engine adds it, the run must not")
    columns = {column: _plain_column(table[column], f"{name}.{column}") for column in table.column_names}
    rows = table.num_rows
    front = {
        "point": pa.array(np.full(rows, key[0], dtype=np.int64)),
        "scenario": pa.array([key[1]] * rows, pa.string()),
        "replicate": pa.array(np.full(rows, key[2], dtype=np.int64)),
    }
    return pa.table({**front, **columns})


def _plain_column(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.string())
    if pa.types.is_floating(kind):
        column = column.cast(pa.float64())
        if not pc.all(pc.is_finite(column), skip_nulls=True, min_count=0).as_py():
            raise ValueError(f"{name} holds a number that is not finite; an unknown value is null")
    return column


def encode(table: pa.Table, label: Label) -> bytes:
    """The bytes of a part: Parquet, zstd, a dictionary for keys and words only, float64 split by byte."""
    floats = [item.name for item in table.schema if pa.types.is_floating(item.type)]
    words = [item.name for item in table.schema if pa.types.is_string(item.type)]
    buffer = io.BytesIO()
    pq.write_table(
        table.replace_schema_metadata(label.encoded()),
        buffer,
        compression="zstd",
        use_dictionary=sorted({*KEYS, *words, "year"} & set(table.column_names)),
        use_byte_stream_split=floats,
    )
    return buffer.getvalue()


def name_of(data: bytes) -> str:
    """The only name under which these bytes are a part."""
    return f"part-{digest_of(data)}.parquet"


def label_of(path: Path) -> Label:
    """The label of a part whose bytes agree with its name. Raises :class:`Damaged` where they don't."""
    try:
        whole = path.read_bytes()
    except OSError as error:
        raise Damaged(f"{path}: cannot be read ({error.strerror}).") from error
    if name_of(whole) != path.name:
        raise Damaged(
            f"{path}: its content is not what was written ({len(whole):,} bytes, another checksum). "
            "Remove this file and give the same command again: only its runs are made anew."
        )
    try:
        content = json.loads((pq.read_schema(io.BytesIO(whole)).metadata or {})[LABEL])
        runs = [(int(point), str(scenario), int(replicate)) for point, scenario, replicate in content["runs"]]
        siblings = {str(table): str(name) for table, name in content["siblings"].items()}
        label = Label(content["table"], content["identity"], runs, siblings)
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError, pa.ArrowException) as error:
        raise Damaged(f"{path}: no part that Shanshui wrote. Remove it.") from error
    if not siblings.keys() <= set(TABLES) or not all(PART.fullmatch(name) for name in siblings.values()):
        raise Damaged(f"{path}: it names siblings that are no parts of a results folder. Remove it.")
    return label


def write_hidden(folder: Path, data: bytes) -> Path:
    """``data`` in a new file of ``folder`` that no reader looks at, safe on the disk. Raises :class:`CannotWrite`.

    The name is random, never derived: a worker that outlives its killed parent must not write into a file of the next.
    """
    path = folder / f".{uuid.uuid4().hex}.tmp"
    try:
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise CannotWrite(
            f"Cannot write into {folder}: {error.strerror}. Free some space, then give the same command again."
        ) from error
    return path


def put_in_place(hidden: Path, path: Path) -> None:
    """Give a finished file its name, at once and for good. Raises :class:`CannotWrite`."""
    try:
        hidden.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        hidden.unlink(missing_ok=True)
        raise CannotWrite(f"Cannot write {path}: {error.strerror}.") from error


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Let Ctrl-C wait until this block is done: what belongs together is either done or not begun.

    Processes that are started meanwhile never hear it, because they keep the mask they are born with. The mask alone
    would not hold it back here: any other thread may take the signal, and Python then acts in the main one.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    heard: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
        if heard:
            signal.raise_signal(signal.SIGINT)


def table_hash(table: pa.Table | pd.DataFrame) -> str:
    """A hash of a table's names, kinds and values, whatever the file, its chunks or its compression."""
    if isinstance(table, pd.DataFrame):
        table = pa.Table.from_pandas(table, preserve_index=False)
    digest = hashlib.sha256()
    for name in table.column_names:
        column = table[name].combine_chunks()
        digest.update(f"{name}\0{_kind(column.type)}\0{len(column)}\0".encode())
        digest.update(_bytes_of(column))
    return digest.hexdigest()


def _kind(kind: pa.DataType) -> str:
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind)
    return "text" if is_text else str(kind)


def _bytes_of(column: pa.Array) -> bytes:
    """Missing marks, then values; text with its lengths, so that "ab","c" is not "a","bc"."""
    missing = np.asarray(column.is_null(nan_is_null=True)).tobytes()
    if _kind(column.type) == "text":
        texts = [text or "" for text in cast("list[str | None]", column.to_pylist())]
        lengths = np.array([len(text.encode()) for text in texts], dtype=np.int64)
        return missing + lengths.tobytes() + "".join(texts).encode()
    if pa.types.is_null(column.type):
        return missing
    values = pc.fill_null(column, pa.scalar(0).cast(column.type)).to_numpy(zero_copy_only=False)
    return missing + np.where(np.frombuffer(missing, bool), values.dtype.type(0), values).tobytes()
