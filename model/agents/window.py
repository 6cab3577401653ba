"""A Mesa agent that looks at one row of a table.

Columns own the numbers, windows look: an attribute of a window is the value of that column in its row, read
through the model that the window belongs to, so two models in one process never mix. Writing goes through
mechanisms, never through a window.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar

import mesa

if TYPE_CHECKING:
    from model.state.table import Table


class _Counters:
    """Each model keeps its own counter of agents: Mesa 3.3's table of counters keeps every model for ever."""

    def __getitem__(self, model: Any) -> Iterator[int]:
        numbers: Iterator[int] = vars(model).setdefault("_window_numbers", count(1))
        return numbers


class Window(mesa.Agent):  # type: ignore[misc]
    """Base of all agents: ``row`` of the table named ``table_name`` of its model's state."""

    table_name: ClassVar[str]
    _ids: ClassVar[_Counters] = _Counters()

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def table(self) -> Table:
        """The table that this agent is a row of."""
        table: Table = self.model.state.tables[self.table_name]
        return table

    def __getattr__(self, name: str) -> Any:
        """The value of a column in this agent's row. Raises ``AttributeError`` naming the columns there are."""
        if name.startswith("_") or name in ("model", "row"):
            raise AttributeError(name)
        if name not in self.table.columns:
            raise AttributeError(
                f"{self.table_name} has no column {name!r}; it has {', '.join(self.table.columns)}"
            )
        return getattr(self.table, name)[self.row].item()

    def __setattr__(self, name: str, value: Any) -> None:
        if "model" in self.__dict__ and "row" in self.__dict__ and name in self.table.columns:
            raise AttributeError(
                f"{name} is a column of {self.table_name}: a mechanism writes it, a window only looks"
            )
        super().__setattr__(name, value)
