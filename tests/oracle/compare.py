"""Where the model and the oracle differ: every column of every table, every account, flow and obligation.

Whole numbers, codes and flags must be equal, money to the fen; floats may differ by rounding. A column that the
oracle does not know raises ``AttributeError``: the oracle must learn it.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from model.restoration_model import RestorationModel
from tests.oracle.books import KINDS
from tests.oracle.model import OracleModel
from tests.oracle.planner import MODES

TOLERANCE = 1e-12  # relative, and absolute near zero
SMALL_DIFFERENCES = {"sites.additional": 1e-7}  # a ratio of two forecasts' differences, often next to nothing
LIFE = (
    "structure",
    "composition",
    "substrate",
    "ceiling",
    "cover",
    "native_share",
    "pressure",
    "invader",
    "carbon",
)
SHOWN = 3


def differences(model: RestorationModel, oracle: OracleModel) -> list[str]:
    """One line a column, account, flow or obligation that differs; an empty list where the two agree."""
    return [
        *_tables(model, oracle),
        *_dictionary("balance", _balances(model), oracle.ledger.balance),
        *_dictionary("flow", _flows(model), dict(oracle.ledger.flows)),
        *_dictionary("owed, due", _owed(model), _owed_in(oracle)),
    ]


def _tables(model: RestorationModel, oracle: OracleModel) -> list[str]:
    row = _rows(model, oracle)
    found = []
    for name, objects in _objects(oracle).items():
        table = model.state.tables[name]
        if len(table) != len(objects):
            found.append(f"{model.year} {name}: {len(table)} rows in the model, {len(objects)} in the oracle")
            continue
        for column, values in table.to_columns().items():
            expected = [_value(each, name, column, row) for each in objects]
            found += _column(model.year, f"{name}.{column}", values, expected)
    return found


def _objects(oracle: OracleModel) -> dict[str, list[Any]]:
    return {
        "habitats": oracle.patches,
        "counties": oracle.counties,
        "firms": oracle.firms,
        "mines": oracle.mines,
        "investors": oracle.investors,
        "trust": [
            SimpleNamespace(investor=investor, county=county, belief=investor.trust)
            for investor in oracle.investors
            for county in oracle.counties
        ],
        "practice": [
            SimpleNamespace(
                county=county,
                mode=mode,
                experience=county.experience[mode],
                cost_factor=county.cost_factor[mode],
            )
            for county in oracle.counties
            for mode in MODES
        ],
        "projects": oracle.projects,
        "sites": oracle.sites,
        "parcels": oracle.parcels,
    }


def _rows(model: RestorationModel, oracle: OracleModel) -> dict[Any, int]:
    """Row of every object and of every account; nobody is row -1."""
    rows: dict[Any, int] = {None: -1}
    for objects in _objects(oracle).values():
        if not objects or not isinstance(objects[0], SimpleNamespace):
            rows.update((each, row) for row, each in enumerate(objects))
    rows.update((name, row) for row, name in enumerate(model.ledger.names))
    return rows


def _value(each: Any, table: str, column: str, rows: dict[Any, int]) -> float:
    """What the oracle's object says of a column; references become rows."""
    if table == "habitats" and column in LIFE:
        return float(getattr(each.life, column))
    if table == "sites" and column.startswith("twin_"):
        return 0.0 if each.twin is None else float(getattr(each.twin, column.removeprefix("twin_")))
    if table == "habitats" and column == "claimed":
        return float(sum(1 << benefit for benefit in each.claimed))
    if table == "habitats" and not hasattr(each, column):
        return float(each.given[column])  # geography that no mechanism of the oracle reads or writes
    if table == "counties" and column in ("city", "province"):
        return _number(each, column)
    value = getattr(each, column)
    return float(rows[value] if value is None or not isinstance(value, int | float) else value)


def _number(county: Any, kind: str) -> float:
    """Place of the county's city or province among all of them, in the order of their codes."""
    table = county.model.landscape.counties
    return float(sorted(set(table[kind])).index(table[kind].iloc[county.order]))


def _column(year: int, name: str, values: Any, expected: list[float]) -> list[str]:
    tolerance = SMALL_DIFFERENCES.get(name, TOLERANCE)
    wanted = np.array(expected, dtype=np.float64)
    if values.dtype.kind == "f":
        wrong = ~np.isclose(values, wanted, rtol=tolerance, atol=tolerance)
    else:
        wrong = values != wanted
    rows = np.flatnonzero(wrong)
    if rows.size == 0:
        return []
    shown = ", ".join(f"row {k}: {values[k]!r} not {wanted[k]!r}" for k in rows[:SHOWN])
    return [f"{year} {name} differs in {rows.size} rows: {shown}"]


def _balances(model: RestorationModel) -> dict[str, int]:
    return dict(zip(model.ledger.names, model.ledger.balance.tolist(), strict=True))


def _flows(model: RestorationModel) -> dict[Any, int]:
    flows = model.ledger.flows()
    keys = zip(flows["year"], flows["payer"], flows["payee"], flows["instrument"], strict=True)
    return dict(zip(keys, flows["amount_fen"].tolist(), strict=True))


def _owed(model: RestorationModel) -> dict[Any, tuple[int, int]]:
    """Outstanding and due fen by kind and debtor; the model's books of the year are closed, so due is due next year."""
    book, rows = model.state.obligations, np.arange(len(model.ledger.names))
    return {
        (kind, name): (int(outstanding), int(due))
        for kind in KINDS
        for name, outstanding, due in zip(
            model.ledger.names, book.outstanding(kind, rows), book.due(kind, rows), strict=True
        )
        if outstanding
    }


def _owed_in(oracle: OracleModel) -> dict[Any, tuple[int, int]]:
    owed = {}
    for (kind, name), lots in oracle.obligations.lots.items():
        due = sum(amount for year, amount in lots.items() if year <= oracle.year + 1)
        if sum(lots.values()):
            owed[kind, name] = (sum(lots.values()), due)
    return owed


def _dictionary(what: str, values: dict[Any, Any], expected: dict[Any, Any]) -> list[str]:
    keys = sorted(set(values) | set(expected), key=str)
    wrong = [key for key in keys if values.get(key) != expected.get(key)]
    return [f"{what} {key}: {values.get(key)} not {expected.get(key)}" for key in wrong]
