"""Ports, roads and towns ask for natural shore, the same under every policy.

    P(request on a segment) = 1 - exp(-request length),   lognormal kilometres, never more than is left

A request in the red line is refused with its strictness. What is granted is built on: the patch loses that part of its
length for good. Source: China's mainland lost about a percent of its natural shore a year from 1990 to 2015 (recalled);
where requests fall is ours. Most likely wrong: that every stretch is asked for alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.parameters import sourced
from model.state.state import State
from model.state.streams import Chance
from model.units import Floats, Kilometres, PerKilometreYear, Probability, Ratio, Rows
from model.vocabulary import Shore, Zone

LEAST = 1e-9  # km: less is rounding, no shore


@dataclass(frozen=True)
class Requests:
    """A seeded stream of requests for natural shore."""

    writes: ClassVar[tuple[str, ...]] = (
        "segments.wanted",
        "segments.asked",
        "segments.built",
        "habitats.shore",
        "habitats.taken_share",
        "habitats.carbon",
    )

    request: PerKilometreYear = sourced(
        0.0, 0.05, "requests by km of shore and year; a percent of shore a year", "assumed", "sweep"
    )
    size: Kilometres = sourced(0.1, 3.0, "median request", "assumed")
    size_spread: Ratio = sourced(0.0, 1.2, "standard deviation of the log of the size", "assumed")
    refusal: Probability = sourced(
        0.0, 1.0, "strictness inside the red line, where strict protection bars building", "assumed", "sweep"
    )

    def ask(self, state: State, chance: Chance) -> Rows:
        """Note this year's requests that are not refused; rows of their segments. Who waits asks no second time."""
        h, s = state.habitats, state.segments
        keys, year = h.keys[s.patch], state.year
        often = 1.0 - np.exp(-self.request * h.shoreline[s.patch].astype(np.float64))
        size = chance.lognormal("shoreline/size", year, keys, np.log(self.size), self.size_spread)
        red = h.zone[s.patch] == Zone.RED_LINE
        refused = red & (chance.uniform("shoreline/review", year, keys) < self.refusal)
        asked = (chance.uniform("shoreline/request", year, keys) < often) & ~refused
        left = natural_left(state)
        rows: Rows = np.flatnonzero(asked & (left > LEAST) & (s.wanted == 0.0))
        s.wanted[rows] = np.minimum(size, left)[rows]
        s.asked[rows] = year
        return rows

    def close(self, state: State, rows: Rows) -> None:
        """End the requests on segments ``rows``, granted or refused."""
        state.segments.wanted[rows] = 0.0
        state.segments.asked[rows] = -1

    def build(self, state: State, rows: Rows) -> None:
        """Build on what is wanted of segments ``rows``; a segment without natural shore left is artificial."""
        h, s = state.habitats, state.segments
        left, patch = natural_left(state)[rows], s.patch[rows]
        part = np.minimum(s.wanted[rows] / left, 1.0)
        h.carbon[patch] *= 1.0 - part
        h.taken_share[patch] += (1.0 - h.taken_share[patch]) * part
        s.built[rows] += s.wanted[rows]
        self.close(state, rows)
        full = natural_left(state)[rows] <= LEAST
        s.built[rows[full]] = h.shoreline[patch[full]]
        h.shore[patch[full]] = Shore.ARTIFICIAL


def natural_left(state: State) -> Floats:
    """Kilometres of each segment that are natural since before the start and not built on."""
    h, s = state.habitats, state.segments
    left = h.shoreline[s.patch].astype(np.float64) - s.built
    return np.where(h.shore[s.patch] == Shore.NATURAL, left, 0.0)
