"""Watching and leading over decades, on paired runs: same land, same dice, one lever apart.

An effect counts where its 95 % interval lies beyond the smallest relevant effect, stated before the runs: a tenth of
the baseline's mean, unless a test says otherwise. Seeds and lands are used by no other test. Land is counted as long as
its firm lives: what a bankrupt firm leaves goes over to the public and shows as an unfunded obligation, which ruinous
fines can raise. So violations are held as a share of the mines that are left too, where ruin is no compliance.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from experiments.forms import mechanisms
from experiments.places import landscape_of
from model.restoration_model import RestorationModel
from model.settings import Settings
from tests.paired import YEARS, Words, interval, means, runs
from tests.small_worlds import small_world
from tests.worlds import core_config

pytestmark = pytest.mark.slow

SMALLEST = 0.10
FRESH = {"seed": 23, "first": 700}
PRACTICE = ("policy=usual_core",)
STRICT = (*PRACTICE, "enforcement/central_rounds=none", "enforcement.sanctions.audit=0.6")


def fined(per_case: float, per_hectare: float) -> Words:
    """A law by its fines in yuan."""
    return (f"enforcement.sanctions.fine_per_case={per_case}", f"enforcement.sanctions.fine={per_hectare}")


NO_FINE, OLD_FINE, NEW_FINE = fined(0.0, 0.0), fined(30000.0, 0.0), fined(0.0, 467000.0)
BITING = (*STRICT, *NEW_FINE)


def mean(words: Words, name: str, **land: int) -> np.ndarray:
    """Late mean of an indicator by replicate, on fresh seeds."""
    return means(words, name, **FRESH, **land)


def effect(
    baseline: Words, other: Words, name: str, per: str | None = None, **land: int
) -> tuple[float, float]:
    """95 % interval of the paired difference of ``other``, as a share of the baseline's mean of ``per``."""
    low, high = interval(mean(other, name, **land) - mean(baseline, name, **land))
    base = mean(baseline, per or name, **land).mean()
    return low / base, high / base


# Who sees what.


@pytest.mark.parametrize("baseline", [PRACTICE, STRICT], ids=["practice", "strict"])
@pytest.mark.parametrize("name", ["faked_ha", "violating_ha", "mining_backlog_ha", "violations_n"])
def test_ground_checks_find_fakes_and_leave_fewer(baseline: Words, name: str) -> None:
    _, high = effect(baseline, (*baseline, "enforcement.ground.rate=0.5"), name)
    assert high < -SMALLEST


def test_satellites_alone_turn_bare_land_into_fakes_and_some_of_it_into_reclaimed_land() -> None:
    """Against nobody looking from above, at few ground checks; all as shares of the land that violates there."""
    blind = (*STRICT, "enforcement/satellite=none")
    looking = {"bare_ha": -1, "faked_ha": +1, "violating_ha": -1}
    for name, way in looking.items():
        low, high = effect(blind, STRICT, name, per="violating_ha")
        assert min(way * low, way * high) > SMALLEST, name


def test_sharper_satellites_do_not_leave_fewer_fakes() -> None:
    low, _ = effect((*STRICT, "enforcement.satellite.detection=0.5"), STRICT, "faked_ha")
    assert low > -SMALLEST


def test_neighbours_who_report_leave_fewer_violations_and_fewer_excuses() -> None:
    reports = (*STRICT, "enforcement/citizens=reports")
    _, high = effect(STRICT, reports, "violating_ha")
    assert high < -SMALLEST
    share = [
        mean(words, "violations_sanctioned_n") / mean(words, "violations_seen_n")
        for words in (STRICT, reports)
    ]
    low, _ = interval(share[1] - share[0])
    assert low > 0.0


@pytest.mark.parametrize("lever", ["audit", "litigation"])
def test_audits_and_litigation_undo_local_excuses(lever: str) -> None:
    lenient = (*PRACTICE, "enforcement/central_rounds=none")
    _, high = effect(lenient, (*lenient, f"enforcement.sanctions.{lever}=0.5"), "violating_ha")
    assert high < -SMALLEST


def test_violations_fall_in_a_campaign_and_come_back_between_campaigns() -> None:
    """Every fifth year is one of a central round; three years later half of what it won, at least, is lost again."""
    by_year = runs(PRACTICE, **FRESH).pivot(index="replicate", columns="year", values="bare_ha")
    rounds = (2030, 2035, 2040)
    won = np.mean([by_year[year - 1] - by_year[year] for year in rounds], axis=0)
    lost = np.mean([by_year[year + 3] - by_year[year] for year in rounds], axis=0)
    assert interval(won / by_year.to_numpy().mean())[0] > SMALLEST
    assert interval(lost - 0.5 * won)[0] > 0.0


# What bites.


def test_old_fines_do_not_bite_and_new_ones_do() -> None:
    """30,000 yuan a case against none moves less than a tenth of the violating land; 467,000 yuan a hectare moves more
    than a third."""
    free = (*STRICT, *NO_FINE)
    low, high = effect(free, (*STRICT, *OLD_FINE), "violating_ha")
    assert max(abs(low), abs(high)) < SMALLEST
    _, high = effect(free, BITING, "violating_ha")
    assert high < -1.0 / 3.0


ALONE = (*STRICT, "enforcement.sanctions.order=0", "enforcement.sanctions.blacklist=0")
"""Fines without order and list: what is reclaimed is reclaimed by choice."""


def test_old_fines_alone_make_nobody_reclaim_and_new_ones_do() -> None:
    """The share of the land out of use that is reclaimed by choice: against no fine, 30,000 yuan a case moves it by
    less than a tenth of that land either way, 467,000 yuan a hectare raises it by more than a tenth."""
    share = {fine: _reclaimed_by_choice((*ALONE, *fine)) for fine in (NO_FINE, OLD_FINE, NEW_FINE)}
    low, high = interval(share[OLD_FINE] - share[NO_FINE])
    assert max(abs(low), abs(high)) < SMALLEST
    assert interval(share[NEW_FINE] - share[NO_FINE])[0] > SMALLEST


def _reclaimed_by_choice(words: Words) -> np.ndarray:
    own = {"seed": 31, "first": 1900}
    done, *not_done = (means(words, name, **own) for name in ("reclaimed_ha", "violating_ha", "orphaned_ha"))
    return done / (done + sum(not_done))


def test_an_order_leaves_less_violating_land_under_old_fines() -> None:
    """Against a fine alone: what was found is reclaimed, and not faked anew. Smallest relevant effect: a tenth."""
    _, high = effect((*STRICT, "enforcement.sanctions.order=0"), STRICT, "violating_ha")
    assert high < -SMALLEST


LISTED = {
    "short": (*STRICT, "enforcement.sanctions.blacklist=1"),
    "long": (*STRICT, "enforcement.sanctions.blacklist=5"),
}


def test_a_longer_list_leaves_less_unreclaimed_land() -> None:
    """Five years against one, under old fines: a tenth less backlog at least; and as who is listed opens less, a
    twentieth less by hectare opened, on land and seeds of its own (the list is no ban, and what it takes is small
    beside an order)."""
    own = {"seed": 29, "first": 1500}
    backlog = {name: means(words, "mining_backlog_ha", **own) for name, words in LISTED.items()}
    opened = {name: means(words, "mining_opened_ha", **own) for name, words in LISTED.items()}
    assert interval(backlog["long"] - backlog["short"])[1] < -SMALLEST * backlog["short"].mean()
    share = {name: backlog[name] / opened[name] for name in LISTED}
    assert interval(share["long"] - share["short"])[1] < -SMALLEST / 2 * share["short"].mean()


def test_strict_law_opens_not_much_more_land_than_usual() -> None:
    """On the mines of Xiamen, where most firms live. Who complies stays off the list and opens what it can; who is
    always listed still opens 1 - ``suspended``: so less than a quarter more, 1 / (1 - 0.2), in each of four
    replicates."""
    for replicate in range(710, 714):
        usual, strict = (_opened_in_twenty_years(words, replicate) for words in (PRACTICE, KEPT))
        assert strict < 1.25 * usual


KEPT = ("policy=practice_core",)


def _opened_in_twenty_years(words: Words, replicate: int) -> float:
    config = core_config(["landscape=xiamen", *words])
    own = Settings(seed=23, replicate=replicate, years=20, connectivity_every=0)
    land = landscape_of(config["landscape"], own.seed, replicate)
    model = RestorationModel(land, mechanisms(config), own)
    start = model.state.mines.opened_total.sum()
    return float(model.run(20).state.mines.opened_total.sum() - start)


def test_below_some_detection_nobody_reclaims_and_above_it_most_do() -> None:
    """Of their own will, that is: an order leaves no choice, so land that is found is reclaimed at any rate of
    checks. Under old fines, of the mines of living firms that would reclaim what falls due, less than a tenth more do
    so at a tenth of checks a year than at none, and more than a fifth more at four tenths than at a fifth."""
    complying = {
        rate: mean(words, "complying_n") / mean(words, "living_mines_n")
        for rate in (0.0, 0.1, 0.2, 0.4)
        for words in [(*STRICT, f"enforcement.ground.rate={rate}")]
    }
    below, above = complying[0.1] - complying[0.0], complying[0.4] - complying[0.2]
    assert interval(below)[1] < SMALLEST
    assert interval(above)[0] > 2.0 * SMALLEST
    assert interval(above - 2.0 * below)[0] > 0.0, "a check buys more above the threshold"


def test_where_fines_bite_more_checks_win_less_and_less() -> None:
    """Falling returns: of the violating land, the first fifth of checks wins more than the next, and so on."""
    rates = (0.0, 0.2, 0.4, 0.6, 0.8)
    found = [mean((*BITING, f"enforcement.ground.rate={rate}"), "violating_ha") for rate in rates]
    won = [less - more for less, more in pairwise(found)]
    assert interval(won[0] - won[1])[0] > SMALLEST * found[0].mean()
    assert interval(won[1] - won[3])[0] > 0.0


@pytest.mark.parametrize("name", ["violations_n", "violating_ha", "violating_share"])
def test_higher_fines_and_more_checks_never_raise_violations_in_the_mean(name: str) -> None:
    """MR-31 on a grid of five by five: no rise along either axis within two standard errors of paired runs.

    Of firms that live, in number, in hectares, and as a share of the mines that are left: a firm that a fine ruins
    violates no more, and a share keeps that from counting as compliance.
    """
    fines = (NO_FINE, OLD_FINE, fined(0.0, 150000.0), NEW_FINE, fined(0.0, 934000.0))
    checks = (0.0, 0.1, 0.2, 0.4, 0.8)
    found = {(fine, check): _violations(fine, check, name) for fine in fines for check in checks}
    steps = [((one, check), (more, check)) for one, more in pairwise(fines) for check in checks]
    steps += [((fine, one), (fine, more)) for one, more in pairwise(checks) for fine in fines]
    for less, more in steps:
        change = found[more] - found[less]
        change = change[~np.isnan(change)]
        rise = change.mean() - 2.0 * change.std(ddof=1) / np.sqrt(change.size)
        assert rise <= 0.0, (less, more)


def _violations(fine: Words, check: float, name: str) -> np.ndarray:
    words = (*STRICT, *fine, f"enforcement.ground.rate={check}")
    if name != "violating_share":
        return mean(words, name)
    living = mean(words, "living_mines_n")
    return np.where(living > 0.0, mean(words, "violations_n") / np.maximum(living, 1e-9), np.nan)


def test_a_sanction_on_one_firm_sharpens_its_neighbours_and_nobody_else() -> None:
    """Satellites see the mines of one firm alone, or of none: what the other firms reclaim within three years, and
    believe after one. Smallest relevant effect: a tenth of what they would reclaim if they reclaimed all."""
    blind_county = (
        "enforcement/central_rounds=none",
        "enforcement.sanctions.audit=1.0",
        "people.belief_fake=0.3",
    )
    words = (*PRACTICE, *blind_county, "enforcement.ground.rate=0.0", *NEW_FINE)
    gained = []
    for replicate in range(700, 724):
        blind, seen = (_with_one_in_sight(words, replicate, sight) for sight in (0.0, 1.0))
        near = np.flatnonzero((seen.state.firms.county == 0) & (np.arange(6) != 0))
        far = np.flatnonzero(seen.state.firms.county != 0)
        done = [_reclaimed_by_firm(model) for model in (blind, seen)]
        assert (done[0][far] == done[1][far]).all()
        assert (blind.state.firms.belief_bare[far] == seen.state.firms.belief_bare[far]).all()
        assert (blind.state.firms.belief_bare[near] <= seen.state.firms.belief_bare[near]).all()
        gained.append((done[1] - done[0])[near].sum() / _released_by_firm(seen)[near].sum())
    assert interval(np.array(gained))[0] > SMALLEST


def _with_one_in_sight(words: Words, replicate: int, sight: float) -> RestorationModel:
    """Three years of six firms, of which satellites can see the first one's mines, if ``sight``."""
    forms = mechanisms(core_config(["landscape=synthetic", *words]))
    land = small_world(9, firms=6, seed=replicate)
    land.patches["detectability"] = np.zeros(81)
    land.patches["detectability"][land.mines["patch"][land.mines["firm"] == 0]] = sight
    model = RestorationModel(land, forms, Settings(seed=23, replicate=replicate, connectivity_every=0))
    return model.run(4)


def _reclaimed_by_firm(model: RestorationModel) -> np.ndarray:
    return np.bincount(model.state.mines.firm, model.state.mines.reclaimed, minlength=6)


def _released_by_firm(model: RestorationModel) -> np.ndarray:
    m = model.state.mines
    return np.bincount(m.firm, m.reclaimed + m.faked + m.bare + m.ordered + m.due, minlength=6)


# Funds, failures.

POOR = ("people.firm_cash=0.0", "people.firm_credit=0.0")
"""Firms that live from hand to mouth: what is in the fund at the end matters."""
ADEQUATE = ("funding.mine_fund.rate=0.1", "funding.mine_fund.supervised=1.0")
SELDOM = ("enforcement.sanctions.carried_out=0.2",)


@pytest.mark.parametrize("name", ["unfunded_obligations_yuan", "unfunded_per_opened"])
def test_adequate_supervised_funds_leave_fewer_obligations_unfunded(name: str) -> None:
    _, high = effect(PRACTICE, (*PRACTICE, *ADEQUATE), name)
    assert high < -SMALLEST


@pytest.mark.parametrize("baseline", [PRACTICE, BITING], ids=["practice", "strict"])
def test_they_do_so_for_the_poor_too_though_more_of_them_fail(baseline: Words) -> None:
    """A fund takes cash from firms that have none: they fail earlier, open less, and what was saved covers more of what
    they leave. Smallest relevant effect by hectare opened: 5 %, as a part of the saving is lost to the failures.

    Orders are followed up as seldom as in usual practice: where they bind, a firm pays for them from its cash as well
    as from its fund, unless fines by the hectare took the cash, and there is less left to save.
    """
    poor = (*baseline, *POOR, *SELDOM)
    _, high = effect(poor, (*poor, *ADEQUATE), "unfunded_per_opened")
    assert high < -SMALLEST / 2
    assert mean((*poor, *ADEQUATE), "bankruptcies_n").mean() >= mean(poor, "bankruptcies_n").mean() > 1.0


@pytest.mark.parametrize("baseline", [PRACTICE, BITING], ids=["practice", "strict"])
def test_supervision_alone_leaves_fewer_obligations_unfunded_where_firms_fail(baseline: Words) -> None:
    """None against whole, of an adequate fund (a small one saves little); smallest relevant effect: 5 %.

    Orders are followed up as seldom as in usual practice: where they bind, they use the fund before a failure loses it.
    """
    fund = ("funding.mine_fund.rate=0.1", *SELDOM)
    kept, lost = ((*baseline, *POOR, *fund, f"funding.mine_fund.supervised={share}") for share in (1.0, 0.0))
    assert mean(lost, "bankruptcies_n").mean() > 1.0
    _, high = effect(lost, kept, "unfunded_per_opened")
    assert high < -SMALLEST / 2


def test_failures_cluster_in_price_busts() -> None:
    """Pairs of failures of one and the same year beyond those of as many failures spread evenly: half a pair in each
    run of twelve firms, at least; and the quarter of years with the lowest prices over three years sees more than 0.3
    of the failures."""
    scarce = (*PRACTICE, "people.firm_cash=10000.0", "people.firm_credit=10000.0")
    table = runs(scarce, years=30, seed=37, first=1100, count=120)
    assert interval(_excess_pairs(table))[0] > 0.5
    assert interval(_share_in_busts(table))[0] > 0.3


def _failures(table: pd.DataFrame) -> np.ndarray:
    """Failures of each replicate and year after the fifth: before, those fail who could never pay."""
    wide = table.pivot(index="replicate", columns="year", values="bankruptcies_n").to_numpy()
    return np.diff(wide, axis=1)[:, 5:]


def _excess_pairs(table: pd.DataFrame) -> np.ndarray:
    failed = _failures(table)
    total, years = failed.sum(axis=1), failed.shape[1]
    return (failed * (failed - 1)).sum(axis=1) - total * (total - 1) / years


def _share_in_busts(table: pd.DataFrame) -> np.ndarray:
    failed = _failures(table)
    price = table.pivot(index="replicate", columns="year", values="price").T.rolling(3).mean().T
    late = price.to_numpy()[:, -failed.shape[1] :]
    bust = late < np.quantile(late, 0.25, axis=1, keepdims=True)
    some = failed.sum(axis=1) > 0
    return (failed * bust).sum(axis=1)[some] / failed.sum(axis=1)[some]


THIN = (*PRACTICE, "people.firm_cash=5000.0", "people.firm_credit=5000.0")
ON_THEIR_OWN = ("markets.common_shock=0.0", f"markets.own_shock={float(np.hypot(0.15, 0.06))!r}")
"""Each mineral's price wanders as far as in the packaged markets, and no other price with it."""


def test_failures_of_thinly_capitalised_firms_cluster_more_where_prices_are_common() -> None:
    """On one land of forty firms, paired by replicate. Dispersion: the variance of failures across replicates, summed
    over the years, by the sum of their means; 1 where each firm fails by its own dice. Stated before: at least 1.3
    times as large under common prices as under prices of each mineral's own, with at least 100 failures in each arm."""
    common, own = (_failures_on_one_land(words) for words in (THIN, (*THIN, *ON_THEIR_OWN)))
    assert min(common.sum(), own.sum()) >= 100
    assert _dispersion(common) >= 1.3 * _dispersion(own)


def _failures_on_one_land(words: Words, replicates: int = 40, years: int = 30) -> np.ndarray:
    """Failures of each replicate and year on one and the same land."""
    forms = mechanisms(core_config(["landscape=synthetic", *words]))
    land = small_world(12, firms=40, seed=41)
    failed = []
    for replicate in range(1300, 1300 + replicates):
        own = Settings(seed=41, replicate=replicate, years=years, connectivity_every=0)
        table = RestorationModel(land, forms, own).run(years).indicators().query("county == 'all'")
        failed.append(np.diff(table["bankruptcies_n"]))
    return np.array(failed)


def _dispersion(failed: np.ndarray) -> float:
    return float(failed.var(axis=0, ddof=1).sum() / failed.mean(axis=0).sum())


# Leaders.

LED = ("leadership=terms",)
COUNTIES = {"firms": 0, "years": 30, "late": YEARS}


@pytest.mark.parametrize("policy", ["business_as_usual", "xiamen_practice"])
def test_one_blueprint_to_the_end_leaves_fewer_projects_abandoned_and_more_land_restored(policy: str) -> None:
    """Half fewer are given up; and 2 % more is gained and effective, stated anew when a county that lost its plan came
    to make another at once (a twentieth had been stated while its money waited), on seeds of its own; on twice as many
    fresh ones since 24 were too few to tell it (1.4 to 8.1 % of usual practice's gain)."""
    base = (f"policy={policy}", *LED)
    fickle, steady = (
        {name: means((*base, f"leadership.continuity={share}"), name, seed=29, first=1800, count=48, **COUNTIES)
         for name in ("projects_abandoned_n", "condition_gain_ha", "area_restored_effective_ha")}
        for share in (0.0, 0.8)
    )  # fmt: skip
    for name, least in (
        ("projects_abandoned_n", 0.5),
        ("condition_gain_ha", 0.02),
        ("area_restored_effective_ha", 0.02),
    ):
        low, high = interval(steady[name] - fickle[name]) / fickle[name].mean()
        assert (high < -least) if name == "projects_abandoned_n" else (low > least), (name, low, high)


SHOWING = (*PRACTICE, *LED, "leadership.continuity=1.0")
LASTING = (*SHOWING, "leadership.audit=1.0")


def test_audits_win_more_condition_where_leaders_choose_where() -> None:
    """Engineers choose the works; smallest relevant effect: 5 %."""
    low, _ = effect(SHOWING, LASTING, "condition_gain_ha", **COUNTIES)
    assert low > 0.5 * SMALLEST


@pytest.mark.xfail(
    strict=True,
    reason="not shown: a tenth was stated, the interval ends at a twentieth",
)
def test_audits_leave_less_that_is_claimed_and_does_not_last() -> None:
    """Of each hectare claimed, less is not effective."""
    hollow = [
        mean(words, "area_claimed_gap_ha", **COUNTIES) / mean(words, "area_restored_claimed_ha", **COUNTIES)
        for words in (SHOWING, LASTING)
    ]
    assert interval(hollow[1] - hollow[0])[1] < -SMALLEST * hollow[0].mean()
