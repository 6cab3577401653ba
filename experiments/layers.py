"""A config is laid in layers, each over the last: option files, then a policy, an experiment, and what was typed.

Every value remembers where it was said, so that an error can name file and line. A mapping is laid key by key, but a
level by year (``{2024: 0.1, 2035: 0.4}``) replaces the one below it whole: two tables joined would be a third that
nobody wrote.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

FIRST_YEAR, LAST_YEAR = 1900, 3000

KeyPath = tuple[Any, ...]
Where = Callable[[KeyPath], str]


@dataclass
class Layers:
    """Nested plain data, and for each key path the place that said it last."""

    values: dict[Any, Any] = field(default_factory=dict)
    places: dict[KeyPath, str] = field(default_factory=dict)

    def lay(self, values: dict[Any, Any], where: Where, at: KeyPath = ()) -> None:
        """Lay ``values`` over what is there, below the key path ``at``; ``where`` names the place of a path in them."""
        target = self.values
        for key in at:
            if not isinstance(target.get(key), dict):
                target[key] = {}
            target = target[key]
        self._over(target, values, where, at, ())

    def over(self, other: Layers, at: KeyPath) -> None:
        """Lay what ``other`` says below ``at`` over what is here, with its places."""
        inner = other.under(at)
        self.lay(inner, lambda path: other.where((*at, *path)))

    def under(self, at: KeyPath) -> Any:
        """What stands at a key path; an empty mapping where nothing does."""
        inner: Any = self.values
        for key in at:
            inner = inner.get(key, {}) if isinstance(inner, dict) else {}
        return inner

    def where(self, path: KeyPath) -> str:
        """The place that said the value at ``path``, or the nearest one above it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, "")

    def _over(
        self, target: dict[Any, Any], values: dict[Any, Any], where: Where, at: KeyPath, path: KeyPath
    ) -> None:
        for key, value in values.items():
            inner = (*path, key)
            self.places[*at, *inner] = where(inner)
            both = isinstance(value, dict) and isinstance(target.get(key), dict)
            if both and not is_by_year(value) and not is_by_year(target[key]):
                self._over(target[key], value, where, at, inner)
                continue
            target[key] = deepcopy(value)
            if isinstance(value, dict):
                target[key] = {}
                self._over(target[key], value, where, at, inner)


def is_year(key: Any) -> bool:
    """Whether a key is a calendar year; other numbers as keys are codes of places."""
    return isinstance(key, int) and not isinstance(key, bool) and FIRST_YEAR <= key <= LAST_YEAR


def is_by_year(value: Any) -> bool:
    """Whether this is a level, or a choice, given by year."""
    return isinstance(value, dict) and any(is_year(key) for key in value)


def dotted(path: KeyPath) -> str:
    """A key path as messages and words spell it."""
    return ".".join(str(key) for key in path)


def without_years(path: KeyPath) -> KeyPath:
    """A key path without the years of a level."""
    return tuple(key for key in path if not isinstance(key, int))
