"""A year's state as indicators look at it: sums by county, sites that count, money of the year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from model.state.state import State
from model.state.sums import is_one_of, sum_by, sum_crossed, sum_where
from model.units import Flags, Floats, Rows, yuan
from model.vocabulary import Ecosystem, Zone

PUBLIC_SPENDING = (
    "works",
    "upkeep",
    "shore_restoration_fronted",
    "forgone_income",
    "availability_payment",
    "monitoring",
    "inspection",
)
PRIVATE_SPENDING = ("works_private", "reclamation")


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
        h = self.state.habitats
        counted = self.habitat & self.land
        group = (h.zone == Zone.RED_LINE).astype(np.int64) * self.counties + h.county
        shape = (2, self.counties)
        whole, area = (
            sum_by(group, np.where(counted, values, 0.0), 2 * self.counties)
            for values in (self.weighted, h.area)
        )
        return whole.reshape(shape), area.reshape(shape)

    @cached_property
    def habitat(self) -> Flags:
        """Flags of ecological patches: land and water that counts as habitat."""
        return self.state.habitats.ecological

    @cached_property
    def land(self) -> Flags:
        """Flags of patches that are no bay."""
        return self.state.habitats.ecosystem != Ecosystem.BAY

    def sum(self, values: Any, where: Flags | None = None) -> Floats:
        """Sum over patches by county, of ``values`` (n,) where ``where`` holds."""
        county = self.state.habitats.county
        if where is not None:
            total: Floats = sum_where(county, values, where, self.counties)
            return total
        return sum_by(county, values, self.counties)

    def sum_sites(self, chosen: Flags) -> Floats:
        """Area by county of the patches of the chosen sites, each patch once."""
        h = self.state.habitats
        here = np.zeros(h.rows, dtype=bool)
        here[self.state.sites.patch[chosen]] = True
        rows = np.flatnonzero(here)
        return sum_by(h.county[rows], h.area[rows], self.counties)

    def sum_mines(self, values: Any) -> Floats:
        """Sum over mines of living firms by county of the mine."""
        return sum_by(
            self.county_of_mine, np.where(self.state.mines.orphaned == 0, values, 0.0), self.counties
        )

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
        """What was paid by instruments this year, in yuan, by the county of the project, or else of the payer."""
        payers, _, kinds, amounts, projects, _ = self.postings
        chosen = self._by(kinds, instruments)
        return self._in_yuan(self._place(payers[chosen], projects[chosen]), amounts[chosen])

    def received(self, instrument: str) -> Floats:
        """What county governments received by an instrument this year, in yuan."""
        _, payees, kinds, amounts, _, _ = self.postings
        chosen = self._by(kinds, (instrument,))
        place = np.full(len(self.state.ledger.names), -1)
        place[self.state.counties.account] = np.arange(self.counties)
        return self._in_yuan(place[payees[chosen]], amounts[chosen])

    def _by(self, kinds: Any, instruments: tuple[str, ...]) -> Flags:
        """Flags of the postings (their instruments ``kinds``) that were made by some of ``instruments``."""
        known = self.state.ledger.instruments
        return is_one_of(kinds, [known.index(word) for word in instruments if word in known], len(known))

    def _in_yuan(self, place: Any, amounts: Any) -> Floats:
        """Fen by county (``place``, -1 nowhere) in yuan; added as whole numbers, so that order leaves no trace."""
        there = place >= 0
        whole = sum_by(place[there], amounts[there], self.counties)
        return np.asarray(yuan(whole.astype(np.int64)))

    def _place(self, payers: Any, projects: Any) -> Any:
        """County of each posting: of its project, or of its payer; -1 where neither has one."""
        of_project = self._county_of_project[np.maximum(projects, 0)]
        return np.where(projects >= 0, of_project, self._county_of_account[payers])

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
