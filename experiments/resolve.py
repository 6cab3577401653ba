"""From what was said to what will be run: every key known, every number within bounds, or all that is wrong at once.

The answer is plain data that a worker can be sent and a file can hold. It says what changes a run and nothing else:
how many workers there are and where results go stands beside it.

Assumption most likely to be wrong: a level that a policy sets for a form which somebody then replaces is not an error;
it is left out with a remark, so that any policy can be tried with one of its forms exchanged.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from experiments.choices import BUNDLES, LANDSCAPE
from experiments.compose import Composed, compose
from experiments.faults import Faults
from experiments.forms import timeline
from experiments.keys import Keys
from experiments.layers import KeyPath, Layers, dotted
from experiments.own_tables import surveyed
from experiments.places import LANDSCAPES
from experiments.problems import COMMAND_LINE, BadConfig, nearest, refuse_if, shown
from experiments.words import Word
from model.indicators import ALL_INDICATORS
from model.mechanisms import SLOTS, form
from model.mechanisms import options as forms_of

HEADS = {slot.split("/")[0] for slot in SLOTS}
FORM, PATH = "form", "path"
ASIDE = ("replicates", "workers", "out", "headline", "relevance", "habitat_agents")
FOUNDING = ("people",)  # slots that act once, when a run is founded: no year can change them


@dataclass(frozen=True)
class Resolved:
    """A checked configuration.

    ``config`` is all that changes a run, as plain data; the rest says how often it is run, where results go, how they
    are told, what is large enough to matter and how many patches are agents for who looks on from Python. ``chosen``:
    option by group. ``scenarios``: words of each scenario of the experiment, and where they stand. ``remarks`` are for
    whoever asked.
    """

    config: dict[str, Any]
    replicates: int
    workers: int | None
    out: str | None
    headline: str
    relevance: float
    habitat_agents: int
    chosen: dict[str, str]
    scenarios: dict[str, tuple[list[str], str]]
    remarks: list[str]


def resolve(words: Sequence[Word], config_dir: Path | None = None) -> Resolved:
    """The configuration that ``words`` ask for; raises :class:`~experiments.problems.BadConfig` with all faults."""
    composed, faults = compose(words, config_dir), Faults()
    config = _keys(composed, faults)
    config[LANDSCAPE] = _landscape(composed, faults, config_dir)
    config["schedule"] = {}
    _refuse_strangers(composed, faults)
    for slot in SLOTS:
        first, later = _slot(slot, composed, faults)
        _put(config, slot, first)
        if later:
            config["schedule"][slot] = later
    refuse_if(faults.all())
    aside: dict[str, Any] = {name: config.pop(name) for name in ASIDE}
    return Resolved(
        config, **aside, chosen=composed.chosen, scenarios=composed.scenarios, remarks=faults.remarks
    )


def _keys(composed: Composed, faults: Faults) -> dict[str, Any]:
    """The top-level keys that belong to no group."""
    said = composed.said
    values = {key: value for key, value in said.values.items() if key not in {*HEADS, *BUNDLES, LANDSCAPE}}
    for group in said.values.keys() & set(BUNDLES):
        _said_of(composed, (group,), faults)
    keys = faults.checked(Keys, values, (), said.where, by_year=False)
    ranking = [each.name for each in ALL_INDICATORS if each.good]
    if keys and keys["headline"] not in ranking:
        cure = f"no indicator by which policies are ranked; there are {', '.join(ranking)}."
        near = nearest(keys["headline"], ranking)
        faults.add(("headline",), said.where(("headline",)), cure + near, keys["headline"])
    if keys and keys["out"] is not None and said.where(("out",)) != COMMAND_LINE:
        faults.add(("out",), said.where(("out",)), "typed on the command line only: out=FOLDER.", keys["out"])
    if keys and keys["out"] == "":
        faults.add(("out",), said.where(("out",)), "must name a folder; out=null takes one of its own.", "")
    if keys:
        keys["keep"] = sorted(set(keys["keep"]))
        keys["map_years"] = _map_years(keys, said.where(("map_years",)), faults)
    return keys


def _map_years(keys: dict[str, Any], where: str, faults: Faults) -> list[int]:
    """The years whose maps are kept, start and end among them; none where maps are not."""
    asked, first = keys["map_years"], keys["start_year"]
    last = first + keys["years"]
    if asked and "maps" not in keys["keep"]:
        cure = "no maps are kept. Add maps to keep, or leave this out."
        faults.add(("map_years",), where, cure, asked)
    for year in asked:
        if not first <= year <= last:
            faults.add(("map_years",), where, f"the run has the years {first} to {last}.", year)
    return sorted({first, *asked, last}) if "maps" in keys["keep"] else []


def _landscape(composed: Composed, faults: Faults, config_dir: Path | None) -> dict[str, Any]:
    """The landscape with its keys, none of which changes by year; tables of one's own with their checksums."""
    own = composed.forms[LANDSCAPE][None]
    name = own.values.get(FORM)
    if name not in LANDSCAPES:
        faults.add((LANDSCAPE, FORM), own.where((FORM,)), f"must be {' or '.join(LANDSCAPES)}.", name)
        return {}
    said = _said_of(composed, (LANDSCAPE,), faults)
    checked = _form(LANDSCAPES[name], own, said, (LANDSCAPE,), composed, faults, by_year=False)
    if PATH not in checked:
        return checked
    try:
        where = composed.said.where((LANDSCAPE, PATH)) if PATH in said else own.where((PATH,))
        return surveyed(checked, where, config_dir)
    except BadConfig as bad:
        faults.problems += bad.problems
        return {}


def _slot(slot: str, composed: Composed, faults: Faults) -> tuple[dict[str, Any], dict[int, dict[str, Any]]]:
    """The slot's form from the start, and those that follow it by year."""
    at, forms = tuple(slot.split("/")), composed.forms[slot]
    once = slot in FOUNDING
    if once and len(forms) > 1:
        later = {since: each.values.get(FORM) for since, each in forms.items() if since is not None}
        cure = f"acts once, when a run begins, and takes no years: choose one option, {slot}=NAME."
        faults.add(at, composed.said.where(("schedule", slot)), cure, later)
        return {}, {}
    kinds = {since: _kind(slot, own, faults) for since, own in forms.items()}
    said = _said_of(composed, at, faults)
    if not all(kinds.values()):
        return {}, {}
    meant = _meant(slot, said, [kind for kind in kinds.values() if kind], composed, faults)
    before = len(faults.problems) + len(faults.unknown)
    done: dict[Any, Any] = {}
    for since, kind in kinds.items():
        assert kind is not None
        held = {key: value for key, value in meant.items() if key in _keys_of(kind)}
        done[since] = _form(kind, forms[since], held, at, composed, faults, by_year=not once)
    first = done.pop(None)
    if before == len(faults.problems) + len(faults.unknown):
        _consistent(slot, first, done, composed, faults)
    return first, done


def _kind(slot: str, own: Layers, faults: Faults) -> type | None:
    """The class of the form that an option file names."""
    name = own.values.get(FORM)
    if isinstance(name, str) and name in forms_of(slot):
        return form(slot, name)
    place = own.where((FORM,)) or next(iter(own.places.values()), f"configs/{slot}")
    faults.add((*slot.split("/"), FORM), place, f"must be one of: {', '.join(forms_of(slot))}.", name)
    return None


def _said_of(composed: Composed, at: KeyPath, faults: Faults) -> dict[Any, Any]:
    """What policy, experiment and words say of a group's numbers; they choose its form elsewhere."""
    said = composed.said.under(at)
    group = "/".join(at)
    if not isinstance(said, dict):
        cure = f"an option is chosen in the defaults list: '- override /{group}: {shown(said, quote=False)}'."
        faults.add(at, composed.said.where(at), cure)
        return {}
    if FORM in said:
        cure = (
            f"chosen by the option: {group}=NAME on the command line, '- override /{group}: NAME' in a file."
        )
        faults.add((*at, FORM), composed.said.where((*at, FORM)), cure)
    return {key: value for key, value in said.items() if key != FORM}


def _meant(
    slot: str, said: dict[Any, Any], kinds: Sequence[type], composed: Composed, faults: Faults
) -> dict[Any, Any]:
    """``said`` without what no form of the slot in this run has: a fault, or a remark where a form was replaced."""
    at = tuple(slot.split("/"))
    own = {key for kind in kinds for key in _keys_of(kind)}
    elsewhere = {key for option in forms_of(slot) for key in _keys_of(form(slot, option))}
    for key in said.keys() - own:
        path = (*at, key)
        typed = any((word + ".").startswith(dotted(path) + ".") for word in composed.typed)
        if typed or key not in elsewhere:
            faults.unknown.append((path, said[key], composed.said.where(path)))
        else:
            faults.remarks.append(
                f"{composed.said.where(path)}: {dotted(path)} is not used: {slot} has another form."
            )
    return {key: value for key, value in said.items() if key in own}


def _form(
    kind: type,
    own: Layers,
    said: dict[Any, Any],
    at: KeyPath,
    composed: Composed,
    faults: Faults,
    by_year: bool = True,
) -> dict[str, Any]:
    """An option file with what was said on top, checked; ``form`` stands first."""
    layers = deepcopy(own)
    layers.lay(said, lambda path: composed.said.where((*at, *path)))
    name = layers.values.pop(FORM)
    checked = faults.checked(
        kind, layers.values, at, lambda path: layers.where(path) or layers.where((FORM,)), by_year
    )
    faults.remark_implausible(kind, {key: checked[key] for key in said if key in checked}, at)
    return {FORM: name, **checked}


def _consistent(slot: str, first: Any, later: dict[int, Any], composed: Composed, faults: Faults) -> None:
    """Numbers that are each allowed may still contradict one another: the form itself knows."""
    try:
        timeline(slot, first, later)
    except ValueError as error:
        faults.add(tuple(slot.split("/")), composed.forms[slot][None].where((FORM,)), f"{error}.")


def _refuse_strangers(composed: Composed, faults: Faults) -> None:
    """Keys below a folder of slots that are no slot (``funding.tranfer``)."""
    for head in HEADS - set(SLOTS):
        said = _said_of(composed, (head,), faults)
        faults.known |= {slot.replace("/", ".") for slot in SLOTS}
        for key in said:
            if f"{head}/{key}" not in SLOTS:
                faults.unknown.append(((head, key), said[key], composed.said.where((head, key))))


def _put(config: dict[str, Any], slot: str, value: dict[str, Any]) -> None:
    *folders, last = slot.split("/")
    for key in folders:
        config = config.setdefault(key, {})
    config[last] = value


def _keys_of(kind: type) -> set[str]:
    return {each.name for each in fields(kind)}
