"""What the Tab key offers: keys, groups, options and numbers, read from the folders of the configs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import argcomplete

from experiments.folders import groups, options
from experiments.manual import EXAMPLES, keys
from experiments.problems import BadConfig
from experiments.safe_yaml import read

LISTS = {"policies": "policy"}


def complete(parser: argparse.ArgumentParser) -> None:
    """Answer the shell that is asking for completions, and end; return where none is."""
    for each in _verbs(parser):
        for action in each._actions:
            if action.dest == "words":
                action.completer = words  # type: ignore[attr-defined]
    argcomplete.autocomplete(parser, always_complete_options=False)


def words(prefix: str, parsed_args: Any = None, **_: Any) -> list[str]:
    """Every word that may follow ``prefix``."""
    typed = getattr(parsed_args, "config_dir", None)
    folder = Path(typed).resolve() if typed and Path(typed).is_dir() else None
    key, equals, value = prefix.partition("=")
    verb = getattr(parsed_args, "verb", "")
    if verb == "landscape":
        return [offer for offer in _shown_for(verb) if offer.startswith(prefix)]
    try:
        offers = _values(key, value, folder) if equals else _keys(key, folder, verb)
        return [offer for offer in offers if offer.startswith(prefix)]
    except BadConfig:
        return []


def _verbs(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.values()


def _keys(prefix: str, folder: Path | None, verb: str) -> list[str]:
    named = (
        [key for key in keys() if key != "schedule"]
        + [*groups()]
        + (["policies"] if verb == "compare" else [])
    )
    group = next((each for each in groups() if prefix.startswith(each.replace("/", ".") + ".")), None)
    numbers = _numbers(group, folder) if group else []
    return [f"{key}=" for key in [*named, *numbers]]


def _shown_for(verb: str) -> list[str]:
    """The words of a verb's examples, keys without their values: for a verb that asks no run."""
    shown = [word.partition("=") for example in EXAMPLES[verb] for word in example.split()[2:]]
    return list(dict.fromkeys(key + equals for key, equals, _ in shown))


def _numbers(group: str, folder: Path | None) -> list[str]:
    """The dotted keys that any option of the group has."""
    found: set[str] = set()
    for place in options(group, folder).values():
        values = read(place.path, place.shown).values
        found.update(_dotted(values, group.replace("/", ".")))
    return sorted(found)


def _dotted(values: dict[Any, Any], above: str) -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from _dotted(value, f"{above}.{key}")
        elif key not in ("form", "defaults"):
            yield f"{above}.{key}"


def _values(key: str, value: str, folder: Path | None) -> list[str]:
    if key in LISTS:
        done, comma, _ = value.rpartition(",")
        begun = f"{done}," if comma else "["
        return [f"{key}={begun}{option}" for option in options(LISTS[key], folder)]
    return [f"{key}={option}" for option in options(key, folder)] if key in groups() else []
