"""Timing that can be trusted on a noisy machine: several runs after a warm-up, medians, ratios pair by pair.

What one process does on one core is timed by the seconds that it was at work, the system's on its behalf included, so
that others on the machine, who make it wait, change little.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, the figure, its reference, and the target."""

    what: str
    figure: str
    reference: str
    ratio: str
    target: str


def seconds(
    work: Callable[[], object],
    repeats: int = 5,
    warm: int = 1,
    clock: Callable[[], float] = time.process_time,
) -> float:
    """Median seconds of ``work`` over ``repeats`` calls, after ``warm`` calls that do not count."""
    for _ in range(warm):
        work()
    taken = []
    for _ in range(repeats):
        start = clock()
        work()
        taken.append(clock() - start)
    return statistics.median(taken)


def in_turn(one: Callable[[], object], other: Callable[[], object], repeats: int = 7) -> tuple[float, float]:
    """Median seconds of two works done in turn, A B A B, so that a drifting machine drifts for both."""
    one(), other()
    pairs = [(seconds(one, 1, 0), seconds(other, 1, 0)) for _ in range(repeats)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def fresh(program: str, *arguments: str) -> str:
    """What a fresh Python prints of ``program``: for memory and start-up, which a used process cannot tell."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
