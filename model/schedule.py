"""Policies change: a level, or the form of a mechanism, may be one thing now and another from a given year
on.

A :class:`Timeline` answers what is in force in a year. Levels between two given years are *held* (the last
one stays) or *ramped* (straight line); before the first given year the first value holds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Level:
    """A number over the years: ``values`` by year, held or ramped in between."""

    values: Mapping[int, float]
    ramped: bool = False

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("a level by year needs at least one year")

    def at(self, year: int) -> float:
        """The level in force in ``year``."""
        years = sorted(self.values)
        later = bisect_right(years, year)
        if later == 0:
            return self.values[years[0]]
        before = years[later - 1]
        if not self.ramped or later == len(years):
            return self.values[before]
        after = years[later]
        weight = (year - before) / (after - before)
        return (1.0 - weight) * self.values[before] + weight * self.values[after]


@dataclass(frozen=True)
class Timeline(Generic[T]):
    """What is in force from which year on; the first entry also holds before its year."""

    entries: tuple[tuple[int, T], ...]

    def at(self, year: int) -> T:
        """The entry in force in ``year``."""
        started = [entry for since, entry in self.entries if since <= year]
        return started[-1] if started else self.entries[0][1]

    def all(self) -> list[T]:
        """Every entry that is ever in force, in order."""
        return [entry for _, entry in self.entries]

    @classmethod
    def always(cls, entry: T) -> Timeline[T]:
        """One entry for all years."""
        return cls(((-(10**9), entry),))
