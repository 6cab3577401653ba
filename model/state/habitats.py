"""Patches: pieces of land, shore or sea, each of one original ecosystem in one county.

*Structure* (vegetation structure, function, richness) recovers fast, *composition* (the reference community)
slowly; *condition* is their mean. *Substrate* is the slow variable below both, and *ceiling* the level to
which it returns by itself. *Cover* is all that a satellite sees. Sources: Poorter et al. 2021; Rozendaal et
al. 2019 for the two rates; the assumption most likely to be wrong is that one number stands for a whole
community.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from model import units as u
from model.state.kernel import kernel
from model.state.streams import entity_keys
from model.state.sums import is_one_of
from model.state.table import Table, column
from model.vocabulary import Benefit, Ecosystem

Codes = NDArray[np.int8]
Indices = NDArray[np.int32]

ECOLOGICAL = tuple(e for e in Ecosystem if e not in (Ecosystem.FARMLAND, Ecosystem.BUILT))
"""Ecosystems whose condition counts as habitat: farmland is used and built land sealed by definition."""


class Habitats(Table):
    """The table of patches; ``ids`` and their 64-bit ``keys`` never change, rows are an internal order."""

    name = "habitats"

    area: u.Floats = column(u.Hectares, "f8", "area of the patch")
    x: NDArray[np.float32] = column(u.Position, "f4", "easting of the centroid, projected")
    y: NDArray[np.float32] = column(u.Position, "f4", "northing of the centroid, projected")
    elevation: NDArray[np.float32] = column(u.Elevation, "f4", "height above sea level")
    slope: NDArray[np.float32] = column(u.Degrees, "f4", "mean slope")
    ecosystem: Codes = column(u.Code, "i1", "original ecosystem, the fixed reference class")
    zone: Codes = column(u.Code, "i1", "use-control zone", 3)
    county: NDArray[np.int16] = column(u.Index, "i2", "row of the county")
    catchment: Indices = column(u.Index, "i4", "number of the river catchment, -1 none", -1)
    bay: NDArray[np.int16] = column(u.Index, "i2", "row of the bay that the patch is part of, -1 none", -1)
    island: Codes = column(u.Flag, "i1", "1 on an island, 0 on the mainland")
    shoreline: NDArray[np.float32] = column(u.Kilometres, "f4", "length of shore in the patch")
    shore: Codes = column(u.Code, "i1", "state of that shore")

    cause: Codes = column(u.Code, "i1", "what damaged the patch")
    damaged_share: u.Floats = column(u.Share, "f8", "part of the patch that the cause has damaged", 1.0)
    holder: Indices = column(u.Index, "i4", "row of the firm that answers for it, -1 the county", -1)
    site: Indices = column(u.Index, "i4", "row of its latest restoration site, -1 never treated", -1)
    detectability: NDArray[np.float32] = column(
        u.Share, "f4", "persistent ease of seeing it, a quantile", 0.5
    )
    claimed: NDArray[np.uint8] = column(u.Code, "u1", "benefits already sold or counted, one bit each")

    structure: u.Floats = column(u.Share, "f8", "vegetation structure, function, richness, of the reference")
    composition: u.Floats = column(u.Share, "f8", "likeness to the reference community, at most structure")
    substrate: u.Floats = column(u.Share, "f8", "soil, hydrology, sediment: the slow variable")
    ceiling: u.Floats = column(u.Share, "f8", "substrate that the patch can regain by itself", 1.0)
    cover: u.Floats = column(u.Share, "f8", "green cover as a satellite sees it, native or not")
    native_share: u.Floats = column(u.Share, "f8", "native part of the standing vegetation", 1.0)
    invader: u.Floats = column(u.Share, "f8", "part of the patch under an invader (Spartina on coasts)")
    planted_share: u.Floats = column(u.Share, "f8", "part of the patch under living planted stock")
    planted_years: NDArray[np.int16] = column(u.Years, "i2", "years since the latest planting")
    carbon: u.Floats = column(u.TonnesPerHectare, "f8", "carbon stock in biomass and soil above bare ground")
    pressure: u.Floats = column(u.Share, "f8", "grazing, cutting, encroachment, fishing")
    pressure_potential: u.Floats = column(u.Share, "f8", "pressure that returns when care ends")
    opportunity_cost: NDArray[np.float32] = column(
        u.YuanPerHectareYear,
        "f4",
        "income at the start from use at pressure_potential; relief takes its share",
    )
    taken_share: u.Floats = column(u.Share, "f8", "part of the patch sealed or dug away for good")
    load: u.Floats = column(u.Load, "f8", "sediment and nutrients that pass through the patch in a year")
    bearable_load: u.Floats = column(u.Load, "f8", "load at which a water's stock comes to rest at 1")
    load_stock: u.Floats = column(u.Ratio, "f8", "memory of past loads in waters, 1 at the critical load")
    seed_rain: u.Floats = column(u.Ratio, "f8", "propagules arriving, per unit of structure growth")
    source_composition: u.Floats = column(u.Share, "f8", "composition of what arrives")

    def __init__(self, ids: Any, **values: Any) -> None:
        """A table of patches with the given ids (strings, unique); see the columns for the rest."""
        self.ids = ids if isinstance(ids, pa.Array) else pa.array(list(ids), type=pa.string())
        super().__init__(len(self.ids), **values)
        self.keys = entity_keys(self.ids)
        self.keys.flags.writeable = False
        self.ecological = np.isin(self.ecosystem, ECOLOGICAL)
        self.coastal = np.flatnonzero(np.isin(self.ecosystem, COASTAL))
        self.waters = np.flatnonzero(np.isin(self.ecosystem, WATERS))

    @property
    def condition(self) -> u.Floats:
        """Mean of structure and composition, in [0, 1]; the part taken for good counts as 0."""
        whole: u.Floats = _condition(self.structure, self.composition, self.taken_share)
        return whole

    def condition_of(self, rows: u.Rows) -> u.Floats:
        """The condition of some patches."""
        return 0.5 * (self.structure[rows] + self.composition[rows]) * (1.0 - self.taken_share[rows])

    def is_ecosystem(self, *which: Ecosystem) -> u.Flags:
        """Flags of the patches whose original ecosystem is one of ``which``."""
        return is_one_of(self.ecosystem, which, len(Ecosystem))

    def claim(self, rows: u.Rows, benefit: Benefit) -> u.Flags:
        """Register a benefit for ``rows``; returns which of them were still free. Each benefit counts once."""
        bit = np.uint8(1 << benefit)
        free = (self.claimed[rows] & bit) == 0
        self.claimed[rows[free]] |= bit
        return free


COASTAL = (Ecosystem.MANGROVE, Ecosystem.TIDAL_FLAT)
WATERS = (Ecosystem.LAKE, Ecosystem.RIVER, Ecosystem.BAY)


@kernel
def _condition(structure: Any, composition: Any, taken: Any) -> Any:
    condition = np.empty(structure.size)
    for i in range(condition.size):
        condition[i] = 0.5 * (structure[i] + composition[i]) * (1.0 - taken[i])
    return condition
