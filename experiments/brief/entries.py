"""What the tables of a brief hold: one kind of row each, made of numbers that know where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.traced import Estimate, Measure, Name, Number


@dataclass(frozen=True)
class Ranked:
    """A scenario's headline at the end, how often it is the best, and what it changes against the baseline.

    ``gain``: in the headline; ``added``: in additional area. None for the baseline, and where it has no value.
    """

    scenario: Name
    level: Estimate
    best: Number
    resampled: Number
    gain: Estimate | None
    added: Estimate | None


@dataclass(frozen=True)
class Compared:
    """What each scenario changes against the baseline in one measure, and where the baseline starts and ends."""

    measure: Measure
    start: Estimate
    end: Estimate
    changes: Sequence[tuple[Name, Estimate]]


@dataclass(frozen=True)
class Worse:
    """A measure in which the policy ranked first is worse than the baseline; ``end``: the baseline's level."""

    measure: Measure
    meaning: str
    end: Estimate
    change: Estimate


@dataclass(frozen=True)
class Yardstick:
    """Who would be best if policies were ranked by this measure, and how surely.

    ``tied``: who shares the first place, where nobody has it alone. ``same``: as by the headline; None where it is not
    decided who is best.
    """

    measure: Measure
    best: Name
    tied: Sequence[Name]
    words: str
    same: bool | None


@dataclass(frozen=True)
class Outcome:
    """In how many counties the headline is better, worse, as good as it was, and undecided."""

    scenario: Name
    better: Number
    worse: Number
    small: Number
    open: Number


@dataclass(frozen=True)
class County:
    """What one scenario changes in one county: the headline, additional area, public money, households' unpaid loss."""

    name: Name
    gain: Estimate
    added: Estimate | None
    public: Estimate
    households: Estimate


@dataclass(frozen=True)
class Cost:
    """What a scenario costs each payer, all together and at most, in the order of
    :data:`experiments.brief.cost.BORNE`."""

    scenario: Name
    borne: Sequence[Estimate]


@dataclass(frozen=True)
class Bought:
    """What a scenario gains against the baseline and what it costs whom, by :data:`experiments.brief.cost.PAYING`."""

    scenario: Name
    gains: Sequence[Estimate]
    costs: Sequence[Estimate]


@dataclass(frozen=True)
class Price:
    """What one unit of a measure costs each of :data:`experiments.brief.cost.PAYING`: of all of it under the baseline
    (``gained`` false), of what is gained under another scenario."""

    scenario: Name
    measure: Measure
    gained: bool
    by_payer: Sequence[Estimate | None]


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
