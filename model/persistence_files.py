"""The files of a saved run: how a table or an array lies on the disk, and how its bytes are known again.

A file is written under another name, flushed and renamed, so it is whole or not there; what is read must have the
checksum that the index gives it. Assumption most likely to be wrong: that a file of a right checksum fits in memory.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

LAYERS = ("dispersal", "coast", "contacts")
INTEGERS, FLOATS, FEN = ("int32", "int64"), ("float32", "float64"), ("int64",)
ARRAYS: dict[str, tuple[str, ...]] = {
    **{f"{layer}_indptr": INTEGERS for layer in LAYERS},
    **{f"{layer}_indices": INTEGERS for layer in LAYERS},
    **{f"{layer}_weight": FLOATS for layer in LAYERS},
    "river_downstream": INTEGERS,
    "river_fraction": FLOATS,
    "river_order": INTEGERS,
    "bay_exchange": FLOATS,
    "balance": FEN,
    "credit": FEN,
    "maturity": FEN,
    "record_parts": FLOATS,
    "record_eca": FLOATS,
    "record_area": FLOATS,
}
"""Files that hold one array each, and the types that it may have."""


def as_table(values: np.ndarray) -> pa.Table:
    """An array of any shape as a table of one column, its shape in the schema."""
    return pa.table({"value": values.ravel()}).replace_schema_metadata({"shape": json.dumps(values.shape)})


def as_array(frames: dict[str, pa.Table], name: str) -> np.ndarray:
    """The array of a file. Raises ``ValueError`` where it is of another type, or not of the shape that it says."""
    try:
        shape = json.loads(frames[name].schema.metadata[b"shape"])
        values = frames[name].column("value").to_numpy()
        if values.dtype.name not in ARRAYS[name]:
            raise ValueError(f"it holds {values.dtype}, not {' or '.join(ARRAYS[name])}")
        return np.array(values.reshape([int(each) for each in shape]))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{name}.parquet, column value: {error}") from error


def write(path: Path, table: pa.Table) -> str:
    """Write a table and return the checksum of its bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    content = sink.getvalue().to_pybytes()
    replace(path, content)
    return hashlib.sha256(content).hexdigest()


def replace(path: Path, content: bytes) -> None:
    """Write under another name, flush to disk, rename: the file is whole or not there."""
    part = path.with_name(f".{path.name}")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def read(path: Path, digest: str) -> pa.Table:
    """The table of a file. Raises ``ValueError`` where it is missing or its bytes have another checksum."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ValueError(f"{path.name} is missing") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise ValueError(f"{path.name} was changed since it was saved")
    return pq.read_table(pa.BufferReader(content))
