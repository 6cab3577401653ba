"""Sums by group, the most common arithmetic of the model."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from model.state.kernel import kernel
from model.units import Flags, Floats


def is_one_of(codes: Any, wanted: Any, most: int) -> Flags:
    """Flags of the ``codes`` (n,), words or rows from 0 to ``most - 1``, that are among ``wanted``.

    Looked up in a list of flags: ``np.isin``, which sorts or measures first, takes five times as long for few. The
    lists of words, which are tuples, are kept.
    """
    listed = _listed_words(wanted, most) if isinstance(wanted, tuple) else _listed(wanted, most)
    found: Flags = listed[codes]
    return found


def _listed(wanted: Any, most: int) -> Flags:
    listed = np.zeros(most, dtype=bool)
    listed[np.asarray(wanted, dtype=np.int64)] = True
    return listed


@cache
def _listed_words(wanted: tuple[int, ...], most: int) -> Flags:
    return _listed(wanted, most)


def sum_by(group: Any, values: Any, groups: int) -> Floats:
    """Sum of ``values`` (n,) for each group 0 to ``groups - 1`` of ``group`` (n,), in row order; empty groups are 0."""
    total: Any = np.bincount(group, weights=values, minlength=groups)
    return total.astype(np.float64, copy=False)


def shared_by(group: Any, values: Any) -> Floats:
    """What each member's whole group has of ``values`` (n,), (n,)."""
    return sum_by(group, values, int(group.max(initial=0)) + 1)[group]


@kernel
def add_each(total: Any, rows: Any, values: Any) -> None:
    """Add each of ``values`` (n,) to ``total`` at its row, in order; a row that is named twice gets both."""
    for k in range(values.size):
        total[rows[k]] += values[k]


def running_by(group: Any, values: Any) -> Any:
    """Running total of ``values`` (n,) within each group of the sorted ``group`` (n,), in row order; same dtype."""
    total = np.cumsum(values)
    first = np.searchsorted(group, group)
    return total - np.where(first > 0, total[first - 1], 0)


@kernel
def sum_where(group: Any, values: Floats, where: Flags, groups: int) -> Floats:
    """As :func:`sum_by`, over the rows where a flag holds; one pass that copies nothing, for tables of patches."""
    total = np.zeros(groups)
    for i in range(values.size):
        if where[i]:  # flags come in runs, so that the branch is guessed right
            total[group[i]] += values[i]
    return total


@kernel
def sum_once(rows: Any, group: Any, values: Floats, groups: int) -> Floats:
    """As :func:`sum_by`, over ``rows`` of ``values`` (n,), in ascending order, each once however often it is named."""
    named = np.zeros(values.size, dtype=np.bool_)
    for k in range(rows.size):
        named[rows[k]] = True
    total = np.zeros(groups)
    for i in range(values.size):
        if named[i]:
            total[group[i]] += values[i]
    return total


@kernel
def add_crossed(row: Any, column: Any, amounts: Any, rows: int, columns: int) -> Any:
    """Sum of whole ``amounts`` (n,) for each pair of a ``row`` and a ``column`` (-1: nowhere), as (rows, columns)."""
    total = np.zeros((rows, columns), dtype=np.int64)
    for i in range(amounts.size):
        if column[i] >= 0:
            total[row[i], column[i]] += amounts[i]
    return total


@kernel
def sum_crossed(row: Any, column: Any, values: Floats, rows: int, columns: int) -> Floats:
    """Sum of ``values`` (n,) for each pair of a ``row`` and a ``column`` group (n,), as (rows, columns)."""
    total = np.zeros((rows, columns))
    for i in range(values.size):
        total[row[i], column[i]] += values[i]
    return total
