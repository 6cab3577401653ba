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
        return self.maturity.sum(axis=2)

    def outstanding(self, kind: str, debtors: Ints) -> Fens:
        """What ``debtors`` owe of a kind, due or not, in fen."""
        return self.maturity[KINDS.index(kind), debtors].sum(axis=1)

    def due(self, kind: str, debtors: Ints) -> Fens:
        """What of it has fallen due, in fen."""
        return self.maturity[KINDS.index(kind), debtors, 0]

    def create(self, kind: str, debtors: Ints, amounts: Fens, due_in: int = 0) -> None:
        """New obligations of ``debtors`` (k,), due ``due_in`` years from now (beyond the horizon: at its end)."""
        _refuse_negative(kind, amounts)
        k = KINDS.index(kind)
        np.add.at(self.maturity[k, :, min(due_in, HORIZON - 1)], debtors, amounts)
        np.add.at(self.created[k], debtors, amounts)

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
        k = KINDS.index(kind)
        held = self.maturity[k, debtors]
        if (amounts > held.sum(axis=1)).any():
            raise ValueError(
                f"{kind}: more met or written off than {int((amounts > held.sum(axis=1)).sum())} owe"
            )
        before = np.cumsum(held, axis=1) - held
        taken = np.clip(amounts[:, None] - before, 0, held)
        self.maturity[k, debtors] = held - taken

    def close_year(self, year: int) -> None:
        """End the year: check the identity, let maturities come one year nearer."""
        closing = self.outstanding_all()
        gap = self.opening + self.created - self.met - self.written_off - closing
        if gap.any():
            kind, account = (int(v[0]) for v in np.nonzero(gap))
            raise AssertionError(
                f"{year}: {KINDS[kind]} of account {account} does not close by {gap[kind, account]}"
            )
        self._come_nearer(closing > 0)
        self._reset(closing)

    def _come_nearer(self, owing: NDArray[np.bool_]) -> None:
        """Maturities (kinds, accounts) of those who owe, by one year; what was due stays due."""
        owed = self.maturity[owing]
        owed[:, 1] += owed[:, 0]
        owed[:, :-1] = owed[:, 1:]
        owed[:, -1] = 0
        self.maturity[owing] = owed

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
    if (np.asarray(amounts) < 0).any():
        raise ValueError(f"{kind}: obligations must not be negative")
