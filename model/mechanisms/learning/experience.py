"""Costs of each way to restore fall along a curve of its own; firms believe what they and their neighbours have seen.

    cost factor = (1 + (own + shared * others') area / first area)^(log2(1 - rate)),   by county and way
    belief'     = belief + e weight (sanctioned share of the violators known - belief) + (1 - e) fade (prior - belief)

with the area that was worked on in that way, for fences teach nobody to rebuild a mine; all violators of the home
county known, those elsewhere as far as cases are disclosed; and e the evidence, 1 from one known violator on.

Sources: experience curves (Wright 1936; Nagy et al. 2013); perceived sanction risk updated by own and
neighbours' experience (Sah 1991). Most likely wrong: that all counties learn at one rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Findings
from model.parameters import sourced
from model.state.people import WAYS
from model.state.state import State
from model.state.sums import sum_by
from model.units import Flags, Floats, Hectares, PerYear, Probability, Share

VISIBLE = 1e-6


@dataclass(frozen=True)
class Experience:
    """Experience curve and adaptive beliefs."""

    writes: ClassVar[tuple[str, ...]] = (
        "practice.experience",
        "practice.cost_factor",
        "firms.belief_bare",
        "firms.belief_fake",
    )

    rate: Share = sourced(
        0.0, 0.2, "cost reduction at each doubling; planting learns slowly", "assumed", "sweep"
    )
    first_area: Hectares = sourced(
        100.0, 10000.0, "area in one way to restore at which learning sets in", "assumed"
    )
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
        told = findings.disclosed
        cases, hits = self._known(state, bare, told), self._known(state, findings.sanctioned_bare, told)
        f.belief_bare[:] = self._updated(f.belief_bare, cases, hits, self.prior_bare)
        cases, hits = self._known(state, fake, told), self._known(state, findings.sanctioned_fake, told)
        f.belief_fake[:] = self._updated(f.belief_fake, cases, hits, self.prior_fake)

    def _count_experience(self, state: State) -> None:
        """Area begun this year, by county and way; then the curve, others' experience counting in part."""
        practice, sites, h = state.practice, state.sites, state.habitats
        begun = np.flatnonzero(sites.begun == state.year)
        patch = sites.patch[begun]
        way = h.county[patch].astype(np.int64) * WAYS + sites.mode[begun] - 1
        practice.experience[:] += sum_by(way, h.area[patch], len(practice))
        own = practice.by_county(practice.experience)
        known = own + self.shared * (own.sum(axis=0) - own)
        exponent = np.log2(max(1.0 - self.rate, 1e-9))
        curve = (1.0 + known / max(self.first_area, 1e-9)) ** exponent
        practice.cost_factor[:] = np.maximum(curve, self.lowest_cost).ravel()

    def _known(self, state: State, mines: Flags, told: float) -> Floats:
        """How many of the flagged mines each firm hears of: all of its home county, and in part those elsewhere."""
        m, f = state.mines, state.firms
        home = sum_by(f.county[m.firm], mines & (m.orphaned == 0), len(state.counties))
        known: Floats = (home + told * (home.sum() - home))[f.county]
        return known

    def _updated(self, belief: Floats, cases: Floats, hits: Floats, prior: float) -> Floats:
        """Beliefs of all firms after a look at the violators that they know of; less than one case is less evidence."""
        share = hits / np.where(cases > 0.0, cases, 1.0)
        evidence = np.minimum(cases, 1.0)
        learnt = evidence * self.weight * (share - belief)
        faded = (1.0 - evidence) * self.fade * (prior - belief)
        return np.clip(belief + learnt + faded, 0.0, 1.0)
