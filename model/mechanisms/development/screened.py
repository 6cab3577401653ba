"""Requests for land come by chance, most where cities grow; review refuses those in the wrong place, and builders owe
back what they only borrowed.

Each patch has a yearly chance of a request by zone, of lognormal size, the same under every policy. A request inside
the red line or on permanent farmland is refused with the zone's strictness, one that cuts a corridor with the
strictness of review. What is taken is lost for good: part of the patch with condition 0. In the red line it is offset:
money for habitat elsewhere goes to the county. With every hectare taken some more is stripped for a time; at the end of
its term

    P(developer leaves it) = walk_away (1 - prepaid),

the prepaid part of a parcel so left is reclaimed with the forfeited fee, the rest is a duty of the county, met when a
project that rebuilt the patch is accepted. Sources: requests and behaviour by assumption; refusal, offset and review by
the policy (A1, A4); terms by the rules on temporary land. Most likely wrong: requests that do not look for cheap or
flat land, and that vanish when they are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from model.intentions import Takings
from model.mechanisms.development._ground import LIVES, give_back, left_of, strip
from model.parameters import Each, sourced
from model.state.habitats import WATERS
from model.state.state import State
from model.state.streams import Chance
from model.state.sums import add_each, is_one_of
from model.units import (
    Fens,
    Flags,
    Floats,
    Hectares,
    Probability,
    Ratio,
    Rows,
    Share,
    Years,
    YuanPerHectare,
    fen,
)
from model.vocabulary import Ecosystem, Mode, ParcelStage, Zone

ProbabilityByZone = Annotated[Floats, Each(Zone, Probability)]
NOTHING = 1e-12  # ha: keeps a division finite where nothing is left


@dataclass(frozen=True)
class Screened:
    """A seeded stream of requests, screened by zone and by corridor; temporary land and its reclamation."""

    writes: ClassVar[tuple[str, ...]] = (
        "habitats.taken_share",
        *(f"habitats.{name}" for name in LIVES),
        *(f"sites.twin_{name}" for name in LIVES),
        "counties.income",
        "parcels.stage",
        "parcels.closed",
        "parcels.bare",
    )

    request: ProbabilityByZone = sourced(
        0.0, 0.2, "yearly chance of a request on a patch", "assumed", "sweep"
    )
    refusal: ProbabilityByZone = sourced(0.0, 1.0, "strictness of screening by zone (A1)", "assumed", "sweep")
    review: Probability = sourced(
        0.0,
        1.0,
        "strictness of review where a plan would cut a corridor (A4); 0: no review",
        "assumed",
        "sweep",
    )
    size: Hectares = sourced(0.5, 50.0, "median request", "assumed")
    size_spread: Ratio = sourced(0.0, 1.5, "standard deviation of the log of the size", "assumed")
    largest_share: Share = sourced(
        0.05, 0.5, "greatest part of what is left of a patch in one request", "assumed"
    )
    offset_ratio: Ratio = sourced(
        0.0,
        5.0,
        "ha of habitat paid for elsewhere by ha taken in the red line (A1); 0: no offset",
        "assumed",
        "sweep",
    )
    offset_cost: YuanPerHectare = sourced(
        30000.0, 250000.0, "planting to reconstruction of a hectare, as in works", "derived"
    )
    temporary: Ratio = sourced(0.0, 1.0, "ha of temporary land by ha taken for good", "assumed", "sweep")
    temporary_years: Years = sourced(
        2, 5, "two years of use, four for infrastructure, one to reclaim (2021 notice)", "recalled"
    )
    reclamation_cost: YuanPerHectare = sourced(
        60000.0, 200000.0, "as progressive reclamation of mines, working assumption", "assumed"
    )
    walk_away: Probability = sourced(
        0.0, 0.9, "chance that a developer with nothing at stake leaves a parcel", "assumed", "sweep"
    )
    spoil_substrate: Share = sourced(0.02, 0.2, "ground of a stripped parcel, as of a mine", "assumed")
    spoil_ceiling: Share = sourced(0.1, 0.35, "to what it recovers by itself, as a mine", "assumed")
    reclaimed_substrate: Share = sourced(0.5, 0.9, "ground of a reclaimed parcel: topsoil kept", "assumed")
    reclaimed_ceiling: Share = sourced(0.6, 1.0, "to what reclaimed ground recovers", "assumed")
    reclaimed_structure: Share = sourced(0.05, 0.3, "structure sown on it", "assumed")

    def take(self, state: State, chance: Chance) -> Takings:
        """This year's takings and refusals, in ha by row, and the parcels stripped beside them."""
        h = state.habitats
        asked = chance.uniform("development/request", state.year, h.keys) < self.request[h.zone]
        rows = np.flatnonzero(asked & h.ecological)
        size = chance.lognormal(
            "development/size", state.year, h.keys[rows], np.log(self.size), self.size_spread
        )
        left = left_of(state, rows)
        wanted = np.minimum(size, self.largest_share * left)
        refused = self._refused(state, chance, rows)
        taken = np.where(refused, 0.0, wanted)
        h.carbon[rows] *= 1.0 - taken / np.maximum(left, NOTHING)
        h.taken_share[rows] = np.minimum(h.taken_share[rows] + taken / h.area[rows], 1.0)
        self._offset(state, rows, taken)
        return Takings(rows, taken, np.where(refused, wanted, 0.0), self._borrow(state, rows, taken))

    def _refused(self, state: State, chance: Chance, rows: Rows) -> Flags:
        """Refused for the zone, or because the patch is a stepping stone on the map of corridors."""
        h, keys = state.habitats, state.habitats.keys[rows]
        by_zone = chance.uniform("development/review", state.year, keys) < self.refusal[h.zone[rows]]
        cut = chance.uniform("development/corridor", state.year, keys) < self.review
        refused: Flags = by_zone | (cut & state.corridors[rows])
        return refused

    def _offset(self, state: State, rows: Rows, taken: Floats) -> None:
        """What is taken in the red line after all is paid for: the county restores with the money."""
        red = state.habitats.zone[rows] == Zone.RED_LINE
        paid = fen(self.offset_ratio * np.where(red, taken, 0.0) * self.offset_cost)
        county = state.habitats.county[rows]
        account = state.counties.account[county]
        state.ledger.post("offset_paid", state.accounts.developers, account, paid, patch=rows)
        add_each(state.counties.income, county, paid)

    def _borrow(self, state: State, rows: Rows, taken: Floats) -> Rows:
        """Strip temporary land beside what was taken on dry land; its developer owes it back after the term."""
        h = state.habitats
        left = left_of(state, rows)
        area = np.minimum(self.temporary * taken, left)
        area[is_one_of(h.ecosystem[rows], WATERS, len(Ecosystem))] = 0.0
        some = np.flatnonzero(area > 0.0)
        rows, area = rows[some], area[some]
        strip(state, rows, area / left[some], (self.spoil_substrate, self.spoil_ceiling))
        cost = fen(area * self.reclamation_cost)
        developers = np.full(rows.size, state.accounts.developers)
        state.obligations.create("reclamation_duty", developers, cost, self.temporary_years)
        return state.parcels.append(
            rows.size,
            patch=rows,
            area=area,
            begun=np.full(rows.size, state.year),
            due=np.full(rows.size, state.year + self.temporary_years),
            cost=cost,
        )

    def reclaim(self, state: State, chance: Chance) -> None:
        """Parcels whose term ends are reclaimed or left; what was left before and is restored frees the county."""
        self._redeem(state)
        p = state.parcels
        due = np.flatnonzero((p.stage == ParcelStage.IN_USE) & (p.due <= state.year))
        keys, prepaid = state.habitats.keys[p.patch[due]], p.prepaid[due]
        drawn = chance.uniform("development/walk away", state.year, keys)
        walks = drawn < self.walk_away * (1.0 - prepaid)
        p.stage[due] = np.where(walks, ParcelStage.LEFT, ParcelStage.RECLAIMED)
        p.closed[due] = state.year
        p.bare[due] = np.where(walks, p.area[due] * (1.0 - prepaid), 0.0)
        self._pass_duties(state, due, walks)
        self._work(state, due)

    def _pass_duties(self, state: State, due: Rows, walks: Flags) -> None:
        """Developers pay for what they reclaim; the part of a left parcel that no fee covers falls to its county."""
        p, o, developers = state.parcels, state.obligations, state.accounts.developers
        public = np.where(walks, self._uncovered(state, due), 0)
        own = np.where(walks, 0, p.cost[due])
        state.ledger.post(
            "temporary_land_reclaimed", developers, state.accounts.contractors, own, patch=p.patch[due]
        )
        debtor = np.array([developers])
        o.meet("reclamation_duty", debtor, np.array([(p.cost[due] - public).sum()]))
        o.write_off("reclamation_duty", debtor, np.array([public.sum()]))
        county = state.habitats.county[p.patch[due]]
        o.create("abandoned_land", state.counties.account[county], public)

    def _uncovered(self, state: State, rows: Rows) -> Fens:
        """What reclamation of parcels costs beyond what was prepaid, in fen."""
        p = state.parcels
        return np.asarray(p.cost[rows] - np.floor(p.cost[rows] * p.prepaid[rows]).astype(np.int64))

    def _work(self, state: State, due: Rows) -> None:
        """Ground, seed: each patch once, by the sum of its parcels."""
        p = state.parcels
        rows, place = np.unique(p.patch[due].astype(np.int64), return_inverse=True)
        done = np.bincount(place, weights=p.area[due] - p.bare[due], minlength=rows.size)
        part = np.minimum(done / np.maximum(left_of(state, rows), NOTHING), 1.0)
        spoil = (self.spoil_substrate, self.spoil_ceiling)
        reclaimed = (self.reclaimed_substrate, self.reclaimed_ceiling)
        give_back(state, rows, part, spoil, reclaimed, self.reclaimed_structure)

    def _redeem(self, state: State) -> None:
        """A parcel that was left counts as restored once a later project that rebuilt its patch is accepted."""
        h, p, sites = state.habitats, state.parcels, state.sites
        left = np.flatnonzero(p.stage == ParcelStage.LEFT)
        left = left[h.site[p.patch[left]] >= 0]
        site = h.site[p.patch[left]]
        rebuilt = (sites.mode[site] == Mode.RECONSTRUCTION) & (sites.begun[site] > p.closed[left])
        done = left[rebuilt & (sites.accepted[site] == 1)]
        freed = np.zeros(len(state.counties), dtype=np.int64)
        add_each(freed, h.county[p.patch[done]], self._uncovered(state, done))
        state.obligations.meet("abandoned_land", state.counties.account, freed)
        p.stage[done] = ParcelStage.RESTORED
        p.bare[done] = 0.0
