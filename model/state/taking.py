"""Land and shore in the hands of builders: parcels that they use for a time, and the segments of the coast.

A *parcel* is temporary land of one request (borrow pits, spoil sites, access roads): stripped, and owed back
reclaimed. A *segment* is the shore of one patch; on natural shore can be built in part, artificial shore is restored as
a whole. The shoreline account of a city counts its mainland *coast* and that of its islands apart, as the rate of
retention does. Most likely wrong: that what is built on a shore takes the patch in proportion to its length.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model import units as u
from model.state.habitats import Habitats
from model.state.table import Table, column
from model.vocabulary import Shore

Indices = NDArray[np.int32]


class Parcels(Table):
    """One row a parcel of temporary land, never removed."""

    name = "parcels"

    patch: Indices = column(u.Index, "i4", "row of the patch")
    area: u.Floats = column(u.Hectares, "f8", "land stripped")
    begun: NDArray[np.int16] = column(u.CalendarYear, "i2", "year in which it was taken", -1)
    due: NDArray[np.int16] = column(u.CalendarYear, "i2", "year in which it must be given back", -1)
    cost: u.Fens = column(u.Fen, "i8", "what its reclamation costs")
    prepaid: u.Floats = column(u.Share, "f8", "part of that cost prepaid by its developer")
    held: u.Fens = column(u.Fen, "i8", "in the jointly controlled account for it, with interest")
    stage: NDArray[np.int8] = column(u.Code, "i1", "what has become of it")
    closed: NDArray[np.int16] = column(
        u.CalendarYear, "i2", "year in which its developer left it, -1 not yet", -1
    )
    bare: u.Floats = column(u.Hectares, "f8", "of it left unreclaimed, a duty of the public now")


class Coasts(Table):
    """The shoreline accounts: for each city one row for its mainland, then one for its islands."""

    name = "coasts"

    city: NDArray[np.int16] = column(u.Index, "i2", "row of the city")
    island: NDArray[np.int8] = column(u.Flag, "i1", "1 for its islands, 0 for the mainland")
    credit: u.Floats = column(u.Kilometres, "f8", "recognised restored shore not yet used as balance")
    owed: u.Floats = column(u.Kilometres, "f8", "balance owed for natural shore built on already")
    money: u.Fens = column(u.Fen, "i8", "paid by applicants for restoring shore and not yet spent")

    @classmethod
    def of(cls, cities: int) -> Coasts:
        """Empty accounts of so many cities."""
        rows = np.arange(2 * cities)
        return cls(rows.size, city=rows // 2, island=rows % 2)


class Segments(Table):
    """One row a patch with shore; natural shore of it = its length less what is built, or all of it once recognised."""

    name = "segments"

    patch: Indices = column(u.Index, "i4", "row of the patch")
    coast: NDArray[np.int16] = column(u.Index, "i2", "row of the coast that it is part of")
    built: u.Floats = column(u.Kilometres, "f8", "natural shore built on since the start")
    wanted: u.Floats = column(u.Kilometres, "f8", "natural shore asked for and not yet granted")
    asked: NDArray[np.int16] = column(u.CalendarYear, "i2", "year of that request, -1 none", -1)
    begun: NDArray[np.int16] = column(
        u.CalendarYear, "i2", "year in which the restoration of artificial shore began, -1 not yet", -1
    )

    @classmethod
    def along(cls, habitats: Habitats, city: NDArray[np.int16]) -> Segments:
        """The segments of a landscape: every patch that has shore, in row order; ``city`` of each county."""
        patch = np.flatnonzero((habitats.shore != Shore.NONE) & (habitats.shoreline > 0.0))
        coast = 2 * city[habitats.county[patch]] + habitats.island[patch]
        return cls(patch.size, patch=patch, coast=coast)
