"""A question put to the model: which futures, under which policies, repeated how often, and what is written down.

A design is a table with one row a run: point, scenario, replicate. `run` is one point and one scenario, `compare`
one point and several scenarios, a sweep many points; all of them pass through the same engine into the same store.
A run is named by its key alone, so that any run can be repeated by itself and in any order.

Assumption most likely to be wrong: that what sweeps is a value within each scenario's resolved configuration. A
choice of another form or landscape is not; it makes a scenario of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import pandas as pd

from experiments.stamp import canonical_json, digest_of, without_private_paths

RunKey = tuple[int, str, int]
Config = dict[str, Any]

KEYS = ("point", "scenario", "replicate")
TABLES = ("indicators", "flows", "projects", "maps")

MOST_ROWS = 100_000_000
BYTES_A_ROW = 250  # 40 indicators at the 6.3 bytes a value that Parquet was measured to need
MOST_WORKERS = 512
MEBIBYTES_A_WORKER = 200

# A column of points that changes nothing: what a sensitivity table finds for it is noise.
DUMMY = "dummy"


class Refused(Exception):
    """A request turned down before anything is written; the caller ends with exit code 2."""


@dataclass(frozen=True)
class RunTask:
    """One run, as plain data that any worker can be sent."""

    point: int
    scenario: str
    replicate: int
    config: Config

    @property
    def key(self) -> RunKey:
        """Point, scenario and replicate: what tells a run from all others."""
        return self.point, self.scenario, self.replicate


def one_point() -> pd.DataFrame:
    """The points of a design that sweeps nothing."""
    return pd.DataFrame({"point": [0]})


@dataclass(frozen=True)
class Design:
    """Points x scenarios x replicates, and what each run records beside its indicators.

    ``points`` has a column ``point`` (unique integers) and one column for each swept key, a dotted path into the
    scenarios' configurations (a column called ``dummy`` is carried and never applied). ``scenarios`` maps a name to
    a resolved configuration of plain data, the baseline first; it holds what changes a run and nothing else (no
    ``workers``, no ``out``). ``rows_per_run`` estimates the rows of all tables of one run.

    Raises :class:`Refused` for a design that has no runs, or whose swept keys no configuration has.
    """

    points: pd.DataFrame
    scenarios: Mapping[str, Config]
    replicates: int
    keep: tuple[str, ...] = ()
    rows_per_run: int = field(default=1, compare=False)

    def __post_init__(self) -> None:
        self._check_counts()
        self._check_points()
        for name, config in self.scenarios.items():
            for key in self.swept:
                _refuse_unknown_key(name, config, key)

    @property
    def baseline(self) -> str:
        """The scenario that the others are compared with: the first."""
        return next(iter(self.scenarios))

    @property
    def swept(self) -> list[str]:
        """The dotted keys whose values differ from point to point."""
        return [str(name) for name in self.points.columns if name not in ("point", DUMMY)]

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that each run records."""
        return ("indicators", *self.keep)

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.points) * len(self.scenarios) * self.replicates

    def run_keys(self) -> Iterator[RunKey]:
        """Every run of the design, in canonical order."""
        for point in self.points["point"]:
            for scenario in self.scenarios:
                for replicate in range(self.replicates):
                    yield int(point), scenario, replicate

    def config(self, point: int, scenario: str) -> Config:
        """The scenario's configuration with the values of ``point`` laid over it; the scenario's own stays as it is."""
        config: Config = dict(self.scenarios[scenario])
        row = int((self.points["point"] == point).argmax())
        for key in self.swept:
            config = _laid_over(config, key.split("."), _plain(self.points[key].iloc[row]))
        return config

    def tasks(self, keys: Sequence[RunKey]) -> list[RunTask]:
        """The runs of ``keys`` as tasks; runs of one point and scenario share one configuration."""
        configs = {pair: self.config(*pair) for pair in dict.fromkeys((key[0], key[1]) for key in keys)}
        return [RunTask(*key, config=configs[key[0], key[1]]) for key in keys]

    def identity(self) -> dict[str, Any]:
        """All that makes two designs the same, as plain data without private paths."""
        return {
            "points": {
                str(name): [_plain(value) for value in column] for name, column in self.points.items()
            },
            "order": list(self.scenarios),
            "scenarios": dict(self.scenarios),
            "replicates": self.replicates,
            "keep": sorted(self.keep),
        }

    def config_hash(self) -> str:
        """SHA-256 of the identity: one changed digit changes it, a reordered key does not."""
        return digest_of(canonical_json(without_private_paths(self.identity())).encode())

    def refuse_if_absurd(self, workers: int = 1) -> None:
        """Raise :class:`Refused`, with an estimate, for results no disk or reader could hold or too many workers."""
        rows = self.runs * self.rows_per_run
        if rows > MOST_ROWS:
            raise Refused(
                f"{self.runs:,} runs of about {self.rows_per_run:,} rows make {rows:.1e} rows, some "
                f"{rows * BYTES_A_ROW / 1e9:,.0f} GB; the most is {MOST_ROWS:.0e} rows. "
                "Ask for fewer replicates, points or years, or keep fewer tables."
            )
        if not 1 <= workers <= MOST_WORKERS:
            raise Refused(
                f"workers={workers}: allowed are 1 to {MOST_WORKERS}; each needs some {MEBIBYTES_A_WORKER} MiB, "
                f"together {max(workers, 0) * MEBIBYTES_A_WORKER / 1024:,.1f} GiB."
            )

    def _check_counts(self) -> None:
        if not self.scenarios:
            raise Refused("A design needs at least one scenario.")
        if isinstance(self.replicates, bool) or not isinstance(self.replicates, int) or self.replicates < 1:
            raise Refused(f"replicates={self.replicates!r}: it must be a whole number, 1 or more.")
        unknown = [name for name in self.keep if name not in TABLES[1:]]
        if unknown or len(set(self.keep)) < len(self.keep):
            raise Refused(f"keep={list(self.keep)}: it may list, each once, {', '.join(TABLES[1:])}.")

    def _check_points(self) -> None:
        points = self.points.get("point")
        if (
            points is None
            or points.empty
            or not pd.api.types.is_integer_dtype(points)
            or points.duplicated().any()
        ):
            raise Refused("The points of a design need a column 'point' of unique whole numbers.")
        for name in self.points.columns:
            missing = self.points.index[self.points[name].isna()]
            if len(missing):
                raise Refused(f"Point {points[missing[0]]} has no value for {name}.")


def _refuse_unknown_key(scenario: str, config: Config, key: str) -> None:
    known = flat(config)
    if key in known or _at(config, key.split(".")):
        return
    near = get_close_matches(key, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise Refused(f"Swept key {key}: the configuration of scenario {scenario} has no such key.{hint}")


def _at(config: Config, path: list[str]) -> bool:
    """Whether ``path`` leads anywhere in ``config``."""
    inner: Any = config
    for name in path:
        if not isinstance(inner, Mapping) or name not in inner:
            return False
        inner = inner[name]
    return True


def flat(config: Mapping[Any, Any], above: str = "") -> Config:
    """A nested configuration as dotted path -> value."""
    found: Config = {}
    for name, value in config.items():
        inner = isinstance(value, Mapping) and value
        found |= flat(value, f"{above}{name}.") if inner else {f"{above}{name}": value}
    return found


def _laid_over(config: Config, path: list[str], value: Any) -> Config:
    head, *rest = path
    return {**config, head: _laid_over(config[head], rest, value) if rest else value}


def _plain(value: Any) -> Any:
    """A NumPy scalar as the Python number it stands for."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and not math.isfinite(value):
        raise Refused(f"A point holds {value}; values must be finite.")
    return value
