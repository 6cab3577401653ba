"""A year's state as indicators look at it: sums by county, sites that count, money of the year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from model.state.ledger import Ledger
from model.state.state import State
from model.state.sums import sum_by
from model.units import Flags, Floats, yuan
from model.vocabulary import Ecosystem

PUBLIC_SPENDING = ("works", "upkeep")
PRIVATE_SPENDING = ("works_private", "reclamation")
INSPECTION_SPENDING = ("inspection",)
SPENDING = {"public": PUBLIC_SPENDING, "private": PRIVATE_SPENDING, "inspection": INSPECTION_SPENDING}


@dataclass(frozen=True)
class View:
    """A year's state with what several indicators share, before the year's books are closed."""

    state: State
    cutoff: float

    @cached_property
    def counties(self) -> int:
        return len(self.state.counties)

    @cached_property
    def condition(self) -> Floats:
        return self.state.habitats.condition

    @cached_property
    def weighted(self) -> Floats:
        """Area times condition of each patch, in ha."""
        return self.state.habitats.area * self.condition

    @cached_property
    def by_ecosystem(self) -> tuple[Floats, Floats]:
        """Area times condition, and area, of every ecosystem (rows) in every county (columns), in ha."""
        h = self.state.habitats
        group = h.ecosystem.astype(np.int64) * self.counties + h.county
        shape = (len(Ecosystem), self.counties)
        whole, area = (sum_by(group, values, shape[0] * shape[1]) for values in (self.weighted, h.area))
        return whole.reshape(shape), area.reshape(shape)

    @cached_property
    def habitat(self) -> Flags:
        return self.state.habitats.ecological

    @cached_property
    def land(self) -> Flags:
        return self.state.habitats.ecosystem != Ecosystem.BAY

    def sum(self, values: Any, where: Flags | None = None) -> Floats:
        """Sum over patches by county, of ``values`` (n,) where ``where`` holds."""
        county = self.state.habitats.county
        if where is not None:
            rows = np.flatnonzero(where)
            return sum_by(county[rows], np.asarray(values)[rows], self.counties)
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
        m = self.state.mines
        county = self.state.habitats.county[m.patch]
        return sum_by(county, np.where(m.orphaned == 0, values, 0.0), self.counties)

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
    def spent(self) -> dict[str, Floats]:
        """Public, private and inspection spending of the year by county, in yuan, from the ledger's open year."""
        payers, _, kinds, amounts, projects, _ = self.state.ledger.postings()
        county_of = self._county_of_account
        place = np.where(projects >= 0, self._county_of_project[np.maximum(projects, 0)], county_of[payers])
        return {
            name: sum_by(
                place[(chosen := _is_one_of(self.state.ledger, kinds, words) & (place >= 0))],
                yuan(amounts[chosen]),
                self.counties,
            )
            for name, words in SPENDING.items()
        }

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


def _is_one_of(ledger: Ledger, kinds: Any, words: tuple[str, ...]) -> Flags:
    codes = [ledger.instruments.index(word) for word in words if word in ledger.instruments]
    return np.isin(kinds, codes)
