"""A configuration that cannot be meant is answered with every fault at once: where it stands, and what would be right.

Imports nothing heavy: the command line catches these errors before any verb has loaded its tools.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

COMMAND_LINE = "command line"
LONGEST_SHOWN = 80


@dataclass(frozen=True)
class Problem:
    """One fault: ``where`` is a file with its line, or 'command line'; ``key`` the dotted path; ``cure`` what to do."""

    where: str
    key: str
    cure: str
    given: str = ""

    def __str__(self) -> str:
        key = shown(self.key, quote=False)
        if self.given:
            return f"{self.where}: {key} = {self.given}: {self.cure}"
        return f"{self.where}: {key}: {self.cure}" if key else f"{self.where}: {self.cure}"


class BadConfig(Exception):
    """A configuration is refused, with nothing written; the command line ends with exit code 2."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def refuse_if(problems: Sequence[Problem]) -> None:
    """Raise :class:`BadConfig` where there is any problem."""
    if problems:
        raise BadConfig(problems)


def shown(value: Any, quote: bool = True) -> str:
    """A value as a message repeats it: short, on one line, nothing in it that a terminal would obey."""
    text = value if isinstance(value, str) else _spelt(value)
    text = "".join(
        char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[: LONGEST_SHOWN + 1]
    )
    text = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
    return f"'{text}'" if quote and isinstance(value, str) else text


def nearest(word: str, known: Iterable[str]) -> str:
    """'Nearest: …' for a mistyped word, or '' where nothing is near."""
    candidates = sorted(set(known))
    group, _, last = word.rpartition(".")
    near = [key for key in candidates if group and key.startswith(f"{group}.") and key.endswith(f".{last}")][
        :1
    ]
    near = near or get_close_matches(word, candidates, n=1, cutoff=0.6)
    near = near or [key for key in candidates if key.rsplit(".", 1)[-1] == last][:1]
    near = near or [key for key in candidates if len(word) > 3 and key.startswith(word[:4])][:1]
    return f" Nearest: {near[0]}." if near else ""


def _spelt(value: Any) -> str:
    """Plain data as configs spell it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{_spelt(key)}: {_spelt(inner)}" for key, inner in list(value.items())[:20])
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(_spelt(inner) for inner in value[:20]) + "]"
    return str(value)
