"""The whole state of a run in one place, and the guards that watch over it.

Guards: a mechanism writes only the columns that it declares (:meth:`State.opened`); every column stays inside
its bounds; money, obligations, area and the shares of a mine close every year (:meth:`State.check`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from model.connectivity import Ways
from model.state.habitats import Habitats
from model.state.ledger import Ledger
from model.state.network import Basins, Network, basins
from model.state.obligations import Obligations
from model.state.people import Centre, Cities, Counties, Firms, Investors, Mines, Practice, Provinces, Trust
from model.state.projects import CARED_FOR, Projects, Sites, own_part
from model.state.sums import add_each, is_one_of
from model.state.table import Table, Writeable
from model.state.taking import Coasts, Parcels, Segments
from model.units import Fens, Flags, Floats
from model.vocabulary import Stage

AREA_TOLERANCE = 1e-9
CORRIDOR_SHARE = 0.1
"""Part of the ecological patches, the best linked, that a map of corridors shows."""


@dataclass(frozen=True)
class Accounts:
    """Ledger rows of those who are one of a kind: the centre and the outside world."""

    centre: int
    taxpayers: int
    contractors: int
    households: int
    mineral_market: int
    carbon_market: int
    banks: int
    treasury: int
    developers: int


@dataclass
class State:
    """Tables, links, money and obligations at the end of ``year`` (or in its course)."""

    year: int
    start_year: int
    habitats: Habitats
    centre: Centre
    provinces: Provinces
    counties: Counties
    cities: Cities
    firms: Firms
    mines: Mines
    investors: Investors
    trust: Trust
    practice: Practice
    projects: Projects
    sites: Sites
    parcels: Parcels
    segments: Segments
    coasts: Coasts
    network: Network
    ledger: Ledger
    obligations: Obligations
    accounts: Accounts
    bays: int

    def __post_init__(self) -> None:
        self._touched: set[tuple[str, ...]] = set()
        h = self.habitats
        self._area = float(h.area.sum())
        on_shore = np.bincount(h.county, weights=h.shoreline, minlength=len(self.counties))
        self.coastal_counties = on_shore > 0.0
        self._ways: Ways | None = None

    @cached_property
    def tables(self) -> dict[str, Table]:
        """All tables by name."""
        found = (
            self.habitats,
            self.centre,
            self.provinces,
            self.counties,
            self.cities,
            self.firms,
            self.mines,
            self.investors,
            self.trust,
            self.practice,
            self.projects,
            self.sites,
            self.parcels,
            self.segments,
            self.coasts,
        )
        return {table.name: table for table in found}

    @property
    def city_codes(self) -> list[str]:
        """Code of each county's city."""
        return [self.cities.ids[row] for row in self.counties.city.tolist()]

    @cached_property
    def corridors(self) -> Flags:
        """Patches (n,) on the map of corridors: the best-linked tenth of ecological land and water.

        A patch's link is the habitat that it can reach in one step, sum_j p_ij A_j: the dispersal flux through it
        before its own area enters (Saura & Rubio 2010 call the flux of a whole network so). Drawn once: it knows
        links and areas, not the condition of a year.
        """
        h, links = self.habitats, self.network.dispersal
        linked = links.reach(np.where(h.ecological, h.area, 0.0))
        linked[~h.ecological] = 0.0
        some = linked[linked > 0.0]
        least = np.quantile(some, 1.0 - CORRIDOR_SHARE) if some.size else 0.0
        return np.asarray((linked > 0.0) & (linked >= least))

    @cached_property
    def basins(self) -> Basins:
        """Where rivers leave counties and which bays they end in; none of these ever moves."""
        h = self.habitats
        return basins(self.network.rivers, h.county, h.bay, h.area, len(self.counties), self.bays)

    def trust_by_pair(self) -> Floats:
        """What investors believe of each county, (investors, counties): a look at the table, not a copy."""
        return self.trust.belief.reshape(len(self.investors), len(self.counties))

    def opened(self, columns: Iterable[str]) -> Writeable:
        """Open the named columns (``"habitats.structure"``) for writing inside the ``with`` block."""
        named = tuple(columns)
        self._touched.add(named)
        tables = self.tables
        return Writeable([tables[table].__dict__[name] for table, name in _parts(named)])

    def ways(self, cutoff: float) -> Ways:
        """The surest ways over the dispersal links, of the whole landscape and inside each county, kept once found."""
        if self._ways is None or self._ways.asked != cutoff:
            h, links = self.habitats, self.network.dispersal
            csr = (links.indptr, links.indices, links.weight)
            self._ways = Ways(*csr, h.county, len(self.counties), cutoff, may_live=h.ecological)
        return self._ways

    def free_money(self) -> Fens:
        """Money of each county that neither works under way nor households of running projects wait for, in fen."""
        c = self.counties
        free: Fens = np.maximum(self.ledger.balance[c.account] - c.committed - self.in_escrow(), 0)
        return free

    def in_escrow(self) -> Fens:
        """Fen that each county, (counties,), keeps for households of the projects that it runs."""
        p = self.projects
        kept = np.zeros(len(self.counties), dtype=np.int64)
        add_each(kept, p.county, p.escrow * is_one_of(p.stage, CARED_FOR, len(Stage)))
        return kept

    def by_firm(self, by_mine: Fens) -> Fens:
        """Amounts of mines (m,) summed for their firms (f,), exact in any order."""
        total = np.zeros(len(self.firms), dtype=np.int64)
        add_each(total, self.mines.firm, by_mine)
        return total

    def check(self) -> None:
        """Raise where a bound, the sum of money, the area, a mine's shares or a project's parts do not hold.

        Bounds are looked at where a column was open or a table got rows since the last check, so a closed column of
        old rows costs nothing.
        """
        tables = self.tables
        for each in tables.values():
            if each.unseen:
                each.check()
        for table, column in _parts(tuple(sorted(set().union(*self._touched)))):
            tables[table].check_column(column)
        self._touched.clear()
        if int(self.ledger.balance.sum()) != 0:
            raise AssertionError(f"{self.year}: accounts sum to {self.ledger.balance.sum()} fen, not 0")
        drift = abs(float(self.habitats.area.sum()) - self._area)
        if drift > AREA_TOLERANCE * max(self._area, 1.0):
            raise AssertionError(f"{self.year}: {drift:g} ha appeared or vanished")
        self._check_mines()
        over = np.flatnonzero(own_part(self.projects) < 0)
        if over.size:
            raise AssertionError(f"{self.year}: projects {over[:5].tolist()} are given more than they cost")

    def _check_mines(self) -> None:
        m = self.mines
        used = m.active + m.due + m.ordered + m.bare + m.faked + m.reclaimed
        over = np.flatnonzero(used > self.habitats.area[m.patch] * (1.0 + AREA_TOLERANCE))
        if over.size:
            raise AssertionError(f"{self.year}: mines {over[:5].tolist()} use more than their area")


@cache
def _parts(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Names like ``"habitats.structure"`` as tables and columns."""
    return tuple((table, column) for table, _, column in (name.partition(".") for name in names))
