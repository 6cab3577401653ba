"""The fee for reclaiming temporary land lies in an account that developer and county control together, before the land
is taken.

    prepaid + interest = held + released + forfeited,   to the fen, by account and year

A parcel given back and accepted releases its fee with interest; the fee of a parcel that was left is forfeited and
spent on reclaiming it. Source: the rules on land reclamation let developers prepay at once or in parts, the first of at
least a fifth of the whole. Most likely wrong: that the county spends a forfeited fee at once and on that parcel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Takings
from model.parameters import sourced
from model.state.state import State
from model.units import PerYear, Rows, Share
from model.vocabulary import ParcelStage


@dataclass(frozen=True)
class ReclamationFee:
    """A share of the cost of reclamation, held until the land is back."""

    writes: ClassVar[tuple[str, ...]] = ("parcels.prepaid", "parcels.held")

    prepaid: Share = sourced(
        0.0, 1.0, "part of the cost paid before taking; at least 0.2 where paid in parts", "recalled", "sweep"
    )
    interest: PerYear = sourced(0.0, 0.03, "deposit rate of banks, real", "assumed")

    def prepay(self, state: State, takings: Takings) -> None:
        """Developers pay the fee of this year's parcels into the account of the county where each lies."""
        p, rows = state.parcels, takings.parcels
        paid = np.floor(p.cost[rows] * self.prepaid).astype(np.int64)
        p.prepaid[rows] = self.prepaid
        p.held[rows] = paid
        account = self._account(state, rows)
        state.ledger.post("fee_prepaid", state.accounts.developers, account, paid, patch=p.patch[rows])

    def settle(self, state: State) -> None:
        """Interest on what lay there all year; then fees of closed parcels leave the account."""
        p, ledger, outside = state.parcels, state.ledger, state.accounts
        rows = np.flatnonzero(p.held > 0)
        account, patch = self._account(state, rows), p.patch[rows]
        earned = np.floor(p.held[rows] * self.interest).astype(np.int64) * (p.begun[rows] < state.year)
        ledger.post("fee_interest", outside.banks, account, earned, patch=patch)
        p.held[rows] += earned
        back = np.where(p.stage[rows] == ParcelStage.RECLAIMED, p.held[rows], 0)
        lost = np.where(p.stage[rows] == ParcelStage.LEFT, p.held[rows], 0)
        ledger.post("fee_released", account, outside.developers, back, patch=patch)
        county = state.counties.account[state.habitats.county[patch]]
        ledger.post("fee_forfeited", account, county, lost, patch=patch)
        ledger.post("forfeited_reclamation", county, outside.contractors, lost, patch=patch)
        p.held[rows] -= back + lost

    def _account(self, state: State, rows: Rows) -> Rows:
        """Ledger rows of the jointly controlled accounts for parcels ``rows``."""
        county = state.habitats.county[state.parcels.patch[rows]]
        return np.asarray(state.counties.prepaid_account[county])
