"""Who decides: counties, cities (with provinces and the centre above them), mining firms, social investors.

These tables hold what deciders have and believe; the Mesa agents in ``model.agents`` are windows on their
rows, and money stands in the ledger under the row that ``account`` names. Local leniency toward mines that
pay the county follows Kahn, Li & Zhao 2015 and Jia 2017 in spirit; its size is assumed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model import units as u
from model.state.streams import entity_keys
from model.state.table import Table, column
from model.vocabulary import Mode

Indices = NDArray[np.int32]
WAYS = len(Mode) - 1  # to restore; doing nothing is none


class Named(Table):
    """Deciders with a name: ``ids`` and their 64-bit ``keys`` never change, rows are an internal order."""

    def __init__(self, ids: Any, **values: Any) -> None:
        self.ids = [str(name) for name in ids]
        super().__init__(len(self.ids), **values)
        self.keys = entity_keys(self.ids)


class Counties(Named):
    """County governments; ``ids`` are their six-digit codes as text."""

    name = "counties"

    account: Indices = column(u.Index, "i4", "row of the ledger account")
    prepaid_account: Indices = column(
        u.Index, "i4", "ledger row of the jointly controlled account of prepaid reclamation fees"
    )
    city: NDArray[np.int16] = column(u.Index, "i2", "row of the city that the county belongs to")
    province: NDArray[np.int16] = column(u.Index, "i2", "row of the province")
    pool: NDArray[np.int16] = column(u.Index, "i2", "row of the county whose purse it shares, itself if none")
    population: u.Floats = column(u.Persons, "f8", "inhabitants")
    area: u.Floats = column(u.Hectares, "f8", "land area")
    red_line_area: u.Floats = column(u.Hectares, "f8", "area inside the ecological red line")
    income: u.Fens = column(u.Fen, "i8", "public money received last year, mining included")
    general_budget: u.Floats = column(
        u.YuanPerYear, "f8", "general public budget expenditure, of which restoration money is a small part"
    )
    committed: u.Fens = column(u.Fen, "i8", "money promised to projects under way and not yet paid")
    leniency: u.Floats = column(
        u.Share, "f8", "share of seen violations that the county does not call illegal"
    )
    baseline_load: u.Floats = column(
        u.Load, "f8", "load that left by rivers when compensation was agreed, 0 before"
    )
    leader_since: NDArray[np.int16] = column(
        u.CalendarYear, "i2", "year in which the leader took office, -1 before the first", -1
    )
    visible_weight: u.Floats = column(
        u.Share, "f8", "weight of what shows at once in the leader's ranking, the rest is later condition"
    )
    inspectors: u.Floats = column(u.Ratio, "f8", "inspectors of mines in post, paid from the general budget")
    staffed: u.Floats = column(
        u.Share, "f8", "part of the intended ground checks that staff and money allow this year", 1.0
    )
    ecosystem_product: u.Floats = column(
        u.YuanPerYear, "f8", "what land and water give in a year, valued by ecosystem and condition"
    )
    bay_plan_since: NDArray[np.int16] = column(
        u.CalendarYear,
        "i2",
        "year in which it first cleared its coast under a plan of the bay, -1 before",
        -1,
    )
    spartina_cleared: u.Floats = column(
        u.Hectares, "f8", "Spartina cleared under such plans since the start, what came back counted again"
    )
    clipped: NDArray[np.int64] = column(
        u.Count, "i8", "values of its patches brought back to their bounds since the start"
    )


class Cities(Named):
    """City governments, which keep the accounts of their coasts; ``ids`` are their four-digit codes as text."""

    name = "cities"

    account: Indices = column(u.Index, "i4", "row of the ledger account")


class Provinces(Named):
    """Provincial governments, as far as they reach into the landscape; ``ids`` are their two-digit codes."""

    name = "provinces"

    account: Indices = column(u.Index, "i4", "row of the ledger account")


class Centre(Table):
    """The central government, one row: what its programmes may still promise stands in an account of each."""

    name = "centre"

    account: Indices = column(u.Index, "i4", "row of the ledger account")
    awards: Indices = column(u.Index, "i4", "ledger row of the money for awards to projects of whole systems")
    legacy_mines: Indices = column(u.Index, "i4", "ledger row of the money for the programme of legacy mines")


class Firms(Named):
    """Mining firms; one that is gone keeps its row and its name."""

    name = "firms"

    account: Indices = column(u.Index, "i4", "row of the ledger account")
    fund: Indices = column(u.Index, "i4", "ledger row of the mine restoration fund")
    county: NDArray[np.int16] = column(u.Index, "i2", "row of the home county")
    cost_factor: u.Floats = column(
        u.Ratio, "f8", "own unit cost of progressive reclamation against the mean", 1.0
    )
    belief_bare: u.Floats = column(
        u.Probability, "f8", "believed yearly chance of a sanction for land left bare"
    )
    belief_fake: u.Floats = column(u.Probability, "f8", "believed yearly chance of a sanction for a fake")
    blacklisted_until: NDArray[np.int16] = column(u.CalendarYear, "i2", "last year on the blacklist", -1)
    fund_closed: NDArray[np.int8] = column(
        u.Flag, "i1", "1 while the blacklist keeps the firm from its restoration fund"
    )
    arrears_years: NDArray[np.int16] = column(
        u.Years, "i2", "years with due obligations unpaid, credit or ore exhausted"
    )
    bankrupt: NDArray[np.int8] = column(u.Flag, "i1", "1 once bankrupt, or closed when dug out")


class Mines(Table):
    """Concessions: one patch each. The patch's area = untouched + active + due + ordered + bare + faked + reclaimed."""

    name = "mines"

    patch: Indices = column(u.Index, "i4", "row of the patch")
    firm: Indices = column(u.Index, "i4", "row of the firm, also once it is gone")
    mineral: NDArray[np.int8] = column(u.Code, "i1", "mineral")
    active: u.Floats = column(u.Hectares, "f8", "open and in use")
    due: u.Floats = column(u.Hectares, "f8", "out of use and due for reclamation this year")
    ordered: u.Floats = column(
        u.Hectares, "f8", "sanctioned and under order: to be reclaimed first, as soon as money reaches"
    )
    bare: u.Floats = column(u.Hectares, "f8", "overdue and left bare: the backlog that can be seen")
    faked: u.Floats = column(u.Hectares, "f8", "greened to be seen from above, not reclaimed")
    reclaimed: u.Floats = column(u.Hectares, "f8", "reclaimed in truth")
    opened_total: u.Floats = column(
        u.Hectares, "f8", "ever opened since the start, the opening stock included"
    )
    seen_bare: NDArray[np.int8] = column(u.Flag, "i1", "1 where any channel saw bare land this year")
    seen_fake: NDArray[np.int8] = column(u.Flag, "i1", "1 where any channel saw faked land this year")
    sanctioned_bare: NDArray[np.int8] = column(u.Flag, "i1", "1 where this year bare land was sanctioned")
    sanctioned_fake: NDArray[np.int8] = column(u.Flag, "i1", "1 where this year faked land was sanctioned")
    orphaned: NDArray[np.int8] = column(u.Flag, "i1", "1 once its firm is gone: a public liability")


class Investors(Named):
    """Social investors: capital stands in the ledger."""

    name = "investors"

    account: Indices = column(u.Index, "i4", "row of the ledger account")
    hurdle_rate: u.Floats = column(u.PerYear, "f8", "return that an investment must clear", 0.08)
    risk_aversion: u.Floats = column(u.Ratio, "f8", "coefficient of relative risk aversion")
    horizon: NDArray[np.int16] = column(u.Years, "i2", "years of income that an investor counts on", 20)
    belief_yield: u.Floats = column(u.Ratio, "f8", "believed carbon yield against the forecast", 1.0)


class Trust(Table):
    """What each investor believes of each county: row = investor x number of counties + county."""

    name = "trust"

    investor: Indices = column(u.Index, "i4", "row of the investor")
    county: NDArray[np.int16] = column(u.Index, "i2", "row of the county")
    belief: u.Floats = column(
        u.Probability, "f8", "believed chance that a promised yearly payment is made", 1.0
    )

    @classmethod
    def of_all(cls, investors: int, counties: int, belief: float = 1.0) -> Trust:
        """Every investor's trust in every county, ``belief`` each."""
        investor, county = np.divmod(np.arange(investors * counties), max(counties, 1))
        return cls(investor.size, investor=investor, county=county, belief=np.full(investor.size, belief))


class Practice(Table):
    """What each county has done in each way to restore, and so can: row = county x number of ways + way - 1."""

    name = "practice"

    county: NDArray[np.int16] = column(u.Index, "i2", "row of the county")
    mode: NDArray[np.int8] = column(u.Code, "i1", "way to restore")
    experience: u.Floats = column(u.Hectares, "f8", "area that the county has ever worked on in this way")
    cost_factor: u.Floats = column(u.Ratio, "f8", "unit cost against the start", 1.0)

    @classmethod
    def of_all(cls, counties: int) -> Practice:
        """No experience of any county in any way."""
        county, way = np.divmod(np.arange(counties * WAYS), WAYS)
        return cls(county.size, county=county, mode=way + 1)

    def by_county(self, values: u.Floats) -> u.Floats:
        """A column as a view, (counties, ways)."""
        return values.reshape(-1, WAYS)
