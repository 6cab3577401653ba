"""Projects pass gates: money in hand, works done, acceptance site by site on what is observed, years of aftercare,
closure.

Acceptance looks twice at every site. Works that failed leave a sign, planting that is dead or a fence that is cut, and
who visits finds it with some power. And the observed condition has risen by what the mode promises, or is high. A
survey errs, before works and after, so the rise gets the benefit of the doubt:

    passes = no sign found, and   now - then + doubt sqrt(2) error >= promised rise   or   now >= high condition

Condition after three years is weather and error more than works, which is why the sign is asked for too. It is not
judged by a project's mean: works fail site by site, and among many good sites a bad one does not show.

The project is accepted for the sites that pass and cared for. The others are set apart as a *remainder*, a project that
costs nothing more. Planting and rebuilding are done again at the contractor's cost; what is left to nature gets more
time, as a closure is extended where it has not worked yet. After so many times they fail, get no care and may be
planned anew. A project of which no site passes goes the same way whole. Works were paid as they went on, and nothing is
kept back or taken back. Upkeep goes with the area, and so does what a partner was promised: the payment for a remainder
begins when that is accepted and lapses when it fails.

What is given up in the end are mostly sound works (on Xiamen 74 to 90 % of the hectares): works that fail time after
time are rare, while the survey of one patch errs by 0.10 to 0.13, as much as works bring in three years, and every look
is held against the same first survey. Sources: whole-life management in the policy (A14); terms of closure (GB/T
15163); producers' risks of 5-10 % are customary in acceptance sampling; survival is counted when plantings are
accepted. Most likely wrong: the promises, for sound planting brings 60 to 85 % of them in three years and a part of it
is turned away; that acceptance is honest; that sound works never look failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from model.intentions import Observation
from model.mechanisms.projects._purse import Purse
from model.parameters import Each, sourced
from model.state.state import State
from model.state.streams import Chance
from model.state.sums import is_one_of, sum_by
from model.units import Count, Flags, Floats, Probability, Ratio, Rows, Share, Years
from model.vocabulary import Mode, Stage

ShareByMode = Annotated[Floats, Each(Mode, Share)]
STAYS = (
    "cost",
    "fixed_cost",
    "paid",
    "private",
    "granted_central",
    "granted_provincial",
    "drawn_central",
    "drawn_provincial",
    "forgone",
    "promised_until",
    "arrears",
)
"""What was agreed, paid and lost for a project: no remainder takes it along, it starts without."""

SPLIT = ("area", "upkeep", "promised", "escrow")
"""What goes with the land: a remainder takes its part by area, fen rounded down, and the rest stays."""

COPIED = (
    "county",
    "mode",
    "proposed",
    "duration",
    "priority",
    "investor",
    "programme",
    "award",
    "reworks",
    "upkept",
    "cared_years",
    "compensated",
)
"""What a remainder has in common with its project."""

DECIDED = ("stage", "since", "remainder_of")
"""What a remainder gets of its own: where in its life it stands, and whose it is."""


@dataclass(frozen=True)
class Gated(Purse):
    """Funding, acceptance, aftercare."""

    writes: ClassVar[tuple[str, ...]] = (
        *Purse.writes,
        "sites.project",
        *(f"projects.{name}" for name in SPLIT),
    )

    promised_rise: ShareByMode = sourced(
        0.0, 0.5, "rise of observed condition asked for acceptance", "assumed"
    )
    high_condition: Share = sourced(
        0.6, 0.95, "observed condition that is accepted without a rise", "assumed"
    )
    doubt: Ratio = sourced(
        0.0, 2.0, "standard errors in favour of a site; 1: of those just good enough 6.3 % fail twice",
        "assumed", "sweep",
    )  # fmt: skip
    power: Probability = sourced(
        0.5, 1.0, "a visit finds works that failed: dead planting, a cut fence", "assumed", "sweep"
    )
    most_reworks: Count = sourced(0, 5, "times planting or rebuilding may be sent back", "assumed")
    most_extensions: Count = sourced(
        0, 5, "times protection and natural recovery get more time; closure runs up to 8-10 years (GB/T 15163)",
        "recalled", "sweep",
    )  # fmt: skip
    rework_years: Years = sourced(1, 3, "years of works added", "assumed")

    def awaiting(self, state: State) -> Rows:
        """Patches of projects that were handed in."""
        return state.sites.patch[self._handed_in(state)].astype(np.int64)

    def judge(self, state: State, chance: Chance, seen: Observation) -> None:
        """Hand in what is done, decide on what was handed in before, close what had its aftercare."""
        sites = self._handed_in(state)
        good = self._passes(state, chance, sites, seen)
        cared, done = self._cared_for(state), self._done(state)
        self._move(state, cared, Stage.CLOSED)
        self._move(state, done, Stage.SUBMITTED)
        self._decide(state, sites[good], sites[~good])

    def _handed_in(self, state: State) -> Rows:
        """Sites of projects that were handed in."""
        return np.flatnonzero(state.projects.stage[state.sites.project] == Stage.SUBMITTED)

    def _passes(self, state: State, chance: Chance, rows: Rows, seen: Observation) -> Flags:
        """Whether each of the sites, observed in their order, shows no failed works and may have kept its promise."""
        sites = state.sites
        keys = state.habitats.keys[sites.patch[rows]]
        found = chance.uniform("projects/sign", state.year, keys) < self.power
        found &= sites.failed[rows] == 1
        rise = seen.condition - sites.observed_start[rows] + self.doubt * np.sqrt(2.0) * seen.error
        good: Flags = (rise >= self.promised_rise[sites.mode[rows]]) | (seen.condition >= self.high_condition)
        return good & ~found

    def _decide(self, state: State, passing: Rows, failing: Rows) -> None:
        """Accept projects for the sites that pass, send back the others; comes last, for the table grows."""
        project = state.sites.project
        accepted = np.unique(project[passing])
        in_part = is_one_of(project[failing], accepted, len(state.projects))
        self._take_over(state, accepted, passing)
        refused = np.unique(project[failing[~in_part]])
        self._send_back(state, np.concatenate([refused, self._set_apart(state, failing[in_part])]))

    def _set_apart(self, state: State, rows: Rows) -> Rows:
        """Make remainders of sites that did not pass while others of their projects did; returns the projects added."""
        if rows.size == 0:
            return rows
        p, sites = state.projects, state.sites
        whole, place = np.unique(sites.project[rows], return_inverse=True)
        area = sum_by(place, state.habitats.area[sites.patch[rows]], whole.size)
        share = area / p.area[whole]
        fens = {name: np.floor(getattr(p, name)[whole] * share).astype(np.int64) for name in SPLIT[1:]}
        parts = {"area": area, **fens}
        for name, part in parts.items():
            getattr(p, name)[whole] -= part
        copies = {name: getattr(p, name)[whole] for name in COPIED}
        sites.project[rows] = len(p) + place
        return p.append(whole.size, **copies, **parts, remainder_of=whole)

    def _send_back(self, state: State, rows: Rows) -> None:
        """Give projects more years, to do works again or to wait; or give them up where that was done often enough."""
        p = state.projects
        with p.opened(("stage", "since", "duration", "reworks")):
            most = np.where(p.mode[rows] < Mode.ASSISTED, self.most_extensions, self.most_reworks)
            again = p.reworks[rows] < most
            p.stage[rows] = np.where(again, Stage.UNDER_WAY, Stage.FAILED)
            p.since[rows] = np.where(again, state.year + 1, state.year)
            p.duration[rows[again]] = self.rework_years
            p.reworks[rows[again]] += 1
