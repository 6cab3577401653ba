"""A table that cannot be meant is answered with all that is wrong in it, up to twenty rows at once.

A fault names the file, the row as a spreadsheet counts it (the header is row 1), the column, what stands there and
what would be right.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from model.landscapes.files.raw import Raw
from model.units import Rows

MOST_TOLD = 20


@dataclass(frozen=True)
class Fault:
    """One thing wrong: ``row`` is "" for a file as a whole; ``known`` are words of which ``word`` may be a slip."""

    file: str
    row: str
    column: str
    cure: str
    given: str | None = None
    word: str = ""
    known: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"{self.file}, {self.row}" if self.row else self.file
        given = "" if self.given is None else f" = {self.given!r}"
        return f"{place}: {self.column}{given}: {self.cure}"


class BadTables(ValueError):
    """Tables are refused: the first ``MOST_TOLD`` faults, and how many there are in all."""

    def __init__(self, faults: tuple[Fault, ...], count: int) -> None:
        super().__init__(faults, count)
        self.faults, self.count = faults, count

    def __str__(self) -> str:
        more = [f"and {self.count - len(self.faults)} more"] if self.count > len(self.faults) else []
        return "\n".join([*map(str, self.faults), *more])


class Faults:
    """What was found wrong so far."""

    def __init__(self) -> None:
        self.told: list[Fault] = []
        self.count = 0

    def add(
        self,
        file: str,
        cure: str,
        column: str = "",
        row: str = "",
        given: str | None = None,
        word: str = "",
        known: Iterable[str] = (),
    ) -> None:
        """One fault."""
        self.count += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(Fault(file, row, column, cure, given, word, tuple(known)))

    def rows(self, table: Raw, rows: Rows, column: str, cure: str, known: Iterable[str] = ()) -> None:
        """The same fault in some rows of a table, told with what each of them says in ``column``."""
        room = MOST_TOLD - len(self.told)
        for row in rows[:room].tolist():
            given = table.columns[column][row].as_py() if column in table.columns else None
            self.add(table.file, cure, column, table.label(row), given, given or "", known)
        self.count += max(rows.size - room, 0) if room > 0 else rows.size

    def refuse(self) -> None:
        """Raise :class:`BadTables` where anything is wrong."""
        if self.count:
            raise BadTables(tuple(self.told), self.count)
