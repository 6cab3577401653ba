"""Columns of equal length: the state of many things of one kind, each column with unit, bounds and meaning.

Columns own the numbers; Mesa agents are windows that look at them. Two of the three guards live here: a
column is closed for writing (NumPy's own flag) unless a mechanism that declares it is at work, and
:meth:`Table.check` finds values outside their bounds and says which rows. A table remembers that rows came which
nobody has checked yet, because a new row needs no open column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from model.state.kernel import kernel
from model.units import Rows, bounds_of, unit_of

SHOWN_ROWS = 5


class OutOfBounds(ValueError):
    """A column holds a value that its type forbids; the message names table, column, rows and bounds."""


@dataclass(frozen=True)
class Column:
    """One column: its type with unit and bounds, how it is stored, what it means, its starting value."""

    kind: Any
    dtype: np.dtype[Any]
    meaning: str
    start: float | int

    @cached_property
    def unit(self) -> str:
        """Unit of the values, as tables and docs spell it."""
        return unit_of(self.kind)

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """Least and greatest value allowed."""
        return bounds_of(self.kind)


@dataclass(slots=True)
class Writeable:
    """Lets arrays be written to inside the ``with`` block."""

    arrays: Sequence[NDArray[Any]]

    def __enter__(self) -> None:
        for array in self.arrays:
            array.setflags(write=True)

    def __exit__(self, *raised: object) -> None:
        for array in self.arrays:
            array.setflags(write=False)


def column(kind: Any, dtype: str, meaning: str, start: float | int = 0) -> Any:
    """Declare a column of a :class:`Table`: unit and bounds by ``kind``, storage ``dtype``, one line of meaning."""
    return Column(kind, np.dtype(dtype), meaning, start)


class Table:
    """Base of all tables: declared columns become arrays of one length, read-only until opened."""

    name: ClassVar[str]
    columns: ClassVar[dict[str, Column]]
    unseen: bool = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.columns = {key: value for key, value in vars(cls).items() if isinstance(value, Column)}
        hidden = [key for key in cls.columns if hasattr(Table, key)]
        if hidden:
            raise TypeError(f"{cls.__name__}: columns {', '.join(hidden)} would hide what every table can do")

    def __init__(self, rows: int, **values: Any) -> None:
        """A table of ``rows`` rows; columns not given start at their declared value.

        Raises ``ValueError`` for an unknown column or one of another length.
        """
        unknown = sorted(set(values) - set(self.columns))
        if unknown:
            raise ValueError(
                f"{self.name} has no column {', '.join(unknown)}; it has {', '.join(self.columns)}"
            )
        self.rows = rows
        for name, spec in self.columns.items():
            self._place(name, self._filled(name, spec, values.get(name)))

    def __len__(self) -> int:
        return self.rows

    def _filled(self, name: str, spec: Column, given: Any) -> NDArray[Any]:
        if given is None:
            return np.full(self.rows, spec.start, dtype=spec.dtype)
        array = np.array(given, dtype=spec.dtype)
        if array.shape != (self.rows,):
            raise ValueError(f"{self.name}.{name} has shape {array.shape}, the table has {self.rows} rows")
        return array

    def _place(self, name: str, array: NDArray[Any]) -> None:
        array.flags.writeable = False
        self.__dict__[name] = array

    def opened(self, names: Iterable[str]) -> Writeable:
        """Let the named columns be written to inside the ``with`` block, and no others."""
        return Writeable([self.__dict__[name] for name in names])

    def append(self, rows: int, **values: Any) -> Rows:
        """Add ``rows`` rows at the end and return their numbers; the old rows keep their values."""
        fresh = type(self)(rows, **values)
        first = self.rows
        self.rows += rows
        self.unseen = True
        for name in self.columns:
            self._place(name, np.concatenate([self.__dict__[name], fresh.__dict__[name]]))
        return np.arange(first, self.rows)

    def keep(self, chosen: NDArray[np.bool_]) -> None:
        """Forget the rows that are not ``chosen``; those kept move up in order."""
        self.rows = int(chosen.sum())
        for name in self.columns:
            self._place(name, self.__dict__[name][chosen])

    def check(self) -> None:
        """Raise :class:`OutOfBounds` for a value outside its bounds; after it no row is ``unseen``."""
        for name in self.columns:
            self.check_column(name)
        self.unseen = False

    def check_column(self, name: str) -> None:
        """Raise :class:`OutOfBounds` if a column holds a value outside its bounds."""
        spec = self.columns[name]
        low, high = spec.bounds
        values = self.__dict__[name]
        if _outside(values, low, high):
            bad = np.flatnonzero(~((values >= low) & (values <= high)))
            rows = ", ".join(map(str, bad[:SHOWN_ROWS]))
            raise OutOfBounds(
                f"{self.name}.{name}: {bad.size} values outside {low:g} to {high:g} {spec.unit}, rows {rows}"
                f" (first value {values[bad[0]]!r})"
            )

    def to_columns(self) -> dict[str, NDArray[Any]]:
        """All columns by name, as they are (no copies)."""
        return {name: self.__dict__[name] for name in self.columns}

    @classmethod
    def from_columns(cls, values: dict[str, Any]) -> Self:
        """A table from saved columns; the inverse of :meth:`to_columns`."""
        rows = len(next(iter(values.values()))) if values else 0
        return cls(rows, **values)


@kernel
def _outside(values: Any, low: float, high: float) -> int:
    """How many values lie outside the bounds or are no number; a plain count, which compiles to vector code."""
    count = 0
    for i in range(values.size):
        count += not (low <= values[i] <= high)
    return count
