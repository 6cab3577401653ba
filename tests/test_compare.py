"""Paired differences, how sure they are, who is best and who is harmed: held against closed forms and SciPy."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from experiments.compare import COLUMNS, compare, rank_stability, verdict
from experiments.criteria import Criteria
from experiments.intervals import RESAMPLES, interval, resampled_means
from experiments.names import EFFECTIVE, HOUSEHOLDS, PRIVATE_TOTAL, PUBLIC_TOTAL, SETTLED
from experiments.telling import _households, _losers
from experiments.traced import plain

WAYS = Criteria({"gain_ha": 1, "backlog_ha": -1, PUBLIC_TOTAL: 0, PRIVATE_TOTAL: 0})
T_25 = stats.t.ppf(0.975, 24)


def table(values, years=(2025, 2026), counties=("all",), **others):
    """Indicators of scenarios ``values`` (name -> one gain a replicate); the gain doubles each year."""
    rows = [
        {
            "point": 0,
            "scenario": scenario,
            "replicate": replicate,
            "year": year,
            "county": county,
            "gain_ha": gain * (place + 1),
            **{name: made(scenario, replicate, county, year) for name, made in others.items()},
        }
        for scenario, gains in values.items()
        for replicate, gain in enumerate(gains)
        for place, year in enumerate(years)
        for county in counties
    ]
    return pd.DataFrame(rows)


def at(comparison, **wanted):
    found = comparison
    for name, value in wanted.items():
        found = found[found[name] == value]
    assert len(found) == 1
    return found.iloc[0]


# --- common random numbers ----------------------------------------------------------------------------


def correlated(rho, n=25):
    """Two samples of n whose sample variances are 4 and whose sample correlation is rho, to rounding."""
    raw = np.random.default_rng(5).normal(size=(n, 2))
    exact, _ = np.linalg.qr(raw - raw.mean(axis=0))
    exact *= np.sqrt(n - 1)
    first = 2 * exact[:, 0]
    return first, 2 * (rho * exact[:, 0] + np.sqrt(1 - rho**2) * exact[:, 1])


@pytest.mark.parametrize(
    ("rho", "expected"), [(0.0, 0.565685424949238), (0.5, 0.4), (0.9, 0.17888543819998315), (1.0, 0.0)]
)
def test_st01_the_standard_error_of_a_paired_difference(rho, expected):
    """ST-01: Var(A - B) = 2 s² (1 - rho): s² = 4, n = 25."""
    baseline, policy = correlated(rho)
    row = at(compare(table({"a": baseline, "b": policy}), "a", WAYS), year=2025, indicator="gain_ha")
    assert (row["high"] - row["low"]) / 2 / T_25 == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_g08_a_policy_against_itself_differs_by_exactly_nothing_in_every_column():
    """G08, of tables; by the model's own dice it is proved where the model runs in the engine."""
    gains = np.random.default_rng(2).lognormal(0, 1, 30) / 3
    same = table(
        {"a": gains, "b": gains}, counties=("all", "350203"), backlog_ha=lambda s, r, c, y: gains[r] / 7
    )
    found = compare(same, "a", WAYS)
    assert len(found) == 4
    assert (found[["mean", "low", "high", "share_harmed"]] == 0).all(axis=None)
    assert set(found["method"]) == {"exact"}
    assert set(found["verdict"]) == {"no difference"}
    assert rank_stability(same, "a", "gain_ha", WAYS).words == "not decided"


def test_equal_differences_have_an_interval_of_no_width():
    found = interval(np.full((1, 30), 0.1))
    assert (found.mean[0], found.low[0], found.high[0]) == (0.1, 0.1, 0.1)  # a mean of thirty 0.1 is not 0.1


# --- intervals ----------------------------------------------------------------------------------------


def test_mr60_the_error_of_the_mean_falls_with_the_root_of_n():
    """MR-60: n = 25 … 1600, 400 means each: slope -0.5 ± 0.1 of the logarithms of scatter and of width."""
    rng = np.random.default_rng(60)
    counts = [25, 50, 100, 200, 400, 800, 1600]
    found = [interval(rng.normal(3.0, 2.0, (400, n))) for n in counts]
    for spread in ([one.mean.std(ddof=1) for one in found], [(one.high - one.low).mean() for one in found]):
        slope = np.polyfit(np.log(counts), np.log(spread), 1)[0]
        assert slope == pytest.approx(-0.5, abs=0.1)


@pytest.mark.parametrize("n", [5, 20, 50])
def test_g17_a_95_percent_interval_of_normal_differences_covers_the_truth_as_often(n):
    values = np.random.default_rng(n).normal(1.0, 2.0, (20_000, n))
    found = interval(values)
    covers = ((found.low <= 1.0) & (found.high >= 1.0)).mean()
    assert 0.945 <= covers <= 0.955  # 20,000 trials: standard error 0.0015


def test_skewed_differences_are_bootstrapped_and_miss_more_evenly_than_by_t():
    """Exponential differences, n = 50: coverage near the nominal, and the two kinds of miss closer to each other."""
    values = np.random.default_rng(17).exponential(1.0, (4_000, 50))
    found = interval(values)
    assert (found.method == "bca").mean() > 0.8
    assert 0.925 <= ((found.low <= 1) & (found.high >= 1)).mean() <= 0.975
    reach = stats.t.ppf(0.975, 49) * values.std(axis=1, ddof=1) / np.sqrt(50)
    plain = (found.mean + reach < 1).mean() - (found.mean - reach > 1).mean()
    bootstrapped = (found.high < 1).mean() - (found.low > 1).mean()
    assert 0 < bootstrapped < plain / 2


def test_g18_a_policy_against_itself_with_other_seeds_is_significant_in_one_case_of_twenty():
    rng = np.random.default_rng(18)
    found = interval(rng.normal(10, 3, (20_000, 20)) - rng.normal(10, 3, (20_000, 20)))
    false = ((found.low > 0) | (found.high < 0)).mean()
    assert false == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / 20_000) + 0.002)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=19))
def test_the_interval_is_that_of_scipy(values):
    found = interval(np.array([values]))
    if found.method[0] == "t":
        oracle = stats.ttest_1samp(values, 0.0).confidence_interval(0.95)
        size = max(map(abs, values))
        assert (found.low[0], found.high[0]) == pytest.approx((oracle.low, oracle.high), abs=1e-9 * size)


@pytest.mark.parametrize("n", [20, 60])
def test_the_bootstrap_is_that_of_scipy(n):
    values = np.random.default_rng(n).lognormal(0, 1, n)
    found = interval(values[None, :])
    assert found.method[0] == "bca"
    oracle = stats.bootstrap(
        (values,), np.mean, method="BCa", n_resamples=50_000, rng=np.random.default_rng(1), batch=5_000
    ).confidence_interval
    width = oracle.high - oracle.low
    assert found.low[0] == pytest.approx(oracle.low, abs=0.04 * width)
    assert found.high[0] == pytest.approx(oracle.high, abs=0.04 * width)


def test_the_same_differences_give_the_same_interval_whatever_stands_beside_them():
    values = np.random.default_rng(3).lognormal(0, 1, (9, 25))
    together = interval(values)
    alone = [interval(row[None, :]) for row in values]
    np.testing.assert_allclose(together.low, [one.low[0] for one in alone], rtol=1e-12)
    np.testing.assert_allclose(together.high, [one.high[0] for one in alone], rtol=1e-12)


def test_resamples_are_means_of_draws_with_replacement():
    means = resampled_means(np.array([[0.0, 0.0, 0.0, 1.0]]))
    assert means.shape == (1, RESAMPLES)
    assert set(np.unique(means)) == {0.0, 0.25, 0.5, 0.75, 1.0}
    assert means.mean() == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / 4 / RESAMPLES))


def test_one_replicate_has_a_difference_and_no_interval():
    row = at(compare(table({"a": [1.0], "b": [3.0]}, years=(2025,)), "a", WAYS), scenario="b")
    assert (row["mean"], row["n"], row["method"]) == (2.0, 1, "none")
    assert np.isnan(row["low"])
    assert np.isnan(row["high"])


# --- the table ----------------------------------------------------------------------------------------


def test_the_comparison_by_hand():
    gains = {"a": [1.0, 2.0, 3.0, 4.0], "b": [2.0, 1.0, 5.0, 8.0]}
    found = compare(table(gains), "a", WAYS)
    assert list(found.columns) == COLUMNS
    row = at(found, scenario="b", indicator="gain_ha", year=2026)
    assert row["mean"] == 2 * (1 - 1 + 2 + 4) / 4
    assert row["share_harmed"] == 0.25
    assert row["n"] == 4


@pytest.mark.parametrize(("way", "harmed"), [(1, 0.25), (-1, 0.75)])
def test_harm_is_the_wrong_way_of_the_indicator(way, harmed):
    gains = {"a": [1.0, 2.0, 3.0, 4.0], "b": [2.0, 1.0, 5.0, 8.0]}
    assert set(compare(table(gains), "a", Criteria({"gain_ha": way}))["share_harmed"]) == {harmed}


def test_where_no_way_is_the_right_one_harm_is_unknown():
    assert compare(table({"a": [1.0, 2.0], "b": [2.0, 5.0]}), "a", Criteria({}))["share_harmed"].isna().all()


def test_only_pairs_count():
    """Replicate 1 of the policy and replicate 2 of the baseline failed."""
    whole = table({"a": [1.0, 2.0, 3.0, 4.0], "b": [2.0, 2.0, 9.0, 6.0]}, years=(2025,))
    failed = whole.query(
        "not (scenario == 'b' and replicate == 1) and not (scenario == 'a' and replicate == 2)"
    )
    row = compare(failed, "a", WAYS).iloc[0]
    assert (row["mean"], row["n"]) == (1.5, 2)


def test_a_year_in_which_an_indicator_is_not_computed_has_no_row():
    every_other = {"eca_ha": lambda s, r, c, y: float(r) if y % 2 else np.nan}
    found = compare(table({"a": [1.0, 2.0], "b": [2.0, 5.0]}, **every_other), "a", WAYS)
    assert found.query("indicator == 'eca_ha'")["year"].tolist() == [2025]


@settings(max_examples=30)
@given(st.randoms(use_true_random=False), st.integers(2, 4), st.integers(2, 25))
def test_the_order_of_rows_changes_nothing(order: random.Random, scenarios, replicates):
    rng = np.random.default_rng(replicates)
    whole = table({f"s{i}": rng.lognormal(i, 1, replicates) for i in range(scenarios)})
    rows = list(range(len(whole)))
    order.shuffle(rows)
    keys = ["scenario", "indicator", "year"]
    first, second = (
        compare(one, "s0", WAYS).sort_values(keys, ignore_index=True) for one in (whole, whole.iloc[rows])
    )
    pd.testing.assert_frame_equal(first, second, check_exact=True)


@pytest.mark.parametrize(
    ("change", "baseline", "says"),
    [
        (lambda rows: rows, "c", "no scenario c; there are a, b"),
        (lambda rows: rows.assign(county="350203"), "a", "no rows of county all; there are 350203"),
        (lambda rows: pd.concat([rows, rows.assign(point=1)]), "a", "at one point"),
        (lambda rows: pd.concat([rows, rows.tail(1)]), "a", "two rows for .*'scenario': 'b'"),
    ],
)
def test_what_cannot_be_compared_is_refused(change, baseline, says):
    with pytest.raises(ValueError, match=says):
        compare(change(table({"a": [1.0], "b": [2.0]})), baseline, WAYS)


# --- who is best --------------------------------------------------------------------------------------


def test_a_clear_winner_is_clear_and_best_in_every_replicate():
    common = np.random.default_rng(4).normal(10, 5, 20)
    ranking = rank_stability(table({"a": common, "b": common + 1.0, "c": common + 0.5}), "a", "gain_ha", WAYS)
    assert (ranking.best, ranking.words, ranking.year) == ("b", "clear within the model", 2026)
    assert ranking.table["share_best_replicates"].tolist() == [0.0, 1.0, 0.0]
    assert [(one.other, one.mean) for one in ranking.against] == [("a", 2.0), ("c", 1.0)]


def test_a_ranking_whose_paired_interval_spans_zero_is_not_decided():
    rng = np.random.default_rng(6)
    common = rng.normal(10, 5, 20)
    near = rank_stability(table({"a": common, "b": common + rng.normal(0.1, 1.0, 20)}), "a", "gain_ha", WAYS)
    assert near.words == "not decided"
    shares = near.table["share_best_resamples"]
    assert shares.sum() == pytest.approx(1.0)
    assert shares.min() > 0.02


def test_where_less_is_better_the_least_is_best():
    less = table({"a": [1.0, 2.0], "b": [1.0, 2.0]}, backlog_ha=lambda s, r, c, y: r + 9.0 * (s == "a"))
    assert rank_stability(less, "a", "backlog_ha", WAYS).best == "b"


def test_equals_share_the_first_place():
    ranking = rank_stability(table({"a": [1.0, 3.0], "b": [1.0, 2.0], "c": [0.0, 0.0]}), "a", "gain_ha", WAYS)
    assert ranking.table["share_best_replicates"].tolist() == [0.75, 0.25, 0.0]


def test_one_replicate_or_one_scenario_decides_nothing():
    for values in ({"a": [1.0], "b": [9.0]}, {"a": [1.0, 2.0]}):
        assert rank_stability(table(values), "a", "gain_ha", WAYS).words == "not decided"


def test_a_headline_without_a_better_way_ranks_nobody():
    with pytest.raises(
        ValueError, match=r"headline=spend_public_total_yuan.*choose from gain_ha, backlog_ha"
    ):
        rank_stability(table({"a": [1.0]}), "a", PUBLIC_TOTAL, WAYS)


def test_the_verdict_tells_gain_cost_and_losers():
    counties = ("all", "350203", "350205", "350206")
    by_county = {"all": 1.0, "350203": 2.0, "350205": -1.0, "350206": -2.0}
    rows = table(
        {"a": np.zeros(5), "b": np.zeros(5)},
        counties=counties,
        spend_public_total_yuan=lambda s, r, c, y: (y - 2024) * (100.0 + (s == "b") * (10 + r)),
        spend_private_total_yuan=lambda s, r, c, y: (y - 2024) * (50.0 - (s == "b") * 5),
        livelihood_loss_unpaid_total_yuan=lambda s, r, c, y: (y - 2024) * (s == "b") * 3.0,
        livelihood_settled_total_yuan=lambda s, r, c, y: (y - 2024) * (s == "b") * 4.0,
    )
    rows["gain_ha"] = [
        by_county[row.county] * (row.scenario == "b")
        + 0.1 * (row.county == "350205" and row.replicate == 0) * 20
        for row in rows.itertuples()
    ]
    rows.loc[(rows["scenario"] == "a"), "gain_ha"] = 0.0
    told = verdict(rows, "a", "gain_ha", WAYS)
    assert (told.ranking.best, told.ranking.words) == ("b", "clear within the model")
    assert (told.gain.mean, told.gain.low, told.gain.n, told.gain.share_harmed) == (1.0, 1.0, 5, 0.0)
    assert told.public.mean == 2 * 12.0  # two years
    assert told.private.mean == -10.0
    assert told.households.mean == 6.0
    assert told.settled.mean == 8.0
    assert list(told.losers) == ["350206", "350205"]
    assert told.losers["350205"].share_harmed == 0.8
    assert np.isnan(told.public.share_harmed)


def test_where_the_baseline_is_best_nobody_gains_and_nobody_loses():
    money = {name: (lambda s, r, c, y: 1.0) for name in (PUBLIC_TOTAL, PRIVATE_TOTAL, HOUSEHOLDS, SETTLED)}
    told = verdict(
        table({"a": [2.0, 3.0], "b": [1.0, 1.0]}, counties=("all", "x"), **money), "a", "gain_ha", WAYS
    )
    assert told.ranking.best == "a"
    assert (told.gain.mean, told.losers) == (0.0, {})


@pytest.mark.parametrize(
    ("counties", "losers", "told"),
    [
        (5, 0, "None of the 5 counties restores less under it on average"),
        (1, 0, "The 1 county restores no less under it on average"),
        (
            5,
            1,
            "Under it 1 of 5 counties restores less on average, clearly and by what matters in 1, most of all ",
        ),
        (
            5,
            2,
            "Under it 2 of 5 counties restore less on average, clearly and by what matters in 2, most of all ",
        ),
        (
            1,
            1,
            "Under it 1 of 1 county restores less on average, clearly and by what matters in 1, most of all ",
        ),
    ],
)
def test_losers_are_counted_in_grammar(counties, losers, told):
    names = {f"{code}": f"county {code}" for code in range(counties)}
    rows = table(
        {"a": np.zeros(3), "b": np.zeros(3)},
        counties=("all", *names),
        spend_public_total_yuan=lambda s, r, c, y: 1.0,
        spend_private_total_yuan=lambda s, r, c, y: 1.0,
        livelihood_loss_unpaid_total_yuan=lambda s, r, c, y: 1.0,
        livelihood_settled_total_yuan=lambda s, r, c, y: 1.0,
    )
    rows[EFFECTIVE] = [
        (row.scenario == "b") * (-1.0 if row.county in list(names)[:losers] else 1.0)
        for row in rows.itertuples()
    ]
    found = verdict(rows, "a", EFFECTIVE, Criteria({EFFECTIVE: 1}))
    assert plain(_losers(found, names)).startswith(told)


@pytest.mark.parametrize(
    ("losses", "told"),
    [
        ([0.0, 0.0, 0.0], ""),
        (
            [900.0, 1000.0, 1100.0],
            ", but households lose more unpaid, over the whole time by +1,000 million yuan (",
        ),
        (
            [-900.0, -1000.0, -1100.0],
            ", and households lose less unpaid, over the whole time by -1,000 million yuan (",
        ),
        ([0.9, 1.0, 1.1], "; what households lose unpaid changes by too little to matter, +1 million yuan ("),
        ([-900.0, 100.0, 1000.0], "; whether households lose more unpaid by what matters is not decided, "),
    ],
)
def test_what_households_lose_is_told_by_its_verdict(losses, told):
    """Against 10 billion yuan of the baseline's loss: 1 % of it matters."""
    rows = table(
        {"a": np.zeros(3), "b": np.ones(3)},
        spend_public_total_yuan=lambda s, r, c, y: 1.0,
        spend_private_total_yuan=lambda s, r, c, y: 1.0,
        livelihood_loss_unpaid_total_yuan=lambda s, r, c, y: 1e6 * (1e4 + (s == "b") * losses[r]),
        livelihood_settled_total_yuan=lambda s, r, c, y: 1.0,
    )
    found = verdict(rows, "a", "gain_ha", Criteria({"gain_ha": 1, HOUSEHOLDS: -1}, 0.01))
    assert plain(_households(found)).startswith(told)
    assert bool(plain(_households(found))) == bool(told)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ([0.0, 0.0, 0.0], ""),
        (
            [6900.0, 7000.0, 7100.0],
            "; at most +7,000 million yuan (95 % interval +6,750 to +7,250, n = 3) more if nobody found other work",
        ),
        (
            [-6900.0, -7000.0, -7100.0],
            "; besides by -7,000 million yuan (95 % interval -7,250 to -6,750, n = 3) if nobody found other work",
        ),
        ([0.9, 1.0, 1.1], "more if nobody found other work, too small to matter"),
        ([-900.0, 100.0, 1000.0], "more if nobody found other work, and whether that matters is not decided"),
    ],
)
@pytest.mark.parametrize("lost", [0.0, 1000.0])
def test_what_households_lose_at_most_is_told_after_what_they_lose(lost, more, told):
    """Against 10 billion yuan of the baseline: 1 % matters. It is told, too, where the unpaid loss is the same."""
    rows = table(
        {"a": np.zeros(3), "b": np.ones(3)},
        spend_public_total_yuan=lambda s, r, c, y: 1.0,
        spend_private_total_yuan=lambda s, r, c, y: 1.0,
        livelihood_loss_unpaid_total_yuan=lambda s, r, c, y: (
            1e6 * (1e4 + (s == "b") * (lost + (r - 1) * lost / 10))
        ),
        livelihood_settled_total_yuan=lambda s, r, c, y: 1e6 * (1e4 + (s == "b") * more[r]),
    )
    found = verdict(rows, "a", "gain_ha", Criteria({"gain_ha": 1, HOUSEHOLDS: -1}, 0.01))
    said = plain(_households(found))
    assert said.endswith(told)
    if lost:
        assert said.startswith(
            ", but households lose more unpaid, over the whole time by +1,000 million yuan ("
        )
    else:
        assert said.startswith("; what households lose unpaid is the same; ") if told else said == ""


def test_who_shares_the_best_mean_is_named_and_nobody_wins():
    values = {"a": [1.0, 2.0, 3.0], "b": [2.0, 3.0, 4.0], "c": [2.0, 3.0, 4.0]}
    tied = rank_stability(table(values), "a", "gain_ha", WAYS)
    assert (tied.tied, tied.words) == (["b", "c"], "not decided")
    assert rank_stability(table({"a": [1.0, 2.0], "b": [2.0, 3.0]}), "a", "gain_ha", WAYS).tied == []
