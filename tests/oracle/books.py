"""Money and obligations kept in dictionaries: account -> fen, and (kind, debtor) -> {year due: fen}."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

Flow = tuple[int, str, str, str]

LONGEST = 30  # years: what falls due later is kept as due in so many
KINDS = ("fine", "reclamation_duty", "orphaned_duty", "arrears", "abandoned_land")
WITHOUT_LIMIT = 2**62


def fen(yuan: float) -> int:
    """Whole fen, halves to even."""
    return round(yuan * 100.0)


def split(total: int, weights: list[float]) -> list[int]:
    """``total`` by largest remainder, ties to the earlier."""
    whole = sum(Fraction(weight) for weight in weights)
    if whole == 0:
        return [0 for _ in weights]
    exact = [total * Fraction(weight) / whole for weight in weights]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda k: parts[k] - exact[k])
    for k in by_remainder[: total - sum(parts)]:
        parts[k] += 1
    return parts


class Ledger:
    """Accounts by name, and who paid whom for what."""

    def __init__(self) -> None:
        self.balance: dict[str, int] = {}
        self.credit: dict[str, int] = {}
        self.flows: dict[Flow, int] = defaultdict(int)
        self.year = 0

    def open(self, name: str, credit: int = 0) -> str:
        assert name not in self.balance, f"{name} has an account"
        self.balance[name], self.credit[name] = 0, credit
        return name

    def available(self, name: str) -> int:
        return max(self.balance[name] + self.credit[name], 0)

    def pay(self, instrument: str, payer: str, payee: str, amount: int) -> None:
        assert amount >= 0, f"{instrument}: {amount}"
        if amount == 0:
            return
        assert amount <= self.available(payer), f"{instrument}: {payer} cannot pay {amount}"
        self.balance[payer] -= amount
        self.balance[payee] += amount
        self.flows[self.year, payer, payee, instrument] += amount

    def close_year(self) -> None:
        assert sum(self.balance.values()) == 0


class Obligations:
    """What is owed, by kind and debtor, in lots by the year in which they fall due."""

    def __init__(self) -> None:
        self.lots: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.year = 0

    def create(self, kind: str, debtor: str, amount: int, due_in: int = 0) -> None:
        self.lots[kind, debtor][self.year + min(due_in, LONGEST)] += amount

    def outstanding(self, kind: str, debtor: str) -> int:
        return sum(self.lots[kind, debtor].values())

    def due(self, kind: str, debtor: str) -> int:
        return sum(amount for year, amount in self.lots[kind, debtor].items() if year <= self.year)

    def meet(self, kind: str, debtor: str, amount: int) -> None:
        """Oldest first."""
        lots = self.lots[kind, debtor]
        for year in sorted(lots):
            met = min(amount, lots[year])
            lots[year] -= met
            amount -= met
        assert amount == 0, f"{debtor} owes less {kind}"

    def write_off(self, kind: str, debtor: str) -> int:
        gone = self.outstanding(kind, debtor)
        self.lots[kind, debtor].clear()
        return gone
