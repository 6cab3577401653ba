"""Governments and the outside world, which are there whoever else is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.landscapes.landscape import Landscape
from model.state.ledger import UNLIMITED, Ledger
from model.state.people import Centre, Cities, Counties, Provinces
from model.state.state import Accounts
from model.state.sums import sum_by
from model.units import Floats
from model.vocabulary import Ecosystem, Zone

OUTSIDE = (
    "taxpayers",
    "contractors",
    "households",
    "mineral_market",
    "carbon_market",
    "banks",
    "treasury",
    "developers",
)


PROGRAMMES = ("shan_shui", "legacy_mines")


def outside(landscape: Landscape, ledger: Ledger) -> Accounts:
    """Open the accounts of the centre with its programmes, provinces and the outside world."""
    centre = int(ledger.open(["centre", *(f"programme:{name}" for name in PROGRAMMES)])[0])
    ledger.open([f"province:{code}" for code in sorted(landscape.counties["province"].unique())])
    rows = ledger.open([f"outside:{name}" for name in OUTSIDE], UNLIMITED)
    return Accounts(centre, **dict(zip(OUTSIDE, (int(row) for row in rows), strict=True)))


def cities(landscape: Landscape, ledger: Ledger) -> Cities:
    """City governments with their accounts; what stands in their shoreline accounts comes with the years."""
    codes = sorted(landscape.counties["city"].astype(str).unique())
    return Cities(codes, account=ledger.open([f"city:{code}" for code in codes]))


def higher(landscape: Landscape, ledger: Ledger) -> tuple[Centre, Provinces]:
    """The centre and the provinces, with the accounts that :func:`outside` opened for them."""
    row = {name: k for k, name in enumerate(ledger.names)}
    awards, legacy_mines = ([row[f"programme:{name}"]] for name in PROGRAMMES)
    centre = Centre(1, account=[row["centre"]], awards=awards, legacy_mines=legacy_mines)
    codes = sorted(landscape.counties["province"].unique())
    return centre, Provinces(codes, account=[row[f"province:{code}"] for code in codes])


def governments(
    landscape: Landscape, ledger: Ledger, leniency: Floats, inspectors: Floats, budget_per_person: float
) -> Counties:
    """County governments with their accounts; area and red line from the patches, sea left out.

    ``budget_per_person``: general public budget expenditure in yuan a head and year.
    """
    table, patches = landscape.counties, landscape.patches
    codes = table["code"].tolist()
    red = land_area(landscape, patches["zone"] == Zone.RED_LINE)
    return Counties(
        codes,
        account=ledger.open([f"county:{code}" for code in codes]),
        prepaid_account=ledger.open([f"prepaid:{code}" for code in codes]),
        city=_number(table["city"]),
        province=_number(table["province"]),
        pool=np.arange(len(codes)),
        population=table["population"].to_numpy(),
        area=land_area(landscape),
        red_line_area=red,
        general_budget=budget_per_person * table["population"].to_numpy(),
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
