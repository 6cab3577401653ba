"""Closed forms that the model's arithmetic must meet: growth, approach, decay, routing, chance, money, choice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from model.finance import annuity_factor, deferred_annuity, loan_payment, net_present_value, spread_cost
from model.intentions import Choice, Outlook, Threat
from model.landscapes.landscape import Landscape, RiverLinks
from model.measures import gini
from model.restoration_model import RestorationModel
from model.vocabulary import Ecosystem, Mineral, Mode
from tests.small_worlds import small_world
from tests.worlds import world

# How land lives: one mechanism at a time, called by itself on a small world.


def form(model: RestorationModel, slot: str, **numbers: Any) -> Any:
    """The form that a model has in a slot, with some of its numbers changed; also beyond their plausible ranges."""
    return replace(model.mechanisms[slot].at(model.year), **numbers)


def land_of(ecosystem: Ecosystem, **columns: float) -> RestorationModel:
    """A world of one ecosystem without anybody, its columns set to the same value everywhere."""
    land = small_world(4, firms=0)
    still = {"pressure": 0.0, "invader": 0.0, "load_stock": 0.0, "taken_share": 0.0, "cover": 0.0, "bay": -1}
    given = {"ecosystem": ecosystem, **still, **columns}
    patches = land.patches | {name: np.full(len(land.ids), value) for name, value in given.items()}
    return world((), replace(land, patches=patches), connectivity_every=0)


def lived(model: RestorationModel, slot: str, verb: str, mechanism: Any, years: int, *given: Any) -> None:
    for _ in range(years):
        with model.state.opened(mechanism.writes):
            getattr(mechanism, verb)(model.state, *given)


QUIET: dict[str, Any] = {
    "background_rain": 0.0,
    "maximal_rain": 0.0,
    "mortality": 0.0,
    "abiotic_rate": 0.0,
    "threshold_width": 1e-3,
    "native_return": 0.0,
}


def logistic(time: float, rate: float, start: float, capacity: float = 1.0) -> float:
    return capacity / (1.0 + (capacity - start) / start * np.exp(-rate * time))


def test_logistic_recovery_meets_its_closed_form_at_first_order() -> None:
    """DY-01. The model's step is a year, so a finer step is a lower rate over more years: the same equation in a
    slower time. With seed rain off and sound ground the kernel is Euler's method, whose error halves with the step."""
    rate, start = 0.3, 0.1
    closed = {5: 0.33242786174311934, 10: 0.6905678577030157, 20: 0.9781780512369621, 40: 0.99994470514651}
    errors = []
    for finer in (1, 2, 4, 8, 16):
        model = land_of(Ecosystem.FOREST, structure=start, composition=0.0, substrate=1.0, ceiling=1.0)
        rates = np.full(len(Ecosystem), rate / finer)
        growth = form(model, "recovery", growth_rate=rates, composition_rate=0.0, **QUIET)
        found, passed = [], 0
        for time, expected in closed.items():
            assert logistic(time, rate, start) == pytest.approx(expected, rel=1e-9)
            lived(model, "recovery", "live", growth, (time - passed) * finer)
            passed = time
            found.append(abs(model.habitats.structure[0] - expected))
        errors.append(max(found))
    ratios = np.array(errors[:-1]) / errors[1:]
    assert ((ratios > 1.8) & (ratios < 2.2)).all(), ratios
    assert errors[0] < 0.05
    assert np.log((1 - start) / start) / rate == pytest.approx(7.324081924454066)


def test_composition_approaches_at_second_order() -> None:
    """dC = k (1 - C)^2 has C(t) = 1 - 1 / (1 / (1 - C0) + k t): fast at first, centuries to the end."""
    model = land_of(
        Ecosystem.FOREST, structure=1.0, composition=0.0, substrate=1.0, ceiling=1.0, native_share=1.0
    )
    k, years = 1e-3, 2000
    slow = form(model, "recovery", composition_rate=k, pool_area=1e12, pool_composition=1.0, **QUIET)
    lived(model, "recovery", "live", slow, years)
    assert model.habitats.composition[0] == pytest.approx(1.0 - 1.0 / (1.0 + k * years), rel=2e-3)


def test_soil_builds_and_erodes_geometrically() -> None:
    model = land_of(Ecosystem.FOREST, structure=1.0, composition=0.0, substrate=0.8, ceiling=0.95, cover=1.0)
    still = QUIET | {"growth_rate": np.zeros(len(Ecosystem)), "dieback": 0.0, "composition_rate": 0.0}
    builds = form(model, "recovery", **still, build_rate=0.1, erosion_rate=np.zeros(len(Ecosystem)))
    lived(model, "recovery", "live", builds, 12)
    np.testing.assert_allclose(model.habitats.substrate, 0.95 - 0.15 * 0.9**12, rtol=1e-12)
    rates = np.full(len(Ecosystem), 0.05)
    erodes = form(model, "recovery", **still, build_rate=0.0, erosion_rate=rates, shelter=4.0)
    before = model.habitats.substrate[0]
    lived(model, "recovery", "live", erodes, 7)
    np.testing.assert_allclose(model.habitats.substrate, before * (1.0 - 0.05 * np.exp(-4.0)) ** 7, rtol=1e-9)


def test_turf_on_ground_that_cannot_carry_it_dies_at_the_rate_of_mortality() -> None:
    model = land_of(Ecosystem.FOREST, structure=0.01, composition=0.0, substrate=0.1, ceiling=0.1)
    still = QUIET | {"growth_rate": np.zeros(len(Ecosystem)), "build_rate": 0.0, "dieback": 0.0}
    bare = form(model, "recovery", **still | {"mortality": 0.25, "erosion_rate": np.zeros(len(Ecosystem))})
    lived(model, "recovery", "live", bare, 10)
    np.testing.assert_allclose(model.habitats.structure, 0.01 / 1.25**10, rtol=1e-9)


def test_carbon_closes_its_gap_by_a_share_a_year() -> None:
    model = land_of(Ecosystem.FOREST, structure=0.5, composition=0.0, carbon=10.0, taken_share=0.2)
    stock = form(model, "carbon", reference=np.full(len(Ecosystem), 150.0), gain=0.05, loss=0.2)
    lived(model, "carbon", "store", stock, 9)
    np.testing.assert_allclose(model.habitats.carbon, 60.0 - 50.0 * 0.95**9, rtol=1e-12)
    with model.state.opened(["habitats.structure"]):
        model.habitats.structure[:] = 0.0
    before = model.habitats.carbon[0]
    lived(model, "carbon", "store", stock, 4)
    np.testing.assert_allclose(model.habitats.carbon, before * 0.8**4, rtol=1e-12)


def test_an_invader_alone_on_its_flat_grows_logistically() -> None:
    """u' = u + a u (1 - u) at a small rate, over many years, against the closed form; first order as above."""
    model = land_of(Ecosystem.TIDAL_FLAT, invader=0.01)
    spread = form(
        model,
        "invasion",
        growth=0.005,
        spread_rate=0.0,
        reached=0.0,
        suitability=np.full(len(Ecosystem), 0.5),
    )
    lived(model, "invasion", "spread", spread, 1500, model.chance)
    assert model.habitats.invader[0] == pytest.approx(0.5 * logistic(1500, 0.005, 0.02), rel=5e-3)


def _chain(patches: int, **columns: Any) -> Landscape:
    """A river: each patch drains whole into the next, the last is a lake."""
    land = small_world(2, firms=0, counties=1)
    names = dict(
        zip(["ecosystem", "bay"], [np.full(patches, Ecosystem.GRASSLAND), np.full(patches, -1)], strict=True)
    )
    names["ecosystem"][-1] = Ecosystem.LAKE
    assert patches == len(land.ids)
    downstream = np.append(np.arange(1, patches), -1).astype(np.int32)
    return replace(
        land,
        patches=land.patches | names | columns,
        rivers=RiverLinks(downstream, np.ones(patches)),
        bays=land.bays[:0],
        bay_exchange=np.zeros((0, 3)),
        coast_links=np.zeros((0, 2), np.int32),
    )


def test_loads_run_down_a_river_and_lose_what_is_retained() -> None:
    """Three patches of condition 0.5 above a lake: load = e (1 + q + q^2) + the lake's own, q = 1 - retention / 2."""
    flat = np.zeros(4)
    half = {"structure": flat + 0.5, "composition": flat + 0.5, "cover": flat + 1.0, "taken_share": flat}
    model = world((), _chain(4, area=flat + 100.0, slope=flat, **half), connectivity_every=0)
    size = len(Ecosystem)
    each = {"export": np.full(size, 1.0), "retention": np.full(size, 0.4), "lag": np.full(size, 5.0)}
    routed = form(model, "water", guard=0.5, scar=3.0, **each)
    h = model.habitats
    with model.state.opened([*routed.writes, "habitats.structure", "habitats.composition", "habitats.cover"]):
        h.structure[:], h.composition[:], h.cover[:] = 0.5, 0.5, 1.0  # as given: waters began at rest
        routed.route(model.state)
        one, kept = 100.0 * 0.75, 0.8
        np.testing.assert_allclose(
            h.load, one * np.array([1, 1 + kept, 1 + kept + kept**2, 1 + kept + kept**2 + kept**3])
        )
        h.bearable_load[3], h.load_stock[3] = h.load[3] / 2.0, 6.0
        for _ in range(10):
            routed.run(model.state)
    assert h.load_stock[3] == pytest.approx(2.0 + 4.0 * 0.8**10, rel=1e-12), "a memory of five years"


def test_what_leaves_the_land_arrives_or_is_retained() -> None:
    """Without retention and with whole links, all that is emitted reaches the roots of the rivers."""
    land = small_world(8, firms=0)
    whole = replace(land, rivers=RiverLinks(land.rivers.downstream, np.ones(len(land.ids))))
    model = world((), whole, connectivity_every=0)
    free = form(model, "water", retention=np.zeros(len(Ecosystem)))
    h, roots = model.habitats, land.rivers.downstream < 0
    alone = replace(
        model.state.network, rivers=replace(model.state.network.rivers, downstream=np.full(64, -1, np.int32))
    )
    with model.state.opened(free.writes):
        free.route(model.state)
        arrived = h.load[roots].sum()
        model.state.network = alone
        free.route(model.state)
    assert arrived == pytest.approx(h.load.sum(), rel=1e-12)


@given(
    start=st.floats(0.0, 1.0), rate=st.floats(0.01, 0.4), rain=st.floats(0.001, 0.3),
    burden=st.floats(0.0, 0.9), ground=st.floats(0.0, 1.0),
)  # fmt: skip
def test_planners_forecast_with_the_exact_solution_of_growth_with_seed_rain(
    start: float, rate: float, rain: float, burden: float, ground: float
) -> None:
    """dS = r g (S + m) (1 - S / K) over the horizon, solved numerically; times g, as bare ground carries nothing."""
    works = form(WORLD, "works")
    row = [np.array([value]) for value in (start, rate, ground, burden, rain)]
    found = works._grown(*row)[0]
    carry = 1.0 / (1.0 + np.exp((works.believed_threshold - ground) / works.believed_width))
    limit = max((1.0 - burden) * min(ground / works.believed_full, 1.0), 1e-3)
    solved = solve_ivp(
        lambda _, s: rate * carry * (s + rain) * (1.0 - s / limit), (0.0, works.horizon), [min(start, limit)],
        method="LSODA", rtol=1e-9, atol=1e-12,
    )  # fmt: skip
    assert found == pytest.approx(solved.y[0, -1] * carry, rel=1e-5, abs=1e-6)


WORLD = world(connectivity_every=0)

# Chance.


def test_prices_have_the_spread_of_a_first_order_autoregression() -> None:
    """sd of the log price: shock / sqrt(1 - persistence^2), cut off after the years that count. 400 runs of 5 years
    that lie 30 years apart; the standard error of a standard deviation is sd / sqrt(2 n)."""
    from model.state.streams import Chance

    market = form(WORLD, "markets", common_shock=0.2, own_shock=0.0, carbon_shock=0.1)
    logs = []
    for replicate in range(400):
        for year in range(2025, 2175, 30):
            WORLD.state.year = year
            prices = market.quote(WORLD.state, Chance(3, replicate))
            assert len(set(prices.mineral)) == 1, "the shock is common"
            logs.append(
                [np.log(prices.mineral[Mineral.GRANITE]), np.log(prices.carbon / market.carbon_price)]
            )
    WORLD.state.year = WORLD.state.start_year
    memory = np.sqrt((1.0 - market.persistence**50) / (1.0 - market.persistence**2))
    for found, shock in zip(np.array(logs).T, (0.2, 0.1), strict=True):
        sd = shock * memory
        assert abs(found.std() - sd) < 3.0 * sd / np.sqrt(2 * 2000)
        assert abs(found.mean()) < 3.0 * sd / np.sqrt(2000)


def test_the_better_the_funded_survey_the_smaller_its_error() -> None:
    """error_0 / sqrt(1 + spend / half), on patches whose condition lies far from 0 and 1."""
    model = world((), small_world(60, firms=0), connectivity_every=0)
    h, rows = model.habitats, np.arange(3600)
    with model.state.opened(["habitats.structure", "habitats.composition", "habitats.taken_share"]):
        h.structure[:], h.composition[:], h.taken_share[:] = 0.5, 0.5, 0.0
    for spend in (0.0, 6.0, 20.0):
        plots = form(model, "monitoring", spend=spend, error=0.1)
        seen = plots.observe(model.state, model.chance, rows, "plan").condition
        sd = 0.1 / np.sqrt(1.0 + spend / plots.spend_half)
        assert seen.std() == pytest.approx(sd, rel=3.0 / np.sqrt(2 * 3600))
        assert seen.mean() == pytest.approx(0.5, abs=3.0 * sd / 60)


# Money and choice.


def test_net_present_value_counts_the_first_flow_now() -> None:
    """EC-01, with the other convention's figure beside it."""
    flows = np.array([-15000.0, 1500, 2500, 3500, 4500, 6000])
    assert net_present_value(0.05, flows) == pytest.approx(122.89485495093959, rel=1e-12)
    assert net_present_value(0.05, flows) / 1.05 == pytest.approx(117.04271900089485, rel=1e-12)


def test_a_loan_is_repaid_in_level_payments() -> None:
    """EC-02; at rate 0 nothing is divided by zero."""
    assert loan_payment(0.08 / 12, 60, 15000.0) == pytest.approx(-304.14591432620523, rel=1e-9)
    assert loan_payment(0.0, 60, 15000.0) == -250.0


@given(rate=st.floats(1e-12, 1.0), years=st.integers(0, 60))
def test_an_annuity_is_the_value_of_its_payments(rate: float, years: int) -> None:
    flows = np.append(0.0, np.ones(years))
    assert annuity_factor(rate, years) == pytest.approx(net_present_value(rate, flows), rel=1e-9, abs=1e-12)


@given(rate=st.floats(0.0, 1.0), years=st.integers(1, 60), wait=st.integers(0, 20))
def test_works_are_worth_their_instalments_and_promises_what_follows_the_wait(
    rate: float, years: int, wait: int
) -> None:
    rates = np.array([rate])
    parts, late = np.append(0.0, np.full(years, 1.0 / years)), np.append(np.zeros(wait + 1), np.ones(years))
    assert spread_cost(rates, years)[0] == pytest.approx(net_present_value(rate, parts), rel=1e-9)
    assert deferred_annuity(rates, wait, years)[0] == pytest.approx(net_present_value(rate, late), rel=1e-9)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0, 0, 0, 0, 100], 0.8), ([0] * 5, 0.0), ([5], 0.0), ([1, 1, 1, 1], 0.0), ([1, 2, 3, 4], 0.25)],
)
def test_the_gini_coefficient_of_small_groups(values: list[float], expected: float) -> None:
    """EC-07, population formula."""
    assert gini(np.array(values)) == pytest.approx(expected, abs=1e-12)


def test_a_gini_coefficient_of_debts_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        gini(np.array([-10.0, 0.0, 10.0]))


def _choice(believed: float, fine: float, cost: float) -> tuple[float, float, float]:
    """What one firm does with due land at a believed chance of sanction, a fine, and its own cost, over one year."""
    state = WORLD.state
    way = form(WORLD, "reclamation", cost=np.full(len(Mineral), cost), fake_cost=1e9, years=1)
    with state.opened(["firms.belief_bare", "firms.belief_fake", "firms.cost_factor"]):
        state.firms.belief_bare[:], state.firms.belief_fake[:], state.firms.cost_factor[:] = (
            believed,
            0.0,
            1.0,
        )
    nothing = Outlook(np.zeros(len(state.firms)), np.zeros(len(state.mines)))
    chosen = way.decide(state, Threat(fine, 0.0, order=False, blacklist_years=0), nothing)
    return chosen.done[0], chosen.faked[0], chosen.left[0]


@pytest.mark.parametrize(("fine", "complies"), [(1199.0, False), (1200.0, True), (1201.0, True)])
def test_a_firm_violates_where_that_is_cheaper_than_the_expected_fine(fine: float, complies: bool) -> None:
    """EC-05: cost 300 against a chance of 0.25; at 1200 it is indifferent, and ties go to compliance."""
    assert _choice(0.25, fine, 300.0) == ((1.0, 0.0, 0.0) if complies else (0.0, 0.0, 1.0))


def test_believed_detection_adds_up_over_the_years_in_sight() -> None:
    way = form(WORLD, "reclamation", years=4)
    assert way._ever(np.array([0.0, 0.3, 1.0])).tolist() == pytest.approx([0.0, 1.0 - 0.7**4, 1.0])


@pytest.mark.parametrize(
    ("bare", "fake", "found"),
    [
        (0.0, 0.0, 0.0),
        (0.0, 0.3, 0.3 + 0.7 * 0.8 * 0.3),
        (1.0, 0.0, 0.2),
        (0.5, 0.3, 0.3 + 0.7 * (0.24 + 0.1)),
    ],
)
def test_a_fake_is_found_out_as_such_or_once_it_has_died_back(bare: float, fake: float, found: float) -> None:
    """Two inspections with one year of fading of a fifth between them."""
    way = form(WORLD, "reclamation", years=2, fade=0.2)
    assert way._found_out(np.array([bare]), np.array([fake])) == pytest.approx(found, abs=1e-12)


def test_ground_checks_have_the_same_mean_in_campaigns_as_in_steady_years() -> None:
    model = world(["enforcement/central_rounds=campaign"], connectivity_every=0)
    for every, rate in ((1, 0.1), (2, 0.1), (5, 0.1), (4, 0.2), (5, 0.5)):
        rounds = form(model, "enforcement/central_rounds", every=every, factor=4.0)
        rates = []
        for year in range(2000, 2020):
            model.state.year = year
            rates.append(rounds.announce(model.state, model.chance, rate).rate.mean())
        assert np.mean(rates) == pytest.approx(rate)
        assert np.max(rates) == pytest.approx(min(rate * min(every, 4.0), 1.0))


def test_steady_rounds_gather_as_many_checks_as_they_take_elsewhere() -> None:
    """Over counties and years the mean is what was intended, whoever is visited."""
    model = world(["enforcement/central_rounds=steady"], connectivity_every=0)
    for visits, rate in ((0.0, 0.1), (0.1, 0.1), (0.2, 0.1), (0.5, 0.3)):
        rounds = form(model, "enforcement/central_rounds", visits=visits, factor=4.0)
        peak = min(rate * min(4.0, 1.0 / visits), 1.0) if visits else rate
        seen = set()
        for year in range(2000, 2060):
            model.state.year = year
            told = rounds.announce(model.state, model.chance, rate)
            assert told.rate[told.visited] == pytest.approx(np.full(int(told.visited.sum()), peak))
            seen |= set(told.rate[~told.visited].tolist())
        (elsewhere,) = seen
        assert visits * peak + (1.0 - visits) * elsewhere == pytest.approx(rate)


def test_repeated_looks_from_space_do_not_see_what_hides() -> None:
    """1 - (1 - p d)^rounds: detectability stays with the mine, so rounds do not add up to certainty."""
    model = world(connectivity_every=0)
    mines = model.state.mines
    with model.state.opened(["mines.bare"]):
        mines.bare[:] = [0.6, 0.7, 5.0, 0.0, 5.0, 5.0]
    looks = form(
        model, "enforcement/satellite", rounds=4, detection=0.8, detection_small=0.1, threshold=0.667
    )
    d = model.habitats.detectability[mines.patch].astype(float)
    once = np.where(mines.bare >= 0.667, 0.8, 0.1) * d
    np.testing.assert_allclose(looks._in_a_year(model.state), 1.0 - (1.0 - once) ** 4, rtol=1e-6)


def test_fences_teach_nobody_to_rebuild_a_mine() -> None:
    """Work in one way lowers the cost of that way alone, at home fully and elsewhere as far as standards are shared."""
    model = world((), small_world(6, counties=3), connectivity_every=0)
    learns, way = form(model, "learning", rate=0.2, first_area=100.0, shared=0.5, lowest_cost=0.0), 1
    practice = model.state.practice
    assert practice.mode[way] == Mode.NATURAL_RECOVERY
    with model.state.opened(learns.writes):
        practice.by_county(practice.experience)[0, way] = 300.0
        learns._count_experience(model.state)
    factor = practice.by_county(practice.cost_factor)
    assert factor[:, way] == pytest.approx([0.8**2, 2.5 ** np.log2(0.8), 2.5 ** np.log2(0.8)])
    assert (np.delete(factor, way, axis=1) == 1.0).all()


def test_a_patch_dearer_than_a_windows_income_may_be_planned_from_savings() -> None:
    model = world((), small_world(6, counties=1), connectivity_every=0)
    state, plans = model.state, form(model, "planning")
    state.year += 1  # the first of a window
    row = np.flatnonzero(state.habitats.ecological)[:1]
    one = np.ones(1)
    income = float(plans._window_means(state)[0]) / state.habitats.area[row]
    choice = Choice(
        row, np.array([Mode.ASSISTED], dtype=np.int8), 1.5 * income, 0.0 * one, 0.0 * one, 0.0 * one,
        one, one, one, one, one, 3, 8, False
    )  # fmt: skip
    assert not plans._allowed(state, choice).any()
    saved = np.array(
        [int(60.0 * income[0] * state.habitats.area[row][0])]
    )  # fen, six tenths of a window's income
    state.ledger.post("gift", state.accounts.taxpayers, state.counties.account, saved)
    assert plans._allowed(state, choice).all()


def test_costs_fall_by_the_rate_at_every_doubling() -> None:
    model = world(connectivity_every=0)
    learns = form(model, "learning", rate=0.2, first_area=100.0, shared=0.0, lowest_cost=0.0)
    factors = []
    for area in (100.0, 300.0, 700.0):
        with model.state.opened(learns.writes):
            model.state.practice.experience[:] = area
            learns._count_experience(model.state)
        factors.append(model.state.practice.cost_factor[0])
    assert factors == pytest.approx([0.8, 0.64, 0.512], rel=1e-12)
