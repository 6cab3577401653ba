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

from model.state.kernel import kernel
from model.state.sums import add_each
from model.units import Fens, Floats, Ints

UNLIMITED = np.int64(2**62)
FLOW_COLUMNS = ("year", "payer", "payee", "instrument", "amount_fen")
PAYER, PAYEE, INSTRUMENT, AMOUNT = range(4)
PAYER_BITS, PAYEE_BITS = 36, 10  # where payer and payee stand in the key of a flow, the instrument below them
MOST_ACCOUNTS, MOST_INSTRUMENTS = 2**26 - 1, 2**10 - 1


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
        self._open: list[Ints] = []  # one array a call of post, a row a column of postings()
        self._closed: list[tuple[int, Ints, Fens]] = []  # year, keys of its flows, their amounts

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
        columns = (payer, payee, -1, amount, project, patch)
        entries = np.empty((len(columns), np.broadcast(*columns).size), dtype=np.int64)
        for row, column in enumerate(columns):
            entries[row] = column
        negative, kept = _without_zeros(entries)
        if negative:
            raise ValueError(f"{instrument}: {negative} amounts are negative; swap payer and payee")
        if kept == 0:
            return 0
        if kept < entries.shape[1]:
            entries = entries[:, :kept].copy()
        after = self.balance.copy()
        total, short = _move(after, entries, self.balance, self.credit)
        if short:
            self._refuse_overdraft(instrument, after)
        self.balance = after
        entries[INSTRUMENT] = self._instrument(instrument)
        self._open.append(entries)
        return int(total)

    def _refuse_overdraft(self, instrument: str, after: Fens) -> None:
        """Say who would fall below the credit line, or deeper below it."""
        short = np.flatnonzero(after < np.minimum(-self.credit, self.balance))
        worst = int(short[np.argmin(after[short])])
        raise Overdrawn(
            f"{instrument}: {self.names[worst]} would stand at {after[worst]} fen,"
            f" its limit is {-self.credit[worst]} ({short.size} accounts overdrawn); nothing was booked"
        )

    def _instrument(self, name: str) -> int:
        if name not in self.instruments:
            self.instruments.append(name)
        return self.instruments.index(name)

    def postings(self) -> tuple[Ints, Ints, Ints, Fens, Ints, Ints]:
        """This year's postings: payer, payee, instrument, amount, project, patch, each (k,)."""
        nothing = np.zeros((6, 0), dtype=np.int64)
        return tuple(np.concatenate([nothing, *self._open], axis=1))

    def close_year(self, year: int, keep: bool = True) -> None:
        """End the year; with ``keep`` its postings stay as flows, one a (payer, payee, instrument)."""
        if keep:
            self._closed.append((year, *self._flows_of_year()))
        self._open = []

    def _flows_of_year(self) -> tuple[Ints, Fens]:
        """The open year's flows: payer, payee and instrument in one number each, and amounts."""
        payers, payees, kinds, amounts, _, _ = self.postings()
        keys, place = np.unique(_flow_key(payers, payees, kinds), return_inverse=True)
        totals = np.zeros(keys.size, dtype=np.int64)
        add_each(totals, place, amounts)
        return keys, totals

    def closed_flows(self) -> pd.DataFrame:
        """All closed years' flows by account row and instrument number."""
        nothing = np.zeros(0, dtype=np.int64)
        years = [np.full(keys.size, year) for year, keys, _ in self._closed]
        keys = np.concatenate([nothing, *(keys for _, keys, _ in self._closed)])
        columns = (
            np.concatenate([nothing, *years]),
            keys >> PAYER_BITS,
            (keys >> PAYEE_BITS) & MOST_ACCOUNTS,
            keys & MOST_INSTRUMENTS,
            np.concatenate([nothing, *(amounts for _, _, amounts in self._closed)]),
        )
        return pd.DataFrame(dict(zip(FLOW_COLUMNS, columns, strict=True)))

    def restore_flows(self, flows: pd.DataFrame) -> None:
        """Take over closed years from :meth:`closed_flows` of a saved ledger."""
        year, payer, payee, kind, amount = flows[list(FLOW_COLUMNS)].to_numpy(dtype=np.int64).T
        keys = _flow_key(payer, payee, kind)
        self._closed = [(int(each), keys[year == each], amount[year == each]) for each in np.unique(year)]

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


def _flow_key(payer: Ints, payee: Ints, kind: Ints) -> Ints:
    """Flows in the order of payer, payee, instrument, in 16 bytes each with their amount: large runs keep millions."""
    return np.asarray((payer << PAYER_BITS) | (payee << PAYEE_BITS) | kind)


@kernel
def _without_zeros(entries: Ints) -> tuple[int, int]:
    """How many amounts of ``entries`` are negative and how many above zero; the latter move to the front, in order."""
    negative = kept = 0
    for k in range(entries.shape[1]):
        negative += entries[AMOUNT, k] < 0
        if entries[AMOUNT, k] > 0:
            for row in range(entries.shape[0]):
                entries[row, kept] = entries[row, k]
            kept += 1
    return negative, kept


@kernel
def _move(after: Fens, entries: Ints, before: Fens, credit: Fens) -> tuple[int, bool]:
    """Move the amounts of ``entries`` in ``after``: their total, and whether some payer ends below its line, or deeper
    below it."""
    total = 0
    for k in range(entries.shape[1]):
        after[entries[PAYER, k]] -= entries[AMOUNT, k]
        after[entries[PAYEE, k]] += entries[AMOUNT, k]
        total += entries[AMOUNT, k]
    short = False
    for k in range(entries.shape[1]):
        payer = entries[PAYER, k]
        short |= after[payer] < min(-credit[payer], before[payer])
    return total, short
