"""Effectively restored: on the reference path for its age, on sound ground, composition not falling, for
years.

The reference path of a site starts at the structure it had when works began and grows like an unburdened
patch on good ground with moderate seed rain,

    P' = P + r_e (P + m) max(1 - P/K, 0)

A site holds in a year if structure >= P, substrate is above its threshold and composition has not fallen; it
is effective after so many consecutive years of holding once aftercare is over, and loses the title when it
stops holding. Land that stood at the limit already when works began was not restored by them and never counts.
A fixed condition (0.8) would call nothing restored for 40 years. Source: recovery rates as in the two-speed
form. Most likely wrong: one path for all sites of an ecosystem.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from model.parameters import Each, sourced
from model.state.state import State
from model.units import Floats, PerYear, Ratio, Share, Years
from model.vocabulary import Ecosystem, Stage

RateByEcosystem = Annotated[Floats, Each(Ecosystem, PerYear)]
ROUNDING = 1e-9


@dataclass(frozen=True)
class ReferencePath:
    """The yardstick, held fixed when recovery itself is varied."""

    writes: ClassVar[tuple[str, ...]] = (
        "sites.reference",
        "sites.composition_before",
        "sites.held",
        "sites.effective",
    )

    rate: RateByEcosystem = sourced(0.02, 0.40, "as two-speed recovery", "derived")
    rain: Ratio = sourced(0.005, 0.2, "moderate seed rain: 0.58 after 20 years", "assumed")
    limit: Share = sourced(0.5, 1.0, "where the path levels off", "assumed", "sweep")
    substrate: Share = sourced(0.3, 0.7, "sound ground, above the threshold of collapse", "assumed")
    years: Years = sourced(1, 10, "consecutive years after aftercare (effective_years)", "assumed", "sweep")

    def evaluate(self, state: State) -> None:
        """One year on its own path for every site that ever began.

        A patch that is treated again keeps the title that an earlier site earned, as long as that one holds.
        """
        sites, h, p = state.sites, state.habitats, state.projects
        rows = np.flatnonzero(sites.begun >= 0)
        patch = sites.patch[rows]
        path = np.minimum(sites.reference[rows], self.limit)
        path = path + self.rate[h.ecosystem[patch]] * (path + self.rain) * np.maximum(
            1.0 - path / self.limit, 0.0
        )
        falling = h.composition[patch] < sites.composition_before[rows] - ROUNDING
        holds = (h.structure[patch] >= path) & (h.substrate[patch] >= self.substrate) & ~falling
        holds &= (p.stage[sites.project[rows]] == Stage.CLOSED) & (sites.start_structure[rows] < self.limit)
        sites.reference[rows] = path
        sites.composition_before[rows] = h.composition[patch]
        sites.held[rows] = np.where(holds, np.minimum(sites.held[rows] + 1, 999), 0)
        sites.effective[:] = 0
        sites.effective[rows] = sites.held[rows] >= self.years
