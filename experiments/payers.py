"""Who pays for restoration, and what all pay together, every yuan counted once.

The public purse (works, care, surveys, what households and private partners are paid), firms and investors (works,
mines' reclamation), developers (land and shore mended with the money of who took them), households (income lost less
what they were paid). One payment is spent twice in these: a county's yearly payments to a private partner pay back
works that the partner has paid already. So they are taken off the sum, and off what business bears. Fines, fees, taxes,
grants and compensation only pass money from one payer to another and are in none of these; credits sold are income.

Income from use that care has ended for good is in no payer's part: the model takes it that who had it found other work.
A second sum takes it in, as what all bear at most.

A sum is named by how it is made, ``a + sum(b) - sum(c)``: indicators of the year, and ``sum(...)`` for those of a
single year, added up from the start to that year.
"""

from __future__ import annotations

import re

import pandas as pd

from experiments.design import KEYS
from experiments.names import AT_MOST, BUSINESS, DEVELOPERS, REPAID, TOGETHER

SUMS = (DEVELOPERS, REPAID, BUSINESS, TOGETHER, AT_MOST)
_TERM = re.compile(r"([+-]?) ?(sum\()?(\w+)\)?")


def with_sums(indicators: pd.DataFrame) -> pd.DataFrame:
    """The table with a column for each sum, in yuan; unknown where a part of it is."""
    by_year = indicators.sort_values("year", kind="stable").groupby([*KEYS, "county"], sort=False)
    made = {}
    for name in SUMS:
        parts = [
            (by_year[column].cumsum() if yearly else indicators[column]) * (-1 if sign == "-" else 1)
            for sign, yearly, column in _TERM.findall(name)
        ]
        made[name] = sum(parts[1:], parts[0])
    return indicators.assign(**made)
