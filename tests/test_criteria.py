"""When a difference is called better: held against intervals whose ends are known in closed form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments import cli
from experiments.compare import by_county, compare, rank_stability
from experiments.criteria import OPEN, SAME, SIZES, SMALL, Criteria, stated, verdict_of, verdicts
from experiments.names import (
    ADDITIONAL,
    DIRECTIONS,
    EFFECTIVE,
    INDICATORS,
    PRIVATE_TOTAL,
    PUBLIC_TOTAL,
    UNITS,
)
from experiments.resolve import resolve
from experiments.results import Results
from experiments.telling import _added, _best, _changed
from experiments.traced import difference, plain
from model.indicators import ALL_INDICATORS, LAND, SHORE

N = 25
LEVEL = 100.0
RELEVANCE = 0.01
NEAR, FAR = ("all", "350203"), "350205"
EVERY = tuple(each.name for each in ALL_INDICATORS)


def spread(mean: float, reach: float) -> np.ndarray:
    """N numbers whose mean is ``mean`` and whose Student interval reaches ``reach`` to both sides, to rounding."""
    ends = np.concatenate([np.full(N // 2, -1.0), [0.0], np.full(N // 2, 1.0)])
    deviation = reach * np.sqrt(N) / stats.t.ppf(0.975, N - 1)
    return mean + ends * deviation / ends.std(ddof=1)


def toy(policies: Mapping[str, np.ndarray], **others: float) -> pd.DataFrame:
    """A baseline at LEVEL in every replicate, and policies that differ from it by the given numbers."""
    apart = {"usual": np.zeros(N), **policies}
    rows = [
        {"point": 0, "scenario": name, "replicate": r, "year": 2050, "county": "all", EFFECTIVE: LEVEL + gap, **others}
        for name, gaps in apart.items()
        for r, gap in enumerate(gaps)
    ]  # fmt: skip
    return pd.DataFrame(rows)


# --- the words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mean", "reach", "way", "said"),
    [
        (3.0, 1.0, 1, "better"), (-3.0, 1.0, 1, "worse"), (3.0, 1.0, -1, "worse"), (-3.0, 1.0, -1, "better"),
        (3.0, 1.0, 0, "more"), (-3.0, 1.0, 0, "less"),
        (2.01, 1.0, 1, "better"), (1.99, 1.0, 1, "not decided"),
        (0.5, 0.3, 1, "too small to matter"), (-0.5, 0.3, 0, "too small to matter"),
        (0.0, 0.99, 1, "too small to matter"), (0.0, 1.01, 1, "not decided"),
        (0.5, 0.0, 1, "too small to matter"), (0.0, 0.0, 1, "no difference"), (1.5, 0.0, 1, "better"),
        (5.0, 5.1, 1, "not decided"),
    ],
)  # fmt: skip
def test_g15_each_verdict_on_an_interval_known_in_closed_form(
    mean: float, reach: float, way: int, said: str
) -> None:
    """G15: beyond zero and beyond the smallest relevant effect, here 1 % of a level of 100: the near end decides."""
    found = compare(toy({"b": spread(mean, reach)}), "usual", Criteria({EFFECTIVE: way}, RELEVANCE)).iloc[0]
    assert found["relevant"] == pytest.approx(1.0, rel=1e-12)
    assert (found["low"], found["high"]) == pytest.approx((mean - reach, mean + reach), abs=1e-9)
    assert found["verdict"] == said


def test_one_replicate_decides_nothing_however_far_apart() -> None:
    table = toy({"b": np.full(N, 50.0)}).query("replicate == 0")
    assert compare(table, "usual", Criteria({EFFECTIVE: 1}, RELEVANCE))["verdict"].tolist() == [OPEN]


def test_a_policy_against_itself_differs_by_nothing_whatever_is_relevant() -> None:
    own = np.random.default_rng(1).normal(0.0, 9.0, N)
    both = toy({"a": own, "b": own})
    for share in (0.0, RELEVANCE, 1.0):
        found = compare(both[both["scenario"] != "usual"], "a", Criteria({EFFECTIVE: 1}, share))
        assert found["verdict"].tolist() == [SAME]


def test_with_other_seeds_a_policy_against_itself_is_never_more_often_decided_for_a_relevance() -> None:
    """G18: what is shown by chance alone is 5 % without a smallest relevant effect, and less with one."""
    rng = np.random.default_rng(18)
    apart = rng.normal(0.0, 1.0, (4_000, 20))
    reach = stats.t.ppf(0.975, 19) * apart.std(axis=1, ddof=1) / np.sqrt(20)
    low, high = apart.mean(axis=1) - reach, apart.mean(axis=1) + reach
    shown = [np.isin(verdicts(low, high, least, 1), ["better", "worse"]).mean() for least in (0.0, 0.2, 0.5)]
    assert shown[0] == pytest.approx(0.05, abs=0.012)  # 3 standard errors of 4,000 trials are 0.010
    assert shown[0] > 2 * shown[1]
    assert shown[1] > shown[2]


Ends = st.floats(-1e6, 1e6)


@given(Ends, Ends, st.floats(0.0, 1e6), st.floats(0.0, 1e6), st.sampled_from((-1, 0, 1)))
def test_who_asks_for_more_is_shown_less(one: float, two: float, least: float, more: float, way: int) -> None:
    """Every verdict keeps its promise, and a greater smallest effect never makes an effect appear."""
    low, high = min(one, two), max(one, two)
    said, strict = verdict_of(low, high, least, way), verdict_of(low, high, least + more, way)
    shown = {"better", "worse", "more", "less"}
    if said in shown:
        assert low > least or high < -least
        assert (
            (low > 0)
            if said == "more"
            else (high < 0)
            if said == "less"
            else (low * way > 0) == (said == "better")
        )
    if said == SMALL:
        assert -least <= low <= high <= least
        assert strict == SMALL
    assert strict == said or (strict not in shown and said != SAME)


# --- the sizes ----------------------------------------------------------------------------------------


def test_every_indicator_says_what_its_differences_are_weighed_against() -> None:
    for each in ALL_INDICATORS:
        size = each.size
        assert size.why, each.name
        assert size.own > 0.0, each.name
        if size.of:
            of = INDICATORS[size.of]
            assert of.size.of in ("", of.name), "weighed against something that hangs on a third"
            assert UNITS[of.name].removesuffix("/yr") == each.unit.removesuffix("/yr"), each.name
        else:
            absolute = size.least > 0.0
            assert not absolute or each.unit in ("1", "%", "n"), (
                "an absolute floor does not grow with the land"
            )


def invented(area: float = 1.0, money: float = 1.0, extent: float = 1.0) -> pd.DataFrame:
    """Every indicator in three places, drawn; what is counted in hectares, yuan or by extent is multiplied."""
    rng = np.random.default_rng(20)
    level = 10.0 ** rng.uniform(-3.0, 2.0, len(EVERY))
    effect = rng.choice([0.0, 1e-4, 0.008, 0.3, -0.3], len(EVERY))
    grown = np.array([factor(each.unit, area, money, extent) for each in ALL_INDICATORS])
    rows = []
    for scenario, changed in (("a", 0.0), ("b", effect)):
        for replicate in range(9):
            for county in (*NEAR, FAR):
                place = {
                    "point": 0,
                    "scenario": scenario,
                    "replicate": replicate,
                    "year": 2050,
                    "county": county,
                }
                noise = rng.normal(0.0, 0.003, len(EVERY)) * (effect != 0.0)
                rows.append(
                    {**place, **dict(zip(EVERY, level * (1.0 + changed + noise) * grown, strict=True))}
                )
    return pd.DataFrame(rows)


def factor(unit: str, area: float, money: float, extent: float) -> float:
    """By how much numbers of a unit grow with units of area and money, and with the landscape's extent."""
    above, _, below = unit.partition("/")
    of = {
        "ha": area * extent,
        "yuan": money * extent,
        "tC": extent,
        "km": extent,
        "load unit": extent,
        "n": extent,
    }
    return of.get(above, 1.0) / (of["ha"] if below == "ha" else 1.0)


@pytest.mark.parametrize(("area", "money"), [(1e4, 1.0), (1.0, 1000.0), (1.0, 0.01), (1e4, 1e-3)])
def test_other_units_of_area_and_currency_change_no_verdict(area: float, money: float) -> None:
    """MR-20, MR-21, of what is said: the smallest relevant effect is multiplied as the indicator is."""
    criteria = Criteria(DIRECTIONS, RELEVANCE, SIZES)
    plain_, other = (compare(table, "a", criteria) for table in (invented(), invented(area, money)))
    grown = plain_["indicator"].map(lambda name: factor(UNITS[name], area, money, 1.0))
    np.testing.assert_allclose(other["relevant"], plain_["relevant"] * grown, rtol=1e-9)
    assert other["verdict"].tolist() == plain_["verdict"].tolist()
    assert plain_["verdict"].nunique() > 4
    for county in (*NEAR[1:], FAR):
        places = [
            by_county(table, [county], "a", EFFECTIVE, criteria)["verdict"].tolist()
            for table in (invented(), invented(area, money))
        ]
        assert places[0] == places[1]


def test_a_landscape_twenty_thousand_times_as_large_has_as_large_a_smallest_effect() -> None:
    """From 50 patches to a million; a number of cases has a floor of a tenth of one, so it is left out."""
    criteria = Criteria(DIRECTIONS, RELEVANCE, SIZES)
    small, large = (compare(table, "a", criteria) for table in (invented(), invented(extent=2e4)))
    grown = small["indicator"].map(lambda name: factor(UNITS[name], 1.0, 1.0, 2e4))
    extensive = small["indicator"].map(lambda name: UNITS[name] != "n")
    np.testing.assert_allclose(
        large["relevant"][extensive], (small["relevant"] * grown)[extensive], rtol=1e-9
    )


def test_what_is_near_nothing_in_the_baseline_is_weighed_against_the_land_and_the_purse() -> None:
    """Nothing restored as usual: 0.01 % of 1,000,000 ha of ecological land is 100 ha, and a gain below it is small."""
    base = {LAND: 1e6, SHORE: 500.0, PUBLIC_TOTAL: 3e9, "spend_public_yuan": 1e8, "carbon_tC": 5e7}
    criteria = Criteria(DIRECTIONS, RELEVANCE, SIZES)
    wanted = {
        EFFECTIVE: 100.0, "legacy_mines_ha": 10.0, "shoreline_restored_km": 0.05, "availability_arrears_yuan": 3e6,
        "forgone_income_paid_yuan": 1e5, "carbon_credited_tC": 500.0, "violations_n": 0.1, "degraded_share": 0.001,
        "condition_mean": 0.0005, "red_line_effect": 0.0005, "natural_shoreline_pct": 0.1, "bay_load": 0.0,
    }  # fmt: skip
    for name, smallest in wanted.items():
        level = {**dict.fromkeys(EVERY, 0.0), **base}
        found = criteria.smallest(name, lambda each, level=level: np.asarray(level[each]))
        assert float(found) == pytest.approx(smallest, rel=1e-12), name


def test_what_is_there_is_weighed_against_itself() -> None:
    """1 % of what policies make; 0.1 % of sums over all land, of which policies reach a tenth."""
    criteria = Criteria(DIRECTIONS, RELEVANCE, SIZES)
    level = dict.fromkeys(EVERY, 0.6)
    for name, share in (
        (EFFECTIVE, 0.01),
        ("bay_load", 0.01),
        ("condition_mean", 0.001),
        ("gep_yuan", 0.001),
    ):
        found = criteria.smallest(name, lambda each: np.asarray(level[each]))
        assert float(found) == pytest.approx(share * level[name], rel=1e-12), name


def test_a_level_without_value_counts_as_nothing() -> None:
    level = {EFFECTIVE: np.nan, LAND: 1e6}
    assert Criteria({}, RELEVANCE, SIZES).smallest(EFFECTIVE, lambda name: np.asarray(level[name])) == 100.0


# --- what is told -------------------------------------------------------------------------------------


def told(**policies: np.ndarray) -> tuple[str, str]:
    """The word of the ranking, and the first sentence."""
    table = toy(policies, **{PUBLIC_TOTAL: 1.0, PRIVATE_TOTAL: 1.0})
    criteria = Criteria({EFFECTIVE: 1}, RELEVANCE)
    ranking = rank_stability(table, "usual", EFFECTIVE, criteria)
    return ranking.words, plain(_best(ranking, "usual"))


def test_a_lead_beyond_zero_that_is_too_small_is_said_to_be() -> None:
    word, said = told(b=spread(0.5, 0.3))
    assert word == "ahead, not shown to matter"
    assert "but its lead over usual is not shown to matter: +0.5" in said
    assert "too small to matter (what matters begins at 1" in said


def test_a_lead_that_may_or_may_not_be_large_enough_is_no_decision() -> None:
    word, said = told(b=spread(1.2, 0.5))
    assert word == "ahead, not shown to matter"
    assert "too small" not in said
    assert "(what matters begins at 1" in said


def test_a_clear_lead_is_clear_and_a_lead_that_may_be_nothing_is_not() -> None:
    """Over one rival clear, over another open: not decided, as before."""
    assert told(b=spread(3.0, 0.5))[0] == "clear within the model"
    word, said = told(b=spread(3.0, 0.5), c=spread(3.0, 0.5) - spread(0.1, 0.4))
    assert word == "not decided"
    assert "this is not decided against c: +0.1" in said
    assert "too small to matter" in said, "they are as good as equal"


@pytest.mark.parametrize(
    ("mean", "reach", "said"),
    [(3.0, 1.0, "public spending changes by +3"), (0.5, 0.3, "public spending changes by too little to matter, +0.5"),
     (1.2, 0.5, "public spending changes by +1.2 million yuan (95 % interval +0.7 to +1.7, n = 25), and whether"),
     (3.0, 4.0, "how public spending changes is not decided, +3"), (0.0, 0.0, "public spending is the same")],
)  # fmt: skip
def test_money_is_told_by_the_same_criteria(mean: float, reach: float, said: str) -> None:
    table = toy({"b": spread(mean, reach)}).rename(columns={EFFECTIVE: PUBLIC_TOTAL})
    table[[PUBLIC_TOTAL]] *= 1e6
    found = rank_stability(table, "usual", PUBLIC_TOTAL, Criteria({PUBLIC_TOTAL: 1}, RELEVANCE)).against[0]
    assert plain(_changed(difference(found, PUBLIC_TOTAL, 2050), "public spending")).startswith(said)


NINE = "+9 ha (95 % interval +8.5 to +9.5, n = 25)"


@pytest.mark.parametrize(
    ("best", "b", "c", "said"),
    [("b", 9.0, 3.0, f"the difference is {NINE} against usual: better, and the most of all"),
     ("b", -9.0, -3.0, "against usual: worse, though it is ahead by the headline; most is added by usual"),
     ("b", 3.0, 9.0, f"against usual: better; most is added by c, {NINE} against usual"),
     ("b", 0.1, -3.0, "against usual: too small to matter"),
     ("b", 0.9, 0.9, "against usual: not decided; by that none is ahead"),
     ("usual", -9.0, -3.0, ""),
     ("usual", 9.0, 3.0, f" most is added by b, {NINE} against usual")],
)  # fmt: skip
def test_what_would_not_have_come_is_told_as_a_difference_with_its_verdict(
    best: str, b: float, c: float, said: str
) -> None:
    """A level beside a difference misleads: against 100 ha under the baseline, 1 ha matters."""
    table = toy({"b": spread(b, 0.5), "c": spread(c, 0.5)}).rename(columns={EFFECTIVE: ADDITIONAL})
    told = plain(_added(table, best, "usual", Criteria({ADDITIONAL: 1}, RELEVANCE)))
    assert told.endswith(said)
    assert bool(told) == bool(said)
    assert "100" not in told, "a level"


# --- it is stated beforehand --------------------------------------------------------------------------

PAIR = [
    "policies=[business_as_usual,xiamen_practice]", "landscape=synthetic", "landscape.patches=60", "years=2",
    "replicates=2", "workers=1", "keep=[]", "-q",
]  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    out = tmp_path_factory.mktemp("stated") / "out"
    assert cli.main(["compare", *PAIR, f"out={out}", "relevance=0.05"]) == 0
    return Results.open(out)


def test_it_is_on_record_before_the_runs_and_cannot_be_changed_after(results: Results, capsys: Any) -> None:
    assert resolve([]).relevance == RELEVANCE, "the packaged default"
    assert results.manifest["relevance"] == 0.05
    assert "relevance: 0.05" in (results.folder / "config.yaml").read_text(encoding="utf-8")
    assert "relevance=0.05" in results.manifest["command"]
    before = (results.folder / "manifest.json").read_bytes()
    assert cli.main(["compare", *PAIR, f"out={results.folder}"]) == 2
    assert "relevance=0.05, this is 0.01" in capsys.readouterr().err
    assert (results.folder / "manifest.json").read_bytes() == before


def test_the_share_scales_the_smallest_effects_and_nothing_else(results: Results) -> None:
    table, first = results.indicators(), results.scenarios[0]
    held = results.comparison()
    pd.testing.assert_frame_equal(compare(table, first, stated(results.manifest)), held, check_dtype=False)
    none, half, whole = (
        compare(table, first, Criteria(DIRECTIONS, share, SIZES)) for share in (0.0, 0.5, 1.0)
    )
    for other in (none, half, whole):
        same = [name for name in other.columns if name not in ("relevant", "verdict")]
        pd.testing.assert_frame_equal(other[same], held[same], check_dtype=False)
    assert (none["relevant"] == 0.0).all()
    assert SMALL not in set(none["verdict"])
    np.testing.assert_allclose(whole["relevant"], 20.0 * held["relevant"], rtol=1e-12)
    shown = [
        one["verdict"].isin(["better", "worse", "more", "less"]).sum() for one in (none, held, half, whole)
    ]
    assert shown == sorted(shown, reverse=True)
    assert shown[0] > shown[-1]
