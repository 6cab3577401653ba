"""The same patch meets the same event under every policy; other patches and purposes know nothing of it."""

from __future__ import annotations

import hashlib
import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from model.state.normal import standard_normal_quantile
from model.state.streams import Chance, entity_keys, poisson_quantile, uniform_from

WHOLE = 2**64
IDS = [f"patch-{number}" for number in range(20_000)]
KEYS = entity_keys(IDS)
NOISE = 5.0 / np.sqrt(len(IDS))  # five standard errors of a correlation

PINNED_KEYS = [3487553110688795881, 7213560765182910474, 16060071540414948287, 14087677454934409008]
PINNED_UNIFORMS = [0.13144511206065201, 0.6399143237559927, 0.6845749364622978, 0.6132918585907031]
PINNED_COUNTS = [4, 1, 2, 3]
PINNED_STREAM = 3344510872680639059
PINNED_NORMALS = [-1.1195860002825757, 0.35822979383843084, 0.48053063220944076, 0.2879091497909838]


def mix(value: int) -> int:
    """splitmix64 as its authors print it, on Python's whole numbers."""
    value = (value + 0x9E3779B97F4A7C15) % WHOLE
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 % WHOLE
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB % WHOLE
    return value ^ (value >> 31)


def key_of(name: str) -> int:
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 % WHOLE
    return mix(value)


def uniform_of(seed: int, replicate: int, purpose: str, year: int, draw: int, name: str) -> float:
    purpose_key = int.from_bytes(hashlib.blake2b(purpose.encode(), digest_size=8).digest(), "little")
    state = 0
    for part in (seed, replicate, purpose_key, year % WHOLE, draw):
        state = mix(state ^ part)
    return ((mix(state ^ key_of(name)) >> 12) + 0.5) / 2**52


def test_splitmix64_is_the_published_one() -> None:
    """The first numbers of splitmix64 from state 1234567."""
    state, published = 1234567, [6457827717110365317, 3203168211198807973, 9817491932198370423]
    assert [mix(state + step * 0x9E3779B97F4A7C15 % WHOLE) for step in range(3)] == published


@given(
    st.integers(0, WHOLE - 1),
    st.integers(0, WHOLE - 1),
    st.text(max_size=20),
    st.integers(-3000, 3000),
    st.integers(0, 100),
    st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200), max_size=5),
)
def test_kernels_equal_plain_python_bit_for_bit(
    seed: int, replicate: int, purpose: str, year: int, draw: int, names: list[str]
) -> None:
    keys = entity_keys(names)
    assert keys.tolist() == [key_of(name) for name in names]
    drawn = Chance(seed, replicate).uniform(purpose, year, keys, draw)
    assert drawn.tolist() == [uniform_of(seed, replicate, purpose, year, draw, name) for name in names]


def test_known_numbers_stay() -> None:
    """A change here breaks the repetition of every published run."""
    keys = entity_keys(["350203", "NA", "厦门🌿", ""])
    chance = Chance(seed=1, replicate=0)
    assert keys.tolist() == PINNED_KEYS
    assert chance.uniform("typhoon", 2020, keys).tolist() == PINNED_UNIFORMS
    assert chance.poisson("fire", 2020, keys, 2.0).tolist() == PINNED_COUNTS
    assert int(chance.stream_key("typhoon", 2020)) == PINNED_STREAM
    np.testing.assert_allclose(chance.normal("typhoon", 2020, keys), PINNED_NORMALS, rtol=1e-14)


def test_inline_draws_equal_the_arrays() -> None:
    chance = Chance(3, 4)
    stream = chance.stream_key("seeds", 2031, draw=2)
    inline = [uniform_from(stream, key) for key in KEYS[:50]]
    assert inline == chance.uniform("seeds", 2031, KEYS[:50], draw=2).tolist()


def test_draws_for_a_whole_landscape_are_the_same_one_by_one_and_many_years_at_once() -> None:
    chance, years = Chance(5, 2), np.array([2030, 2029, -3])
    singly = [chance.scalar_normal("markets/common", int(year), 4) for year in years]
    assert chance.scalar_normals("markets/common", years, 4).tolist() == singly


def test_order_and_company_of_ids_do_not_matter() -> None:
    chance = Chance(7, 8)
    shuffled = np.random.default_rng(0).permutation(len(IDS))
    drawn = chance.uniform("typhoon", 2020, KEYS)
    again = chance.uniform("typhoon", 2020, entity_keys([IDS[row] for row in shuffled]))
    np.testing.assert_array_equal(drawn[shuffled], again)
    assert chance.uniform("typhoon", 2020, KEYS[77:78])[0] == drawn[77]


def test_ids_hash_alike_from_every_container() -> None:
    arrow = pa.array(IDS)
    chunked = pa.chunked_array([arrow.slice(0, 7_000), arrow.slice(7_000)])
    for container in (
        arrow,
        chunked,
        arrow.cast(pa.large_string()),
        arrow.dictionary_encode(),
        np.array(IDS),
    ):
        np.testing.assert_array_equal(entity_keys(container), KEYS)
    np.testing.assert_array_equal(entity_keys(arrow.slice(500, 20)), KEYS[500:520])
    assert np.unique(KEYS).size == len(IDS)
    assert entity_keys([]).size == 0


@pytest.mark.parametrize("ids", [["a", None], [1, 2], pa.array(["a", None])])
def test_ids_that_are_no_text_are_refused(ids: object) -> None:
    with pytest.raises(TypeError, match="ids are strings"):
        entity_keys(ids)


def test_wrong_keys_and_seeds_are_refused() -> None:
    with pytest.raises(TypeError, match="uint64"):
        Chance(1, 0).uniform("x", 2020, np.arange(3))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="replicate is -1"):
        Chance(1, -1)
    with pytest.raises(ValueError, match="mean 701 in row 1"):
        Chance(1, 0).poisson("x", 2020, KEYS[:2], np.array([1.0, 701.0]))


def every_stream() -> dict[str, np.ndarray]:
    """The same patches' numbers, with one part of the key changed at a time."""
    base = {"seed": 1, "replicate": 0, "purpose": "typhoon", "year": 2020, "draw": 0}
    streams = {"base": base}
    for part, values in {
        "seed": [0, 2, 2**32],
        "replicate": [1, 2, 3],
        "purpose": ["fire", "typhoon2", "Typhoon"],
        "year": [2021, 2022, 2019],
        "draw": [1, 2, 3],
    }.items():
        streams |= {f"{part} {value}": {**base, part: value} for value in values}
    return {
        name: Chance(key["seed"], key["replicate"]).uniform(key["purpose"], key["year"], KEYS, key["draw"])
        for name, key in streams.items()
    }


def test_each_stream_is_uniform() -> None:
    for name, drawn in every_stream().items():
        assert 0.0 < drawn.min() < drawn.max() < 1.0
        assert stats.kstest(drawn, "uniform").pvalue > 1e-4, name


def test_streams_are_uncorrelated() -> None:
    streams = every_stream()
    for (one, first), (other, second) in itertools.combinations(streams.items(), 2):
        assert abs(np.corrcoef(first, second)[0, 1]) < NOISE, (one, other)


def test_neighbours_and_successive_years_are_uncorrelated() -> None:
    chance = Chance(1, 0)
    tape = np.array([chance.uniform("typhoon", year, KEYS[:200]) for year in range(2000, 2200)])
    noise = 5.0 / np.sqrt(tape.size)
    for lag in (1, 2, 5, 10):
        assert abs(np.corrcoef(tape[lag:].ravel(), tape[:-lag].ravel())[0, 1]) < noise
        assert abs(np.corrcoef(tape[:, lag:].ravel(), tape[:, :-lag].ravel())[0, 1]) < noise
    assert stats.kstest(tape.mean(axis=0) * np.sqrt(12 * 200) - np.sqrt(3 * 200), "norm").pvalue > 1e-4
    whole = [chance.scalar_uniform("price", year) for year in range(2000)]
    assert stats.kstest(whole, "uniform").pvalue > 1e-4


def test_normal_quantile_equals_scipy() -> None:
    tail = 10.0 ** -np.linspace(0.31, 300, 400)
    shares = np.concatenate(
        [tail, 1.0 - tail[tail > 1e-15], np.linspace(0.001, 0.999, 999), [2.0**-53, 1 - 2.0**-53]]
    )
    ours = np.array([standard_normal_quantile(share) for share in shares])
    np.testing.assert_allclose(ours, stats.norm.ppf(shares), rtol=1e-13, atol=1e-13)
    assert standard_normal_quantile(0.5) == 0.0


def test_other_distributions_are_what_they_say() -> None:
    chance = Chance(11, 2)
    assert stats.kstest(chance.normal("a", 1, KEYS), "norm").pvalue > 1e-4
    assert stats.kstest(chance.exponential("b", 1, KEYS), "expon").pvalue > 1e-4
    drawn = chance.lognormal("c", 1, KEYS, np.full(KEYS.size, 2.0), 0.5)
    assert stats.kstest((np.log(drawn) - 2.0) / 0.5, "norm").pvalue > 1e-4


@pytest.mark.parametrize("mean", [0.0, 1e-6, 0.3, 4.0, 60.0, 700.0])
def test_counts_equal_scipy_quantiles_of_the_same_uniforms(mean: float) -> None:
    chance = Chance(5, 6)
    counts = chance.poisson("fire", 2020, KEYS, mean)
    np.testing.assert_array_equal(counts, stats.poisson.ppf(chance.uniform("fire", 2020, KEYS), mean))


@pytest.mark.parametrize("mean", [1e-9, 0.5, 1.0, 3.7, 60.0, 700.0])
def test_the_largest_uniform_gives_a_finite_count(mean: float) -> None:
    """Rounding may keep the sum of all probabilities below it; odds of 2^-53 are about eight deviations out."""
    assert mean <= poisson_quantile(1.0 - 2.0**-53, mean) < mean + 10.0 * np.sqrt(mean) + 20.0


def test_draws_rise_with_their_uniform_and_counts_with_their_mean() -> None:
    """A policy that halves a hazard spares patches and never moves the event to others."""
    chance = Chance(5, 6)
    order = np.argsort(chance.uniform("fire", 2020, KEYS))
    for drawn in (chance.normal("fire", 2020, KEYS), chance.exponential("fire", 2020, KEYS)):
        assert np.all(np.diff(drawn[order]) >= 0.0)
    assert np.all(chance.poisson("fire", 2020, KEYS, 1.0) <= chance.poisson("fire", 2020, KEYS, 2.0))
