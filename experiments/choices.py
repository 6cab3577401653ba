"""What a config may choose: whether each chosen option is there, and what its file draws in, before Hydra sees it.

A defaults list may hold ``_self_``, other options of its own group and, in a policy or an experiment,
``override /GROUP: OPTION``. Nothing else: no option of a user's may bring in what nobody looked at, and none may be
drawn in twice (a few files could otherwise unfold into millions).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from experiments.folders import Place, groups, options, written
from experiments.layers import FIRST_YEAR, LAST_YEAR, Layers, is_by_year, is_year
from experiments.problems import BadConfig, Problem, nearest, shown
from experiments.safe_yaml import Document, read
from experiments.words import Word

BUNDLES = ("policy", "experiment")
"""Groups whose files speak of the whole config (``# @package _global_``) and may choose options of other groups."""

LANDSCAPE = "landscape"
EXAMPLE_BY_YEAR = "restoration={2024: engineered_first, 2035: matched}"


@dataclass(frozen=True)
class Choice:
    """An option chosen for a group, and the place that chose it."""

    group: str
    option: str | None
    where: str


def is_slot(group: str) -> bool:
    """Whether a group chooses a form of the model, which may change from a year on."""
    return group not in (*BUNDLES, LANDSCAPE)


def misspelt(word: Word, known: Sequence[str]) -> list[Problem]:
    """A word that chooses an option, but spells the group otherwise."""
    slashed = word.key.replace(".", "/")
    if slashed in known:
        cure = f"an option is chosen by {slashed}={shown(word.value, quote=False)}."
    elif word.key == "schedule":
        cure = f"for a form by year write '{EXAMPLE_BY_YEAR}'."
    elif "/" in word.key:
        cure = f"no such group.{nearest(word.key, known)}"
    else:
        return []
    return [Problem(word.where, word.key, cure)]


def first_choice(word: Word) -> Choice:
    """The option from the start, of a choice that may be given by year."""
    value = word.value
    if is_slot(word.key) and is_by_year(value):
        wrong = [key for key, option in value.items() if not is_year(key) or not isinstance(option, str)]
        if wrong:
            cure = f"by year it must be years ({FIRST_YEAR} to {LAST_YEAR}) with options, not '{wrong[0]}'."
            raise BadConfig([Problem(word.where, word.key, cure, shown(value))])
        value = value[min(value)]
    if isinstance(value, str) or (value is None and word.key == "experiment"):
        return Choice(word.key, value, word.where)
    hint = f", or options by year: '{EXAMPLE_BY_YEAR}'" if is_slot(word.key) else ""
    raise BadConfig(
        [Problem(word.where, word.key, f"must be the name of an option{hint}.", shown(word.value))]
    )


def faults(
    choice: Choice, config_dir: Path | None, seen: set[tuple[str, str]] | None = None
) -> Iterator[Problem]:
    """What is wrong with a chosen option, with its file's shape, and with all that its defaults list draws in."""
    if choice.option is None:
        return
    seen = set() if seen is None else seen
    seen.add((choice.group, choice.option))
    try:
        document = _found(choice, config_dir)
    except BadConfig as bad:
        yield from bad.problems
        return
    for drawn in _drawn(choice.group, document):
        if isinstance(drawn, Problem):
            yield drawn
        elif (drawn.group, str(drawn.option)) not in seen:
            yield from faults(drawn, config_dir, seen)
        elif drawn.group == choice.group:
            yield Problem(drawn.where, "defaults", f"{shown(drawn.option)} is drawn in twice, or by itself.")


def _found(choice: Choice, config_dir: Path | None) -> Document:
    known = options(choice.group, config_dir)
    if choice.option in known:
        return content(known[choice.option])
    there = ", ".join(sorted(known)) or "none yet"
    cure = f"no such option; there are: {there}.{nearest(str(choice.option), known)}"
    raise BadConfig([Problem(choice.where, choice.group, cure, shown(choice.option, quote=False))])


def _drawn(group: str, document: Document) -> Iterator[Choice | Problem]:
    """The choice that each entry of a file's defaults list makes, or what is wrong with the entry."""
    entries = document.values.get("defaults", [])
    if not isinstance(entries, list):
        yield Problem(document.where(("defaults",)), "defaults", "must be a list.")
        return
    for row, entry in enumerate(entries):
        where = document.where(("defaults", row))
        if isinstance(entry, str):
            if entry != "_self_":
                yield Choice(group, entry, where)
            continue
        key, option = next(iter(entry.items())) if isinstance(entry, dict) and len(entry) == 1 else ("", None)
        target = str(key).removeprefix("override /")
        if target != key and target in _may_override(group) and isinstance(option, str):
            yield Choice(target, option, where)
        else:
            yield Problem(where, "defaults", _cure_of_entry(group, target), shown(entry))


def _may_override(group: str) -> list[str]:
    """The groups whose option a file of ``group`` may choose."""
    if group not in BUNDLES:
        return []
    return [other for other in groups() if is_slot(other) or (group == "experiment" and other != group)]


def _cure_of_entry(group: str, target: str) -> str:
    if group not in BUNDLES:
        return "an option's defaults list may only name other options of its group."
    return f"must be 'override /GROUP: OPTION' or another {group}.{nearest(target, _may_override(group))}"


def schedule_faults(schedule: Any, said: Layers, config_dir: Path | None) -> Iterator[Problem]:
    """What is wrong with forms by year, as files give them: ``{planning: {2035: basin}}``."""
    slots = [group for group in groups() if is_slot(group)]
    if not isinstance(schedule, dict):
        yield Problem(said.where(("schedule",)), "schedule", "must name slots, each with options by year.")
        return
    for slot, by_year in schedule.items():
        where = said.where(("schedule", slot))
        if slot not in slots:
            yield Problem(where, f"schedule.{slot}", f"no such slot.{nearest(str(slot), slots)}")
        elif not isinstance(by_year, dict) or not all(is_year(year) for year in by_year):
            yield Problem(
                where, f"schedule.{slot}", "must give options by year: {2035: NAME}.", shown(by_year)
            )
        else:
            for year, option in by_year.items():
                place = said.where(("schedule", slot, year))
                yield from faults(Choice(slot, shown(option, quote=False), place), config_dir)


def scenarios_in(values: Any, document: Document) -> dict[str, tuple[list[str], str]]:
    """Scenarios of an experiment: a name for each list of words."""
    named = isinstance(values, dict) and all(
        isinstance(name, str) and isinstance(words, list) and all(isinstance(word, str) for word in words)
        for name, words in values.items()
    )
    if not named:
        cure = "must give each scenario a name and a list of words: 'strict: [policy=strict_enforcement]'."
        raise BadConfig([Problem(document.where(("scenarios",)), "scenarios", cure)])
    return {name: (list(words), document.where(("scenarios", name))) for name, words in values.items()}


def content(place: Place) -> Document:
    """A file's content; read again only where the file has changed."""
    try:
        stamp = written(place.path)
    except OSError:
        return read(place.path, place.shown)
    return _remembered(place, stamp)


@lru_cache(maxsize=512)
def _remembered(place: Place, _written: tuple[int, int]) -> Document:
    return read(place.path, place.shown)
