"""Loads of sediment and nutrients run downhill, are held back on the way, and are remembered by lakes and
bays.

Each patch emits by its ecosystem and slope, less where its condition is good; what arrives from upstream
passes on but for the part that it retains, wetlands and riparian forest most. With area A, condition x,
retention rho,

    emitted_i = A_i (export_e (1 - guard x_i) + scar (1 - cover_i)) (1 + slope_i / slope_scale)
    load_i    = emitted_i + sum_(j drains into i) fraction_j (1 - rho_j) load_j,   rho_i = retention_e x_i

A water's load stock follows load over critical load with a lag (internal loading): stock' = stock + (q -
stock) / lag. Bays mix with their neighbours before they answer. Sources: export coefficients after Johnes
1996; lag of 10-15 years Zhao et al. 2020. Most likely wrong: one load that stands for sediment, nitrogen and
phosphorus together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np

from model.parameters import Each, sourced
from model.state.kernel import kernel
from model.state.state import State
from model.state.sums import sum_by
from model.units import Degrees, Floats, LoadPerHectare, Ratio, Share
from model.vocabulary import Ecosystem

LoadByEcosystem = Annotated[Floats, Each(Ecosystem, LoadPerHectare)]
ShareByEcosystem = Annotated[Floats, Each(Ecosystem, Share)]
RatioByEcosystem = Annotated[Floats, Each(Ecosystem, Ratio)]


@dataclass(frozen=True)
class Routed:
    """Export, routing with retention, and load stocks that lag."""

    writes: ClassVar[tuple[str, ...]] = ("habitats.load", "habitats.load_stock")

    export: LoadByEcosystem = sourced(
        0.0, 10.0, "phosphorus export coefficients, kg/ha/yr, order of Johnes 1996", "recalled"
    )
    guard: Share = sourced(0.3, 0.9, "good condition holds most of the export back", "assumed")
    scar: LoadPerHectare = sourced(0.0, 20.0, "extra export of uncovered ground", "assumed", "sweep")
    slope_scale: Degrees = sourced(5.0, 45.0, "slope that doubles the export", "assumed")
    retention: ShareByEcosystem = sourced(
        0.0, 0.6, "share retained in good condition, wetlands most", "assumed"
    )
    critical: LoadByEcosystem = sourced(
        0.0, 1000.0, "load per ha of water at which its stock is 1", "assumed", "sweep"
    )
    lag: RatioByEcosystem = sourced(
        1.0, 20.0, "lakes and coasts answer after 10-15 years (Zhao 2020)", "measured"
    )

    def run(self, state: State) -> None:
        """Route this year's loads from the headwaters to the bays, then let the stocks of waters follow."""
        self.route(state)
        h = state.habitats
        waters = h.waters
        lag = np.maximum(self.lag[h.ecosystem[waters]], 1.0)
        h.load_stock[waters] += (self._burden(state) - h.load_stock[waters]) / lag

    def route(self, state: State) -> None:
        """Emit on every patch, then pass on from the headwaters down, less what is retained."""
        h, rivers = state.habitats, state.network.rivers
        _route(
            rivers.order, rivers.downstream, rivers.fraction, h.area, h.ecosystem, h.slope, h.cover,
            h.structure, h.composition, h.taken_share, self.export, self.retention,
            self.guard, self.scar, self.slope_scale, h.load,
        )  # fmt: skip

    def _burden(self, state: State) -> Floats:
        """Load over critical load of each water row; a bay's is that of the whole bay after mixing."""
        h = state.habitats
        rows = h.waters
        own = h.load[rows] / np.maximum(h.area[rows] * self.critical[h.ecosystem[rows]], 1e-12)
        bay = h.bay[rows]
        mixed = self._bay_burden(state)
        in_bay = (bay >= 0) & (mixed.size > 0)
        own[in_bay] = mixed[bay[in_bay]]
        return own

    def _bay_burden(self, state: State) -> Floats:
        """Load over critical load of each bay, after exchange with its neighbours (k, 3: bay, bay, rate)."""
        h = state.habitats
        bays = state.bays
        if bays == 0:
            return np.zeros(0)
        rows = h.waters[h.bay[h.waters] >= 0]
        arriving = sum_by(h.bay[rows], h.load[rows], bays)
        bearable = sum_by(h.bay[rows], h.area[rows] * self.critical[h.ecosystem[rows]], bays)
        for one, other, rate in state.network.bay_exchange:
            i, j = int(one), int(other)
            density = arriving / np.maximum(bearable, 1e-12)
            moved = 0.5 * rate * (density[i] - density[j]) * min(bearable[i], bearable[j])
            arriving[i] -= moved
            arriving[j] += moved
        burden: Floats = np.maximum(arriving, 0.0) / np.maximum(bearable, 1e-12)
        return burden


@kernel
def _route(
    order: Any, downstream: Any, fraction: Any, area: Any, ecosystem: Any, slope: Any, cover: Any,
    structure: Any, composition: Any, taken: Any, export: Any, retention: Any,
    guard: float, scar: float, slope_scale: float, load: Any,
) -> None:  # fmt: skip
    for i in range(load.size):
        condition = 0.5 * (structure[i] + composition[i]) * (1.0 - taken[i])
        per_hectare = export[ecosystem[i]] * (1.0 - guard * condition)
        if export[ecosystem[i]] > 0.0:
            per_hectare += scar * (1.0 - cover[i])
        load[i] = area[i] * per_hectare * (1.0 + slope[i] / slope_scale)
    for k in range(order.size):
        i = order[k]
        j = downstream[i]
        if j >= 0:
            condition = 0.5 * (structure[i] + composition[i]) * (1.0 - taken[i])
            load[j] += fraction[i] * (1.0 - retention[ecosystem[i]] * condition) * load[i]
