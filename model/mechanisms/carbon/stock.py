"""Carbon follows structure: slowly up, faster down, toward the stock that the ecosystem carries when it is
whole.

    c' = c + rate (reference_e S (1 - taken) - c),   rate = gain where the target is above, loss where below

Source: first-order approach to a reference stock (IPCC 2006 guidelines, tier 1 logic); 12 tCO2/ha/yr of young
forest in Sanming (carbon tickets) is 3.2 tC/ha/yr. Most likely wrong: soil carbon that follows plants without
delay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from model.parameters import Each, sourced
from model.state.kernel import kernel
from model.state.state import State
from model.units import Floats, PerYear, TonnesPerHectare
from model.vocabulary import Ecosystem

StockByEcosystem = Annotated[Floats, Each(Ecosystem, TonnesPerHectare)]


@dataclass(frozen=True)
class Stock:
    """Approach to a reference stock at its own rate."""

    writes: ClassVar[tuple[str, ...]] = ("habitats.carbon",)

    reference: StockByEcosystem = sourced(
        0.0, 400.0, "biomass and soil above bare ground, subtropical China", "recalled"
    )
    gain: PerYear = sourced(0.02, 0.08, "Sanming forest tickets: 11.9 tCO2/ha/yr when young", "derived")
    loss: PerYear = sourced(0.05, 0.3, "decay of what no longer stands", "assumed")

    def store(self, state: State) -> None:
        """Move every patch's stock one year toward its target."""
        h = state.habitats
        _store(h.ecosystem, h.structure, h.taken_share, self.reference, self.gain, self.loss, h.carbon)


@kernel
def _store(
    ecosystem: Any, structure: Any, taken: Any, reference: Any, gain: float, loss: float, carbon: Any
) -> None:
    for i in range(carbon.size):
        gap = reference[ecosystem[i]] * structure[i] * (1.0 - taken[i]) - carbon[i]
        carbon[i] += (gain if gap > 0.0 else loss) * gap
