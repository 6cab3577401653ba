"""Log prices that wander and return: one shock common to all minerals, one to each, one to carbon.

    log p_t = sum over the last L years k of persistence^k shock_(t-k)

a first-order autoregression cut off after L years, so that the path needs no memory beyond its own dice.
Mineral prices are mostly common, which is why failures of firms cluster. Sources: mean reversion of commodity
prices (Schwartz 1997); CCER prices 40 (2022), 63 (2024), 70 (2025) yuan/t. Most likely wrong: that the carbon
price has no trend of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Prices
from model.parameters import sourced
from model.state.state import State
from model.state.streams import Chance
from model.units import Floats, Ratio, Share, YuanPerTonne
from model.vocabulary import Mineral

LAGS = np.arange(
    25
)  # years of shocks that still count; older ones are persistence^50 of the variance, 0.9^50 = 0.5 %


@dataclass(frozen=True)
class MeanReverting:
    """Autoregressive log prices around given levels."""

    writes: ClassVar[tuple[str, ...]] = ()

    persistence: Share = sourced(
        0.5, 0.9, "commodity prices revert over some years (Schwartz 1997)", "recalled"
    )
    common_shock: Ratio = sourced(0.05, 0.30, "yearly standard deviation common to minerals", "assumed")
    own_shock: Ratio = sourced(0.0, 0.20, "yearly standard deviation of one mineral", "assumed")
    carbon_price: YuanPerTonne = sourced(11.0, 80.0, "CCER 2025, ditan.com", "measured")
    carbon_shock: Ratio = sourced(0.0, 0.30, "yearly standard deviation of the carbon price", "assumed")

    def quote(self, state: State, chance: Chance) -> Prices:
        """Prices of this year."""
        common = self._path(chance, "markets/common", state.year, 0)
        own = np.array([self._path(chance, "markets/own", state.year, code) for code in Mineral])
        carbon = self._path(chance, "markets/carbon", state.year, 0)
        mineral: Floats = np.exp(self.common_shock * common + self.own_shock * own)
        return Prices(mineral, float(self.carbon_price * np.exp(self.carbon_shock * carbon)))

    def _path(self, chance: Chance, purpose: str, year: int, draw: int) -> float:
        shocks = chance.scalar_normals(purpose, year - LAGS, draw)
        return float(np.dot(self.persistence**LAGS, shocks))
