"""A share of sales goes into the firm's own restoration fund; supervision decides what a bankruptcy loses.

The fund is the firm's money, not a deposit with the state: the supervised share of it reaches the county when
the firm fails, creditors take the rest. Source: provincial fund formulas, 1-3.5 % of sales; the share lost is
assumed. Most likely wrong: one share for all firms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Sales
from model.parameters import sourced
from model.state.state import State
from model.state.sums import add_each
from model.units import Rows, Share


@dataclass(frozen=True)
class Accrued:
    """Accrual by sales, loss by lack of supervision."""

    writes: ClassVar[tuple[str, ...]] = ("counties.income",)

    rate: Share = sourced(
        0.01, 0.20, "provincial fund formulas 0.01-0.035 of sales; more is adequacy", "recalled"
    )
    supervised: Share = sourced(0.0, 1.0, "share of the fund that survives a bankruptcy", "assumed", "sweep")

    def accrue(self, state: State, sales: Sales) -> None:
        """Firms pay in what the rate asks for and their cash allows."""
        f, ledger = state.firms, state.ledger
        asked = np.floor(sales.sales * self.rate).astype(np.int64)
        ledger.post(
            "mine_fund_accrual",
            f.account,
            f.fund,
            np.minimum(asked, np.maximum(ledger.balance[f.account], 0)),
        )

    def wind_up(self, state: State, failed: Rows) -> None:
        """The supervised part to the home county, which so much less of the duty falls on; the rest to creditors."""
        f, ledger, owed = state.firms, state.ledger, state.obligations
        held = ledger.balance[f.fund[failed]]
        saved = np.floor(held * self.supervised).astype(np.int64)
        ledger.post("mine_fund_forfeited", f.fund[failed], state.counties.account[f.county[failed]], saved)
        ledger.post("mine_fund_lost", f.fund[failed], state.accounts.banks, held - saved)
        add_each(state.counties.income, f.county[failed], saved)
        debtors = f.account[failed]
        owed.meet(
            "reclamation_duty", debtors, np.minimum(saved, owed.outstanding("reclamation_duty", debtors))
        )
