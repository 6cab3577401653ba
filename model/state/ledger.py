"""Money: who paid whom, for what, in which year, in whole fen (int64) and by double entry.

Every posting takes from one account exactly what it gives to another, so the sum over all accounts never
changes. No account but the outside world and banks falls below its credit line: nobody spends what they do
not have. Amounts are split by largest remainder (Balinski & Young 1982), so no fen is lost. Most likely
wrong: that everybody pays at the end of the year.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from model.units import Fens, Floats, Ints

UNLIMITED = np.int64(2**62)
FLOW_COLUMNS = ("year", "payer", "payee", "instrument", "amount_fen")


class Overdrawn(ValueError):
    """An account would fall below its credit line; the message names account, balance and limit."""


def split(total: int, weights: Floats) -> Fens:
    """``total`` fen in parts proportional to ``weights`` (n,), by largest remainder; ties go to the earlier row.

    The parts sum to ``total``, none is negative, each is within one fen of its exact share. All weights zero: all
    parts zero, nothing is split. Raises ``ValueError`` for a negative total or weight.
    """
    weights = np.asarray(weights, dtype=np.float64)
    if total < 0 or (weights < 0).any() or not np.isfinite(weights).all():
        raise ValueError(f"cannot split {total} fen by {weights}: amounts and weights must not be negative")
    whole = weights.sum()
    if whole == 0.0:
        return np.zeros(weights.size, dtype=np.int64)
    exact = weights / whole * total
    parts = np.minimum(np.floor(exact).astype(np.int64), total)
    left = int(total - parts.sum())
    order = np.argsort(parts - exact, kind="stable")
    step = 1 if left >= 0 else -1
    for k in range(abs(left)):
        parts[order[k % order.size] if step > 0 else order[-1 - k % order.size]] += step
    return parts


class Ledger:
    """Accounts with names, balances and credit lines, and the postings between them."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.balance: Fens = np.zeros(0, dtype=np.int64)
        self.credit: Fens = np.zeros(0, dtype=np.int64)
        self.instruments: list[str] = []
        self._open: list[tuple[Ints, Ints, Ints, Fens, Ints, Ints]] = []
        self._closed: list[pd.DataFrame] = []

    def open(self, names: Sequence[str], credit: Fens | np.integer[Any] | int = 0) -> Ints:
        """Open accounts with empty balances and return their rows. ``credit``: how far each may go below zero."""
        twice = set(names) & set(self.names)
        if twice or len(set(names)) < len(names):
            raise ValueError(
                f"account names must be unique: {', '.join(sorted(twice)) or 'repeated in one call'}"
            )
        first = len(self.names)
        self.names.extend(names)
        self.balance = np.concatenate([self.balance, np.zeros(len(names), dtype=np.int64)])
        lines = np.broadcast_to(np.asarray(credit, dtype=np.int64), (len(names),))
        self.credit = np.concatenate([self.credit, lines])
        return np.arange(first, first + len(names))

    def available(self, accounts: Ints | int) -> Any:
        """What each account may still pay: balance plus credit line, in fen, never negative."""
        return np.maximum(self.balance[accounts] + self.credit[accounts], 0)

    def post(
        self,
        instrument: str,
        payer: Ints | int,
        payee: Ints | int,
        amount: Fens | int,
        project: Ints | int = -1,
        patch: Ints | int = -1,
    ) -> int:
        """Move ``amount`` fen from payers to payees (broadcast together); zero amounts leave no trace.

        Returns the total. Raises ``ValueError`` for a negative amount and :class:`Overdrawn` where a payer would fall
        below its credit line; nothing is booked then.
        """
        payers, payees, amounts, projects, patches = np.broadcast_arrays(
            *(np.atleast_1d(np.asarray(a, dtype=np.int64)) for a in (payer, payee, amount, project, patch))
        )
        if (amounts < 0).any():
            raise ValueError(
                f"{instrument}: {int((amounts < 0).sum())} amounts are negative; swap payer and payee"
            )
        keep = amounts > 0
        if not keep.any():
            return 0
        payers, payees, amounts = payers[keep], payees[keep], amounts[keep]
        after = self.balance.copy()
        np.subtract.at(after, payers, amounts)
        np.add.at(after, payees, amounts)
        self._refuse_overdraft(instrument, np.unique(payers), after)
        self.balance = after
        kind = np.full(payers.size, self._instrument(instrument), dtype=np.int64)
        self._open.append((payers, payees, kind, amounts, projects[keep], patches[keep]))
        return int(amounts.sum())

    def _refuse_overdraft(self, instrument: str, payers: Ints, after: Fens) -> None:
        short = payers[after[payers] < np.minimum(-self.credit[payers], self.balance[payers])]
        if short.size:
            worst = int(short[np.argmin(after[short])])
            raise Overdrawn(
                f"{instrument}: {self.names[worst]} would stand at {after[worst]} fen,"
                f" its limit is {-self.credit[worst]} ({short.size} accounts overdrawn); nothing was booked"
            )

    def _instrument(self, name: str) -> int:
        if name not in self.instruments:
            self.instruments.append(name)
        return self.instruments.index(name)

    def paid(self, instrument: str) -> pd.Series[int]:
        """Amounts paid so far this year under an instrument, by payee row, in fen."""
        code = self._instrument(instrument)
        totals = np.zeros(len(self.names), dtype=np.int64)
        for _, payees, kinds, amounts, _, _ in self._open:
            chosen = kinds == code
            np.add.at(totals, payees[chosen], amounts[chosen])
        return pd.Series(totals, index=self.names)

    def postings(self) -> tuple[Ints, Ints, Ints, Fens, Ints, Ints]:
        """This year's postings: payer, payee, instrument, amount, project, patch, each (k,)."""
        if not self._open:
            empty = np.zeros(0, dtype=np.int64)
            return (empty,) * 6
        return tuple(np.concatenate(part) for part in zip(*self._open, strict=True))  # type: ignore[return-value]

    def close_year(self, year: int, keep: bool = True) -> pd.DataFrame:
        """End the year: aggregate its postings to one row a (payer, payee, instrument) and return them."""
        payers, payees, kinds, amounts, _, _ = self.postings()
        self._open = []
        width = len(self.names)
        key = (payers * width + payees) * len(self.instruments) + kinds
        unique, place = np.unique(key, return_inverse=True)
        totals = np.zeros(unique.size, dtype=np.int64)
        np.add.at(totals, place, amounts)
        pair, kind = np.divmod(unique, max(len(self.instruments), 1))
        flows = pd.DataFrame(
            {
                "year": year,
                "payer": pair // width,
                "payee": pair % width,
                "instrument": kind,
                "amount_fen": totals,
            }
        )
        if keep:
            self._closed.append(flows)
        return flows

    def closed_flows(self) -> pd.DataFrame:
        """All closed years' flows by account row and instrument number, as they are kept."""
        if not self._closed:
            return pd.DataFrame({name: pd.Series(dtype="int64") for name in FLOW_COLUMNS})
        return pd.concat(self._closed, ignore_index=True)

    def restore_flows(self, flows: pd.DataFrame) -> None:
        """Take over closed years from :meth:`closed_flows` of a saved ledger."""
        self._closed = [flows] if len(flows) else []

    def flows(self) -> pd.DataFrame:
        """All closed years' flows with account and instrument names: year, payer, payee, instrument, amount_fen."""
        flows = self.closed_flows()
        names = np.asarray(self.names, dtype=object)
        instruments = np.asarray(self.instruments, dtype=object)
        return flows.assign(
            payer=names[flows["payer"]],
            payee=names[flows["payee"]],
            instrument=instruments[flows["instrument"]],
        )
