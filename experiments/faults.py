"""What is wrong with a configuration, gathered over its parts and told at once, with what would be right."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from experiments.layers import KeyPath, dotted, is_by_year, without_years
from experiments.problems import Problem, nearest, shown
from experiments.schema import Allowed, allowed, schema, spelt

Where = Callable[[KeyPath], str]


@dataclass
class Faults:
    """Faults and remarks of one configuration, and every key that it could have had."""

    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    unknown: list[tuple[KeyPath, Any, str]] = field(default_factory=list)

    def add(self, path: KeyPath, where: str, cure: str, value: Any = ...) -> None:
        """One fault at ``path``."""
        given = "" if value is ... else shown(value)
        self.problems.append(Problem(where, dotted(path), cure, given))

    def checked(
        self, kind: type, values: dict[Any, Any], at: KeyPath, where: Where, by_year: bool = True
    ) -> dict[str, Any]:
        """``values`` as the dataclass ``kind`` allows them, or an empty mapping where they hold a fault.

        ``at`` is their place in the config; ``where`` names the file or word that said a key path below it.
        """
        able = allowed(kind, by_year)
        self.known |= {dotted((*at, *path)) for path in able}
        try:
            checked = schema(kind, by_year).model_validate(values)
        except ValidationError as error:
            for each in error.errors(include_url=False):
                self._found(tuple(each["loc"]), each, at, where, able)
            return {}
        plain: dict[str, Any] = checked.model_dump(warnings=False)
        return plain

    def remark_implausible(self, kind: type, values: Any, at: KeyPath) -> None:
        """Remark on what was said of a parameter (``values`` as checked) outside its plausible range."""
        for path, number in _numbers(values):
            what = allowed(kind).get(without_years(path))
            if what is None or what.evidence is None or what.evidence.low <= number <= what.evidence.high:
                continue
            low, high = spelt(what.evidence.low), spelt(what.evidence.high)
            self.remarks.append(
                f"{dotted((*at, *path))} = {number:g} lies outside its plausible range, {low} to {high}."
            )

    def all(self) -> list[Problem]:
        """Every fault, each once; unknown keys with the nearest that there is."""
        cures = [
            Problem(where, dotted(path), f"no such key.{nearest(dotted(path), self.known)}", shown(value))
            for path, value, where in self.unknown
        ]
        return list(dict.fromkeys([*self.problems, *cures]))

    def _found(
        self, path: KeyPath, fault: Any, at: KeyPath, where: Where, able: dict[KeyPath, Allowed]
    ) -> None:
        value, place = fault["input"], where(path)
        words = _nearest_above(able, path)
        if fault["type"] == "extra_forbidden":
            self.unknown.append(((*at, *path), value, place))
        elif fault["type"] == "missing":
            self.add((*at, *path), place, f"no value; it must be {words}.")
        elif fault["type"] == "by_year":
            self.add((*at, *path), place, f"{fault['msg']}.", value)
        elif fault["type"] == "literal_error":
            choices = re.findall(r"\w+", fault["ctx"]["expected"].replace(" or ", ", "))
            near = nearest(value, choices) if isinstance(value, str) else ""
            self.add((*at, *path), place, f"must be {' or '.join(choices)}.{near}", value)
        else:
            self.add((*at, *path), place, f"must be {words}.{_hint(value, words)}", value)


def _nearest_above(able: dict[KeyPath, Allowed], path: KeyPath) -> str:
    """What a key, or else the nearest one above it, may hold."""
    path = without_years(path)
    while path and path not in able:
        path = path[:-1]
    return able[path].words if path else "a mapping of keys to values"


def _numbers(values: Any, path: KeyPath = ()) -> list[tuple[KeyPath, float]]:
    if isinstance(values, dict):
        return [found for key, inner in values.items() for found in _numbers(inner, (*path, key))]
    return [(path, values)] if isinstance(values, (int, float)) and not isinstance(values, bool) else []


def _hint(value: Any, words: str) -> str:
    """What was probably meant by a value of the wrong kind."""
    if is_by_year(value):
        return " It is read once, when a run begins, and takes no years."
    if isinstance(value, float) and value.is_integer() and words.startswith("a whole number"):
        return f" Write {int(value)}."
    if isinstance(value, str) and re.fullmatch(r"[-+]?0\d+", value):
        return f" Write {int(value)}, without leading zeros."
    if isinstance(value, str) and re.fullmatch(r"[-+]?[\d.]+", value):
        return " Write it without quotes."
    if isinstance(value, str) and words == "true or false" and value.lower() in ("yes", "on", "no", "off"):
        return f" Write {'true' if value.lower() in ('yes', 'on') else 'false'}."
    return ""
