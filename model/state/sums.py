"""Sums by group, the most common arithmetic of the model."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.units import Floats


def sum_by(group: Any, values: Any, groups: int) -> Floats:
    """Sum of ``values`` (n,) for each group 0 to ``groups - 1`` of ``group`` (n,), in row order; empty groups are 0."""
    total: Any = np.bincount(group, weights=values, minlength=groups)
    return total.astype(np.float64, copy=False)


def shared_by(group: Any, values: Any) -> Floats:
    """What each member's whole group has of ``values`` (n,), (n,)."""
    return sum_by(group, values, int(group.max(initial=0)) + 1)[group]


def running_by(group: Any, values: Any) -> Any:
    """Running total of ``values`` (n,) within each group of the sorted ``group`` (n,), in row order; same dtype."""
    total = np.cumsum(values)
    first = np.searchsorted(group, group)
    return total - np.where(first > 0, total[first - 1], 0)
