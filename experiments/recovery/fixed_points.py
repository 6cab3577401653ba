"""Where ground and vegetation come to rest: fixed points of the model's own year, found by letting it live.

Ground is held at each of many levels while structure comes to rest above it; what one more year then does to the
ground is its drift, and a fixed point lies where the drift changes sign. No equation is written here a second time.
Assumption most likely to be wrong: cover and structure are at rest whenever the slower ground is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.recovery.patches import land, start
from model.restoration_model import RestorationModel

Floats = NDArray[np.float64]

YEARS_TO_REST = 800
DUST = 1e-6  # ha: a patch too small to be a source for itself


@dataclass(frozen=True)
class Rest:
    """Structure at rest and drift of the ground a year, each (values, ground), above held ``ground`` (ground,)."""

    values: Floats
    ground: Floats
    structure: Floats
    drift: Floats


@dataclass(frozen=True)
class FixedPoints:
    """Fixed points in no order of branches: value of the parameter, substrate, structure, and whether it is stable."""

    value: Floats
    substrate: Floats
    structure: Floats
    stable: NDArray[np.bool_]


def at_rest(parameter: str, values: Sequence[float], rain: float, levels: int = 240, **patch: Any) -> Rest:
    """Let patches with ``parameter`` (a column such as ``ceiling``) at each value rest on held ground.

    ``rain`` is the propagules m that arrive; ``patch`` holds the other columns.
    """
    ground = np.linspace(0.0025, 0.9975, levels)
    worlds = [
        {"area": DUST, "structure": 0.0, "composition": 0.0, **patch, parameter: value, "substrate": level}
        for value in values
        for level in ground
    ]
    model = start(land(worlds), [f"recovery.background_rain={rain}"])
    held = np.tile(ground, len(values))
    for _ in range(YEARS_TO_REST):
        drift = _year(model) - held
        _hold(model, substrate=held)
    shape = (len(values), levels)
    structure = np.array(model.habitats.structure, dtype=np.float64).reshape(shape)
    return Rest(np.asarray(values, dtype=np.float64), ground, structure, drift.reshape(shape))


def fixed_points(rest: Rest) -> FixedPoints:
    """All places where the drift changes sign, by straight lines between the levels."""
    before, after = rest.drift[:, :-1], rest.drift[:, 1:]
    row, level = np.nonzero((before > 0.0) != (after > 0.0))
    weight = before[row, level] / (before[row, level] - after[row, level])
    substrate = rest.ground[level] + weight * (rest.ground[level + 1] - rest.ground[level])
    low, high = rest.structure[row, level], rest.structure[row, level + 1]
    return FixedPoints(rest.values[row], substrate, low + weight * (high - low), before[row, level] > 0.0)


def change_in_a_year(rain: float, levels: int = 80, **patch: Any) -> tuple[Floats, Floats, Floats, Floats]:
    """Levels of structure (finer near 0) and of substrate, and what a year adds to each: (structure, substrate)."""
    ground = np.linspace(0.0025, 0.9975, levels)
    stand = np.linspace(0.0, 1.0, levels) ** 2
    structure, substrate = (grid.ravel() for grid in np.meshgrid(stand, ground, indexing="ij"))
    worlds = [
        {"area": DUST, "composition": 0.0, **patch, "structure": s, "substrate": g}
        for s, g in zip(structure, substrate, strict=True)
    ]
    model = start(land(worlds), [f"recovery.background_rain={rain}"])
    added_ground = _year(model) - substrate
    added = model.habitats.structure - structure
    shape = (levels, levels)
    return stand, ground, added.reshape(shape), added_ground.reshape(shape)


def _year(model: RestorationModel) -> Floats:
    """One year of recovery alone with cover at rest; the substrate after it."""
    recovery = model.in_force(model.year).recovery
    model.let(recovery.begin, model.state)
    model.let(recovery.live, model.state)
    return np.array(model.habitats.substrate, dtype=np.float64)


def _hold(model: RestorationModel, **columns: Floats) -> None:
    with model.habitats.opened(columns):
        for name, values in columns.items():
            getattr(model.habitats, name)[:] = values
