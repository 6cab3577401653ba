"""Which files make up a configuration: Hydra says which, in what order and where each belongs; we read and lay them.

This is the one helper that owns Hydra. Its defaults lists choose an option for every group; the values are laid by
:mod:`experiments.layers`, because Hydra's own merge joins two levels by year into one that nobody wrote, forgets which
file a value came from and stops at the first unknown key. Nothing is ever resolved, so no reference can read the
environment. Every file is read and its defaults list checked by :mod:`experiments.safe_yaml` before Hydra sees it.

Order, weakest first: the option files, ``config.yaml``, the policy, the experiment, the words that were typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from hydra import initialize_config_dir
from hydra.core.default_element import ResultDefault
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from hydra.types import RunMode

from experiments.folders import PACKAGED, PRIMARY, Place, groups, options
from experiments.layers import Layers, is_by_year
from experiments.problems import COMMAND_LINE, BadConfig, Problem, nearest, refuse_if, shown
from experiments.safe_yaml import Document, read
from experiments.words import Word

BUNDLES = ("policy", "experiment")
"""Groups whose files speak of the whole config (``# @package _global_``) and may choose options of other groups."""

LANDSCAPE = "landscape"


@dataclass(frozen=True)
class Choice:
    """An option chosen for a group, and the place that chose it."""

    option: str | None
    where: str


@dataclass
class Composed:
    """A configuration before it is checked.

    ``chosen``: option by group (``policy``, ``landscape`` and every slot). ``forms``: for each slot, and for the
    landscape, what its option files say, by the year from which it holds (None: from the start). ``said``: what
    config.yaml, policy, experiment and words say on top. ``typed``: the keys that the words say. ``scenarios``: the
    experiment's scenarios, with the place of each.
    """

    chosen: dict[str, str]
    forms: dict[str, dict[int | None, Layers]]
    said: Layers
    typed: set[str]
    scenarios: dict[str, tuple[list[str], str]]


def compose(words: Sequence[Word], config_dir: Path | None = None) -> Composed:
    """Lay the config that ``words`` choose; raises :class:`~experiments.problems.BadConfig` for unknown options."""
    known = groups()
    choices = {word.key: word for word in words if word.key in known}
    levels = [word for word in words if word.key not in known]
    refuse_if([problem for word in levels for problem in _choice_meant(word, known)])
    first = {group: _first_choice(word) for group, word in choices.items()}
    refuse_if([problem for group, choice in first.items() for problem in _faults(group, choice, config_dir)])
    composed = _laid(first, config_dir)
    _say(composed, choices.values(), levels)
    _add_later_forms(composed, first, config_dir)
    return composed


def is_slot(group: str) -> bool:
    """Whether a group chooses a form of the model, which may change from a year on."""
    return group not in (*BUNDLES, LANDSCAPE)


def _choice_meant(word: Word, known: list[str]) -> list[Problem]:
    """A word that chooses an option, but spells the group otherwise."""
    slashed = word.key.replace(".", "/")
    if slashed in known:
        return [
            Problem(
                word.where, word.key, f"an option is chosen by {slashed}={shown(word.value, quote=False)}."
            )
        ]
    if word.key == "schedule":
        return [
            Problem(
                word.where,
                word.key,
                "for a form by year write 'restoration={2024: engineered_first, 2035: matched}'.",
            )
        ]
    if "/" in word.key:
        return [Problem(word.where, word.key, f"no such group.{nearest(word.key, known)}")]
    return []


def _first_choice(word: Word) -> Choice:
    """The option from the start, of a choice that may be given by year."""
    value = word.value
    if is_slot(word.key) and is_by_year(value):
        _refuse_other_than_years(word)
        value = value[min(value)]
    fits = isinstance(value, str) or (value is None and word.key == "experiment")
    if not fits:
        hint = ", or options by year such as {2024: none, 2035: NAME}" if is_slot(word.key) else ""
        raise BadConfig(
            [Problem(word.where, word.key, f"must be the name of an option{hint}.", shown(word.value))]
        )
    return Choice(value, word.where)


def _refuse_other_than_years(word: Word) -> None:
    wrong = [
        key for key, option in word.value.items() if not isinstance(key, int) or not isinstance(option, str)
    ]
    if wrong:
        cure = f"by year it must be years with options, not '{wrong[0]}'."
        raise BadConfig([Problem(word.where, word.key, cure, shown(word.value))])


def _faults(
    group: str, choice: Choice, config_dir: Path | None, above: tuple[Any, ...] = ()
) -> Iterator[Problem]:
    """What is wrong with a chosen option, its file's shape, and all that its defaults list draws in."""
    if choice.option is None:
        return
    try:
        known = options(group, config_dir)
        if choice.option not in known:
            there = ", ".join(sorted(known)) or "none yet"
            cure = f"no such option; there are: {there}.{nearest(choice.option, known)}"
            yield Problem(choice.where, group, cure, shown(choice.option, quote=False))
            return
        document = _read(known[choice.option])
    except BadConfig as bad:
        yield from bad.problems
        return
    if (group, choice.option) in above:
        yield Problem(document.shown, "defaults", "draws in itself.")
        return
    for drawn, other in _drawn(group, document):
        yield from (
            [drawn]
            if isinstance(drawn, Problem)
            else _faults(drawn, other, config_dir, (*above, (group, choice.option)))
        )


def _drawn(group: str, document: Document) -> Iterator[tuple[Any, Any]]:
    """Group and choice of each entry of a file's defaults list; a problem in place of the group where it is bad."""
    entries = document.values.get("defaults", [])
    if not isinstance(entries, list):
        yield Problem(document.where(("defaults",)), "defaults", "must be a list."), None
        return
    allowed = [
        other for other in groups() if is_slot(other) or (group == "experiment" and other != "experiment")
    ]
    for row, entry in enumerate(entries):
        where = document.where(("defaults", row))
        if isinstance(entry, str):
            if entry != "_self_":
                yield group, Choice(entry, where)
            continue
        key, option = next(iter(entry.items())) if isinstance(entry, dict) and len(entry) == 1 else ("", None)
        target = str(key).removeprefix("override /")
        if group in BUNDLES and target in allowed and target != key and isinstance(option, str):
            yield target, Choice(option, where)
        else:
            yield _bad_entry(group, entry, target, allowed, where), None


def _bad_entry(group: str, entry: Any, target: str, allowed: list[str], where: str) -> Problem:
    if group not in BUNDLES:
        cure = "an option's defaults list may only name other options of its group."
        return Problem(where, "defaults", cure, shown(entry))
    cure = f"must be 'override /GROUP: OPTION' or another {group}.{nearest(target, allowed)}"
    return Problem(where, "defaults", cure, shown(entry))


def _laid(first: dict[str, Choice], config_dir: Path | None) -> Composed:
    """The files of a set of choices, read and laid."""
    composed = Composed({}, {}, Layers(), set(), {})
    for default in _ordered(first, config_dir):
        group, _, option = (default.config_path or "").rpartition("/")
        document = _document(group, option, config_dir)
        _refuse_wrong_package(group, default, document)
        values = {key: value for key, value in document.values.items() if key != "defaults"}
        if group:
            composed.chosen[group] = option
        if group == "experiment":
            composed.scenarios.update(_scenarios(values.pop("scenarios", {}), document))
        if group in ("", *BUNDLES):
            composed.said.lay(values, document.where)
        else:
            composed.forms.setdefault(group, {None: Layers()})[None].lay(values, document.where)
    return composed


def _ordered(first: dict[str, Choice], config_dir: Path | None) -> Sequence[ResultDefault]:
    """Hydra's answer: the files to lay, in order, without Hydra's own."""
    texts = tuple(f"{group}={_quoted(choice.option)}" for group, choice in sorted(first.items()))
    if config_dir is None:
        return _asked_before(texts)
    return _ask_hydra((*texts, f"hydra.searchpath=[{_quoted(f'file://{config_dir}')}]"))


def _ask_hydra(texts: tuple[str, ...]) -> Sequence[ResultDefault]:
    try:
        with initialize_config_dir(str(PACKAGED), version_base="1.3"):
            loader = GlobalHydra.instance().config_loader()
            found = loader.compute_defaults_list(PRIMARY, list(texts), RunMode.RUN)
    except HydraException as error:
        raise BadConfig(
            [Problem("configs", "defaults", shown(str(error).splitlines()[0], quote=False))]
        ) from None
    return [each for each in found.defaults if each.config_path and not each.config_path.startswith("hydra/")]


_asked_before = lru_cache(maxsize=64)(_ask_hydra)
"""Packaged files do not change while a process lives; a user's may."""


def _quoted(text: str | None) -> str:
    if text is None:
        return "null"
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _document(group: str, option: str, config_dir: Path | None) -> Document:
    if not group:
        return _read(Place(PACKAGED / f"{PRIMARY}.yaml", f"configs/{PRIMARY}.yaml"))
    return _read(options(group, config_dir)[option])


def _read(place: Place) -> Document:
    """A file's content; read again only where the file has changed."""
    try:
        status = place.path.stat()
    except OSError:
        return read(place.path, place.shown)
    return _remembered(place, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=512)
def _remembered(place: Place, _changed: int, _size: int) -> Document:
    return read(place.path, place.shown)


def _refuse_wrong_package(group: str, default: ResultDefault, document: Document) -> None:
    package = default.package or ""
    if group in BUNDLES and package:
        raise BadConfig(
            [Problem(document.shown, "", f"a file of {group}/ begins with the line '# @package _global_'.")]
        )
    if group and group not in BUNDLES and package != group.replace("/", "."):
        raise BadConfig(
            [Problem(document.shown, "", "remove its '# @package' line: it fills its own group.")]
        )


def _scenarios(values: Any, document: Document) -> dict[str, tuple[list[str], str]]:
    """Scenarios of an experiment: a name for each list of words."""
    named = isinstance(values, dict) and all(
        isinstance(name, str) and isinstance(words, list) and all(isinstance(word, str) for word in words)
        for name, words in values.items()
    )
    if not named:
        cure = "must give each scenario a name and a list of words: 'strict: [policy=strict_enforcement]'."
        raise BadConfig([Problem(document.where(("scenarios",)), "scenarios", cure)])
    return {name: (list(words), document.where(("scenarios", name))) for name, words in values.items()}


def _say(composed: Composed, choices: Iterable[Word], levels: Sequence[Word]) -> None:
    """Lay what was typed over the files. A form chosen by word holds for all years that the word does not name."""
    for word in choices:
        if not is_slot(word.key):
            continue
        schedule = composed.said.under(("schedule",))
        if isinstance(schedule, dict):
            schedule.pop(word.key, None)
        if is_by_year(word.value):
            later = {year: option for year, option in word.value.items() if year != min(word.value)}
            composed.said.lay({"schedule": {word.key: later}}, lambda _, at=word.where: at)  # type: ignore[misc]
    for word in levels:
        nested: Any = word.value
        for key in reversed(word.key.split(".")):
            nested = {key: nested}
        composed.said.lay(nested, lambda _, at=word.where: at)  # type: ignore[misc]
        composed.typed.add(word.key)


def _add_later_forms(composed: Composed, first: dict[str, Choice], config_dir: Path | None) -> None:
    """Read the options that a schedule puts in force later, each from its own file."""
    schedule = composed.said.values.pop("schedule", None) or {}
    refuse_if(list(_schedule_faults(schedule, composed.said, config_dir)))
    for slot, by_year in schedule.items():
        for year, option in sorted((by_year or {}).items()):
            chosen = {**first, slot: Choice(option, COMMAND_LINE)}
            composed.forms[slot][year] = _laid(chosen, config_dir).forms[slot][None]


def _schedule_faults(schedule: Any, said: Layers, config_dir: Path | None) -> Iterator[Problem]:
    slots = [group for group in groups() if is_slot(group)]
    if not isinstance(schedule, dict):
        yield Problem(said.where(("schedule",)), "schedule", "must name slots, each with options by year.")
        return
    for slot, by_year in schedule.items():
        where = said.where(("schedule", slot))
        if slot not in slots:
            yield Problem(where, f"schedule.{slot}", f"no such slot.{nearest(str(slot), slots)}")
        elif by_year is not None and not (
            isinstance(by_year, dict) and all(isinstance(year, int) for year in by_year)
        ):
            yield Problem(
                where, f"schedule.{slot}", "must give options by year: {2035: NAME}.", shown(by_year)
            )
        else:
            for year, option in (by_year or {}).items():
                choice = Choice(
                    option if isinstance(option, str) else str(option), said.where(("schedule", slot, year))
                )
                yield from _faults(slot, choice, config_dir)
