"""What the tables of a brief hold: one kind of row each, made of numbers that know where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.traced import Estimate, Measure, Name, Number


@dataclass(frozen=True)
class Ranked:
    """A scenario's headline at the end, and how often it is the best."""

    scenario: Name
    level: Estimate
    best: Number
    resampled: Number


@dataclass(frozen=True)
class Compared:
    """What one scenario changes against the baseline in one measure."""

    measure: Measure
    scenario: Name
    estimate: Estimate


@dataclass(frozen=True)
class Yardstick:
    """Who would be best if policies were ranked by this measure (None: all are alike), and how surely."""

    measure: Measure
    best: Name | None
    words: str
    same: bool


@dataclass(frozen=True)
class Outcome:
    """How many counties a scenario leaves better off, worse off, as good as they were, and undecided."""

    scenario: Name
    better: Number
    worse: Number
    small: Number
    open: Number


@dataclass(frozen=True)
class County:
    """What one scenario changes in one county: the headline, and the public money spent there."""

    name: Name
    gain: Estimate
    public: Estimate


@dataclass(frozen=True)
class Cost:
    """What a scenario costs, alone and against the baseline (None for the baseline itself, and where unknown)."""

    scenario: Name
    public: Estimate
    private: Estimate
    households: Estimate
    more_public: Estimate | None
    by_effective: Estimate | None
    by_additional: Estimate | None
    words: str
    by_headline: Estimate | None


@dataclass(frozen=True)
class Restored:
    """What a scenario claims as restored, and what of that is so."""

    scenario: Name
    areas: Sequence[tuple[Measure, Estimate]]


@dataclass(frozen=True)
class Flow:
    """What was paid in a scenario over all years, by payer, payee and instrument."""

    part: str
    payer: str
    payee: str
    instrument: str
    paid: Sequence[Estimate | None]
