"""Who watches and who leads: channels, sanctions, staff, leaders, one year or one mechanism at a time.

What comes of them over decades is tested on paired runs in ``test_watching_directions.py``.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from model.intentions import Findings, Outlook, Prices, Threat
from model.mechanisms.leadership.terms import Terms
from model.restoration_model import RestorationModel
from model.state.projects import own_unpaid
from model.vocabulary import Mineral, Stage
from tests.small_worlds import small_world
from tests.worlds import columns, counties_and_firms_reversed, world

EYES = ("enforcement/citizens=reports", "enforcement/central_rounds=steady", "leadership=terms")
YEARS = 12


def force(model: RestorationModel, slot: str) -> Any:
    """The form in force of a slot."""
    return getattr(model.in_force(model.year), slot)


# At level zero a channel is absent.


@pytest.mark.parametrize(
    ("level", "absent"),
    [
        (["enforcement.ground.rate=0.0"], ["enforcement/ground=none"]),
        (["enforcement.satellite.rounds=0"], ["enforcement/satellite=none"]),
        (
            [
                "enforcement/citizens=reports",
                "enforcement.citizens.rate=0.0",
                "enforcement.citizens.rate_fake=0.0",
            ],
            ["enforcement/citizens=none"],
        ),
        (
            ["enforcement/central_rounds=steady", "enforcement.central_rounds.visits=0.0"],
            ["enforcement/central_rounds=none"],
        ),
        (
            ["leadership=terms", "leadership.continuity=1.0", "leadership.visible=0.0"],
            ["leadership=none"],
        ),
    ],
    ids=["ground", "satellite", "citizens", "central_rounds", "leadership"],
)
def test_a_channel_at_level_zero_is_its_absence(level: list[str], absent: list[str]) -> None:
    """Leaders too: who keeps every plan and ranks by later condition alone does as ``matched`` says."""
    land = small_world(9, firms=9)
    one, other = world(level, land).run(YEARS), world(absent, land).run(YEARS)
    theirs = columns(other)
    for name, values in columns(one).items():
        if name not in ("counties.leader_since", "counties.staffed"):
            np.testing.assert_array_equal(values, theirs[name], err_msg=name)
    np.testing.assert_array_equal(one.ledger.balance, other.ledger.balance)


def test_a_leader_who_wants_to_show_all_does_as_engineers_do() -> None:
    words = ["restoration=engineered_first"]
    shows = [*words, "leadership=terms", "leadership.continuity=1.0", "leadership.visible=1.0"]
    one, other = world(shows).run(YEARS), world(words).run(YEARS)
    np.testing.assert_array_equal(one.habitats.condition, other.habitats.condition)


# Staff and money limit ground checks.


@pytest.mark.parametrize(
    ("posts", "money", "staffed", "paid"),
    [(3.0, 0, 0.75, 0), (3.0, 40_000, 0.75 + 0.125, 40_000), (3.0, 10**6, 1.0, 80_000), (9.0, 10**6, 1.0, 0)],
)
def test_a_county_checks_what_its_inspectors_can_and_its_money_buys(
    posts: float, money: int, staffed: float, paid: int
) -> None:
    """Eight mines a county at 0.5 a year, an inspector does one check for 80,000 yuan: 4 posts are enough."""
    words = ["enforcement.ground.rate=0.5", "enforcement.ground.checks=1", "enforcement.ground.wage=80000.0"]
    model = world(words, small_world(9, firms=12))
    state, counties = model.state, model.state.counties
    own = np.flatnonzero(state.habitats.county[state.mines.patch] == 1)
    with state.opened(["counties.inspectors", "mines.orphaned"]):
        counties.inspectors[:] = posts
        state.mines.orphaned[own[8:]] = 1
    state.ledger.post("gift", state.accounts.treasury, counties.account[1], money * 100)
    model.let(force(model, "ground").hire, state)
    assert own.size >= 8
    assert counties.staffed[1] == pytest.approx(staffed)
    assert state.ledger.balance[counties.account[1]] == (money - paid) * 100


def test_money_promised_to_projects_hires_nobody() -> None:
    model = world(["people.inspectors=0.0"], small_world(9, firms=12))
    state, counties = model.state, model.state.counties
    state.ledger.post("gift", state.accounts.treasury, counties.account, 10**9)
    with state.opened(["counties.committed"]):
        counties.committed[:] = 10**9
    model.let(force(model, "ground").hire, state)
    assert (counties.staffed == 0.0).all()
    assert (state.ledger.balance[counties.account] == 10**9).all()


# The list and its consequences.


def listed(words: list[str], fund_closed: int = 0) -> RestorationModel:
    """A world in which all firms owe half of their credit line, have a full fund and due land; the first is listed."""
    model = world(words, small_world(8, firms=3))
    state, f, ledger = model.state, model.state.firms, model.state.ledger
    ledger.post("gift", state.accounts.treasury, f.fund, 10**9)
    spent = ledger.balance[f.account] + ledger.credit[f.account] // 2
    ledger.post("machines", f.account, state.accounts.contractors, spent)
    with state.opened(["firms.blacklisted_until", "firms.fund_closed", "mines.due", "mines.active"]):
        f.blacklisted_until[0] = model.year + 1
        f.fund_closed[0] = fund_closed
        state.mines.due[:] = 0.5 * state.mines.active
        state.mines.active[:] *= 0.5
    return model


def test_a_closed_fund_pays_for_nothing_and_others_pay_as_before() -> None:
    held = []
    for closed in (0, 1):
        model = listed([], fund_closed=closed)
        way = force(model, "reclamation")
        with model.state.opened(["firms.belief_bare", "firms.belief_fake"]):
            model.state.firms.belief_bare[:] = model.state.firms.belief_fake[:] = 1.0
        outlook = force(model, "extraction").foresee(model.state)
        choice = way.decide(model.state, Threat(1e6, 0.0, order=True, blacklist_years=0), outlook)
        assert (choice.done == 1.0).all()
        model.let(way.act, model.state, choice)
        held.append(model.ledger.balance[model.state.firms.fund].copy())
    assert held[0][0] < 10**9 == held[1][0]
    np.testing.assert_array_equal(held[0][1:], held[1][1:])
    assert (held[0][1:] < 10**9).all()


def one_granite_firm(**mined: float) -> RestorationModel:
    """A firm with two mines of 40 ha each, nothing opened, and known beliefs: 0 of fakes, 0.5 of bare land."""
    model = world(["people.cost_spread=0.0"], small_world(4, firms=1))
    state, m = model.state, model.state.mines
    with state.opened(
        ["habitats.area", *(f"mines.{name}" for name in ("mineral", "active", "bare", *mined))]
    ):
        state.habitats.area[m.patch] = 40.0
        m.mineral[:] = Mineral.GRANITE
        m.active[:] = m.bare[:] = 0.0
        for name, area in mined.items():
            getattr(m, name)[:] = area
    return model


def test_a_year_on_the_list_costs_the_profit_of_what_is_not_opened() -> None:
    """Two mines of 40 ha: 0.2 of 0.1 of each is 0.8 ha a year, a quarter of it suspended, at 2,000,000 yuan of sales
    less 0.8 of costs, 0.06 of tax and 150,000 of duty: 2 x 0.2 ha x 130,000 = 52,000 yuan. Spread over 2 x (1 + 3) ha,
    of which 0.25 of 4 active ha falls due this year, two years on the list weigh 13,000 yuan a hectare."""
    model = one_granite_firm(active=4.0, faked=3.0)
    digs = replace(
        force(model, "extraction"), open_rate=0.2, front=0.1, suspended=0.25, sales=np.full(5, 2e6),
        margin=np.full(5, 0.2), tax_rate=0.06, duty_per_hectare=150000.0, release_rate=0.25,
    )  # fmt: skip
    outlook = digs.foresee(model.state)
    assert outlook.forgone == pytest.approx(52000.0, rel=1e-12)
    assert outlook.due == pytest.approx(1.0, rel=1e-12)
    loss = force(model, "reclamation")._loss(model.state, Threat(0.0, 0.0, True, 2), outlook)
    assert loss == pytest.approx(13000.0, rel=1e-12)
    dear = replace(digs, duty_per_hectare=300000.0).foresee(model.state)
    assert dear.forgone == 0.0, "nobody fears to lose what brings no profit"


def test_the_foreseen_land_is_what_falls_due() -> None:
    model = world((), small_world(8, firms=3))
    state, digs = model.state, force(model, "extraction")
    outlook = digs.foresee(state)
    model.let(digs.extract, state, Prices(np.ones(len(Mineral)), 0.0))
    np.testing.assert_allclose(outlook.due, state.mines.due, rtol=1e-12)
    assert (state.mines.due > 0.0).all()


def test_the_list_suspends_a_share_of_opening_and_no_more() -> None:
    model = one_granite_firm()
    state, digs = model.state, force(model, "extraction")
    with state.opened(["firms.blacklisted_until"]):
        state.firms.blacklisted_until[:] = model.year
    opened = digs._opened(state, Prices(np.ones(len(Mineral)), 0.0))
    assert opened == pytest.approx((1.0 - digs.suspended) * digs.open_rate * digs.front * 40.0, rel=1e-12)


# Fines.


@pytest.mark.parametrize(
    ("per_case", "per_hectare", "yuan"),
    [(30_000.0, 0.0, 30_000), (0.0, 467_000.0, 46_700_000), (20_000.0, 1_000.0, 120_000)],
)
def test_a_mine_sanctioned_in_a_year_is_one_case_whatever_its_area(
    per_case: float, per_hectare: float, yuan: int
) -> None:
    """100 ha of one mine, bare and faked, both found; the firm's other mine violates as much and is not found."""
    model = one_granite_firm(bare=60.0, faked=40.0)
    state, ledger = model.state, model.ledger
    account, taxpayers = state.firms.account, state.accounts.taxpayers
    ledger.post("gift", state.accounts.treasury, account, 10**10)
    firm, public, counties = (
        ledger.balance[of].copy() for of in (account, taxpayers, state.counties.account)
    )
    found = np.array([True, False])
    law = replace(force(model, "sanctions"), fine_per_case=per_case, fine=per_hectare)
    model.let(law._fine_and_order, state, model.chance, Findings(found, found, found, found, 0.0))
    assert (firm - ledger.balance[account]).tolist() == [yuan * 100]
    assert ledger.balance[taxpayers] - public == yuan * 100
    np.testing.assert_array_equal(ledger.balance[state.counties.account], counties)


def test_a_case_weighs_less_by_hectare_the_more_land_it_is_about() -> None:
    """Two mines with 2 ha bare and 3 ha faked, of which 5 ha more fall due in one; where nothing lies, no case."""
    threat = Threat(0.0, 12_000.0, 0.0, 0)
    for mined, due, by_hectare in (
        ({"bare": 2.0, "faked": 3.0}, [5.0, 0.0], [1_200.0, 2_400.0]),
        ({}, [8.0, 0.0], [1_500.0, 0.0]),
    ):
        model = one_granite_firm(**mined)
        outlook = Outlook(np.zeros(1), np.array(due))
        assert force(model, "reclamation")._case(model.state, threat, outlook).tolist() == by_hectare


def test_a_fine_by_case_makes_a_firm_reclaim_what_costs_no_more_than_the_case() -> None:
    """A firm that is sure to be sanctioned, without order and list: 30,000 yuan against the cost of all that is due."""
    model = one_granite_firm()
    way, f = force(model, "reclamation"), model.state.firms
    with model.state.opened(["firms.belief_bare", "firms.belief_fake"]):
        f.belief_bare[:] = f.belief_fake[:] = 1.0
    break_even = 30_000.0 / way.cost[Mineral.GRANITE]
    outlook = Outlook(np.zeros(1), break_even * np.array([0.99, 1.01]))
    chosen = way.decide(model.state, Threat(0.0, 30_000.0, 0.0, 0), outlook)
    assert chosen.done.tolist() == [1.0, 0.0]
    assert chosen.left.tolist() == [0.0, 1.0]


FEARLESS = (
    "learning=none",
    "people.belief_bare=0.0",
    "people.belief_fake=0.0",
    "people.firm_cash=1e9",
    "enforcement.sanctions.audit=1.0",
    "enforcement.ground.rate=0.5",
)
"""Firms that believe in no sanction and can pay for any: whatever the fine, they do the same."""


def test_fines_leave_the_money_for_restoration_alone() -> None:
    """They are paid to taxpayers: what counties take in and hold is the same each year at no fine, old and new ones."""
    income, held, fined = [], [], []
    for per_case, per_hectare in ((0.0, 0.0), (30_000.0, 0.0), (0.0, 467_000.0)):
        law = (f"enforcement.sanctions.fine_per_case={per_case}", f"enforcement.sanctions.fine={per_hectare}")
        model = world([*FEARLESS, *law], small_world(9, firms=9))
        counties, series = model.state.counties, []
        for _ in range(YEARS):
            model.step()
            series.append(counties.income.tolist())
        flows = model.ledger.flows().query("instrument == 'fine_paid'")
        assert set(flows["payee"]) <= {"outside:taxpayers"}
        income.append(series)
        held.append(model.ledger.balance[counties.account].tolist())
        fined.append(int(flows["amount_fen"].sum()))
    assert 0 == fined[0] < fined[1] < fined[2]
    assert income[0] == income[1] == income[2]
    assert held[0] == held[1] == held[2]


# Orders.


def obeyed(model: RestorationModel) -> np.ndarray:
    """Hectares that each mine has reclaimed after a year of its firm in which nothing new falls due."""
    way = force(model, "reclamation")
    nothing = Outlook(np.zeros(len(model.state.firms)), np.zeros(len(model.state.mines)))
    model.let(way.act, model.state, way.decide(model.state, Threat(0.0, 0.0, True, 0), nothing))
    return model.state.mines.reclaimed.copy()


def test_an_order_is_carried_out_next_year_though_the_firm_would_rather_fake() -> None:
    model = one_granite_firm(faked=2.0)
    state, m = model.state, model.state.mines
    none, all_ = np.zeros(len(m), dtype=bool), np.ones(len(m), dtype=bool)
    with state.opened(["firms.belief_bare", "firms.belief_fake"]):
        state.firms.belief_bare[:] = state.firms.belief_fake[:] = 0.0
    model.let(
        force(model, "sanctions")._fine_and_order, state, model.chance, Findings(none, all_, none, all_, 0.0)
    )
    assert (m.ordered == 2.0).all()
    assert (m.faked == 0.0).all()
    duty = state.obligations.outstanding("reclamation_duty", state.firms.account)[0]
    assert obeyed(model).tolist() == [2.0, 2.0]
    assert (m.ordered == 0.0).all()
    assert duty >= state.obligations.outstanding("reclamation_duty", state.firms.account)[0] == 0


def test_an_order_that_nobody_follows_up_binds_and_frightens_nobody() -> None:
    """The land is due anew: a firm that believes in no sanction fakes it again, and counts no order when it chooses."""
    model = one_granite_firm(faked=2.0)
    state, m = model.state, model.state.mines
    none, all_ = np.zeros(len(m), dtype=bool), np.ones(len(m), dtype=bool)
    lax = replace(force(model, "sanctions"), carried_out=0.0)
    assert lax.threaten().order == 0.0
    with state.opened(["firms.belief_bare", "firms.belief_fake"]):
        state.firms.belief_bare[:], state.firms.belief_fake[:] = 0.5, 0.0
    model.let(lax._fine_and_order, state, model.chance, Findings(none, all_, none, all_, 0.0))
    assert (m.due == 2.0).all()
    assert (m.ordered == 0.0).all()
    assert obeyed(model).tolist() == [0.0, 0.0]
    assert (m.faked == 2.0).all()


def test_orders_that_are_repeated_do_not_add_up() -> None:
    """Where nobody follows orders up, nobody does next year: after ten years as many are bound as after one."""
    model = world(FEARLESS, small_world(9, firms=9))
    state, m = model.state, model.state.mines
    half, bound = replace(force(model, "sanctions"), carried_out=0.5), np.zeros(len(m), dtype=bool)
    none, all_ = np.zeros(len(m), dtype=bool), np.ones(len(m), dtype=bool)
    shares = []
    for _ in range(10):
        state.year += 1
        with state.opened(["mines.faked", "mines.ordered", "mines.due"]):
            m.faked[:], m.ordered[:], m.due[:] = 1.0, 0.0, 0.0
        model.let(half._fine_and_order, state, model.chance, Findings(none, all_, none, all_, 0.0))
        bound |= m.ordered > 0.0
        shares.append(bound.mean())
    assert 0.0 < shares[0] < 1.0
    assert shares == [shares[0]] * 10


def test_an_order_waits_for_money_and_is_paid_before_anything_else() -> None:
    """With money for one of four ordered hectares, one is reclaimed; more money in the next year goes there first."""
    model = one_granite_firm(ordered=2.0, due=1.0)
    state, f, ledger = model.state, model.state.firms, model.state.ledger
    price = int(force(model, "reclamation").cost[Mineral.GRANITE]) * 100
    ledger.post("machines", f.account, state.accounts.contractors, ledger.available(f.account))
    ledger.post("gift", state.accounts.treasury, f.account, price)
    assert obeyed(model).sum() == pytest.approx(1.0)
    assert state.mines.bare == pytest.approx(1.0), "due land, for which there is no money"
    ledger.post("gift", state.accounts.treasury, f.account, 2 * price)
    assert obeyed(model).sum() == pytest.approx(3.0)
    assert state.mines.ordered.sum() == pytest.approx(1.0)
    assert state.mines.faked == pytest.approx(0.0, abs=1e-6)


def test_credit_is_dearer_for_who_is_on_the_list_alone() -> None:
    model = listed(["enforcement.sanctions.credit_premium=0.1"])
    state, f = model.state, model.state.firms
    debt = -state.ledger.balance[f.account]
    assert (debt > 0).all()
    force(model, "sanctions")._charge_debts(state)
    paid = -state.ledger.balance[f.account] - debt
    assert paid[0] == debt[0] // 10
    assert (paid[1:] == 0).all()


def test_a_secret_list_teaches_the_county_and_a_public_one_teaches_all() -> None:
    """One violator, sanctioned, in the first firm's county: who hears of it believes more, who does not forgets."""
    beliefs = []
    for told in (0.0, 0.5, 1.0):
        model = world((), small_world(8, firms=6))
        state, m = model.state, model.state.mines
        flag = np.arange(len(m)) == int(np.flatnonzero(m.firm == 0)[0])
        none = np.zeros(len(m), dtype=bool)
        with state.opened(["mines.bare"]):
            m.bare[:] = 0.0
        learns = force(model, "learning")
        model.let(learns.learn, state, Findings(flag, none, flag, none, told))
        beliefs.append(state.firms.belief_bare.copy())
    home = state.firms.county == state.firms.county[0]
    np.testing.assert_array_equal(beliefs[0][home], beliefs[2][home])
    assert (beliefs[0][~home] < beliefs[1][~home]).all()
    assert (beliefs[1][~home] < beliefs[2][~home]).all()


# Compliance is a matter of arithmetic below, and of belief above.


def test_below_some_detection_no_old_fine_makes_a_firm_comply_and_above_it_a_new_one_does() -> None:
    """At 30,000 yuan a case and an order, bare land pays until a third of cases a year are sanctioned; at 467,000 yuan
    a hectare the same firm complies from a tenth on."""
    model = world(["people.cost_spread=0.0"], small_world(4, firms=1))
    way, f = force(model, "reclamation"), model.state.firms
    outlook = force(model, "extraction").foresee(model.state)
    complies = {}
    old, new = (0.0, 30_000.0), (467_000.0, 0.0)
    for fines in (old, new):
        for believed in np.arange(0.0, 1.0, 0.02):
            with model.state.opened(["firms.belief_bare", "firms.belief_fake"]):
                f.belief_bare[:], f.belief_fake[:] = believed, 1.0
            chosen = way.decide(model.state, Threat(*fines, order=True, blacklist_years=1), outlook)
            complies[fines, round(float(believed), 2)] = bool((chosen.done == 1.0).all())
    least = {
        fines: min(b for law, b in complies if law == fines and complies[law, b]) for fines in (old, new)
    }
    assert 0.3 < least[old] < 0.5
    assert 0.05 < least[new] < 0.15


# Leaders.


def leaders(model: RestorationModel, years: int) -> np.ndarray:
    """The year in which each county's leader took office, year by year."""
    seated = []
    for _ in range(years):
        model.step()
        seated.append(model.state.counties.leader_since.copy())
    return np.array(seated)


def test_who_leads_when_is_the_same_under_every_policy() -> None:
    base = ["leadership=terms", "leadership.continuity=0.0"]
    one = leaders(world(base), 25)
    for words in (
        ["leadership=terms", "leadership.continuity=1.0", "leadership.audit=1.0"],
        [*base, "projects=none"],
    ):
        np.testing.assert_array_equal(one, leaders(world(words), 25))
    stay = np.arange(2025, 2050)[:, None] - one
    assert stay.max() < 5
    assert len(np.unique(one)) > 8


def committed(model: RestorationModel) -> np.ndarray:
    """What counties have promised to works under way and not paid, summed over projects."""
    p = model.state.projects
    total = np.zeros(len(model.state.counties), dtype=np.int64)
    np.add.at(total, p.county, np.where(p.stage == Stage.UNDER_WAY, own_unpaid(p), 0))
    return total


GRANTED = ("planning=basin", "funding/award=shan_shui", "funding/match=provincial")


@pytest.mark.parametrize("words", [(), GRANTED], ids=["own money", "grants and a shared purse"])
def test_what_a_dropped_plan_has_not_spent_is_free_again(words: tuple[str, ...]) -> None:
    """Of the county, and of those who granted: what is promised to a project that was given up is promised no more."""
    model = world(
        [*words, "leadership=terms", "leadership.continuity=0.2", "leadership.turnover=0.5"], small_world(9)
    )
    for _ in range(15):
        model.step()
        np.testing.assert_array_equal(model.state.counties.committed, committed(model))
    p = model.state.projects
    given_up = p.stage == Stage.ABANDONED
    assert (given_up & (p.paid > 0) & (p.paid < p.cost)).any()
    assert (given_up & (p.granted_central + p.granted_provincial > 0)).any() == bool(words)


JOINT = ("planning=basin", "planning.pooled=1")


@pytest.mark.parametrize("words", [(), JOINT], ids=["own purses", "one purse"])
def test_a_county_whose_plan_was_dropped_plans_anew_and_leaves_others_alone(words: tuple[str, ...]) -> None:
    """Between windows too; on its own patches, and within what it has itself until the window ends."""
    anew = 0
    for lived in (1, 3, 7, 9, 13):  # the next year is none in which a window opens
        model = world(
            [*words, "leadership=terms", "leadership.continuity=0.3", "leadership.turnover=0.5"],
            small_world(9),
        ).run(lived)
        state, now = model.state, model.in_force(model.year + 1)
        state.year += 1
        model.let(now.leadership.take_office, state, model.chance)
        p, c = state.projects, state.counties
        before = {name: values.copy() for name, values in p.to_columns().items()}
        listed, pool, dropped = len(state.sites), c.pool.copy(), _lost_plans(model)
        means = c.income * (5 - lived % 5) + state.ledger.available(c.account) - c.committed
        model._propose(now)
        for name, values in before.items():
            np.testing.assert_array_equal(p.to_columns()[name][: len(values)], values, err_msg=name)
        np.testing.assert_array_equal(c.pool, pool)
        new = np.arange(len(p)) >= len(before["stage"])
        assert set(p.county[new]) <= set(dropped)
        patches = state.sites.patch[listed:]
        np.testing.assert_array_equal(state.habitats.county[patches], p.county[state.sites.project[listed:]])
        for county in dropped:
            cost = p.cost[new & (p.county == county)].sum()
            assert cost <= max(now.planning.overbooking * means[county], 0.0) + 1.0
            anew += cost > 0
    assert anew > 2


def _lost_plans(model: RestorationModel) -> np.ndarray:
    """Counties of which a project was given up this year."""
    p = model.state.projects
    return np.unique(p.county[(p.stage == Stage.ABANDONED) & (p.since == model.state.year)])


def test_the_longer_the_blueprint_lasts_the_fewer_plans_are_dropped() -> None:
    dropping = []
    for continuity in (0.0, 0.3, 0.7, 1.0):
        model = world(["leadership=terms", f"leadership.continuity={continuity}"], small_world(9))
        model.run(5)
        dropping.append(model.state.projects.stage == Stage.ABANDONED)
    counts = [int(each.sum()) for each in dropping]
    assert counts[0] > counts[-1] == 0
    assert all(less >= more for less, more in pairwise(counts))


def test_an_audit_changes_goals_as_leaders_change() -> None:
    """Switched on in 2030: who was in office stays as before; after a term everybody aims at what lasts."""
    model = world(["leadership=terms", "leadership.audit={2024: 0.0, 2030: 1.0}", "leadership.visible=0.7"])
    c = model.state.counties
    for _ in range(20):
        model.step()
        since = np.where(c.leader_since >= 2030, 0.0, 0.7)
        np.testing.assert_allclose(c.visible_weight, since if model.year >= 2030 else 0.7)
    assert (c.visible_weight == 0.0).all()
    assert isinstance(force(model, "leadership"), Terms)


def test_permuting_counties_and_firms_changes_nothing_for_who_watches_and_leads() -> None:
    words = [
        *EYES,
        "enforcement.sanctions.disclosure=0.4",
        "enforcement.ground.rate=0.6",
        "people.inspectors=0.2",
    ]
    land = small_world(9, firms=5)
    plain, other = world(words, land).run(YEARS), world(words, counties_and_firms_reversed(land)).run(YEARS)
    for table in ("counties", "firms"):
        for name, values in plain.state.tables[table].to_columns().items():
            if name not in ("account", "prepaid_account", "fund", "county", "city", "province", "pool"):
                theirs = getattr(other.state.tables[table], name)[::-1]
                np.testing.assert_allclose(theirs, values, rtol=1e-12, atol=1e-13, err_msg=name)
    assert (plain.state.counties.leader_since > plain.state.start_year).any()


def test_fines_assessed_are_paid_outstanding_or_written_off_while_everybody_watches() -> None:
    """MR-52, with dear credit, closed funds and fines that bankrupt."""
    words = [
        *EYES, "enforcement.sanctions.fine=900000.0", "enforcement.sanctions.credit_premium=0.2",
        "enforcement.sanctions.close_fund=1", "people.firm_cash=20000.0", "people.firm_credit=20000.0",
        "people.belief_bare=0.0",
    ]  # fmt: skip
    model = world(words, small_world(9, firms=9))
    owed, rows = model.state.obligations, model.state.firms.account
    created = written = 0
    close = owed.close_year

    def closing(year: int) -> None:
        nonlocal created, written
        fine = owed.book(year).query("kind == 'fine'")
        created, written = (
            created + int(fine["created_fen"].sum()),
            written + int(fine["written_off_fen"].sum()),
        )
        close(year)

    owed.close_year = closing  # type: ignore[method-assign]
    model.run(YEARS)
    flows = model.ledger.flows()
    paid = int(flows.loc[flows["instrument"] == "fine_paid", "amount_fen"].sum())
    assert set(flows.loc[flows["instrument"] == "fine_paid", "payee"]) == {"outside:taxpayers"}
    assert created == paid + int(owed.outstanding("fine", rows).sum()) + written
    assert min(created, paid, written) > 0
    assert model.state.firms.bankrupt.any()
