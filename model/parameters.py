"""What a number in a mechanism rests on: a unit and hard bounds in its type, a plausible range, a source, a
grade.

The value itself stands in the form's config file; nothing is written twice. ``docs/parameters.md`` is
generated from the two. Grades: *measured* (found in a source), *derived* (arithmetic on measured numbers),
*recalled* (known, source not confirmed), *assumed* (ours).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, get_args, get_type_hints

from model.units import bounds_of, unit_of
from model.vocabulary import Word

GRADES = ("measured", "derived", "recalled", "assumed")


@dataclass(frozen=True)
class Evidence:
    """Plausible range, source and grade of a parameter; ``remark`` says what is weak about it."""

    low: float
    high: float
    source: str
    grade: str
    remark: str = ""

    def __post_init__(self) -> None:
        if self.grade not in GRADES:
            raise ValueError(f"grade {self.grade!r} is none of {', '.join(GRADES)}")
        if not self.low <= self.high:
            raise ValueError(f"range {self.low} to {self.high} is upside down ({self.source})")


@dataclass(frozen=True)
class Each:
    """Marks an array with one value for each word of a list, in code order: ``Annotated[Floats, Each(…)]``."""

    words: type[Word]
    of: Any


def sourced(low: float, high: float, source: str, grade: str, remark: str = "") -> Any:
    """Declare a parameter field: its plausible range and what it rests on. It has no default: configs hold values."""
    return field(metadata={"evidence": Evidence(low, high, source, grade, remark)})


@dataclass(frozen=True)
class Parameter:
    """One row of the parameter table: where it is declared and what is known about it."""

    name: str
    kind: Any
    unit: str
    bounds: tuple[float, float]
    words: tuple[str, ...]
    evidence: Evidence


def parameters_of(form: type) -> list[Parameter]:
    """All parameters that a mechanism's form declares, in order.

    Raises ``TypeError`` where a field has no evidence: every number must say what it rests on.
    """
    hints = get_type_hints(form, include_extras=True)
    return [_parameter(form, f.name, hints[f.name], f.metadata) for f in fields(form)]


def _parameter(form: type, name: str, kind: Any, metadata: Any) -> Parameter:
    if "evidence" not in metadata:
        raise TypeError(f"{form.__name__}.{name} has no evidence: declare it with sourced(…)")
    each = next((note for note in get_args(kind)[1:] if isinstance(note, Each)), None)
    one = each.of if each else kind
    words = each.words.texts() if each else ()
    return Parameter(name, one, unit_of(one), bounds_of(one), words, metadata["evidence"])
