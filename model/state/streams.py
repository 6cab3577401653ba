"""Chance: every event of the world has its own die, thrown by its name and never by its place in a queue.

A number belongs to (seed, replicate, purpose, year, draw, entity). The scenario is no part of the key, so
the same patch meets the same typhoon under every policy; the row is none either, so neither order nor
neighbours matter.

``stream = mix(mix(mix(mix(mix(seed) ^ replicate) ^ purpose) ^ year) ^ draw)``, ``bits = mix(stream ^
entity)`` with ``mix`` one step of splitmix64 (Steele, Lea & Flood 2014, OOPSLA). Uniforms are ``(bits //
2^12 + 1/2) / 2^52``: odd multiples of 2^-53, *strictly inside* (0, 1), so ``u < p`` never happens at p = 0
and always at p = 1, and every inverse transform is finite. Other distributions are inverse transforms of
these uniforms: one number a draw, rising with it. Most likely to be wrong: that two decisions never share a
purpose's name.
"""

from __future__ import annotations

import hashlib
import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.state.kernel import kernel
from model.state.normal import standard_normal_quantile
from model.units import Floats, Ints

Keys = NDArray[np.uint64]

MASK = 2**64 - 1
GAMMA = 0x9E3779B97F4A7C15
FIRST = 0xBF58476D1CE4E5B9
SECOND = 0x94D049BB133111EB
LARGEST_MEAN = 700.0  # exp(-mean) must not vanish

U_GAMMA, U_FIRST, U_SECOND = np.uint64(GAMMA), np.uint64(FIRST), np.uint64(SECOND)
U_12, U_27, U_30, U_31 = np.uint64(12), np.uint64(27), np.uint64(30), np.uint64(31)
FNV_START, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


@dataclass(frozen=True)
class Chance:
    """All the dice of one run. ``seed`` and ``replicate`` are whole numbers from 0 to 2^64 - 1."""

    seed: int
    replicate: int

    def __post_init__(self) -> None:
        for name in ("seed", "replicate"):
            value = operator.index(getattr(self, name))
            if not 0 <= value <= MASK:
                raise ValueError(f"{name} is {value!r}; it must be a whole number from 0 to 2^64 - 1")

    @cached_property
    def _run(self) -> int:
        return _mix(_mix(int(self.seed)) ^ int(self.replicate))

    def stream_key(self, purpose: str, year: int, draw: int = 0) -> np.uint64:
        """The first stage of the hash, for kernels that draw with :func:`uniform_from` themselves."""
        named = _mix(self._run ^ _purpose_key(purpose))
        return np.uint64(_mix(_mix(named ^ (int(year) & MASK)) ^ (int(draw) & MASK)))

    def uniform(self, purpose: str, year: int, keys: Keys, draw: int = 0) -> Floats:
        """One number strictly inside (0, 1) for each entity in ``keys`` (shape as ``keys``)."""
        return _uniforms(self.stream_key(purpose, year, draw), _checked(keys))

    def normal(self, purpose: str, year: int, keys: Keys, draw: int = 0) -> Floats:
        """Standard normal numbers (mean 0, standard deviation 1)."""
        return _normals(self.stream_key(purpose, year, draw), _checked(keys))

    def exponential(self, purpose: str, year: int, keys: Keys, draw: int = 0) -> Floats:
        """Exponential numbers of mean 1."""
        return _exponentials(self.stream_key(purpose, year, draw), _checked(keys))

    def lognormal(
        self,
        purpose: str,
        year: int,
        keys: Keys,
        mean_log: Floats | float,
        sd_log: Floats | float,
        draw: int = 0,
    ) -> Floats:
        """Numbers whose natural logarithm is normal with ``mean_log`` and ``sd_log``."""
        return np.exp(mean_log + sd_log * self.normal(purpose, year, keys, draw))

    def poisson(self, purpose: str, year: int, keys: Keys, mean: Floats | float, draw: int = 0) -> Ints:
        """Counts of mean ``mean`` (one or one an entity, 0 to 700); time grows with the mean.

        Raises ``ValueError`` for a mean outside 0 to 700.
        """
        means = np.ascontiguousarray(np.broadcast_to(np.asarray(mean, dtype=np.float64), keys.shape))
        bad = np.flatnonzero(~((means >= 0.0) & (means <= LARGEST_MEAN)))
        if bad.size:
            raise ValueError(
                f"poisson {purpose!r}: mean {means[bad[0]]:g} in row {bad[0]}; 0 to 700 can be drawn"
            )
        return _poissons(self.stream_key(purpose, year, draw), _checked(keys), means)

    def scalar_uniform(self, purpose: str, year: int, draw: int = 0) -> float:
        """One number strictly inside (0, 1) for the whole landscape."""
        return float(uniform_from(self.stream_key(purpose, year, draw), np.uint64(0)))

    def scalar_normal(self, purpose: str, year: int, draw: int = 0) -> float:
        """One standard normal number for the whole landscape."""
        return float(standard_normal_quantile(self.scalar_uniform(purpose, year, draw)))

    def scalar_normals(self, purpose: str, years: Ints, draw: int = 0) -> Floats:
        """As :meth:`scalar_normal`, for each of ``years`` (k,)."""
        named = np.uint64(_mix(self._run ^ _purpose_key(purpose)))
        return _normals_of_years(named, np.asarray(years, dtype=np.int64).view(np.uint64), np.uint64(draw))


def entity_keys(ids: Sequence[str] | Any) -> Keys:
    """A stable 64-bit hash of each id (shape: one an id), whatever its row, process or platform.

    ``ids`` is a sequence of strings or a pyarrow string array; FNV-1a over the UTF-8 bytes, then one ``mix``.
    Raises ``TypeError`` for an id that is no string or is missing.
    """
    import pyarrow as pa

    chunked = ids if isinstance(ids, pa.Array | pa.ChunkedArray) else _strings(ids)
    chunks = chunked.cast(pa.large_string())
    array = chunks.combine_chunks() if isinstance(chunks, pa.ChunkedArray) else chunks
    if array.null_count:
        raise TypeError(f"ids are strings; {array.null_count} of {len(array)} are missing")
    _, offsets, text = array.buffers()
    if len(array) == 0 or text is None:
        return np.full(len(array), _mix(int(FNV_START)), dtype=np.uint64)
    bounds = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    return _hash_each(bounds, np.frombuffer(text, dtype=np.uint8))


def _strings(ids: Sequence[str]) -> Any:
    import pyarrow as pa

    try:
        return pa.array(ids, type=pa.large_string())
    except (pa.ArrowTypeError, pa.ArrowInvalid) as error:
        raise TypeError(f"ids are strings: {error}") from error


def _checked(keys: Keys) -> Keys:
    if keys.dtype != np.uint64 or keys.ndim != 1:
        raise TypeError(f"keys are one row of uint64 from entity_keys(), not {keys.ndim}-d {keys.dtype}")
    return np.ascontiguousarray(keys)


def _mix(value: int) -> int:
    """One step of splitmix64 on whole numbers below 2^64."""
    z = (value + GAMMA) & MASK
    z = ((z ^ (z >> 30)) * FIRST) & MASK
    z = ((z ^ (z >> 27)) * SECOND) & MASK
    return z ^ (z >> 31)


@lru_cache(maxsize=1024)
def _purpose_key(purpose: str) -> int:
    # Not Python's own hash(), which changes from process to process.
    return int.from_bytes(hashlib.blake2b(purpose.encode(), digest_size=8).digest(), "little")


@kernel
def bits_from(stream_key: np.uint64, entity_key: np.uint64) -> np.uint64:
    """64 random bits: the second stage of the hash. Both keys must be uint64, or Numba turns to float64."""
    z = (stream_key ^ entity_key) + U_GAMMA
    z = (z ^ (z >> U_30)) * U_FIRST
    z = (z ^ (z >> U_27)) * U_SECOND
    return z ^ (z >> U_31)


@kernel
def uniform_from(stream_key: np.uint64, entity_key: np.uint64) -> float:
    """One number strictly inside (0, 1), inside a kernel; both keys uint64."""
    return (np.float64(np.int64(bits_from(stream_key, entity_key) >> U_12)) + 0.5) * 2.0**-52


@kernel
def normal_from(stream_key: np.uint64, entity_key: np.uint64) -> float:
    """One standard normal number, inside a kernel; both keys uint64."""
    return standard_normal_quantile(uniform_from(stream_key, entity_key))


@kernel
def poisson_quantile(u: float, mean: float) -> int:
    """The smallest count whose cumulative Poisson probability exceeds ``u``, inside a kernel."""
    count = 0
    term = math.exp(-mean)
    below = term
    while u >= below:
        count += 1
        term *= mean / count
        if count > mean and below + term == below:  # rounding keeps the sum short of the largest u
            break
        below += term
    return count


@kernel
def _uniforms(stream_key: np.uint64, keys: Keys) -> Floats:
    out = np.empty(keys.size)
    for row in range(keys.size):
        out[row] = uniform_from(stream_key, keys[row])
    return out


@kernel
def _normals(stream_key: np.uint64, keys: Keys) -> Floats:
    out = np.empty(keys.size)
    for row in range(keys.size):
        out[row] = normal_from(stream_key, keys[row])
    return out


@kernel
def _normals_of_years(named: np.uint64, years: Keys, draw: np.uint64) -> Floats:
    out = np.empty(years.size)
    for k in range(years.size):
        out[k] = normal_from(bits_from(bits_from(named, years[k]), draw), np.uint64(0))
    return out


@kernel
def _exponentials(stream_key: np.uint64, keys: Keys) -> Floats:
    out = np.empty(keys.size)
    for row in range(keys.size):
        out[row] = -math.log(1.0 - uniform_from(stream_key, keys[row]))
    return out


@kernel
def _poissons(stream_key: np.uint64, keys: Keys, means: Floats) -> Ints:
    out = np.empty(keys.size, dtype=np.int64)
    for row in range(keys.size):
        out[row] = poisson_quantile(uniform_from(stream_key, keys[row]), means[row])
    return out


@kernel
def _hash_each(bounds: Ints, text: NDArray[np.uint8]) -> Keys:
    out = np.empty(bounds.size - 1, dtype=np.uint64)
    for row in range(out.size):
        value = FNV_START
        for place in range(bounds[row], bounds[row + 1]):
            value = (value ^ np.uint64(text[place])) * FNV_PRIME
        out[row] = bits_from(value, np.uint64(0))
    return out
