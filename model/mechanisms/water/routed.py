"""Loads of sediment and nutrients run downhill, are held back on the way, and are remembered by lakes and
bays.

Each patch emits by its ecosystem and slope, less where its condition is good; what arrives from upstream
passes on but for the part that it retains, wetlands and riparian forest most. With area A, condition x,
retention rho,

    emitted_i = A_i (export_e (1 - guard x_i) + scar (1 - cover_i)) (1 + slope_i / slope_scale)
    load_i    = emitted_i + sum_(j drains into i) fraction_j (1 - rho_j) load_j,   rho_i = retention_e x_i

The scar counts only where an ecosystem exports at all (export_e > 0). A water's load stock follows load over bearable
load with a lag (internal loading): stock' = stock + (q - stock) / lag. What a water can bear is not known: it is set
so that every water begins at rest under its first load. Bays mix with their neighbours before they answer. Sources:
export coefficients after Johnes 1996; lag of 10-15 years Zhao et al. 2020. Most likely wrong: one load that stands
for sediment, nitrogen and phosphorus together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np

from model.parameters import Each, sourced
from model.state.kernel import kernel
from model.state.state import State
from model.state.sums import sum_by
from model.units import Degrees, Duration, Floats, LoadPerHectare, Ratio, Share
from model.vocabulary import Ecosystem

LoadByEcosystem = Annotated[Floats, Each(Ecosystem, LoadPerHectare)]
ShareByEcosystem = Annotated[Floats, Each(Ecosystem, Share)]
DurationByEcosystem = Annotated[Floats, Each(Ecosystem, Duration)]


@dataclass(frozen=True)
class Routed:
    """Export, routing with retention, and load stocks that lag."""

    writes: ClassVar[tuple[str, ...]] = ("habitats.load", "habitats.load_stock", "habitats.bearable_load")

    export: LoadByEcosystem = sourced(
        0.0, 10.0, "phosphorus export coefficients, kg/ha/yr, order of Johnes 1996", "recalled"
    )
    guard: Share = sourced(0.3, 0.9, "good condition holds most of the export back", "assumed")
    scar: LoadPerHectare = sourced(0.0, 20.0, "extra export of uncovered ground", "assumed", "sweep")
    slope_scale: Degrees = sourced(5.0, 45.0, "slope that doubles the export", "assumed")
    retention: ShareByEcosystem = sourced(
        0.0, 0.6, "share retained in good condition, wetlands most", "assumed"
    )
    least_stock: Ratio = sourced(0.01, 0.2, "stock of the cleanest waters at the start", "assumed")
    lag: DurationByEcosystem = sourced(
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

    def balance(self, state: State) -> None:
        """Let the first loads run, and set what each water can bear so that it begins at rest: load over stock."""
        self.route(state)
        h = state.habitats
        stock = np.maximum(h.load_stock[h.waters], self.least_stock)
        h.bearable_load[h.waters] = self._arriving(state) / stock

    def _burden(self, state: State) -> Floats:
        """Arriving over bearable load of each water row; nothing bearable, nothing arrives."""
        bearable = state.habitats.bearable_load[state.habitats.waters]
        return np.asarray(self._arriving(state) / np.where(bearable > 0.0, bearable, 1.0))

    def _arriving(self, state: State) -> Floats:
        """Load that works on each water row: its own, or its part by area of what is in its bay after mixing."""
        h = state.habitats
        rows = h.waters
        arriving = h.load[rows].copy()
        inside = np.flatnonzero(h.bay[rows] >= 0)
        bay, area = h.bay[rows[inside]], h.area[rows[inside]]
        arriving[inside] = self._mixed(state, bay, arriving[inside], area)[bay] * area
        return arriving

    def _mixed(self, state: State, bay: Any, load: Floats, area: Floats) -> Floats:
        """Load by hectare of each bay after all exchanges at once (k, 3: bay, bay, share of water a year)."""
        total, size = sum_by(bay, load, state.bays), sum_by(bay, area, state.bays)
        one, other = state.network.bay_exchange[:, :2].astype(np.int64).T
        density = total / np.maximum(size, 1e-12)
        gap = (density[one] - density[other]) * np.minimum(size[one], size[other])
        moved = 0.5 * state.network.bay_exchange[:, 2] * gap
        total += sum_by(other, moved, state.bays) - sum_by(one, moved, state.bays)
        return np.asarray(total / np.maximum(size, 1e-12))


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
