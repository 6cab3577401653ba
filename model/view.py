"""A year's state as indicators look at it: sums by county, sites that count, money of the year."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np

from model.state.kernel import kernel
from model.state.state import State
from model.state.sums import add_crossed, sum_by, sum_crossed, sum_once, sum_where
from model.units import Fens, Flags, Floats, Rows, yuan
from model.vocabulary import Ecosystem, Shore, Zone

PUBLIC_SPENDING = (
    "works",
    "upkeep",
    "shore_restoration_fronted",
    "spartina_clearing",
    "spartina_patrol",
    "forgone_income",
    "availability_payment",
    "monitoring",
    "inspection",
)
PRIVATE_SPENDING = ("works_private", "reclamation")
POLLUTERS_SPENDING = ("temporary_land_reclaimed", "forfeited_reclamation", "shore_restoration")
"""Restoration of land and shore with the money of who took them, mines aside; what is held for it counts when spent."""


DEGRADED_BELOW = 0.5


class PatchSum(IntEnum):
    """Sums by county that one look at all patches finds: area times condition (whole) and area in ha, carbon in t."""

    WHOLE = 0
    AREA = 1
    WHOLE_OUTSIDE = 2
    AREA_OUTSIDE = 3
    WHOLE_INSIDE = 4
    AREA_INSIDE = 5
    LAND = 6
    DEGRADED = 7
    CARBON = 8


PATCH_SUMS = len(PatchSum)


@dataclass(frozen=True)
class View:
    """A year's state with what several indicators share, before the year's books are closed."""

    state: State
    cutoff: float

    @cached_property
    def counties(self) -> int:
        """Number of counties."""
        return len(self.state.counties)

    @cached_property
    def condition(self) -> Floats:
        """Condition of each patch, (patches,)."""
        return self.state.habitats.condition

    @cached_property
    def weighted(self) -> Floats:
        """Area times condition of each patch, in ha."""
        return self.state.habitats.area * self.condition

    @cached_property
    def by_ecosystem(self) -> tuple[Floats, Floats]:
        """Area times condition, and area, of every ecosystem (rows) in every county (columns), in ha."""
        h, shape = self.state.habitats, (len(Ecosystem), self.counties)
        whole, area = (
            sum_crossed(h.ecosystem, h.county, values, *shape) for values in (self.weighted, h.area)
        )
        return whole, area

    @cached_property
    def by_red_line(self) -> tuple[Floats, Floats]:
        """Area times condition, and area, of ecological land outside and inside the red line, by county, in ha."""
        sums = self.of_patches
        return (
            sums[[PatchSum.WHOLE_OUTSIDE, PatchSum.WHOLE_INSIDE]],
            sums[[PatchSum.AREA_OUTSIDE, PatchSum.AREA_INSIDE]],
        )

    @cached_property
    def of_patches(self) -> Floats:
        """What one look at all patches finds, (:class:`PatchSum`, counties)."""
        h = self.state.habitats
        flags = (self.habitat, self.ecological_land, h.zone == Zone.RED_LINE)
        sums: Floats = _sum_patches(h.county, h.area, self.condition, h.carbon, *flags, self.counties)
        return sums

    @cached_property
    def habitat(self) -> Flags:
        """Flags of ecological patches: land and water that counts as habitat."""
        return self.state.habitats.ecological

    @cached_property
    def ecological_land(self) -> Flags:
        """Flags of ecological patches that are no bay."""
        return self.habitat & (self.state.habitats.ecosystem != Ecosystem.BAY)

    @cached_property
    def on_shore(self) -> Rows:
        """Rows of the patches that have a shore."""
        return np.flatnonzero(self.state.habitats.shore != Shore.NONE)

    @cached_property
    def taken(self) -> Rows:
        """Rows of the patches of which a part was taken for good."""
        return np.flatnonzero(self.state.habitats.taken_share > 0.0)

    def sum(self, values: Any, where: Flags | None = None) -> Floats:
        """Sum over patches by county, of ``values`` (n,) where ``where`` holds."""
        county = self.state.habitats.county
        if where is not None:
            total: Floats = sum_where(county, values, where, self.counties)
            return total
        return sum_by(county, values, self.counties)

    def sum_rows(self, rows: Rows, values: Any) -> Floats:
        """Sum over some patches by county, of ``values`` (k,), one each of ``rows`` (k,)."""
        return sum_by(self.state.habitats.county[rows], values, self.counties)

    def sum_sites(self, chosen: Flags) -> Floats:
        """Area by county of the patches of the chosen sites, each patch once."""
        h = self.state.habitats
        total: Floats = sum_once(self.state.sites.patch[chosen], h.county, h.area, self.counties)
        return total

    def sum_mines(self, values: Any) -> Floats:
        """Sum over mines of living firms by county of the mine."""
        total: Floats = sum_where(self.county_of_mine, values, self._living, self.counties)
        return total

    @cached_property
    def _living(self) -> Flags:
        """Flags of the mines of living firms."""
        return self.state.mines.orphaned == 0

    @cached_property
    def county_of_mine(self) -> Rows:
        """Row of the county in which each mine lies."""
        return self.state.habitats.county[self.state.mines.patch].astype(np.int64)

    def sum_parcels(self, values: Any) -> Floats:
        """Sum over parcels of temporary land by county."""
        return sum_by(self.state.habitats.county[self.state.parcels.patch], values, self.counties)

    def sum_segments(self, values: Any) -> Floats:
        """Sum over segments of the shore by county."""
        return sum_by(self.state.habitats.county[self.state.segments.patch], values, self.counties)

    def sum_firms(self, values: Any) -> Floats:
        """Sum over firms by home county."""
        return sum_by(self.state.firms.county, values, self.counties)

    @cached_property
    def current(self) -> Flags:
        """Sites that are the latest of their patch."""
        sites = self.state.sites
        found: Flags = self.state.habitats.site[sites.patch] == np.arange(sites.rows)
        return found

    @cached_property
    def latest(self) -> Flags:
        """Current sites on which works have begun."""
        return self.current & (self.state.sites.begun >= 0)

    @cached_property
    def postings(self) -> Any:
        """This year's postings, as :meth:`Ledger.postings` gives them."""
        return self.state.ledger.postings()

    def paid(self, *instruments: str) -> Floats:
        """What was paid by instruments this year, in yuan, by the county of project, else payer, else patch."""
        known = self.state.ledger.instruments
        kinds = [known.index(word) for word in instruments if word in known]
        return np.asarray(yuan(self._paid[kinds].sum(axis=0)))

    def received(self, instrument: str) -> Floats:
        """What county governments received by an instrument this year, in yuan."""
        _, payees, kinds, amounts, _, _ = self.postings
        known = self.state.ledger.instruments
        here = kinds == (known.index(instrument) if instrument in known else -1)
        place = np.full(len(self.state.ledger.names), -1)
        place[self.state.counties.account] = np.arange(self.counties)
        to_one = np.zeros(int(here.sum()), dtype=np.int64)
        whole = add_crossed(to_one, place[payees[here]], amounts[here], 1, self.counties)
        return np.asarray(yuan(whole[0]))

    @cached_property
    def _paid(self) -> Fens:
        """Fen paid this year by instrument (rows) and county (columns) of the project, else of the payer, else of the
        patch."""
        payers, _, kinds, amounts, projects, patches = self.postings
        of_project = self._county_of_project[np.maximum(projects, 0)]
        of_patch = np.where(patches >= 0, self.state.habitats.county[np.maximum(patches, 0)], -1)
        of_payer = self._county_of_account[payers]
        county = np.where(projects >= 0, of_project, np.where(of_payer >= 0, of_payer, of_patch))
        by_kind: Fens = add_crossed(kinds, county, amounts, len(self.state.ledger.instruments), self.counties)
        return by_kind

    @cached_property
    def _county_of_project(self) -> Any:
        county = self.state.projects.county
        return county if county.size else np.full(1, -1)

    @cached_property
    def _county_of_account(self) -> Any:
        s = self.state
        place = np.full(len(s.ledger.names), -1, dtype=np.int64)
        place[s.counties.account] = np.arange(self.counties)
        place[s.firms.account] = s.firms.county
        place[s.firms.fund] = s.firms.county
        return place


@kernel
def _sum_patches(
    county: Any,
    area: Any,
    condition: Any,
    carbon: Any,
    ecological: Any,
    land: Any,
    red_line: Any,
    counties: int,
) -> Any:
    """Sums over patches by county, in row order; many at once, because each alone waits for its last addition."""
    sums = np.zeros((PATCH_SUMS, counties))
    for i in range(area.size):
        c = county[i]
        whole = area[i] * condition[i]
        sums[PatchSum.CARBON, c] += carbon[i] * area[i]
        if ecological[i]:
            sums[PatchSum.WHOLE, c] += whole
            sums[PatchSum.AREA, c] += area[i]
        if land[i]:
            sums[PatchSum.LAND, c] += area[i]
            if condition[i] < DEGRADED_BELOW:
                sums[PatchSum.DEGRADED, c] += area[i]
            if red_line[i]:
                sums[PatchSum.WHOLE_INSIDE, c] += whole
                sums[PatchSum.AREA_INSIDE, c] += area[i]
            else:
                sums[PatchSum.WHOLE_OUTSIDE, c] += whole
                sums[PatchSum.AREA_OUTSIDE, c] += area[i]
    return sums
