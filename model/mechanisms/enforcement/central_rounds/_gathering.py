"""Local checks gather where central inspectors are, and what they do there is not done elsewhere.

    there = intended * min(factor, 1 / part), at most 1;   elsewhere = (intended - part * there) / (1 - part)

``part`` of all county-years have a round, so a rhythm changes where and when mines are checked, not how often.
"""

from __future__ import annotations


def gathered(intended: float, factor: float, part: float) -> tuple[float, float]:
    """Yearly chance of a check where a round is and where none is, with the mean ``intended``."""
    there = min(intended * (min(factor, 1.0 / part) if part > 0.0 else factor), 1.0)
    elsewhere = (intended - part * there) / (1.0 - part) if part < 1.0 else intended
    return there, elsewhere
