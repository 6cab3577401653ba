"""A place at the start of a run: patches, the links between them, and who is there.

A landscape is data, not behaviour: :class:`~model.restoration_model.RestorationModel` turns it into state. Ids are the
identity of a patch, a county, a firm; the order of rows carries no meaning (permuting it changes nothing per id).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class DispersalLinks:
    """Symmetric links in CSR: the chance that a propagule crosses, before areas and conditions enter.

    In single precision: nobody knows that chance to seven digits, and links are most of what a large landscape holds.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    probability: NDArray[np.float32]


@dataclass(frozen=True)
class RiverLinks:
    """A forest of downstream links: row drained into (-1 at roots) and the fraction that goes there."""

    downstream: NDArray[np.int32]
    fraction: NDArray[np.float64]


@dataclass(frozen=True)
class Landscape:
    """Everything a run starts from.

    ``patches`` holds columns of :class:`model.state.habitats.Habitats` by name (those not given start at the declared
    value) for the patch ids ``ids``. ``counties``: code, name, name_zh, city, province (str), population (persons).
    ``bays``: name, name_zh; ``bay_exchange``: (k, 3) bay, bay, rate per year. ``coast_links``: (k, 2) pairs of coastal
    patches between which an invader spreads. ``mines``: one row per concession: patch (row of ``ids``), firm (row of
    ``firms``), mineral (code), opened_ha, backlog_ha. ``firms``: id (str), home county (row). ``caveat`` stands under
    every figure.
    """

    name: str
    caveat: str
    ids: pa.Array
    patches: Columns
    dispersal: DispersalLinks
    rivers: RiverLinks
    coast_links: NDArray[np.int32]
    counties: pd.DataFrame
    bays: pd.DataFrame
    bay_exchange: NDArray[np.float64]
    mines: Columns
    firms: pd.DataFrame
