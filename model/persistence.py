"""A run on disk: Parquet for columns, JSON for the rest, never anything that can run.

A saved run holds the whole state at the end of a year, the record so far, the books of closed years, and the
mechanisms with all their parameters, so that it continues to the same bytes as if it had never stopped. Every file's
checksum, and its own, stands in ``run.json``, which is written last: a folder without it is no saved run. What is read
is held against the model's own declarations before a model sees it: a checksum needs no secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from model.persistence_checks import check_flows, check_record, check_state, check_tables
from model.persistence_files import ARRAYS, LAYERS, as_array, as_table, read, replace, write
from model.persistence_index import (
    FORMAT,
    INDEX,
    Damaged,
    read_index,
    settings_in,
    signed,
    timeline_out,
    timelines_in,
)
from model.record import Record
from model.schedule import Timeline
from model.settings import Settings
from model.state.code_version import code_version
from model.state.habitats import Habitats
from model.state.ledger import Ledger
from model.state.network import Layer, Network, Rivers
from model.state.obligations import Obligations
from model.state.people import Centre, Cities, Counties, Firms, Investors, Mines, Practice, Provinces, Trust
from model.state.projects import Projects, Sites
from model.state.state import Accounts, State
from model.state.taking import Coasts, Parcels, Segments

__all__ = ["Damaged", "load", "save"]

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
    "practice": Practice,
    "projects": Projects,
    "sites": Sites,
    "parcels": Parcels,
    "segments": Segments,
    "coasts": Coasts,
}
FILES = {*NAMED, *PLAIN, *ARRAYS, "flows"}


def save(
    folder: Path, state: State, record: Record, mechanisms: Mapping[str, Timeline[Any]], settings: Settings
) -> None:
    """Write a run into ``folder`` (made if missing). Raises ``FileExistsError`` where a saved run is there already."""
    folder = Path(folder)
    if (folder / INDEX).exists():
        raise FileExistsError(f"{folder} holds a saved run already: choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    frames = {**_tables(state), **_arrays(state, record), **_books(state)}
    sums = {name: write(folder / f"{name}.parquet", frame) for name, frame in frames.items()}
    index = {
        "format": FORMAT,
        "code_version": code_version(),
        "settings": asdict(settings),
        "mechanisms": {slot: timeline_out(line) for slot, line in mechanisms.items()},
        "state": _scalars(state),
        "counties": record.counties,
        "years": record.years,
        "files": sums,
    }
    replace(folder / INDEX, signed(index))


def load(folder: Path) -> tuple[State, Record, dict[str, Timeline[Any]], Settings]:
    """Read a saved run.

    Raises :class:`Damaged` for a missing, changed or unknown file, another code version, or a number, row or size that
    no run can have, naming file, column and row.
    """
    folder = Path(folder)
    index = read_index(folder)
    try:
        settings, mechanisms = settings_in(index["settings"]), timelines_in(index["mechanisms"])
        frames = _frames(folder, index["files"])
        state = _state(frames, index["state"])
        check_state(state)
        if state.start_year != settings.start_year:
            raise Damaged(f"{INDEX}: state.start_year is not that of the settings")
        record = _record(frames, index, state)
        check_record(record, state)
    except ValueError as error:
        raise Damaged(f"{folder}: {error}") from error
    except (
        TypeError,
        AttributeError,
        LookupError,
        OverflowError,
        RecursionError,
        pa.ArrowException,
    ) as error:
        raise Damaged(f"{folder}: it is not laid out as a saved run ({error!r})") from error
    return state, record, mechanisms, settings


def _frames(folder: Path, sums: dict[str, str]) -> dict[str, pa.Table]:
    """All files, and none that a saved run does not have: a name is never taken from the index."""
    if sums.keys() != FILES:
        wrong = ", ".join(sorted(sums.keys() ^ FILES))
        raise Damaged(f"{INDEX}: files: {wrong[:200]}: missing, or no file of a saved run")
    return {name: read(folder / f"{name}.parquet", sums[name]) for name in sorted(FILES)}


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
    return {name: as_table(np.asarray(values)) for name, values in arrays.items()}


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
    ledger.balance, ledger.credit = as_array(frames, "balance"), as_array(frames, "credit")
    ledger.instruments = list(scalars["instruments"])
    flows = frames["flows"].to_pandas()
    check_flows(flows, len(names), len(ledger.instruments), (scalars["start_year"], scalars["year"]))
    ledger.restore_flows(flows)
    obligations = Obligations(len(names))
    obligations.restore(as_array(frames, "maturity"))
    check_tables(tables, len(names), scalars["bays"])
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
    kind = NAMED.get(name) or PLAIN[name]
    columns = {key: frame.column(key).to_numpy() for key in frame.column_names if key != "id"}
    held = {key: str(values.dtype) for key, values in columns.items()}
    for key in sorted(held.keys() | kind.columns.keys()):
        if key not in kind.columns or held.get(key) != str(kind.columns[key].dtype):
            raise ValueError(
                f"{name}.parquet, column {key}: missing, unknown, or of another type ({held.get(key)})"
            )
    if name not in NAMED:
        return kind.from_columns(columns)
    ids = frame.column("id").combine_chunks()
    if ids.null_count or pc.count_distinct(ids).as_py() != len(ids):
        raise ValueError(f"{name}.parquet, column id: an id is missing or stands twice")
    return kind(ids if name == "habitats" else ids.to_pylist(), **columns)


def _network(frames: dict[str, pa.Table]) -> Network:
    part = {name: as_array(frames, name) for name in ARRAYS if name.split("_")[0] in (*LAYERS, "river")}
    layers = {
        name: Layer(part[f"{name}_indptr"], part[f"{name}_indices"], part[f"{name}_weight"])
        for name in LAYERS
    }
    return Network(
        rivers=Rivers(part["river_downstream"], part["river_fraction"], part["river_order"]),
        bay_exchange=as_array(frames, "bay_exchange"),
        **layers,
    )


def _record(frames: dict[str, pa.Table], index: dict[str, Any], state: State) -> Record:
    record = Record(list(index["counties"]), state.city_codes, as_array(frames, "record_area"))
    record.years = list(index["years"])
    record.parts = list(as_array(frames, "record_parts"))
    record.eca = list(as_array(frames, "record_eca"))
    return record
