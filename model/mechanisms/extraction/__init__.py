"""How mines open land, sell ore and pay their taxes (A5)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Outlook, Prices, Sales
from model.state.state import State


class Extraction(Protocol):
    """What an opened hectare owes, and when, is part of the form. ``foresee`` says what a year on the blacklist would
    take from each firm and how much land falls due this year, and writes nothing. ``extract`` reads prices and
    concessions, opens land (what stands on it falls), books sales, taxes and costs, creates reclamation duties and
    hands on each firm's sales. What becomes of opened land is the business of reclamation."""

    writes: tuple[str, ...]

    @property
    def duty_per_hectare(self) -> float: ...

    @property
    def duty_horizon(self) -> int: ...

    def foresee(self, state: State) -> Outlook: ...

    def extract(self, state: State, prices: Prices) -> Sales: ...
