"""Governments and the outside world, which are there whoever else is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.landscapes.landscape import Landscape
from model.state.ledger import UNLIMITED, Ledger
from model.state.people import Counties
from model.state.state import Accounts
from model.state.sums import sum_by
from model.units import Floats
from model.vocabulary import Ecosystem, Zone

OUTSIDE = ("taxpayers", "contractors", "households", "mineral_market", "carbon_market", "banks", "treasury")


def outside(landscape: Landscape, ledger: Ledger) -> Accounts:
    """Open the accounts of the centre, provinces, cities and the outside world."""
    centre = int(ledger.open(["centre"])[0])
    ledger.open([f"province:{code}" for code in sorted(landscape.counties["province"].unique())])
    ledger.open([f"city:{code}" for code in sorted(landscape.counties["city"].unique())])
    rows = ledger.open([f"outside:{name}" for name in OUTSIDE], UNLIMITED)
    return Accounts(centre, **dict(zip(OUTSIDE, (int(row) for row in rows), strict=True)))


def governments(landscape: Landscape, ledger: Ledger, leniency: Floats, inspectors: Floats) -> Counties:
    """County governments with their accounts; area and red line from the patches, sea left out."""
    table, patches = landscape.counties, landscape.patches
    codes = table["code"].tolist()
    red = land_area(landscape, patches["zone"] == Zone.RED_LINE)
    return Counties(
        codes,
        account=ledger.open([f"county:{code}" for code in codes]),
        city=_number(table["city"]),
        province=_number(table["province"]),
        population=table["population"].to_numpy(),
        area=land_area(landscape),
        red_line_area=red,
        leniency=leniency,
        inspectors=inspectors,
    )


def land_area(landscape: Landscape, where: Any = True) -> Floats:
    """Land area of each county in ha, where a flag holds."""
    patches = landscape.patches
    land = patches["area"] * ((patches["ecosystem"] != Ecosystem.BAY) & where)
    return sum_by(patches["county"], land, len(landscape.counties))


def _number(words: Any) -> NDArray[np.int64]:
    """Rows of the sorted distinct words."""
    return np.unique(words.to_numpy(dtype=str), return_inverse=True)[1]
