"""A config that a colleague mails is data: it is read within limits, and what is not plainly meant is refused.

YAML 1.1 takes ``no`` for false, ``012`` for ten and ``12:30`` for 750, lets a second key silently replace a first, and
lets a few lines of aliases grow to gigabytes. Here a plain word is null, ``true``/``false``, a decimal number, or text;
whatever YAML 1.1 would take for something else is an error with its line. Anchors, aliases, tags, references
(``${…}``) and keys that could name code are refused. Windows line ends and a byte-order mark are accepted.

Assumption most likely to be wrong: that nobody needs a config larger than :data:`MOST_BYTES`.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from experiments.problems import BadConfig, Problem, shown

MOST_BYTES = 128 * 1024
MOST_NODES = 20_000
MOST_LEVELS = 12
NO_REFERENCES = "references (${…}) are not read, neither to other keys nor to the environment."

KeyPath = tuple[Any, ...]

_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?")


@dataclass(frozen=True)
class Document:
    """A config file as plain data: ``lines`` gives the line of each key path, ``shown`` the name that messages use."""

    shown: str
    values: dict[Any, Any]
    lines: dict[KeyPath, int]

    def where(self, path: KeyPath = ()) -> str:
        """File and line of a key path, or of the nearest one above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.shown}, line {self.lines[path]}" if path else self.shown


def read(path: Path, name: str) -> Document:
    """The config file at ``path`` (called ``name`` in messages), a mapping of keys to plain data.

    Raises :class:`~experiments.problems.BadConfig` for anything that is no regular file, too large, not UTF-8, not
    YAML, or YAML that says something else than it seems to.
    """
    text = _text(path, name)
    reader = _Reader(name)
    try:
        values = reader.document(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise BadConfig([_not_yaml(error, text, name)]) from None
    return Document(name, values, reader.lines)


def _text(path: Path, name: str) -> str:
    try:
        # A FIFO or a device would block or never end: look before opening.
        if not stat.S_ISREG(path.stat().st_mode):
            raise BadConfig([Problem(name, "", "not a regular file; configs are plain text files.")])
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadConfig([Problem(name, "", f"cannot be read ({error.strerror}).")]) from None
    if len(data) > MOST_BYTES:
        raise BadConfig(
            [Problem(name, "", f"larger than {MOST_BYTES // 1024} KiB, the most a config may have.")]
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        cure = f"byte {error.start} is not UTF-8. Save the file as UTF-8."
        raise BadConfig([Problem(f"{name}, line {line}", "", cure)]) from None


def _not_yaml(error: yaml.YAMLError, text: str, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    where = f"{name}, line {mark.line + 1}" if mark else name
    line = text.splitlines()[mark.line] if mark and mark.line < len(text.splitlines()) else ""
    if "\t" in line:
        return Problem(where, "", "a tab. Indent with spaces.")
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
    return Problem(where, "", f"not readable as YAML: {shown(str(reason), quote=False)}.")


class _Reader:
    """Builds plain data from YAML's events; their number and depth are limited before anything is built."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.nodes = 0
        self.lines: dict[KeyPath, int] = {}

    def document(self, events: Iterator[Any]) -> dict[Any, Any]:
        """The only document of the stream. Raises :class:`BadConfig` where it is empty or no mapping."""
        first = [next(events), next(events)][1]
        if isinstance(first, yaml.StreamEndEvent):
            raise self.bad(None, "empty. A file that changes nothing holds '{}'.")
        root = next(events)
        if not isinstance(root, yaml.MappingStartEvent):
            raise self.bad(root, "must hold keys and values, 'key: value'.")
        values: dict[Any, Any] = self.value(root, events, ())
        next(events)
        after = next(events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self.bad(after, "a second document ('---'). One file, one config.")
        return values

    def value(self, event: Any, events: Iterator[Any], path: KeyPath) -> Any:
        """The data that starts with ``event``; takes its further events from ``events``."""
        self.nodes += 1
        if self.nodes > MOST_NODES or len(path) > MOST_LEVELS:
            raise self.bad(
                event, f"more than {MOST_NODES} values or {MOST_LEVELS} levels; no config needs so many."
            )
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self.bad(event, "anchors and aliases (& and *) are not read. Write the value out.")
        if event.tag is not None:
            raise self.bad(event, f"the tag {shown(event.tag)} is not read. A config holds plain data.")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(events, path)
        return self.mapping(events, path)

    def sequence(self, events: Iterator[Any], path: KeyPath) -> list[Any]:
        """A list up to its end."""
        found: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            place = (*path, len(found))
            self.lines[place] = event.start_mark.line + 1
            found.append(self.value(event, events, place))
        return found

    def mapping(self, events: Iterator[Any], path: KeyPath) -> dict[Any, Any]:
        """Keys and values up to their end; each key once."""
        found: dict[Any, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self.value(event, events, path)
            if isinstance(key, bool) or not isinstance(key, (str, int)):
                raise self.bad(event, f"the key {shown(key)} is neither a word nor a year.")
            if key in found:
                raise self.bad(event, f"the key {shown(key)} stands twice.")
            if isinstance(key, str) and key.startswith("_"):
                raise self.bad(
                    event, f"no key begins with '_' ({shown(key)}): configs choose by name, never by code."
                )
            place = (*path, key)
            self.lines[place] = event.start_mark.line + 1
            found[key] = self.value(next(events), events, place)
        return found

    def scalar(self, event: yaml.ScalarEvent, path: KeyPath) -> Any:
        """One value: what is quoted is text, what is plain is what it looks like, or refused."""
        text: str = event.value
        if "${" in text:
            raise self.bad(event, NO_REFERENCES, path)
        if not event.implicit[0]:
            return text
        if _NULL.fullmatch(text):
            return None
        if _BOOL.fullmatch(text):
            return text.lower() == "true"
        if _INT.fullmatch(text):
            return int(text) if len(text) <= 30 else self.surprise(event, path)
        if _FLOAT.fullmatch(text):
            return float(text)
        if _yaml_1_1_takes_for_other_than_text(text):
            self.surprise(event, path)
        return text

    def surprise(self, event: yaml.ScalarEvent, path: KeyPath) -> None:
        """Refuse a plain word that YAML readers disagree about."""
        cure = "read differently by different YAML readers. Write true or false, a plain decimal number, or 'text'."
        raise self.bad(event, f"{shown(event.value, quote=False)} is {cure}", path)

    def bad(self, event: Any, cure: str, path: KeyPath = ()) -> BadConfig:
        """The error for ``event``, with its line."""
        where = f"{self.name}, line {event.start_mark.line + 1}" if event is not None else self.name
        return BadConfig([Problem(where, ".".join(map(str, path)), cure)])


def _yaml_1_1_takes_for_other_than_text(word: str) -> bool:
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers.get(word[:1], [])
    return any(pattern.match(word) for _, pattern in resolvers)
