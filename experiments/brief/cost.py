"""What a hectare costs, when neither the money nor the hectares are known exactly.

The ratio of two means over the same replicates, with Fieller's interval (Fieller 1954): the values r for which
``mean(above) - r mean(below)`` does not differ from zero by Student's t. Where what stands below does not itself differ
from zero, no interval exists, and none is given: something that may be nothing has no price.

Assumption most likely to be wrong: that means over replicates are near normal; with few replicates they need not be.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from experiments.intervals import LEVEL
from experiments.names import (
    AT_MOST,
    BUSINESS,
    DEVELOPERS,
    HOUSEHOLDS,
    PRIVATE_TOTAL,
    PUBLIC_TOTAL,
    REPAID,
    SETTLED,
    TOGETHER,
    UNITS,
)
from experiments.traced import INDICATORS, Estimate, Number, Rows, counted, digits
from model.units import Floats

BORNE = {
    PUBLIC_TOTAL: ("public money", "公共资金"),
    PRIVATE_TOTAL: ("firms and investors", "企业与社会资本"),
    DEVELOPERS: ("developers", "用地用海单位"),
    HOUSEHOLDS: ("households, unpaid", "农户损失"),
    REPAID: ("less: repaid to investors", "减：政府付费"),
    TOGETHER: ("all who pay", "各方合计"),
    SETTLED: ("use ended for good: at most a further loss", "永久停用（损失上限）"),
    AT_MOST: ("with it, at most", "合计上限"),
}
"""Who bears what, with its sum; then what may be a further loss, and the sum with it."""

PAYING = {
    PUBLIC_TOTAL: BORNE[PUBLIC_TOTAL],
    BUSINESS: ("firms, investors, developers, net", "企业与社会资本净额"),
    HOUSEHOLDS: BORNE[HOUSEHOLDS],
    TOGETHER: BORNE[TOGETHER],
    SETTLED: BORNE[SETTLED],
    AT_MOST: BORNE[AT_MOST],
}
"""The same in fewer columns: business less what is repaid to it."""


def fieller(above: Floats, below: Floats) -> tuple[float, float, float, int]:
    """Ratio of the means of two paired samples (n,), the ends of its 95 % interval, and n; NaN where there is none."""
    known = np.isfinite(above) & np.isfinite(below)
    a, b, n = above[known], below[known], int(known.sum())
    if n == 0 or b.mean() == 0.0:
        return math.nan, math.nan, math.nan, n
    ratio = float(a.mean() / b.mean())
    if n == 1:
        return ratio, math.nan, math.nan, n
    t2 = float(stats.t.ppf((1 + LEVEL) / 2, n - 1)) ** 2
    (va, cov), (_, vb) = np.cov(a, b) / n
    lead = float(b.mean() ** 2 - t2 * vb)
    if lead <= 0.0:
        return ratio, math.nan, math.nan, n
    middle = float(a.mean() * b.mean() - t2 * cov)
    root = math.sqrt(max(middle**2 - lead * float(a.mean() ** 2 - t2 * va), 0.0))
    return ratio, (middle - root) / lead, (middle + root) / lead, n


def price(above: Floats, below: Floats, names: tuple[str, str], rows: Rows) -> Estimate | None:
    """One indicator by another as an estimate, in yuan by the unit of the second.

    None where nothing stands below, or it may be nothing; for n = 1 there is a ratio without an interval.
    """
    ratio, low, high, n = fieller(above, below)
    known = math.isfinite(low)
    if not math.isfinite(ratio) or (n > 1 and not known):
        return None
    column = " / ".join(names)

    def number(value: float, how: str) -> Number:
        return Number(value, digits(value), INDICATORS, rows, column, how)

    return Estimate(
        number(ratio, "ratio"),
        number(low, "ratio low") if known else None,
        number(high, "ratio high") if known else None,
        counted(n, INDICATORS, rows, column, "n"),
        f"yuan/{UNITS[names[1]]}" if UNITS[names[1]] not in ("1", "n") else "yuan",
    )
