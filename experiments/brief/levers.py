"""In what the scenarios differ: every choice and level that is not the same in all of them, as configured.

These are the levers that were moved, not yet the reasons for the outcome: which of several levers did it, a comparison
of bundles cannot tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from experiments.schema import spelt
from model.mechanisms import SLOTS, form
from model.parameters import Parameter, parameters_of

NONE = "none"
ABSENT = "–"


@dataclass(frozen=True)
class Lever:
    """A key of the configuration, its unit and grade where it has them, and its value in each scenario as text."""

    key: str
    unit: str
    grade: str
    values: tuple[str, ...]


def levers(configs: Mapping[str, Mapping[str, Any]]) -> tuple[list[Lever], int]:
    """The keys whose values differ, and how many more exist only with a form that not every scenario has."""
    flat = {name: dict(_flat(config)) for name, config in configs.items()}
    keys = list(dict.fromkeys(key for each in flat.values() for key in each))
    differing = [key for key in keys if len({str(each.get(key)) for each in flat.values()}) > 1]
    shared = [key for key in differing if all(key in each for each in flat.values())]
    found = []
    for key in shared:
        known = next((p for p in (_parameter(key, each) for each in flat.values()) if p), None)
        unit, grade = (known.unit, known.evidence.grade) if known else ("", "")
        texts = tuple(_text(each[key]) for each in flat.values())
        found.append(Lever(key.removesuffix(".form"), "" if unit == "1" else unit, grade, texts))
    return found, len(differing) - len(shared)


def switched_off(configs: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The slots that no scenario fills: mechanisms that the model has and these runs do without."""
    flat = [dict(_flat(config)) for config in configs.values()]
    return [
        slot
        for slot in SLOTS
        if all(each.get(f"{_dotted(slot)}.form") == NONE and not _later(each, slot) for each in flat)
    ]


def _flat(config: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted keys and their values; a level by year is one value."""
    for key, value in config.items():
        if isinstance(value, Mapping) and value and not any(str(inner).isdigit() for inner in value):
            yield from _flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def _later(flat: Mapping[str, Any], slot: str) -> bool:
    return f"schedule.{slot}" in flat


def _parameter(key: str, flat: Mapping[str, Any]) -> Parameter | None:
    """What the form in force declares of a key, or nothing."""
    slot = next((slot for slot in SLOTS if key.startswith(f"{_dotted(slot)}.")), None)
    if slot is None:
        return None
    name = key.removeprefix(f"{_dotted(slot)}.").split(".")[0]
    kind = form(slot, flat[f"{_dotted(slot)}.form"])
    return next((each for each in parameters_of(kind) if each.name == name), None)


def _dotted(slot: str) -> str:
    return slot.replace("/", ".")


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{year}: {_text(level)}" for year, level in value.items()) or ABSENT
    return str(value) if isinstance(value, str) else spelt(value) if isinstance(value, float) else str(value)
