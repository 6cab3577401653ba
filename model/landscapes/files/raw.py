"""A table as it was typed: text in columns, and where each row stands in its file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from model.units import Floats


@dataclass(frozen=True, eq=False)
class Shapes:
    """Of each patch drawn in a map file (n,): area in ha (not a number for a point) and centroid in m."""

    area: Floats
    x: Floats
    y: Floats


@dataclass(frozen=True, eq=False)
class Raw:
    """A table of n rows, all text, an empty cell being "".

    ``noun`` and ``numbers`` (n,) name a row as its own program counts it: "row 7", "feature 7". ``columns`` holds
    pyarrow string arrays by name.
    """

    file: str
    noun: str
    numbers: NDArray[np.int64]
    columns: dict[str, pa.Array]
    shapes: Shapes | None = None

    def __len__(self) -> int:
        return int(self.numbers.size)

    def label(self, row: int) -> str:
        """What the user calls a row."""
        return f"{self.noun} {self.numbers[row]}"


def texts(values: list[str]) -> pa.Array:
    """A column of text. Raises ``ValueError`` for text that is no Unicode."""
    return pa.array(values, pa.string())
