"""What a saved run must be before it may go on: every number within its bounds, every row where it points at one.

Checksums tell of accidents; whoever changes a file can also sign it again. Compiled kernels do not look whether a row
exists, so one wrong row ends the interpreter, or worse, changes numbers silently. All checks raise ``ValueError``
naming file, column and row. Assumption most likely to be wrong: that the kernels rely on nothing that is not held here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import vocabulary
from model.indicators import INDICATORS
from model.record import Record
from model.state.ledger import FLOW_COLUMNS, MOST_ACCOUNTS, MOST_INSTRUMENTS, UNLIMITED
from model.state.network import Layer, Network, Rivers
from model.state.obligations import HORIZON, KINDS
from model.state.people import WAYS
from model.state.state import State
from model.state.table import OutOfBounds, Table
from model.units import CalendarYear, bounds_of

ANY_NUMBER = ""
POINTS_AT: dict[str, str] = {
    "centre.account": "accounts",
    "centre.awards": "accounts",
    "centre.legacy_mines": "accounts",
    "cities.account": "accounts",
    "coasts.city": "cities",
    "counties.account": "accounts",
    "counties.city": "cities",
    "counties.pool": "counties",
    "counties.prepaid_account": "accounts",
    "counties.province": "provinces",
    "firms.account": "accounts",
    "firms.county": "counties",
    "firms.fund": "accounts",
    "habitats.bay": "bays",
    "habitats.catchment": ANY_NUMBER,  # a name that a landscape gives, of which there is no table
    "habitats.county": "counties",
    "habitats.holder": "firms",
    "habitats.site": "sites",
    "investors.account": "accounts",
    "mines.firm": "firms",
    "mines.patch": "habitats",
    "parcels.patch": "habitats",
    "practice.county": "counties",
    "projects.county": "counties",
    "projects.investor": "investors",
    "projects.remainder_of": "projects",
    "provinces.account": "accounts",
    "segments.coast": "coasts",
    "segments.patch": "habitats",
    "sites.patch": "habitats",
    "sites.previous": "sites",
    "sites.project": "projects",
    "trust.county": "counties",
    "trust.investor": "investors",
}
"""The table whose rows a column of unit ``Index`` counts; -1 is a row of none where the column starts there."""
HIGHEST_CODE: dict[str, int] = {
    "habitats.cause": max(vocabulary.Cause),
    "practice.mode": max(vocabulary.Mode),
    "habitats.claimed": 2 ** len(vocabulary.Benefit) - 1,
    "habitats.ecosystem": max(vocabulary.Ecosystem),
    "habitats.shore": max(vocabulary.Shore),
    "habitats.zone": max(vocabulary.Zone),
    "mines.mineral": max(vocabulary.Mineral),
    "parcels.stage": max(vocabulary.ParcelStage),
    "projects.mode": max(vocabulary.Mode),
    "projects.programme": max(vocabulary.Programme),
    "projects.stage": max(vocabulary.Stage),
    "sites.mode": max(vocabulary.Mode),
}
"""The last word of each column of unit ``Code``, narrower than what a byte holds."""


def check_tables(tables: Mapping[str, Table], accounts: int, bays: int) -> None:
    """All columns of all tables: within their bounds, and pointing at rows that there are."""
    sizes = {name: len(table) for name, table in tables.items()} | {"accounts": accounts, "bays": bays}
    for table in tables.values():
        _check_table(table, sizes)


def check_state(state: State) -> None:
    """What lies beside the tables and between them: names, links, rivers, money, duties, area."""
    _check_scalars(state)
    _check_pairs(state)
    before = state.projects.remainder_of - np.arange(len(state.projects))
    within("projects", "remainder_of less its row", before, -len(state.projects), -1)
    _check_network(state.network, len(state.habitats), len(state.investors), state.bays)
    _check_money(state)
    try:
        state.check()
    except AssertionError as error:
        raise ValueError(str(error)) from error


def check_flows(flows: pd.DataFrame, accounts: int, instruments: int, years: tuple[int, int]) -> None:
    """Closed years' flows, before their numbers are packed into keys; ``years``: the first and the last."""
    if tuple(flows.columns) != FLOW_COLUMNS or any(kind != np.int64 for kind in flows.dtypes):
        raise ValueError(f"flows.parquet: its columns are not {', '.join(FLOW_COLUMNS)}, all int64")
    last = (years[1], accounts - 1, accounts - 1, instruments - 1, int(UNLIMITED))
    for name, low, high in zip(FLOW_COLUMNS, (years[0], 0, 0, 0, 0), last, strict=True):
        within("flows", name, flows[name].to_numpy(), low, high)


def check_record(record: Record, state: State) -> None:
    """The record covers all counties in all years from the start; its numbers may be anything, also missing."""
    counties, years = len(state.counties), state.year - state.start_year + 1
    if record.counties != state.counties.ids:
        raise ValueError("run.json: its counties are not the ids of counties.parquet")
    if record.years != list(range(state.start_year, state.year + 1)):
        raise ValueError(f"run.json: its years are not {state.start_year} to {state.year}")
    _shape("record_area", record.area, (counties,))
    _shape("record_parts", record.parts, (years, len(INDICATORS), 2, counties))
    _shape("record_eca", record.eca, (years, counties + 1))


def within(file: str, column: str, values: NDArray[Any], low: float, high: float, of: str = "") -> None:
    """Raise ``ValueError`` unless all ``values`` lie from ``low`` to ``high``; nothing that is no number does."""
    bad = np.flatnonzero(~((values >= low) & (values <= high)))
    if bad.size:
        allowed = f"{low} to {high}" if high >= low else "no value"
        raise ValueError(
            f"{file}.parquet, column {column}, row {bad[0]}: {values.flat[bad[0]]} is not allowed,"
            f" only {allowed}{of} ({bad.size} rows)"
        )


def _shape(file: str, values: Any, expected: tuple[int, ...]) -> None:
    if np.shape(values) != expected:
        raise ValueError(f"{file}.parquet: its shape is {np.shape(values)}, not {expected}")


def _check_scalars(state: State) -> None:
    low, high = bounds_of(CalendarYear)
    names, instruments, owners = state.ledger.names, state.ledger.instruments, asdict(state.accounts)
    wrong = {
        "year": type(state.year) is not int or not low <= state.year <= high,
        "start_year": type(state.start_year) is not int or not low <= state.start_year <= state.year,
        "bays": type(state.bays) is not int or not 0 <= state.bays <= np.iinfo(np.int16).max,
        "account_names": len(names) > MOST_ACCOUNTS or not _words(names),
        "instruments": len(instruments) > MOST_INSTRUMENTS or not _words(instruments),
        "accounts": any(type(row) is not int or not 0 <= row < len(names) for row in owners.values()),
    }
    for key, is_wrong in wrong.items():
        if is_wrong:
            raise ValueError(f"run.json: state.{key} is none that a run can have")


def _words(names: list[Any]) -> bool:
    """Whether all are texts and none stands twice."""
    return all(type(name) is str for name in names) and len(set(names)) == len(names)


def _check_table(table: Table, sizes: dict[str, int]) -> None:
    try:
        table.check()
    except OutOfBounds as error:
        raise ValueError(f"{table.name}.parquet: {error}") from error
    for column, spec in table.columns.items():
        name, values = f"{table.name}.{column}", table.to_columns()[column]
        target = POINTS_AT.get(name, ANY_NUMBER)
        if target != ANY_NUMBER:
            low = -1 if spec.start == -1 else 0
            within(table.name, column, values, low, sizes[target] - 1, f" (a row of {target})")
        if name in HIGHEST_CODE:
            within(table.name, column, values, 0, HIGHEST_CODE[name])


def _check_pairs(state: State) -> None:
    """Tables whose rows follow from those of others: one centre, trust and practice by pair, two coasts a city."""
    counties = max(len(state.counties), 1)
    trust, practice, coasts = (np.arange(len(each)) for each in (state.trust, state.practice, state.coasts))
    for table, rows in (
        (state.centre, 1),
        (state.trust, len(state.investors) * len(state.counties)),
        (state.practice, WAYS * len(state.counties)),
        (state.coasts, 2 * len(state.cities)),
    ):
        if len(table) != rows:
            raise ValueError(f"{table.name}.parquet: it has {len(table)} rows, not {rows}")
    for table, column, expected in (
        (state.trust, "investor", trust // counties),
        (state.trust, "county", trust % counties),
        (state.practice, "county", practice // WAYS),
        (state.practice, "mode", practice % WAYS + 1),
        (state.coasts, "city", coasts // 2),
        (state.coasts, "island", coasts % 2),
    ):
        within(table.name, f"{column} less its place", table.to_columns()[column] - expected, 0, 0)


def _check_network(network: Network, patches: int, investors: int, bays: int) -> None:
    _check_layer("dispersal", network.dispersal, patches)
    _check_layer("coast", network.coast, patches)
    _check_layer("contacts", network.contacts, investors)
    _check_rivers(network.rivers, patches)
    exchange = network.bay_exchange
    _shape("bay_exchange", exchange, (len(exchange), 3))
    for part in (0, 1):
        within("bay_exchange", f"value[:, {part}]", exchange[:, part], 0, bays - 1, " (a row of bays)")
    within("bay_exchange", "value[:, 2]", exchange[:, 2], 0.0, float(np.finfo(np.float64).max))


def _check_layer(name: str, layer: Layer, rows: int) -> None:
    """CSR as kernels read it; weights are chances, and a way surer than certain would never stop growing."""
    links = layer.indices.size
    _shape(f"{name}_indptr", layer.indptr, (rows + 1,))
    _shape(f"{name}_indices", layer.indices, (links,))
    _shape(f"{name}_weight", layer.weight, (links,))
    within(f"{name}_indptr", "value", layer.indptr, 0, links)
    within(f"{name}_indptr", "value (first)", layer.indptr[:1], 0, 0)
    within(f"{name}_indptr", "value (last)", layer.indptr[-1:], links, links)
    within(f"{name}_indptr", "value less the one before", np.diff(layer.indptr), 0, links)
    within(f"{name}_indices", "value", layer.indices, 0, rows - 1)
    within(f"{name}_weight", "value", layer.weight, 0.0, 1.0)


def _check_rivers(rivers: Rivers, patches: int) -> None:
    """Downstream rows exist, and the order names every patch once, before the one it drains into."""
    for name in ("downstream", "fraction", "order"):
        _shape(f"river_{name}", getattr(rivers, name), (patches,))
    within("river_downstream", "value", rivers.downstream, -1, patches - 1)
    within("river_fraction", "value", rivers.fraction, 0.0, 1.0)
    within("river_order", "value", rivers.order, 0, patches - 1)
    place = np.full(patches, -1, dtype=np.int64)
    place[rivers.order] = np.arange(patches)
    if (place < 0).any():
        raise ValueError(f"river_order.parquet, column value: row {np.argmin(place)} of habitats is missing")
    onward = place[rivers.downstream]
    late = np.flatnonzero((rivers.downstream >= 0) & (onward <= place))
    if late.size:
        raise ValueError(
            f"river_order.parquet, column value, row {place[late[0]]}: patch {late[0]} does not come before"
            f" {rivers.downstream[late[0]]}, into which it drains"
        )


def _check_money(state: State) -> None:
    """Balances sum to nothing, in whole numbers of any length: a sum of int64 could come round to it."""
    ledger, owed = state.ledger, state.obligations.maturity
    accounts, most = len(ledger.names), int(UNLIMITED)
    _shape("balance", ledger.balance, (accounts,))
    _shape("credit", ledger.credit, (accounts,))
    _shape("maturity", owed, (len(KINDS), accounts, HORIZON))
    within("balance", "value", ledger.balance, 1 - most, most - 1)
    within("credit", "value", ledger.credit, 0, most)
    within("maturity", "value", owed, 0, most)
    if total := sum(ledger.balance.tolist()):
        raise ValueError(f"balance.parquet, column value: all rows sum to {total} fen, not 0")
    if float(owed.sum(dtype=np.float64)) > most:
        raise ValueError("maturity.parquet, column value: more is owed than money can be counted")
