"""Projects pass gates: money in hand, works done, acceptance on what is observed, years of aftercare,
closure.

Works are accepted where the mean observed condition of the sites has risen by what the mode promises, or is high;
else they are sent back, and after so many times they fail. Two surveys that each err tell the rise badly,

    se(rise) = sqrt(2 sum a^2) / sum a * error        (areas a of the sites, error of one patch's survey)

so works get the benefit of the doubt: they are sent back where the observed rise falls short by more than so many of
these errors. Without it the gate punishes an optimistic plan and not poor works: on the real landscape two thirds of
the natural recoveries that failed for good had risen as promised. More of it lets failed works pass; better monitoring
sharpens the gate (A11). Sources: whole-life management in the policy (A14); producers' risks of 5-10 % are customary
in acceptance sampling. Most likely wrong: that acceptance is honest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from model.intentions import Observation
from model.mechanisms.projects._purse import Purse
from model.parameters import Each, sourced
from model.state.state import State
from model.state.sums import sum_by
from model.units import Count, Flags, Floats, Ratio, Rows, Share, Years
from model.vocabulary import Mode, Stage

ShareByMode = Annotated[Floats, Each(Mode, Share)]


@dataclass(frozen=True)
class Gated(Purse):
    """Funding, acceptance, aftercare."""

    promised_rise: ShareByMode = sourced(
        0.0, 0.5, "rise of observed condition asked for acceptance", "assumed"
    )
    high_condition: Share = sourced(
        0.6, 0.95, "observed condition that is accepted without a rise", "assumed"
    )
    doubt: Ratio = sourced(
        0.0, 2.0, "standard errors in favour of the works; 0.5: a tenth of those just good enough fail twice",
        "assumed", "sweep",
    )  # fmt: skip
    most_reworks: Count = sourced(0, 5, "times a project may be sent back", "assumed")
    rework_years: Years = sourced(1, 3, "years of works added", "assumed")

    def awaiting(self, state: State) -> Rows:
        """Patches of projects that were handed in."""
        handed_in = state.projects.stage[state.sites.project] == Stage.SUBMITTED
        return state.sites.patch[handed_in].astype(np.int64)

    def judge(self, state: State, seen: Observation) -> None:
        """Hand in what is done, decide on what was handed in before, close what had its aftercare."""
        submitted = np.flatnonzero(state.projects.stage == Stage.SUBMITTED)
        cared, done = self._cared_for(state), self._done(state)
        self._decide(state, submitted, self._good_enough(state, submitted, seen))
        self._move(state, cared, Stage.CLOSED)
        self._move(state, done, Stage.SUBMITTED)

    def _good_enough(self, state: State, submitted: Rows, seen: Observation) -> Flags:
        """Whether the area-weighted mean of what was observed may meet the promise of each submitted project."""
        p, sites = state.projects, state.sites
        rows = np.flatnonzero(p.stage[sites.project] == Stage.SUBMITTED)
        area = state.habitats.area[sites.patch[rows]]
        project = sites.project[rows]
        whole = sum_by(project, area, len(p))[submitted]
        now = sum_by(project, area * seen.condition, len(p))[submitted] / whole
        then = sum_by(project, area * sites.observed_start[rows], len(p))[submitted] / whole
        spread = np.sqrt(2.0 * sum_by(project, area**2, len(p))[submitted]) / whole * seen.error
        risen: Flags = now - then + self.doubt * spread >= self.promised_rise[p.mode[submitted]]
        return risen | (now >= self.high_condition)

    def _decide(self, state: State, rows: Rows, good: Flags) -> None:
        p = state.projects
        again = ~good & (p.reworks[rows] < self.most_reworks)
        self._take_over(state, rows[good])
        self._move(state, rows[~good & ~again], Stage.FAILED)
        self._move(state, rows[again], Stage.UNDER_WAY)
        p.reworks[rows[again]] += 1
        p.since[rows[again]] = state.year + 1
        p.duration[rows[again]] = self.rework_years
