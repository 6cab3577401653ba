"""Who paid for what: the flows of each run, summed over its years by kind of payer, kind of payee and instrument.

Money enters the public purse (centre with its programmes, provinces, cities and counties together) as taxes and sales,
is passed on within it and leaves it for works, upkeep and whatever else there is; private money is spent on works and
reclamation beside it. The purse is one pool: no yuan spent can be told from another. What firms earn and pay in their
trade is left out, and so are fines, which general budgets get. Sums are taken in whole fen, so they are exact.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.manifest import parts_in
from experiments.results import Results
from model.units import Floats
from model.view import PRIVATE_SPENDING

PUBLIC = ("centre", "programme", "province", "city", "county")
RAISED, PASSED, USED, PRIVATE = "raised", "passed on", "used", "private"
FEN = 100  # in a yuan
BY_ACCOUNT = ["scenario", "replicate", "payer", "payee", "instrument"]
BY_KIND = ["scenario", "part", "payer", "payee", "instrument"]


def money(results: Results) -> pd.DataFrame:
    """Yuan paid over all years, one column a replicate that is done, one row a flow, the greatest first in each part.

    Index: scenario, part (raised, passed on, used, private), payer and payee (kinds of accounts), instrument.
    Raises ``Refused`` where flows were not kept.
    """
    paid = _by_account(results)
    for side in ("payer", "payee"):
        paid[side] = paid[side].map(kind_of)
    paid["part"] = _parts(paid)
    paid = paid.dropna(subset="part")
    sums = paid.groupby([*BY_KIND, "replicate"], sort=False)["fen"].sum().unstack("replicate", fill_value=0)
    done = results.indicators("all").groupby("scenario")["replicate"].unique()
    for name in results.scenarios:
        missing = sums.columns.difference(done.get(name, []))
        sums.loc[sums.index.get_level_values("scenario") == name, missing] = np.nan
    order = sums.mean(axis=1).sort_values(ascending=False, kind="stable").index
    return sums.reindex(order).sort_index(axis=1) / FEN


def kind_of(account: str) -> str:
    """What an account is: ``county``, ``firm``, ``centre``; of the outside world, who."""
    kind, _, name = account.partition(":")
    return name if kind == "outside" else kind


def left_over(flows: pd.DataFrame, scenario: str) -> Floats:
    """What of the money raised was not used by the end, by replicate, in yuan."""
    rows = flows.loc[scenario]
    part = rows.index.get_level_values("part")
    raised, used = (rows.to_numpy(np.float64)[part == name].sum(axis=0) for name in (RAISED, USED))
    return np.asarray(raised - used)


def _by_account(results: Results) -> pd.DataFrame:
    parts = []
    for path in parts_in(results.folder, "flows"):
        table = pq.read_table(path, columns=[*BY_ACCOUNT, "amount_fen"], partitioning=None)
        parts.append(table.group_by(BY_ACCOUNT).aggregate([("amount_fen", "sum")]))
    whole = pa.concat_tables([part.replace_schema_metadata() for part in parts], promote_options="permissive")
    return cast("pd.DataFrame", whole.to_pandas().rename(columns={"amount_fen_sum": "fen"}))


def _parts(paid: pd.DataFrame) -> list[str | None]:
    gives, gets = (paid[side].isin(PUBLIC).to_numpy() for side in ("payer", "payee"))
    private = paid["instrument"].isin(PRIVATE_SPENDING).to_numpy()
    names = {(False, True): RAISED, (True, True): PASSED, (True, False): USED}
    return [
        names.get((bool(giving), bool(getting)), PRIVATE if own else None)
        for giving, getting, own in zip(gives, gets, private, strict=True)
    ]
