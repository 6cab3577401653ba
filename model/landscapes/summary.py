"""What a landscape holds, counted: areas by ecosystem, zone and cause in each city, and known against found totals.

Areas in ha, shores in km. Most likely wrong: nothing here; these are sums over the table of patches.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.landscapes.ground import key_of
from model.landscapes.landscape import Landscape
from model.landscapes.rules import AssignmentRules
from model.units import Flags, Floats
from model.vocabulary import Cause, Ecosystem, Shore, Word, Zone

WHOLE = "all"


def landscape_summary(landscape: Landscape) -> pd.DataFrame:
    """One row for each ecosystem, zone, cause of damage and state of shore, one column for each city, and ``all``.

    The index is (what, name): areas in ha, but ``shore`` in km.
    """
    patches = landscape.patches
    city = landscape.counties["city"].to_numpy()[patches["county"]]
    area, shoreline = patches["area"], patches["shoreline"]
    parts = (
        ("ecosystem", Ecosystem, area),
        ("zone", Zone, area),
        ("cause", Cause, area),
        ("shore", Shore, shoreline),
    )
    return pd.concat([_by_city(patches[what], words, amount, city, what) for what, words, amount in parts])


def _by_city(
    codes: NDArray[np.int8], words: type[Word], amount: Floats, city: NDArray[np.object_], what: str
) -> pd.DataFrame:
    names = np.array(words.texts())[codes]
    table = pd.DataFrame({"name": names, "city": city, "amount": amount})
    wide = table.pivot_table(index="name", columns="city", values="amount", aggfunc="sum", fill_value=0.0)
    wide = wide.reindex([name for name in words.texts() if name in wide.index])
    wide[WHOLE] = wide.sum(axis=1)
    wide = wide[wide[WHOLE] > 0]
    wide.index = pd.MultiIndex.from_product([[what], wide.index], names=["what", "name"])
    return wide.rename_axis(columns=None)


def known_against_found(landscape: Landscape, rules: AssignmentRules) -> pd.DataFrame:
    """One row for each known total of the rules: what (with its unit), code, known, found."""
    patches = landscape.patches
    area, shoreline = patches["area"], patches["shoreline"]
    mainland = patches["island"] == 0
    natural = mainland & (patches["shore"] == Shore.NATURAL)
    pits, mangrove = patches["cause"] == Cause.LEGACY_MINE, patches["ecosystem"] == Ecosystem.MANGROVE
    rows = []
    for code, known in rules.known_legacy_mines.items():
        here = _within(landscape, rules.known_legacy_mines, code)
        rows.append(("legacy mines, ha", code, known, area[here & pits].sum()))
    for code, known in rules.known_mangrove.items():
        here = _within(landscape, rules.known_mangrove, code)
        rows.append(("mangrove, ha", code, known, area[here & mangrove].sum()))
    for code, known in rules.known_natural_shoreline.items():
        here = _within(landscape, rules.known_natural_shoreline, code)
        kept = shoreline[here & natural].sum() / shoreline[here & mainland].sum()
        rows.append(("natural share of mainland shore", code, known, kept))
    return pd.DataFrame(rows, columns=["what", "code", "known", "found"])


def _within(landscape: Landscape, table: dict[str, float], code: str) -> Flags:
    """Flags of the patches for which ``code`` is the table's word."""
    county = np.array([key_of(table, each) == code for each in landscape.counties["code"]])
    return county[landscape.patches["county"]]
