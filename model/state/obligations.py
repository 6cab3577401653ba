"""What is owed and not yet paid: fines, reclamation duties, arrears (of counties to investors, of firms to suppliers),
land that its developer left, shore that must be balanced.

For every kind and every debtor, each year: opening + created = met + written off + closing, to the fen.
Amounts are kept by the years left until they fall due; what is met is met oldest first. A liability that
passes from one debtor to another is written off the first and created for the second, so nothing vanishes in
a bankruptcy.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.state.kernel import kernel
from model.state.sums import add_each
from model.units import Fens, Ints

HORIZON = 31
KINDS = (
    "fine",
    "reclamation_duty",
    "orphaned_duty",
    "availability_payment",
    "arrears",
    "abandoned_land",
    "shore_balance",
)


class Obligations:
    """Outstanding fen by kind, debtor account and years to maturity, with this year's movements."""

    def __init__(self, accounts: int) -> None:
        self.maturity: NDArray[np.int64] = np.zeros((len(KINDS), accounts, HORIZON), dtype=np.int64)
        self._reset(self.outstanding_all())

    def restore(self, maturity: NDArray[np.int64]) -> None:
        """Take over the outstanding amounts of a saved run, at the end of a year."""
        self.maturity = maturity
        self._reset(self.outstanding_all())

    def _reset(self, opening: Fens) -> None:
        self.opening = opening
        self.created = np.zeros_like(opening)
        self.met = np.zeros_like(opening)
        self.written_off = np.zeros_like(opening)

    def outstanding_all(self) -> Fens:
        """Outstanding fen, (kinds, accounts)."""
        return _owed_by_all(self.maturity)

    def outstanding(self, kind: str, debtors: Ints) -> Fens:
        """What ``debtors`` owe of a kind, due or not, in fen."""
        return _owed(self.maturity[KINDS.index(kind)], debtors)

    def due(self, kind: str, debtors: Ints) -> Fens:
        """What of it has fallen due, in fen."""
        return self.maturity[KINDS.index(kind), debtors, 0]

    def create(self, kind: str, debtors: Ints, amounts: Fens, due_in: int = 0) -> None:
        """New obligations of ``debtors`` (k,), due ``due_in`` years from now (beyond the horizon: at its end)."""
        _refuse_negative(kind, amounts)
        k = KINDS.index(kind)
        add_each(self.maturity[k, :, min(due_in, HORIZON - 1)], debtors, amounts)
        add_each(self.created[k], debtors, amounts)

    def meet(self, kind: str, debtors: Ints, amounts: Fens) -> None:
        """Obligations met by ``debtors`` (unique), oldest first. Raises ``ValueError`` for more than is owed."""
        self._reduce(kind, debtors, amounts)
        self.met[KINDS.index(kind), debtors] += amounts

    def write_off(self, kind: str, debtors: Ints, amounts: Fens | None = None) -> Fens:
        """Write off ``amounts`` (default: all) for unique ``debtors``; returns what was written off."""
        gone = self.outstanding(kind, debtors) if amounts is None else amounts
        self._reduce(kind, debtors, gone)
        self.written_off[KINDS.index(kind), debtors] += gone
        return gone

    def _reduce(self, kind: str, debtors: Ints, amounts: Fens) -> None:
        _refuse_negative(kind, amounts)
        maturity = self.maturity[KINDS.index(kind)]
        beyond = int((amounts > _owed(maturity, debtors)).sum())
        if beyond:
            raise ValueError(f"{kind}: more met or written off than {beyond} owe")
        _reduce_oldest(maturity, debtors, amounts)

    def close_year(self, year: int) -> None:
        """End the year: check the identity, let maturities come one year nearer."""
        closing = self.outstanding_all()
        gap = self.opening + self.created - self.met - self.written_off - closing
        if gap.any():
            kind, account = (int(v[0]) for v in np.nonzero(gap))
            raise AssertionError(
                f"{year}: {KINDS[kind]} of account {account} does not close by {gap[kind, account]}"
            )
        _come_nearer(self.maturity, closing)
        self._reset(closing)

    def book(self, year: int) -> pd.DataFrame:
        """This year's movements so far, one row a (kind, account) that has any, amounts in fen."""
        closing = self.outstanding_all()
        moved = np.nonzero(self.opening | self.created | closing)
        amounts = {
            "opening_fen": self.opening,
            "created_fen": self.created,
            "met_fen": self.met,
            "written_off_fen": self.written_off,
            "closing_fen": closing,
        }
        kinds = np.asarray(KINDS, dtype=object)[moved[0]]
        book = {"year": year, "kind": kinds, "account": moved[1]}
        return pd.DataFrame(book | {name: amount[moved] for name, amount in amounts.items()})


def _refuse_negative(kind: str, amounts: Fens) -> None:
    if (amounts < 0).any():
        raise ValueError(f"{kind}: obligations must not be negative")


@kernel
def _owed(maturity: Fens, debtors: Ints) -> Fens:
    """What each of ``debtors`` (k,) owes over all years of ``maturity`` (accounts, years)."""
    owed = np.zeros(debtors.size, dtype=np.int64)
    for k in range(debtors.size):
        for year in range(maturity.shape[1]):
            owed[k] += maturity[debtors[k], year]
    return owed


@kernel
def _owed_by_all(maturity: Fens) -> Fens:
    """What is owed over all years of ``maturity`` (kinds, accounts, years), (kinds, accounts)."""
    owed = np.zeros(maturity.shape[:2], dtype=np.int64)
    for kind in range(maturity.shape[0]):
        for account in range(maturity.shape[1]):
            for year in range(maturity.shape[2]):
                owed[kind, account] += maturity[kind, account, year]
    return owed


@kernel
def _reduce_oldest(maturity: Fens, debtors: Ints, amounts: Fens) -> None:
    """Take each amount (k,) from what its debtor owes in ``maturity`` (accounts, years), what is due first first."""
    for k in range(debtors.size):
        left = amounts[k]
        for year in range(maturity.shape[1]):
            taken = min(left, maturity[debtors[k], year])
            maturity[debtors[k], year] -= taken
            left -= taken
            if left == 0:
                break


@kernel
def _come_nearer(maturity: Fens, owed: Fens) -> None:
    """Let what is owed (kinds, accounts) come one year nearer in ``maturity``; what was due stays due."""
    last = maturity.shape[2] - 1
    for kind in range(maturity.shape[0]):
        for account in range(maturity.shape[1]):
            if owed[kind, account] > 0:
                maturity[kind, account, 0] += maturity[kind, account, 1]
                for year in range(1, last):
                    maturity[kind, account, year] = maturity[kind, account, year + 1]
                maturity[kind, account, last] = 0
