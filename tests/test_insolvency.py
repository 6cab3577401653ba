"""Firms that have dug out their mines go, rich as they are, and leave what they have not reclaimed to the public."""

from __future__ import annotations

import numpy as np
import pytest

from model.restoration_model import RestorationModel
from model.units import Rows
from model.vocabulary import Cause
from tests.paired import interval, means
from tests.small_worlds import small_world
from tests.test_conservation import lives_and_closes
from tests.worlds import world

DUG_OUT, REPENTANT, AT_WORK = range(3)
"""The firms of the small world: idle with reclamation overdue, idle with none overdue, at work with some overdue."""
FINE, BILLS, OVERDUE, LATER, SAVED = 400, 300, 5_000, 70_000, 1_000


def _three_firms(cash: int) -> RestorationModel:
    """The three firms with the same cash, fines and bills; what they hold and owe besides is nothing."""
    words = ("funding.mine_fund.supervised=0.5", "insolvency.years=3", "insolvency.exhausted=0.0")
    model = world(words, small_world(9, firms=3, counties=1), connectivity_every=0)
    state, outside = model.state, model.state.accounts
    f, ledger, owed = state.firms, state.ledger, state.obligations
    owed.write_off("reclamation_duty", f.account)
    ledger.post("gift", f.account, outside.treasury, ledger.balance[f.account])
    ledger.post("gift", outside.treasury, f.account, max(cash, 0))
    ledger.post("draft", f.account, outside.treasury, max(-cash, 0))
    ledger.post("gift", outside.treasury, f.fund, SAVED)
    for kind, amount, due_in in (("fine", FINE, 0), ("arrears", BILLS, 0), ("reclamation_duty", LATER, 9)):
        owed.create(kind, f.account, np.full(3, amount), due_in)
    owed.create("reclamation_duty", f.account, np.array([OVERDUE, 0, OVERDUE]))
    with state.opened(["mines.active", "mines.bare"]):
        state.mines.bare[:] += state.mines.active
        state.mines.active[:] = np.where(state.mines.firm == AT_WORK, 1.0, 0.0)
    return model


def _fail(model: RestorationModel) -> Rows:
    return model.let(model.in_force(model.year).insolvency.fail, model.state)


@pytest.mark.parametrize("cash", [10_000_001, 500, -300])
def test_a_dug_out_firm_is_closed_after_years_and_every_fen_goes_where_the_order_says(cash: int) -> None:
    """Fines, then suppliers, as far as cash reaches; owners the rest; banks lose what was drawn; the county owes the
    duty less what of the fund was supervised. The firms that have nothing overdue, or are at work, stay as they are."""
    model = _three_firms(cash)
    state, now, outside = model.state, model.in_force(model.year), model.state.accounts
    f, m, ledger, owed, home = (
        state.firms,
        state.mines,
        state.ledger,
        state.obligations,
        state.counties.account,
    )
    places = [outside.taxpayers, outside.contractors, outside.households, outside.banks, home[0]]
    assert [_fail(model).tolist() for _ in range(2)] == [[], []]
    failed = _fail(model)
    assert failed.tolist() == [DUG_OUT]
    before, left = ledger.balance[places].copy(), (m.bare + m.faked)[m.firm == DUG_OUT]
    model.let(now.mine_fund.wind_up, state, failed)
    model.let(now.insolvency.orphan, state, failed)

    fine = min(max(cash, 0), FINE)
    bills = min(max(cash, 0) - fine, BILLS)
    half = SAVED // 2
    got = [fine, bills, max(cash, 0) - fine - bills, half + min(cash, 0), half]
    assert (ledger.balance[places] - before).tolist() == got
    assert ledger.balance[f.account].tolist() == [0, cash, cash]
    assert ledger.balance.sum() == 0
    assert owed.outstanding("orphaned_duty", home).tolist() == [OVERDUE + LATER - half]
    for kind in ("fine", "arrears", "reclamation_duty"):
        assert (owed.outstanding(kind, f.account) > 0).tolist() == [False, True, True]
    owed.close_year(model.year)

    gone = m.firm == DUG_OUT
    assert f.bankrupt.tolist() == [1, 0, 0]
    assert (m.orphaned == gone).all()
    assert ((model.habitats.cause[m.patch] == Cause.LEGACY_MINE) == gone).all()
    np.testing.assert_array_equal((m.bare + m.faked)[gone], left)


def test_a_firm_that_opens_land_again_or_does_its_duty_begins_to_count_anew() -> None:
    """Two years idle with duties overdue, then one with land at work or with nothing overdue: three more are needed."""
    for mend in (_open, _do):
        model = _three_firms(10_000_001)
        assert [_fail(model).size for _ in range(2)] == [0, 0]
        assert model.state.firms.arrears_years[DUG_OUT] == 2
        mend(model)
        assert _fail(model).size == 0
        assert model.state.firms.arrears_years[DUG_OUT] == 0


def _open(model: RestorationModel) -> None:
    with model.state.opened(["mines.active"]):
        model.state.mines.active[:] = 1.0


def _do(model: RestorationModel) -> None:
    model.state.obligations.meet(
        "reclamation_duty", model.state.firms.account[[DUG_OUT]], np.array([OVERDUE])
    )


RICH = (
    "people.firm_cash=500000.0",
    "extraction.front=0.3",
    "extraction.open_rate=0.3",
    "enforcement.sanctions.fine=0.0",
    "enforcement.sanctions.fine_per_case=30000.0",
    "enforcement.sanctions.carried_out=0.2",
)
"""Nobody fails for want of cash, and mines are dug out in a dozen years: who goes was closed.
The law is that of usual practice."""
NEVER = ("insolvency.years=1000",)


def test_money_duties_and_land_close_while_rich_firms_are_closed() -> None:
    """G10 to G13 over years in which nobody draws on a bank and firms go all the same; their owners are paid."""
    model = world(RICH, small_world(9, firms=9), connectivity_every=0)
    lives_and_closes(model, 30)
    flows = model.ledger.flows().groupby("instrument")["amount_fen"].sum()
    assert "loan_loss" not in flows.index
    assert flows["dividends"] > 0
    assert model.state.firms.bankrupt.sum() > 1


@pytest.mark.slow
def test_closed_firms_leave_more_legacy_mines_after_fifty_years_of_usual_practice() -> None:
    """Stated before: at least a tenth more legacy mines in the end than where no firm ever goes, of firms that are too
    rich to fail otherwise."""
    without, closed = (
        means(words, "legacy_mines_ha", years=50, late=49, count=8, seed=43, first=2100)
        for words in ((*RICH, *NEVER), RICH)
    )
    assert interval(closed - without)[0] > 0.1 * without.mean()
