"""Who is there when the run begins, and with what: money, beliefs, leniency, capital."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from model.landscapes.landscape import Landscape
from model.state.ledger import Ledger
from model.state.network import Layer
from model.state.people import Centre, Cities, Counties, Firms, Investors, Mines, Provinces, Trust
from model.state.state import Accounts
from model.state.streams import Chance


@dataclass(frozen=True)
class Founded:
    """The people of a run with their accounts, opening balances booked; ``contacts`` links investors."""

    centre: Centre
    provinces: Provinces
    counties: Counties
    cities: Cities
    firms: Firms
    mines: Mines
    investors: Investors
    trust: Trust
    contacts: Layer
    accounts: Accounts


class People(Protocol):
    """Reads the landscape and chance; opens accounts in an empty ledger and books what everybody starts with."""

    writes: tuple[str, ...]

    def found(self, landscape: Landscape, ledger: Ledger, chance: Chance, year: int) -> Founded: ...
