"""Who may sell the carbon that land has taken up, and to whom the money goes (A10)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import CarbonTerms, Prices
from model.state.state import State


class CarbonMarket(Protocol):
    """``terms`` says what an investor would earn by a tonne of carbon on each site; ``sell`` credits and pays what was
    *measured*. How much carbon there is is the business of carbon, who invests that of social capital."""

    writes: tuple[str, ...]

    def terms(self, state: State, prices: Prices) -> CarbonTerms: ...

    def sell(self, state: State, prices: Prices) -> None: ...
