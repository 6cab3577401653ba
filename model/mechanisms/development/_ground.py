"""What builders do to a part of a patch: strip it to spoil, and give it back with ground and seed.

A patch keeps one mean of each column, so a part of it changes the mean in proportion. The untreated twin of a restored
patch is the same land without the works: it is stripped and given back alike. Most likely wrong: that spoil heaps do
not spread into the rest of the patch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.state.state import State
from model.state.sums import is_one_of
from model.units import Floats, Rows

GROWN = ("structure", "composition", "cover", "carbon")
GROUND = ("substrate", "ceiling")
LIVES = (*GROWN, *GROUND)


def strip(state: State, rows: Rows, part: Floats, spoil: tuple[float, float]) -> None:
    """Bare ``part`` of each patch: what stood there is gone, ground and ceiling are those of ``spoil`` or lower."""
    for lives, place, share in _lives(state, rows, part):
        for name in GROWN:
            lives[name][place] *= 1.0 - share
        for name, left in zip(GROUND, spoil, strict=True):
            lives[name][place] += share * np.minimum(left - lives[name][place], 0.0)


def give_back(
    state: State,
    rows: Rows,
    part: Floats,
    spoil: tuple[float, float],
    reclaimed: tuple[float, float],
    sown: float,
) -> None:
    """Ground and ceiling of ``part`` rise from spoil to ``reclaimed``, and ``sown`` structure stands on it."""
    for lives, place, share in _lives(state, rows, part):
        for name, low, high in zip(GROUND, spoil, reclaimed, strict=True):
            risen = lives[name][place] + share * max(high - low, 0.0)
            lives[name][place] = np.minimum(risen, 1.0)
        lives["structure"][place] += share * sown * (1.0 - lives["structure"][place])


def left_of(state: State, rows: Rows) -> Floats:
    """Hectares of patches that are not taken for good."""
    h = state.habitats
    return np.asarray(h.area[rows] * (1.0 - h.taken_share[rows]))


def _lives(state: State, rows: Rows, part: Floats) -> Iterator[tuple[dict[str, Any], Rows, Floats]]:
    """Columns, rows and parts of the patches (``rows`` ascending), then of every twin that lives beside one of them."""
    h, sites = state.habitats, state.sites
    yield {name: getattr(h, name) for name in LIVES}, rows, part
    twins = np.flatnonzero(is_one_of(sites.patch, rows, state.habitats.rows) & (sites.begun >= 0))
    if twins.size:
        beside = part[np.searchsorted(rows, sites.patch[twins])]
        yield {name: getattr(sites, f"twin_{name}") for name in LIVES}, twins, beside
