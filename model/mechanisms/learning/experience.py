"""Costs fall along an experience curve; firms believe what they and their neighbours have seen.

    cost factor = (1 + (own + shared * others') area / first area)^(log2(1 - rate))
    belief'     = belief + weight (sanctioned share among violators of the county - belief),  where there were any
    belief'     = belief + fade (prior - belief)                                               where there were none

Sources: experience curves (Wright 1936; Nagy et al. 2013); perceived sanction risk updated by own and
neighbours' experience (Sah 1991). Most likely wrong: that all counties learn at one rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Findings
from model.parameters import sourced
from model.state.state import State
from model.state.sums import sum_by
from model.units import Flags, Floats, Hectares, PerYear, Probability, Share

VISIBLE = 1e-6


@dataclass(frozen=True)
class Experience:
    """Experience curve and adaptive beliefs."""

    writes: ClassVar[tuple[str, ...]] = (
        "counties.experience",
        "counties.cost_factor",
        "firms.belief_bare",
        "firms.belief_fake",
    )

    rate: Share = sourced(
        0.0, 0.2, "cost reduction at each doubling; planting learns slowly", "assumed", "sweep"
    )
    first_area: Hectares = sourced(100.0, 10000.0, "area at which learning sets in", "assumed")
    shared: Share = sourced(0.0, 1.0, "others' experience that standards pass on (A13)", "assumed", "sweep")
    lowest_cost: Share = sourced(0.3, 1.0, "floor of the cost factor", "assumed")
    weight: PerYear = sourced(0.1, 0.9, "weight of this year's evidence", "assumed")
    fade: PerYear = sourced(0.0, 0.3, "return to the prior where nothing was seen", "assumed")
    prior_bare: Probability = sourced(
        0.0, 0.5, "believed sanction for bare land before any evidence", "assumed"
    )
    prior_fake: Probability = sourced(0.0, 0.3, "believed sanction for a fake before any evidence", "assumed")

    def learn(self, state: State, findings: Findings) -> None:
        """Counties first, then firms."""
        self._count_experience(state)
        m, f = state.mines, state.firms
        bare = findings.seen_bare | (m.bare > VISIBLE)
        fake = findings.seen_fake | (m.faked > VISIBLE)
        f.belief_bare[:] = self._updated(
            state, f.belief_bare, bare, findings.sanctioned_bare, self.prior_bare
        )
        f.belief_fake[:] = self._updated(
            state, f.belief_fake, fake, findings.sanctioned_fake, self.prior_fake
        )

    def _count_experience(self, state: State) -> None:
        c, sites, h = state.counties, state.sites, state.habitats
        begun = np.flatnonzero(sites.begun == state.year)
        patch = sites.patch[begun]
        c.experience[:] += sum_by(h.county[patch], h.area[patch], len(c))
        known = c.experience + self.shared * (c.experience.sum() - c.experience)
        exponent = np.log2(max(1.0 - self.rate, 1e-9))
        c.cost_factor[:] = np.maximum(
            (1.0 + known / max(self.first_area, 1e-9)) ** exponent, self.lowest_cost
        )

    def _updated(
        self, state: State, belief: Floats, violating: Flags, sanctioned: Flags, prior: float
    ) -> Floats:
        """Beliefs of all firms after a look at the violators of their home counties."""
        m, f = state.mines, state.firms
        home = f.county[m.firm]
        alive = m.orphaned == 0
        cases = sum_by(home, violating & alive, len(state.counties))
        hits = sum_by(home, sanctioned & alive, len(state.counties))
        share = (hits / np.maximum(cases, 1.0))[f.county]
        learnt = belief + self.weight * (share - belief)
        faded = belief + self.fade * (prior - belief)
        return np.clip(np.where(cases[f.county] > 0.0, learnt, faded), 0.0, 1.0)
