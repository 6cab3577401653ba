"""A number that somebody will act on says from which rows of which table it comes, and how: anyone can check it.

Texts that are told to people are lists of parts: words, names, numbers and estimates. The terminal joins their plain
texts, a page marks each number up with its source. Numbers are shown with three significant digits: more would promise
what simulation cannot keep.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from experiments.compare import ALL, Difference
from experiments.criteria import OPEN
from experiments.intervals import interval
from experiments.names import UNITS, title
from model.units import Floats

HOW = {
    "mean": "mean over replicates",
    "low": "lower end of the 95 % interval of that mean",
    "high": "upper end of the 95 % interval of that mean",
    "n": "number of replicates",
    "harmed": "share of replicates in which the difference goes the wrong way",
    "best": "share of replicates in which the scenario is the best",
    "best resampled": "share of 2,000 bootstrap resamples of the replicates in which the scenario has the best mean",
    "ratio": "mean of the first by mean of the second",
    "ratio low": "lower end of the 95 % interval of that ratio (Fieller)",
    "ratio high": "upper end of the 95 % interval of that ratio (Fieller)",
    "count": "number of counties",
    "relevant": "smallest effect that matters, from the baseline's level (docs/indicators.md)",
    "value": "as it stands",
}
INDICATORS, COMPARISON = "indicators.parquet", "comparison.csv"
YI = 1e8  # yuan in 亿元
Rows = Mapping[str, str | int]


@dataclass(frozen=True)
class Number:
    """A number as it is written, and where it comes from.

    ``rows``: the key columns of ``table`` that choose its rows; with ``minus`` it is a paired difference, the
    ``scenario`` less that one. ``how``: a word of :data:`HOW`. ``text`` shows ``value / scale``.
    """

    value: float
    text: str
    table: str
    rows: Rows
    column: str
    how: str
    scale: float = 1.0

    @property
    def source(self) -> str:
        """The source in words."""
        keys = ", ".join(f"{key} = {value}" for key, value in self.rows.items())
        summed = "; sum(): added up from the start to that year" if "sum(" in self.column else ""
        return (
            f"{self.table}: {self.column} where {keys}; {HOW[self.how]}{summed}"
            if keys
            else f"{self.table}: {self.column}"
        )


@dataclass(frozen=True)
class Estimate:
    """A mean over replicates with its interval (None for n = 1) and n; ``unit`` as it is shown.

    Of a difference also: in how many replicates it goes the wrong way, the smallest one that matters (where
    ``comparison.csv`` holds it), and what the interval says of it in a word of :mod:`experiments.criteria`.
    """

    mean: Number
    low: Number | None
    high: Number | None
    n: Number
    unit: str
    harmed: Number | None = None
    relevant: Number | None = None
    verdict: str = OPEN

    @property
    def text(self) -> str:
        """'+120 ha (95 % interval +80 to +160, n = 20)'."""
        unit = f" {self.unit}" if self.unit else ""
        ends = f"95 % interval {self.low.text} to {self.high.text}, " if self.low and self.high else ""
        return f"{self.mean.text}{unit} ({ends}n = {self.n.text})"

    @property
    def beyond_zero(self) -> bool:
        """Whether there is an interval and it excludes zero."""
        return bool(self.low and self.high and (self.low.value > 0.0 or self.high.value < 0.0))


@dataclass(frozen=True)
class Name:
    """What somebody called something; never to be read as anything but text."""

    text: str


@dataclass(frozen=True)
class Measure:
    """An indicator, by its column where people type and by its title where they read."""

    column: str

    @property
    def text(self) -> str:
        return self.column

    @property
    def title(self) -> str:
        """As a reader meets it."""
        return title(self.column)


Part = str | Name | Measure | Number | Estimate
Sentence = Sequence[Part]


def plain(sentence: Sentence) -> str:
    """A sentence as a terminal shows it."""
    return "".join(part if isinstance(part, str) else part.text for part in sentence)


def level(values: Floats, name: str, rows: Rows, table: str = INDICATORS) -> Estimate:
    """The mean of ``values`` (replicates,), NaN where unknown, of an indicator in the given rows."""
    found = interval(np.asarray(values, dtype=np.float64)[None, :])
    numbers = (float(found.mean[0]), float(found.low[0]), float(found.high[0]), int(found.n[0]))
    return _estimate(numbers, name, rows, table, signed=False)


def difference(found: Difference, name: str, year: int, county: str = ALL) -> Estimate:
    """A paired difference in the indicator ``name``, in a year and county."""
    rows: Rows = {"scenario": found.better, "minus": found.other, "county": county, "year": year}
    numbers = (found.mean, found.low, found.high, found.n)
    plain = _estimate(numbers, name, rows, INDICATORS, signed=True)
    harmed, relevant = None, None
    if math.isfinite(found.share_harmed):
        harmed = share(found.share_harmed, INDICATORS, rows, name, "harmed")
    if county == ALL and name in UNITS:
        scale, _ = _shown_in(name)
        where: Rows = {"indicator": name, "year": year}
        told = digits(found.relevant / scale)
        relevant = Number(found.relevant, told, COMPARISON, where, "relevant", "relevant", scale)
    return replace(plain, harmed=harmed, relevant=relevant, verdict=found.verdict)


def counted(value: int, table: str, rows: Rows, column: str, how: str) -> Number:
    """A whole number."""
    return Number(float(value), f"{value:,}", table, rows, column, how)


def share(value: float, table: str, rows: Rows, column: str, how: str) -> Number:
    """A share, shown in per cent."""
    return Number(value, f"{100 * value:.3g} %", table, rows, column, how, scale=0.01)


def hundred_millions(spent: Estimate) -> Number:
    """A mean of yuan in 亿元, as budgets are written."""
    mean = spent.mean
    return replace(mean, text=digits(mean.value / YI, signed=True), scale=YI)


def digits(value: float, *, signed: bool = False) -> str:
    """Three significant digits, thousands parted, no powers of ten: '1,230', '+0.0123', '-0.0000878'."""
    if not math.isfinite(value):
        return "–"
    rounded = float(f"{value:.3g}") + 0.0
    places = max(10, 2 - math.floor(math.log10(abs(rounded)))) if rounded else 0
    text = f"{rounded:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"+{text}" if signed and rounded > 0.0 else text


def _estimate(
    numbers: tuple[float, float, float, int],
    name: str,
    rows: Rows,
    table: str,
    *,
    signed: bool,
) -> Estimate:
    mean, low, high, n = numbers
    scale, unit = _shown_in(name)

    def number(value: float, how: str) -> Number:
        return Number(value, digits(value / scale, signed=signed), table, rows, name, how, scale)

    return Estimate(
        number(mean, "mean"),
        number(low, "low") if n > 1 else None,
        number(high, "high") if n > 1 else None,
        counted(n, table, rows, name, "n"),
        unit,
    )


def _shown_in(name: str) -> tuple[float, str]:
    """Sums of money in millions; the rest as it is: thousands of hectares are easily read as hectares."""
    unit = UNITS.get(name, "yuan")  # flows are no indicator
    if unit in ("yuan", "yuan/yr"):
        return 1e6, f"million {unit}"
    return 1.0, "" if unit in ("1", "n") else unit
