"""A run on disk: Parquet for columns, JSON for the rest, never anything that can run.

A saved run holds the whole state at the end of a year, the record so far, the books of closed years, and the
mechanisms with all their parameters, so that it continues to the same bytes as if it had never stopped. Every file's
checksum, and its own, stands in ``run.json``, which is written last: a folder without it is no saved run.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from model.mechanisms import form, options
from model.record import Record
from model.schedule import Timeline
from model.settings import Settings
from model.state.code_version import code_version
from model.state.habitats import Habitats
from model.state.ledger import Ledger
from model.state.network import Layer, Network, Rivers
from model.state.obligations import Obligations
from model.state.people import Centre, Cities, Counties, Firms, Investors, Mines, Provinces, Trust
from model.state.projects import Projects, Sites
from model.state.state import Accounts, State
from model.state.taking import Coasts, Parcels, Segments

FORMAT = 1
INDEX = "run.json"
NAMED: dict[str, Any] = {
    "provinces": Provinces,
    "counties": Counties,
    "cities": Cities,
    "firms": Firms,
    "investors": Investors,
    "habitats": Habitats,
}
PLAIN: dict[str, Any] = {
    "centre": Centre,
    "mines": Mines,
    "trust": Trust,
    "projects": Projects,
    "sites": Sites,
    "parcels": Parcels,
    "segments": Segments,
    "coasts": Coasts,
}
LAYERS = ("dispersal", "coast", "contacts")


class Damaged(ValueError):
    """A saved run cannot be trusted; the message names the file and what is wrong with it."""


def save(
    folder: Path, state: State, record: Record, mechanisms: Mapping[str, Timeline[Any]], settings: Settings
) -> None:
    """Write a run into ``folder`` (made if missing). Raises ``FileExistsError`` where a saved run is there already."""
    folder = Path(folder)
    if (folder / INDEX).exists():
        raise FileExistsError(f"{folder} holds a saved run already: choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    frames = {**_tables(state), **_arrays(state, record), **_books(state)}
    sums = {name: _write(folder / f"{name}.parquet", frame) for name, frame in frames.items()}
    index = {
        "format": FORMAT,
        "code_version": code_version(),
        "settings": asdict(settings),
        "mechanisms": {slot: _timeline_out(line) for slot, line in mechanisms.items()},
        "state": _scalars(state),
        "counties": record.counties,
        "years": record.years,
        "files": sums,
    }
    signed = index | {"checksum": _checksum(index)}
    _replace(folder / INDEX, json.dumps(signed, ensure_ascii=False, indent=1).encode())


def load(folder: Path) -> tuple[State, Record, dict[str, Timeline[Any]], Settings]:
    """Read a saved run. Raises :class:`Damaged` for a missing, changed or unknown file or another code version."""
    folder = Path(folder)
    index = _index(folder)
    frames = {name: _read(folder / f"{name}.parquet", digest) for name, digest in index["files"].items()}
    settings = Settings(**index["settings"])
    mechanisms = {slot: _timeline_in(slot, entries) for slot, entries in index["mechanisms"].items()}
    state = _state(frames, index["state"])
    return state, _record(frames, index, state), mechanisms, settings


def _index(folder: Path) -> dict[str, Any]:
    try:
        index: dict[str, Any] = dict(json.loads((folder / INDEX).read_bytes()))
    except FileNotFoundError as error:
        raise Damaged(f"{folder} holds no saved run: {INDEX} is missing") from error
    except (TypeError, ValueError) as error:
        raise Damaged(f"{folder / INDEX} is not JSON: {error}") from error
    if index.get("format") != FORMAT:
        raise Damaged(f"{folder / INDEX} has format {index.get('format')!r}; this version reads {FORMAT}")
    if index.pop("checksum", None) != _checksum(index):
        raise Damaged(f"{folder / INDEX} was changed since it was saved")
    if index["code_version"] != code_version():
        raise Damaged(f"{folder} was saved by another version of the model: run it again from its start")
    return index


def _checksum(index: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(index, sort_keys=True).encode()).hexdigest()


def _tables(state: State) -> dict[str, pa.Table]:
    """All tables; ids ride along as a column."""
    frames = {}
    for name, table in state.tables.items():
        columns: dict[str, Any] = dict(table.to_columns())
        if name in NAMED:
            columns["id"] = table.ids  # type: ignore[attr-defined]
        frames[name] = pa.table(columns)
    return frames


def _arrays(state: State, record: Record) -> dict[str, pa.Table]:
    """Links, balances, obligations and the record, each a one-column table with its shape in the schema."""
    n, ledger = state.network, state.ledger
    arrays = {
        **{
            f"{layer}_{part}": getattr(getattr(n, layer), part)
            for layer in LAYERS
            for part in ("indptr", "indices", "weight")
        },
        "river_downstream": n.rivers.downstream,
        "river_fraction": n.rivers.fraction,
        "river_order": n.rivers.order,
        "bay_exchange": n.bay_exchange,
        "balance": ledger.balance,
        "credit": ledger.credit,
        "maturity": state.obligations.maturity,
        "record_parts": np.array(record.parts),
        "record_eca": np.array(record.eca),
        "record_area": record.area,
    }
    return {name: _as_table(np.asarray(values)) for name, values in arrays.items()}


def _as_table(values: np.ndarray) -> pa.Table:
    return pa.table({"value": values.ravel()}).replace_schema_metadata({"shape": json.dumps(values.shape)})


def _as_array(table: pa.Table) -> np.ndarray:
    shape = json.loads(table.schema.metadata[b"shape"])
    return table.column("value").to_numpy().reshape(shape).copy()


def _books(state: State) -> dict[str, pa.Table]:
    return {"flows": pa.Table.from_pandas(state.ledger.closed_flows(), preserve_index=False)}


def _scalars(state: State) -> dict[str, Any]:
    return {
        "year": state.year,
        "start_year": state.start_year,
        "bays": state.bays,
        "accounts": asdict(state.accounts),
        "account_names": state.ledger.names,
        "instruments": state.ledger.instruments,
    }


def _state(frames: dict[str, pa.Table], scalars: dict[str, Any]) -> State:
    tables = {name: _table_in(name, frames[name]) for name in (*NAMED, *PLAIN)}
    names = scalars["account_names"]
    ledger = Ledger()
    ledger.open(names)
    ledger.balance, ledger.credit = _as_array(frames["balance"]), _as_array(frames["credit"])
    ledger.instruments = list(scalars["instruments"])
    ledger.restore_flows(frames["flows"].to_pandas())
    obligations = Obligations(len(names))
    obligations.restore(_as_array(frames["maturity"]))
    return State(
        year=scalars["year"],
        start_year=scalars["start_year"],
        **tables,
        network=_network(frames),
        ledger=ledger,
        obligations=obligations,
        accounts=Accounts(**scalars["accounts"]),
        bays=scalars["bays"],
    )


def _table_in(name: str, frame: pa.Table) -> Any:
    columns = {key: frame.column(key).to_numpy() for key in frame.column_names if key != "id"}
    if name not in NAMED:
        return PLAIN[name].from_columns(columns)
    ids = frame.column("id").combine_chunks()
    return NAMED[name](ids if name == "habitats" else ids.to_pylist(), **columns)


def _network(frames: dict[str, pa.Table]) -> Network:
    part = {name: _as_array(frames[name]) for name in frames if name.split("_")[0] in (*LAYERS, "river")}
    layers = {
        name: Layer(part[f"{name}_indptr"], part[f"{name}_indices"], part[f"{name}_weight"])
        for name in LAYERS
    }
    return Network(
        rivers=Rivers(part["river_downstream"], part["river_fraction"], part["river_order"]),
        bay_exchange=_as_array(frames["bay_exchange"]),
        **layers,
    )


def _record(frames: dict[str, pa.Table], index: dict[str, Any], state: State) -> Record:
    record = Record(list(index["counties"]), state.city_codes, _as_array(frames["record_area"]))
    record.years = list(index["years"])
    record.parts = list(_as_array(frames["record_parts"]))
    record.eca = list(_as_array(frames["record_eca"]))
    return record


def _timeline_out(line: Timeline[Any]) -> list[dict[str, Any]]:
    """Each entry as its first year, the name of its form and its parameters."""
    return [
        {
            "since": since,
            "form": type(entry).__module__.rsplit(".", 1)[-1],
            "parameters": {f.name: _plain(getattr(entry, f.name)) for f in fields(entry)},
        }
        for since, entry in line.entries
    ]


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def _timeline_in(slot: str, entries: list[dict[str, Any]]) -> Timeline[Any]:
    """Forms are looked up among those that the slot offers, so a file can name data but never code."""
    made = []
    for entry in entries:
        if entry["form"] not in options(slot):
            raise Damaged(f"{slot} has no form {entry['form']!r}; it has {', '.join(options(slot))}")
        given = {k: np.array(v) if isinstance(v, list) else v for k, v in entry["parameters"].items()}
        made.append((entry["since"], form(slot, entry["form"])(**given)))
    return Timeline(tuple(made))


def _write(path: Path, table: pa.Table) -> str:
    """Write a table and return the checksum of its bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    content = sink.getvalue().to_pybytes()
    _replace(path, content)
    return hashlib.sha256(content).hexdigest()


def _replace(path: Path, content: bytes) -> None:
    """Write under another name, flush to disk, rename: the file is whole or not there."""
    part = path.with_name(f".{path.name}")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _read(path: Path, digest: str) -> pa.Table:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise Damaged(f"{path} is missing") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise Damaged(f"{path} was changed since it was saved")
    return pq.read_table(pa.BufferReader(content))
