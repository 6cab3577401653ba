"""Invented land: hills of every size, low towards a ragged coast and high inland, cut into valleys by its rivers.

The coast is a contour of a fractal field (power falls with a power of frequency; Voss 1985) laid over a plane that
rises from the open sea. Heights are those at which rivers wear down as fast as the land rises, so that along a river

    fall = uplift * length / upstream area ** 0.45

(stream power at steady state, Whipple & Tucker 1999). Most likely wrong: real ranges stand on faults and hard rock,
these are only where a random field says that the land rises.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from model.landscapes.drainage import drain
from model.landscapes.geography import drainage_order
from model.state.streams import Chance
from model.units import Flags, Floats

SEA_SHARE = 0.2
FALL = 70.0  # m that a brook falls in one cell where the land rises at the mean rate; gives ranges of some 1,500 m
INDENTATION = 0.13  # how far the coast swings, in lengths of the area
INLETS = 3.2  # how far bays and headlands swing besides, in cells
COAST_ROUGHNESS, INLET_ROUGHNESS, HILL_ROUGHNESS = 1.0, 0.4, 0.6  # Hurst exponents: 1 is smooth, 0 is noise
ROOF = 4000.0  # m that no height exceeds, however wide the land
CONCAVITY = 0.45
ROUNDS = 3  # of finding the rivers and letting them cut
FOOTHILLS = 10.0  # cells from the coast over which the land comes to rise at its full rate
RANGE_CELLS = 40  # ranges of hills and headlands lie at most so many cells apart
SUBGRID_STEEPENING = 4.0  # slopes inside a cell are steeper than between centres of cells


@dataclass(frozen=True, eq=False)
class Relief:
    """On a picture of rows and columns: ``inside`` the area, under the ``sea``, ``elevation`` in m.

    ``downstream`` (rows * columns,) is the place that each place drains into, -1 at sea, at an outlet and outside.
    """

    inside: Flags
    sea: Flags
    elevation: Floats
    downstream: NDArray[np.int32]


def relief(cells: int, chance: Chance) -> Relief:
    """Relief of a nearly square area of exactly ``cells`` cells, the open sea in its south-east."""
    columns = int(np.ceil(np.sqrt(cells)))
    rows = -(-cells // columns)
    inland = _inland(rows, columns)
    inside = np.ones((rows, columns), dtype=bool)
    inside.ravel()[np.argsort(inland.ravel(), kind="stable")[: rows * columns - cells]] = False
    height = inland + INDENTATION * fractal(rows, columns, COAST_ROUGHNESS, np.inf, chance, draw=0)
    height += INLETS / columns * fractal(rows, columns, INLET_ROUGHNESS, RANGE_CELLS, chance, draw=1)
    sea = _sea(height, inside)
    rise = np.clip(height - height[sea].max(initial=height.min()), 0.0, None)
    rise = 1.0 - np.exp(-rise * columns / FOOTHILLS)
    folds = fractal(rows, columns, HILL_ROUGHNESS, RANGE_CELLS, chance, draw=2)
    elevation, downstream = _cut(rise, folds, inside, sea)
    return Relief(inside, sea, elevation, downstream)


def _cut(rise: Floats, folds: Floats, inside: Flags, sea: Flags) -> tuple[Floats, NDArray[np.int32]]:
    """Heights (rows, columns) worn by rivers where the land rises, and the places drained into."""
    uplift = (0.1 + rise) * np.exp(0.7 * folds)
    height = np.where(sea, 0.0, rise + 0.3 * np.abs(folds))
    for _ in range(ROUNDS):
        downstream = drain(height, inside, sea)
        height = _worn(uplift, inside & ~sea, downstream)
    return np.where(sea, 0.0, 1.0 - ROOF * np.expm1(-FALL * height / ROOF)), downstream


def _worn(uplift: Floats, land: Flags, downstream: NDArray[np.int32]) -> Floats:
    """Heights, in any unit, at which ``uplift`` (rows, columns) and rivers along ``downstream`` are at rest."""
    columns = uplift.shape[1]
    place = np.arange(uplift.size)
    order = drainage_order(downstream)
    cells = land.ravel().astype(np.float64)
    for rows in order:
        np.add.at(cells, downstream[rows], cells[rows])
    step = np.hypot(place // columns - downstream // columns, place % columns - downstream % columns)
    fall = uplift.ravel() * step * np.maximum(cells, 1.0) ** -CONCAVITY
    height = np.zeros(uplift.size)
    for rows in reversed(order):
        height[rows] = height[downstream[rows]] + fall[rows]
    return height.reshape(uplift.shape)


def fractal(rows: int, columns: int, roughness: float, longest: float, chance: Chance, draw: int) -> Floats:
    """A random field (rows, columns) of mean 0 and standard deviation 1.

    Self-similar with the Hurst exponent ``roughness`` up to waves of ``longest`` cells, even beyond.
    """
    high, wide = fft.next_fast_len(rows + rows // 4 + 1), fft.next_fast_len(columns + columns // 4 + 1)
    white = chance.normal("landscape/relief", 0, np.arange(high * wide, dtype=np.uint64), draw)
    spectrum = fft.rfft2(white.reshape(high, wide))
    frequency = np.hypot(fft.fftfreq(high)[:, None], fft.rfftfreq(wide)[None, :])
    frequency = np.maximum(frequency, 1.0 / min(longest, high + wide))
    spectrum *= frequency ** -(roughness + 1.0)
    field = fft.irfft2(spectrum, s=(high, wide))[:rows, :columns]
    field -= field.mean()
    spread: Floats = field / max(float(field.std()), 1e-12)
    return spread


def slope_of(elevation: Floats, cell_size: float) -> NDArray[np.float32]:
    """Mean slope (degrees) of each cell of a picture of heights (rows, columns) in m."""
    padded = np.pad(elevation, 1, mode="edge")
    east = (padded[1:-1, 2:] - padded[1:-1, :-2]) / (2.0 * cell_size)
    north = (padded[2:, 1:-1] - padded[:-2, 1:-1]) / (2.0 * cell_size)
    return np.degrees(np.arctan(SUBGRID_STEEPENING * np.hypot(east, north))).astype(np.float32)


def _inland(rows: int, columns: int) -> Floats:
    """0 in the south-east corner to 1 in the north-west one, so that the coast runs from south-west to north-east."""
    y = np.arange(rows)[:, None] / max(rows - 1, 1)
    x = np.arange(columns)[None, :] / max(columns - 1, 1)
    distance: Floats = (0.6 * (1.0 - x) + y) / 1.6
    return distance


def _sea(height: Floats, inside: Flags) -> Flags:
    """The lowest cells, of which only the largest body of water is sea; the others are low ground."""
    count = round(SEA_SHARE * int(inside.sum()))
    if count == 0:
        return np.zeros_like(inside)
    level = np.partition(height[inside], count - 1)[count - 1]
    bodies, _ = ndimage.label(inside & (height <= level))
    sea: Flags = bodies == np.bincount(bodies.ravel())[1:].argmax() + 1
    return sea
