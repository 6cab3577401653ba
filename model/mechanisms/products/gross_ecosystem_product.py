"""Gross ecosystem product: what land and water give in a year, valued by ecosystem and by how whole they are.

    product of a county = sum over its patches of value_e x area x (1 - taken) x (structure + composition) / 2

What farmland grows is sold already, so its unit value is 0 by default; carbon that was sold as credits is left out by
the indicator.

Condition stands for the physical accounts of the national guideline (flood, soil, water, air, climate, recreation),
which need hydrology and people that the model does not have. Source: Ouyang et al. 2020, Using gross ecosystem product
to value nature in decision making, PNAS 117:14593; unit values by the equivalent factors of Xie et al. 2015 (Journal of
Natural Resources 30:1243; about 3,400 yuan of 2010 a factor), in yuan of 2024. Most likely wrong: the unit values,
which differ several-fold between studies, and that they do not depend on how many people gain. So read changes
and differences, not the level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from model.parameters import Each, sourced
from model.state.state import State
from model.state.sums import sum_by
from model.units import Floats, YuanPerHectareYear
from model.vocabulary import Ecosystem

ValueByEcosystem = Annotated[Floats, Each(Ecosystem, YuanPerHectareYear)]


@dataclass(frozen=True)
class GrossEcosystemProduct:
    """Unit values times what is whole."""

    writes: ClassVar[tuple[str, ...]] = ("counties.ecosystem_product",)

    value: ValueByEcosystem = sourced(
        0.0,
        1_000_000.0,
        "yearly services of a whole hectare: equivalent factors of Xie et al. 2015 at about 4,600 yuan each;"
        " mangrove, tidal flat and bay by analogy with wetland",
        "recalled",
    )

    def account(self, state: State) -> None:
        """Sum the year's product by county, in yuan."""
        h = state.habitats
        worth = self.value[h.ecosystem] * h.area * h.condition
        state.counties.ecosystem_product[:] = sum_by(h.county, worth, len(state.counties))
