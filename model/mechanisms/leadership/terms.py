"""Leaders stay for some years, want to show something before they go, and need not finish what another began.

    leaves office: by chance each year, and at the latest after a full term
    a new leader drops what is planned or under way with chance 1 - continuity
    merit = (visible weight * cover shown + (1 - visible weight) * condition gained later) per 10,000 yuan
    visible weight of a new leader = visible (1 - audit);   of those in office before the first year = visible

Officials answer for natural resources in an audit when they leave (離任審計), so its weight changes what the next
leader aims at and not what the sitting one has begun: it acts with the lag of a term. Who leaves when is the same under
every policy. Sources: county party secretaries stay some three to four years; political cycles of visible spending
(Nordhaus 1975; Guo 2009 for Chinese counties). Most likely wrong: that all who come after an audit want the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from model.intentions import Choice, Quotes
from model.parameters import sourced
from model.state.projects import own_unpaid
from model.state.state import State
from model.state.streams import Chance
from model.state.sums import add_each, is_one_of
from model.units import Flags, Probability, Share, Years
from model.vocabulary import Mode, Stage

UNFINISHED = (Stage.PROPOSED, Stage.UNDER_WAY)


@dataclass(frozen=True)
class Terms:
    """Turnover, continuity and goals."""

    writes: ClassVar[tuple[str, ...]] = (
        "counties.leader_since",
        "counties.visible_weight",
        "counties.committed",
        "projects.stage",
        "projects.since",
    )

    turnover: Probability = sourced(
        0.1, 0.5, "yearly; county secretaries stay 3-4 years", "recalled", "sweep"
    )
    term: Years = sourced(3, 10, "a term of office is five years", "measured")
    continuity: Share = sourced(
        0.0, 1.0, "one blueprint to the end: new leaders who keep the plan", "assumed", "sweep"
    )
    visible: Share = sourced(0.0, 1.0, "weight of what shows at once, without audits", "assumed", "sweep")
    audit: Share = sourced(
        0.0, 1.0, "part of it that audits turn to later condition (A18)", "assumed", "sweep"
    )

    def take_office(self, state: State, chance: Chance) -> None:
        """Seat the first leaders, later change them; every draw is made for every county."""
        c = state.counties
        first = c.leader_since < 0
        served = np.floor(chance.uniform("leadership/served", state.start_year, c.keys) * self.term)
        c.leader_since[first] = (state.year - 1 - served[first]).astype(np.int16)
        c.visible_weight[first] = self.visible
        leaves = chance.uniform("leadership/turnover", state.year, c.keys) < self.turnover
        leaves |= state.year - c.leader_since >= max(self.term, 1)
        drops = chance.uniform("leadership/continuity", state.year, c.keys) >= self.continuity
        self._give_up(state, leaves & drops)
        c.leader_since[leaves] = state.year
        c.visible_weight[leaves] = self.visible * (1.0 - self.audit)

    def _give_up(self, state: State, counties: Flags) -> None:
        """Abandon what these counties have planned or under way; what was promised and not paid is free again."""
        p = state.projects
        rows = np.flatnonzero(counties[p.county] & is_one_of(p.stage, UNFINISHED, len(Stage)))
        begun = rows[p.stage[rows] == Stage.UNDER_WAY]
        add_each(state.counties.committed, p.county[begun], -own_unpaid(p)[begun])
        p.stage[rows] = Stage.ABANDONED
        p.since[rows] = state.year

    def weigh(self, state: State, quotes: Quotes, choice: Choice) -> Choice:
        """The merit of each chosen mode in the eyes of the county's leader; what nobody chose stays without."""
        weight = state.counties.visible_weight[state.habitats.county[choice.rows]]
        place = (np.maximum(choice.mode.astype(np.int64) - 1, 0), np.arange(choice.rows.size))
        worth = weight * quotes.visible[place] + (1.0 - weight) * quotes.gain[place]
        merit = np.where(choice.mode != Mode.NONE, worth / np.maximum(choice.outlay, 1.0) * 1e4, 0.0)
        return replace(choice, merit=merit)
