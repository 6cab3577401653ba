"""Units and bounds, spoken once: a number's type says what it counts and what it may never be.

A type is an ``Annotated`` float or int that carries a :class:`Unit` and hard bounds (physics or accounting).
The plausible range of a parameter, narrower than its hard bounds, stands beside the parameter
(``model.parameters``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, get_args

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]
Rows = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]
Fens = NDArray[np.signedinteger[Any]]

FEN_PER_YUAN = 100


@dataclass(frozen=True)
class Unit:
    """The unit in which a number is counted, as tables and axes print it."""

    name: str


Share = Annotated[float, Unit("1"), Ge(0.0), Le(1.0)]
Probability = Annotated[float, Unit("1"), Ge(0.0), Le(1.0)]
Ratio = Annotated[float, Unit("1"), Ge(0.0), Le(1e6)]
Signed = Annotated[float, Unit("1"), Ge(-1e6), Le(1e6)]
PerYear = Annotated[float, Unit("1/yr"), Ge(0.0), Le(10.0)]
Hectares = Annotated[float, Unit("ha"), Ge(0.0), Le(1e9)]
HectaresPerYear = Annotated[float, Unit("ha/yr"), Ge(0.0), Le(1e9)]
Metres = Annotated[float, Unit("m"), Ge(0.0), Le(1e7)]
Position = Annotated[float, Unit("m"), Ge(-1e8), Le(1e8)]
Elevation = Annotated[float, Unit("m"), Ge(-500.0), Le(9000.0)]
Kilometres = Annotated[float, Unit("km"), Ge(0.0), Le(1e6)]
Degrees = Annotated[float, Unit("degree"), Ge(0.0), Le(90.0)]
PerKilometreYear = Annotated[float, Unit("1/km/yr"), Ge(0.0), Le(100.0)]
Years = Annotated[int, Unit("yr"), Ge(0), Le(1000)]
Duration = Annotated[float, Unit("yr"), Ge(0.0), Le(1000.0)]
CalendarYear = Annotated[int, Unit("year"), Ge(-1), Le(10000)]
Count = Annotated[int, Unit("n"), Ge(0), Le(10**9)]
Persons = Annotated[float, Unit("persons"), Ge(0.0), Le(2e9)]
PersonsPerHectare = Annotated[float, Unit("persons/ha"), Ge(0.0), Le(1e6)]
Yuan = Annotated[float, Unit("yuan"), Ge(0.0), Le(1e14)]
YuanPerYear = Annotated[float, Unit("yuan/yr"), Ge(0.0), Le(1e14)]
YuanPerHectare = Annotated[float, Unit("yuan/ha"), Ge(0.0), Le(1e11)]
YuanPerHectareYear = Annotated[float, Unit("yuan/ha/yr"), Ge(0.0), Le(1e11)]
YuanPerKilometre = Annotated[float, Unit("yuan/km"), Ge(0.0), Le(1e11)]
YuanPerTonne = Annotated[float, Unit("yuan/t"), Ge(0.0), Le(1e11)]
YuanPerPerson = Annotated[float, Unit("yuan/person/yr"), Ge(0.0), Le(1e11)]
PerHectare = Annotated[float, Unit("1/ha"), Ge(0.0), Le(1.0)]
Fen = Annotated[int, Unit("fen"), Ge(-(2**62)), Le(2**62)]
TonnesPerHectare = Annotated[float, Unit("tC/ha"), Ge(0.0), Le(5000.0)]
TonnesPerHectareYear = Annotated[float, Unit("tC/ha/yr"), Ge(0.0), Le(5000.0)]
LoadPerHectare = Annotated[float, Unit("load unit/ha/yr"), Ge(0.0), Le(1e6)]
Load = Annotated[float, Unit("load unit/yr"), Ge(0.0), Le(1e15)]
Index = Annotated[int, Unit("row"), Ge(-1), Le(2**31 - 1)]
Code = Annotated[int, Unit("code"), Ge(0), Le(255)]
Flag = Annotated[int, Unit("flag"), Ge(0), Le(1)]


def unit_of(kind: Any) -> str:
    """The unit's name of an annotated type; ``""`` where it has none."""
    return next((note.name for note in get_args(kind)[1:] if isinstance(note, Unit)), "")


def bounds_of(kind: Any) -> tuple[float, float]:
    """Hard lower and upper bound of an annotated type; infinite where it has none."""
    notes = get_args(kind)[1:]
    low = next((note.ge for note in notes if isinstance(note, Ge)), -np.inf)
    high = next((note.le for note in notes if isinstance(note, Le)), np.inf)
    return float(low), float(high)  # type: ignore[arg-type]


def fen(yuan: Floats | float) -> Any:
    """Yuan to whole fen, halves to even; amounts stay exact integers from here on."""
    return np.rint(np.asarray(yuan, dtype=np.float64) * FEN_PER_YUAN).astype(np.int64)


def yuan(amount: Fens | int) -> Any:
    """Fen to yuan, for showing and for decisions, never for booking."""
    return np.asarray(amount, dtype=np.float64) / FEN_PER_YUAN
