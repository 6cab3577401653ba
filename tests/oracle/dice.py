"""The model's own dice, thrown for one entity at a time; and bounds, the only other thing that everybody needs."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from model.state.streams import Chance, entity_keys, normal_from, uniform_from


class Dice:
    """Numbers by purpose, year and the entity's key."""

    def __init__(self, seed: int, replicate: int) -> None:
        chance = Chance(seed, replicate)
        self._stream = lru_cache(maxsize=4096)(chance.stream_key)
        self.of_all = chance.scalar_normal

    def uniform(self, purpose: str, year: int, key: np.uint64, draw: int = 0) -> float:
        return float(uniform_from(self._stream(purpose, year, draw), key))

    def normal(self, purpose: str, year: int, key: np.uint64) -> float:
        return float(normal_from(self._stream(purpose, year), key))

    def lognormal(self, purpose: str, year: int, key: np.uint64, mean: float, deviation: float) -> float:
        return math.exp(mean + deviation * self.normal(purpose, year, key))


def key_of(name: str) -> np.uint64:
    """The stable hash of an id."""
    return np.uint64(entity_keys([name])[0])


def within(value: float, low: float, high: float) -> float:
    """``value``, or the bound that it crosses."""
    return min(max(value, low), high)
