"""Which files make up a configuration: Hydra says which, in what order and where each belongs; we read and lay them.

This is the one helper that owns Hydra. Its defaults lists choose an option for every group; the values are laid by
:mod:`experiments.layers`, because Hydra's own merge joins two levels by year into one that nobody wrote, forgets which
file a value came from and stops at the first unknown key. Nothing is ever resolved, so no reference can read the
environment; and no file reaches Hydra before :mod:`experiments.choices` has read it.

Order, weakest first: the option files, ``config.yaml``, the policy, the experiment, the words that were typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from hydra import initialize_config_dir
from hydra.core.default_element import ResultDefault
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from hydra.types import RunMode

from experiments.choices import (
    BUNDLES,
    Choice,
    content,
    faults,
    first_choice,
    is_slot,
    misspelt,
    scenarios_in,
    schedule_faults,
)
from experiments.folders import PACKAGED, PRIMARY, Place, groups, options, options_as_written
from experiments.layers import Layers, is_by_year
from experiments.problems import BadConfig, Problem, refuse_if, shown
from experiments.safe_yaml import Document
from experiments.words import Word


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
    refuse_if([problem for word in levels for problem in misspelt(word, known)])
    first = {group: first_choice(word) for group, word in choices.items()}
    refuse_if([problem for choice in first.values() for problem in faults(choice, config_dir)])
    composed = _laid(first, config_dir)
    _say(composed, choices.values(), levels)
    _add_later_forms(composed, config_dir)
    return composed


def _laid(first: dict[str, Choice], config_dir: Path | None) -> Composed:
    """The files of a set of choices, read and laid."""
    composed = Composed({}, {}, Layers(), set(), {})
    for default in _ordered(first, config_dir):
        document, values = _read(default, config_dir)
        group = _group_of(default)
        if group:
            composed.chosen[group] = _option_of(default)
        if group == "experiment":
            composed.scenarios.update(scenarios_in(values.pop("scenarios", {}), document))
        if group in ("", *BUNDLES):
            composed.said.lay(values, document.where)
        else:
            composed.forms.setdefault(group, {None: Layers()})[None].lay(values, document.where)
    return composed


def _read(default: ResultDefault, config_dir: Path | None) -> tuple[Document, dict[Any, Any]]:
    """A file, and what it says besides what it draws in."""
    document = _document(_group_of(default), _option_of(default), config_dir)
    _refuse_wrong_package(_group_of(default), default, document)
    return document, {key: value for key, value in document.values.items() if key != "defaults"}


def _ordered(first: dict[str, Choice], config_dir: Path | None) -> list[ResultDefault]:
    """The files to lay: of each group in Hydra's order, without Hydra's own.

    A policy and an experiment choose for other groups, so they are unfolded with the whole config. Any other file may
    only draw in its own group (:mod:`experiments.choices` refuses the rest): its group is unfolded by itself, and
    stands for whatever the whole had there. That is the same answer, and most of it is soon known.
    """
    bundles = [first[group] for group in BUNDLES if group in first]
    bundled = [f"{choice.group}={_quoted(choice.option)}" for choice in bundles if choice.option is not None]
    alone = sorted(first.keys() - set(BUNDLES))
    whole = [each for each in _unfolded(PRIMARY, bundled, config_dir) if _group_of(each) not in alone]
    return [
        *whole,
        *(each for group in alone for each in _alone(group, str(first[group].option), config_dir)),
    ]


def _alone(group: str, option: str, config_dir: Path | None) -> Sequence[ResultDefault]:
    return _unfolded(None, [f"+{group}={_quoted(option)}"], config_dir)


def _group_of(default: ResultDefault) -> str:
    return (default.config_path or "").rpartition("/")[0]


def _option_of(default: ResultDefault) -> str:
    return (default.config_path or "").rpartition("/")[2]


def _unfolded(primary: str | None, words: list[str], config_dir: Path | None) -> Sequence[ResultDefault]:
    if config_dir is None:
        return _asked(primary, tuple(words), ())
    searched = f"hydra.searchpath=[{_quoted(f'file://{config_dir}')}]"
    return _asked(primary, (*words, searched), options_as_written(config_dir))


@lru_cache(maxsize=512)
def _asked(
    primary: str | None, words: tuple[str, ...], _as_written: tuple[Any, ...]
) -> Sequence[ResultDefault]:
    """Hydra's answer. Packaged files do not change while a process lives; a user's may, so the key has when."""
    try:
        with initialize_config_dir(str(PACKAGED), version_base="1.3"):
            loader = GlobalHydra.instance().config_loader()
            found = loader.compute_defaults_list(primary, list(words), RunMode.RUN)
    except HydraException as error:
        fault = shown(str(error).splitlines()[0], quote=False)
        raise BadConfig([Problem("configs", "defaults", fault)]) from None
    ours = (each for each in found.defaults if each.config_path and not each.config_path.startswith("hydra/"))
    return tuple(ours)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _document(group: str, option: str, config_dir: Path | None) -> Document:
    if not group:
        return content(Place(PACKAGED / f"{PRIMARY}.yaml", f"configs/{PRIMARY}.yaml"))
    return content(options(group, config_dir)[option])


def _refuse_wrong_package(group: str, default: ResultDefault, document: Document) -> None:
    package = default.package or ""
    if group in BUNDLES and package:
        cure = f"a file of {group}/ begins with the line '# @package _global_'."
        raise BadConfig([Problem(document.shown, "", cure)])
    if group and group not in BUNDLES and package != group.replace("/", "."):
        cure = "remove its '# @package' line: it fills its own group."
        raise BadConfig([Problem(document.shown, "", cure)])


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


def _add_later_forms(composed: Composed, config_dir: Path | None) -> None:
    """Read the options that a schedule puts in force later, each from its own file."""
    schedule = composed.said.values.pop("schedule")
    refuse_if(list(schedule_faults(schedule, composed.said, config_dir)))
    for slot, by_year in schedule.items():
        for year, option in sorted(by_year.items()):
            composed.forms[slot][year] = Layers()
            for default in _alone(slot, str(option), config_dir):
                document, values = _read(default, config_dir)
                composed.forms[slot][year].lay(values, document.where)
