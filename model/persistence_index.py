"""``run.json``: what a saved run says of itself, read with suspicion.

It names the settings, the form of every mechanism with its parameters, and the checksum of every file. It can name
data but never code: forms are looked up among those that a slot offers, and every parameter is held against the hard
bounds of its type. Assumption most likely to be wrong: that no honest run has an index larger than the limit.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from model.mechanisms import SLOTS, form, options
from model.parameters import Parameter, parameters_of
from model.schedule import Timeline
from model.settings import Settings
from model.state.code_version import code_version

FORMAT = 1
INDEX = "run.json"
KEYS = {"format", "code_version", "settings", "mechanisms", "state", "counties", "years", "files"}
MOST_BYTES = 64 * 2**20
NUMBERS = (bool, int, float)
HIGHEST_SETTING = {"start_year": 10_000, "connectivity_cutoff": 1.0}  # others: what 64 bits hold


class Damaged(ValueError):
    """A saved run cannot be trusted; the message names the file and what is wrong with it."""


def signed(index: dict[str, Any]) -> bytes:
    """The index as it lies in the folder, with its own checksum."""
    return json.dumps(index | {"checksum": _checksum(index)}, ensure_ascii=False, indent=1).encode()


def read_index(folder: Path) -> dict[str, Any]:
    """What ``run.json`` says. Raises :class:`Damaged` where it is missing, changed or of another version."""
    path = folder / INDEX
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Damaged(f"{path} is larger than {MOST_BYTES // 2**20} MiB: no index of a saved run")
        index: dict[str, Any] = dict(json.loads(path.read_bytes()))
        checksum = index.pop("checksum", None)
        whole = checksum == _checksum(index)
    except FileNotFoundError as error:
        raise Damaged(f"{folder} holds no saved run: {INDEX} is missing") from error
    except RecursionError as error:
        raise Damaged(f"{path} is nested too deeply: no index of a saved run") from error
    except Damaged:
        raise
    except (TypeError, ValueError) as error:
        raise Damaged(f"{path} is not JSON: {error}") from error
    if index.get("format") != FORMAT:
        raise Damaged(f"{path} has format {index.get('format')!r}; this version reads {FORMAT}")
    if not whole:
        raise Damaged(f"{path} was changed since it was saved")
    if index.get("code_version") != code_version():
        raise Damaged(f"{folder} was saved by another version of the model: run it again from its start")
    if index.keys() != KEYS:
        raise Damaged(f"{path}: {', '.join(sorted(index.keys() ^ KEYS))}: missing, or no key of an index")
    return index


def _checksum(index: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(index, sort_keys=True).encode()).hexdigest()


def settings_in(values: dict[str, Any]) -> Settings:
    """The settings of a run. Raises :class:`Damaged` for one that is missing, unknown, or not a possible number."""
    kinds = {each.name: type(each.default) for each in fields(Settings)}
    if values.keys() != kinds.keys():
        raise Damaged(f"{INDEX}: settings are {', '.join(kinds)}, not {', '.join(values)}")
    for name, kind in kinds.items():
        fits = type(values[name]) is kind or (kind is float and type(values[name]) is int)
        if not fits or not 0 <= values[name] <= HIGHEST_SETTING.get(name, 2**64 - 1):
            raise Damaged(f"{INDEX}: settings.{name} cannot be {_shown(values[name])}")
    return Settings(**values)


def timeline_out(line: Timeline[Any]) -> list[dict[str, Any]]:
    """Each entry as its first year, the name of its form and its parameters."""
    return [
        {
            "since": since,
            "form": type(entry).__module__.rsplit(".", 1)[-1],
            "parameters": {f.name: _plain(getattr(entry, f.name)) for f in fields(entry)},
        }
        for since, entry in line.entries
    ]


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def timelines_in(mechanisms: dict[str, Any]) -> dict[str, Timeline[Any]]:
    """The mechanisms of every slot. Raises :class:`Damaged` naming slot, form and parameter of the first fault."""
    if mechanisms.keys() != set(SLOTS):
        wrong = ", ".join(sorted(mechanisms.keys() ^ set(SLOTS)))
        raise Damaged(f"{INDEX}: mechanisms: {wrong}: missing, or no slot of the model")
    return {slot: _timeline_in(slot, entries) for slot, entries in mechanisms.items()}


def _timeline_in(slot: str, entries: list[dict[str, Any]]) -> Timeline[Any]:
    years = [entry["since"] for entry in entries]
    if not years or any(type(year) is not int for year in years) or years != sorted(set(years)):
        raise Damaged(f"{INDEX}: {slot} has no entries in the order of their years")
    return Timeline(tuple((entry["since"], _form_in(slot, entry)) for entry in entries))


def _form_in(slot: str, entry: dict[str, Any]) -> Any:
    """Forms are looked up among those that the slot offers, so a file can name data but never code."""
    name, given = entry["form"], entry["parameters"]
    if name not in options(slot):
        raise Damaged(f"{slot} has no form {name!r}; it has {', '.join(options(slot))}")
    kind = form(slot, name)
    declared = {parameter.name: parameter for parameter in parameters_of(kind)}
    if given.keys() != declared.keys():
        wrong = ", ".join(sorted(given.keys() ^ declared.keys()))
        raise Damaged(f"{INDEX}: {slot}.{name}: {wrong}: missing, or no parameter of this form")
    return kind(**{key: _value_in(f"{slot}.{name}.{key}", declared[key], given[key]) for key in declared})


def _value_in(name: str, declared: Parameter, value: Any) -> Any:
    """A number, or an array with one for each word, within the hard bounds of its type."""
    values = value if isinstance(value, list) else [value]
    if isinstance(value, list) != bool(declared.words) or len(values) != max(len(declared.words), 1):
        raise Damaged(f"{INDEX}: {name} takes {len(declared.words) or 'one'} values, not {len(values)}")
    low, high = declared.bounds
    for row, each in enumerate(values):
        if type(each) not in NUMBERS or not low <= each <= high:
            word = f" of {declared.words[row]}" if declared.words else ""
            raise Damaged(
                f"{INDEX}: {name}{word} cannot be {_shown(each)}; allowed: {low:g} to {high:g} {declared.unit}"
            )
    return np.array(value) if declared.words else value


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
