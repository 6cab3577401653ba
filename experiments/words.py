"""What is typed after a verb: words of the form key=value, in Hydra's grammar, and nothing that could run.

Hydra's own escapes (``+key``, ``~key``, sweeps, functions, ``${…}``) are answered with what to write instead.

Assumption most likely to be wrong: that nobody needs a value longer than :data:`LONGEST`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, ValueType
from hydra.errors import HydraException

from experiments.problems import COMMAND_LINE, BadConfig, Problem, refuse_if, shown
from experiments.safe_yaml import NO_REFERENCES

LONGEST = 4000
DEEPEST = 12

_ESCAPE = re.compile(r"[+~]+")
_KEY = re.compile(r"[^\W\d]\w*([./][^\W\d]\w*)*")


@dataclass(frozen=True)
class Word:
    """One key with its value as plain data, and where it was said."""

    key: str
    value: Any
    where: str = COMMAND_LINE


def parse(texts: Sequence[str], where: str = COMMAND_LINE) -> list[Word]:
    """The words of ``texts``; raises :class:`~experiments.problems.BadConfig` with all that are no plain key=value."""
    words: list[Word] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            words.append(_word(text, where))
        except BadConfig as bad:
            problems += bad.problems
    said: set[str] = set()
    for word in words:
        if word.key in said:
            problems.append(Problem(where, word.key, "said twice. Say it once."))
        said.add(word.key)
    refuse_if(problems)
    return words


def _word(text: str, where: str) -> Word:
    key, equals, value = text.partition("=")
    refuse_if([Problem(where, key, cure) for cure in [_no_word(key, equals, value)] if cure])
    try:
        parsed = OverridesParser.create().parse_override(text)
    except (HydraException, ValueError, RecursionError):
        cure = f"{shown(value)} is no value. {_quoting(key)}"
        raise BadConfig([Problem(where, key, cure)]) from None
    refuse_if([Problem(where, key, cure) for cure in [_no_plain_value(parsed, value)] if cure])
    return Word(key, parsed.value(), where)


def _no_word(key: str, equals: str, value: str) -> str:
    """Why this is no key=value that could be read, or ''."""
    if _ESCAPE.match(key):
        return "keys are only changed, never added or removed. Write key=value without + or ~."
    if not equals:
        return "write key=value."
    if not _KEY.fullmatch(key):
        digits = re.fullmatch(r"(.+?)\.(\d+)", key)
        table = f"{digits[1]}={{{digits[2]}: {value}}}"[:80] if digits else ""
        return (
            f"for a level by year write '{table}'."
            if digits
            else "a key is words with dots or slashes between."
        )
    if "${" in value:
        return NO_REFERENCES
    if len(value) > LONGEST or value.count("[") + value.count("{") > LONGEST // 10 or _depth(value) > DEEPEST:
        return f"longer than {LONGEST} characters or deeper than {DEEPEST} levels. Put it into an experiment file."
    return ""


def _no_plain_value(parsed: Override, value: str) -> str:
    """Why the value is not one plain value, or ''."""
    kind = parsed.value_type
    if kind in (ValueType.CHOICE_SWEEP, ValueType.SIMPLE_CHOICE_SWEEP) and "(" not in value:
        several = ",".join(part.strip() for part in value.split(","))
        if parsed.key_or_group == "policy":
            return (
                f"one run has one policy. To compare several, write: shanshui compare 'policies=[{several}]'"
            )
        return (
            f"one value a key. A list is written [{several}]; futures to compare stand in an experiment file."
        )
    if kind is not ValueType.ELEMENT or re.match(r"\w+\(", value.strip()):
        return f"{shown(value)} is a function of Hydra's; write the value itself."
    if _has_underscore_key(parsed.value()):
        return "no key begins with '_': configs choose by name, never by code."
    return ""


def _has_underscore_key(value: Any) -> bool:
    if isinstance(value, dict):
        return any(str(key).startswith("_") or _has_underscore_key(inner) for key, inner in value.items())
    return isinstance(value, list) and any(_has_underscore_key(inner) for inner in value)


def _depth(text: str) -> int:
    depth = deepest = 0
    for char in text:
        depth += (char in "[{(") - (char in "]})")
        deepest = max(deepest, depth)
    return deepest


def _quoting(key: str) -> str:
    return f"Text with spaces or signs stands in quotes: \"{key}='…'\""
