"""From checked plain data to what the model takes: each slot's form in force, year by year.

A level by year is either held until the next given year or ramped to it; a form's instance is made for each year in
which one of its numbers changes, so that a mechanism only ever sees plain numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np

from model.mechanisms import SLOTS, form
from model.parameters import Each
from model.schedule import Level, Timeline

Config = Mapping[str, Any]

ALWAYS = -(10**9)


def mechanisms(config: Config) -> dict[str, Timeline[Any]]:
    """Every slot's timeline of forms; raises ``ValueError`` where a form's numbers contradict each other."""
    return {slot: timeline(slot, within(config, slot), config["schedule"].get(slot, {})) for slot in SLOTS}


def within(config: Config, slot: str) -> dict[str, Any]:
    """The part of a config that speaks of a slot."""
    for key in slot.split("/"):
        config = config[key]
    return dict(config)


def timeline(slot: str, first: Config, later: Mapping[int, Config]) -> Timeline[Any]:
    """The form in force from the start, and those that follow it, with their levels as of each year."""
    starts = [(ALWAYS, first), *sorted(later.items())]
    ends = [since for since, _ in starts[1:]] + [-ALWAYS]
    entries = []
    for (since, values), end in zip(starts, ends, strict=True):
        kind = form(slot, values["form"])
        numbers = {key: value for key, value in values.items() if key != "form"}
        inside = [year for year in _changes(numbers) if since < year < end]
        entries += [(year, instance(kind, numbers, year)) for year in (since, *inside)]
    return Timeline(tuple(entries))


def instance(kind: type, values: Config, year: int) -> Any:
    """A dataclass of the model from its plain values as of ``year``; arrays by word become read-only columns."""
    hints = _hints(kind)
    return kind(**{each.name: _value(hints[each.name], values[each.name], year) for each in fields(kind)})


@lru_cache(maxsize=256)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _value(kind: Any, value: Any, year: int) -> Any:
    each = next((note for note in get_args(kind)[1:] if isinstance(note, Each)), None)
    if each is not None:
        array = np.array([_value(each.of, value[word], year) for word in each.words.texts()])
        array.setflags(write=False)
        return array
    if is_dataclass(kind):
        return instance(kind, value, year)  # type: ignore[arg-type]
    if get_origin(kind) is tuple:
        return tuple(value)
    if get_origin(kind) is dict:
        return dict(value)
    return _level(value).at(year) if isinstance(value, dict) else value


def _level(value: Mapping[Any, Any]) -> Level:
    years = {key: number for key, number in value.items() if isinstance(key, int)}
    return Level(years, ramped=value.get("between") == "ramped")


def _changes(values: Mapping[Any, Any]) -> list[int]:
    """The years in which any level below ``values`` may change, in order."""
    found: set[int] = set()
    for value in values.values():
        if isinstance(value, dict):
            years = [key for key in value if isinstance(key, int)]
            ramped = bool(years) and value.get("between") == "ramped"
            found.update(range(min(years), max(years) + 1) if ramped else years)
            found.update(_changes({key: inner for key, inner in value.items() if isinstance(inner, dict)}))
    return sorted(found)
