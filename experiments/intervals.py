"""How far the mean of a few repeated futures may lie from the mean of all of them.

Student's t for the mean of n differences, ``m ± t(0.975, n-1) s / √n`` (Student 1908). Where the differences are
skewed beyond \\|G1\\| > 1 and there are at least 20, the bias-corrected accelerated bootstrap of the mean instead (BCa;
Efron 1987), from 2,000 resamples drawn by a fixed key, so that the same numbers give the same interval. Measured on
4,000 samples of 20: 95 % intervals cover 95 % for normal differences, 91 % for exponential ones, by either method;
BCa misses more evenly on both sides. More replicates cure that, another method does not.

Assumption most likely to be wrong: that replicates are independent futures, not one guess repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from model.state.streams import Chance
from model.units import Floats

LEVEL = 0.95
MOST_SKEWNESS = 1.0
FEWEST_FOR_BOOTSTRAP = 20
RESAMPLES = 2000
METHOD = (
    f"95 % interval of the mean over replicates: Student's t; bootstrap BCa with {RESAMPLES:,} resamples where "
    f"n >= {FEWEST_FOR_BOOTSTRAP} and |skewness| > {MOST_SKEWNESS:g}; none for n = 1"
)


@dataclass(frozen=True)
class Interval:
    """Arrays of one shape: the mean, the ends of its interval (NaN for n < 2), the number n, the method's name.

    ``method`` is "t", "bca", "exact" (all values equal, to the last bit) or "none" (n < 2).
    """

    mean: Floats
    low: Floats
    high: Floats
    n: NDArray[np.int64]
    method: NDArray[np.str_]


def interval(values: Floats) -> Interval:
    """The mean of each row of ``values`` (rows, replicates), NaN meaning unknown, and its 95 % interval."""
    known = np.isfinite(values)
    n = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    mean = np.divide(total, n, out=np.full(len(values), np.nan), where=n > 0)
    least = np.min(values, axis=1, where=known, initial=np.inf)
    same = (n > 1) & (least == np.max(values, axis=1, where=known, initial=-np.inf))
    mean[same] = least[same]  # the value itself: a sum divided by n may miss it by a bit
    reach = _student_reach(np.where(known, values - mean[:, None], 0.0), n)
    found = Interval(mean, mean - reach, mean + reach, n, np.where(n > 1, "t", "none").astype("<U5"))
    found.low[same], found.high[same], found.method[same] = mean[same], mean[same], "exact"
    _bootstrap_the_skewed(values, known, found)
    return found


def resampled_means(values: Floats) -> Floats:
    """Means of ``RESAMPLES`` bootstrap samples of each row (rows, n), all rows resampled alike: (rows, resamples)."""
    return values @ _weights(values.shape[1]).T


def _student_reach(apart: Floats, n: NDArray[np.int64]) -> Floats:
    freedom = np.maximum(n - 1, 1)
    deviation = np.sqrt((apart**2).sum(axis=1) / freedom)
    reach = stats.t.ppf((1 + LEVEL) / 2, freedom) * deviation / np.sqrt(np.maximum(n, 1))
    return np.where(n > 1, reach, np.nan)


def _bootstrap_the_skewed(values: Floats, known: NDArray[np.bool_], found: Interval) -> None:
    many = np.flatnonzero((found.n >= FEWEST_FOR_BOOTSTRAP) & (found.method == "t"))
    for n in np.unique(found.n[many]):
        rows = many[found.n[many] == n]
        whole = values[rows][known[rows]].reshape(len(rows), n)
        skewed = np.abs(_skewness(whole)) > MOST_SKEWNESS
        if skewed.any():
            rows = rows[skewed]
            found.low[rows], found.high[rows] = _bca(whole[skewed])
            found.method[rows] = "bca"


def _skewness(values: Floats) -> Floats:
    """The adjusted sample skewness G1 of each row (Joanes & Gill 1998)."""
    n = values.shape[1]
    apart = values - values.mean(axis=1, keepdims=True)
    g1 = (apart**3).mean(axis=1) / (apart**2).mean(axis=1) ** 1.5
    return np.asarray(g1 * np.sqrt(n * (n - 1)) / (n - 2))


def _bca(values: Floats) -> tuple[Floats, Floats]:
    """Ends of the BCa interval of each row's mean: bias from the bootstrap, acceleration from the jackknife."""
    mean = values.mean(axis=1, keepdims=True)
    resampled = np.sort(resampled_means(values), axis=1)
    below = ((resampled < mean).mean(axis=1) + (resampled <= mean).mean(axis=1)) / 2
    bias = stats.norm.ppf(below)
    apart = values - mean
    acceleration = (apart**3).sum(axis=1) / (6 * (apart**2).sum(axis=1) ** 1.5)
    tail = stats.norm.ppf((1 - LEVEL) / 2)
    low, high = (bias + (bias + z) / (1 - acceleration * (bias + z)) for z in (tail, -tail))
    return _quantile(resampled, stats.norm.cdf(low)), _quantile(resampled, stats.norm.cdf(high))


def _quantile(ordered: Floats, share: Floats) -> Floats:
    """The quantile ``share`` of each sorted row, between neighbours in proportion."""
    place = share * (ordered.shape[1] - 1)
    left = np.floor(place).astype(np.int64)
    right = np.minimum(left + 1, ordered.shape[1] - 1)
    rows = np.arange(len(ordered))
    part = place - left
    return np.asarray(ordered[rows, left] * (1 - part) + ordered[rows, right] * part)


@lru_cache(maxsize=32)
def _weights(n: int) -> Floats:
    """How often, in shares, each of n values is drawn in each resample: (resamples, n)."""
    keys = np.arange(RESAMPLES * n, dtype=np.uint64)
    drawn = (Chance(0, n).uniform("bootstrap", 0, keys) * n).astype(np.int64)
    slots = drawn + np.repeat(np.arange(RESAMPLES) * n, n)
    return np.bincount(slots, minlength=RESAMPLES * n).reshape(RESAMPLES, n) / n
