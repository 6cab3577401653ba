"""Who paid for what: the flows of each run, summed over its years by kind of payer, kind of payee and instrument.

Money enters the public purse (centre with its programmes, provinces and counties together) as taxes and sales, is
passed on within it and leaves it for works, upkeep and whatever else there is, or goes back to taxpayers unspent;
private money is spent on works, reclamation and shore beside it. Private is also what cities and counties only hold
for those who took land or shore: shoreline accounts, prepaid fees and those forfeited. The purse is one pool: no yuan
spent can be told from another. What firms earn and pay in their trade is left out, and so are fines, which general
budgets get; ``docs/odd.md`` lists what is left out, and no public money is. Sums are taken in whole fen, so they are
exact. Most likely wrong: adding public and private; counties buy back by availability payments what investors spent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.manifest import parts_in
from experiments.results import Results
from model.units import Floats
from model.view import POLLUTERS_SPENDING, PRIVATE_SPENDING

PUBLIC = ("centre", "programme", "province", "county")
RAISED, PASSED, USED, RETURNED, PRIVATE = "raised", "passed on", "used", "returned", "private"
UNSPENT = "unspent_returned"
ONLY_HELD = "fee_forfeited"
"""Developers' money that passes through a county: it leaves the same year, as ``forfeited_reclamation``."""

WHOSE = {"city": "developers' money in shoreline accounts", "county": "developers' forfeited fees"}
"""What private money is that a government only holds and pays out, by the kind of account that pays it."""

FEN = 100  # in a yuan
BY_ACCOUNT = ["scenario", "replicate", "payer", "payee", "instrument"]
BY_KIND = ["scenario", "part", "payer", "payee", "instrument"]


def money(results: Results) -> pd.DataFrame:
    """Yuan paid over all years, one column a replicate that is done, one row a flow, the greatest first in each part.

    Index: scenario, part (raised, passed on, used, returned, private), payer and payee (kinds of accounts), instrument.
    Raises ``Refused`` where flows were not kept.
    """
    paid = _by_account(results)
    for side in ("payer", "payee"):
        paid[side] = paid[side].map(kind_of)
    paid["part"] = parts_of(paid)
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


def whose(part: str, payer: str) -> str:
    """Who pays in a part of :func:`money`, as readers know them: by whose the money is, not by who holds it."""
    return WHOSE.get(payer, payer) if part == PRIVATE else payer


def left_over(flows: pd.DataFrame, scenario: str) -> Floats:
    """What of the money raised was neither used nor returned by the end, by replicate, in yuan."""
    rows = flows.loc[scenario]
    part = rows.index.get_level_values("part")
    raised, used, returned = (
        rows.to_numpy(np.float64)[part == name].sum(axis=0) for name in (RAISED, USED, RETURNED)
    )
    return np.asarray(raised - used - returned)


@dataclass(frozen=True)
class Source:
    """Where money comes from, as readers know it; ``envelope``: part of the yearly budgets set beforehand."""

    name: str
    part: str
    holds: Callable[[str, str], bool]
    """Whether a flow with this payer and instrument is of this source."""

    envelope: bool = False

    @property
    def private(self) -> bool:
        """Whether it is private money, spent beside the public purse."""
        return self.part == PRIVATE


SOURCES = (
    Source("own budgets", RAISED, lambda _, of: of == "own_budget", envelope=True),
    Source(
        "transfers of the centre",
        PASSED,
        lambda payer, of: (payer, of) == ("centre", "formula_transfer"),
        True,
    ),
    Source(
        "programmes and awards", PASSED, lambda payer, of: (payer, of) == ("centre", "programme_budget"), True
    ),
    Source("provinces' match", RAISED, lambda _, of: of == "provincial_taxes", envelope=True),
    Source("for compensation", RAISED, lambda _, of: of == "compensation_budgeted"),
    Source("for surveys", RAISED, lambda _, of: of == "surveys_budgeted"),
    Source("mining taxes, mine funds", RAISED, lambda payer, _: payer in ("firm", "fund")),
    Source("developers' offsets", RAISED, lambda payer, _: payer == "developers"),
    Source("carbon and rent", RAISED, lambda payer, _: payer in ("carbon_market", "households")),
    Source("firms", PRIVATE, lambda payer, _: payer in ("firm", "fund")),
    Source("developers", PRIVATE, lambda payer, _: payer in ("developers", "city", "county")),
    Source("investors", PRIVATE, lambda payer, _: payer == "investor"),
)
"""Public first, then private. National taxes stand under what the centre does with them."""


def drawn_on(flows: pd.DataFrame, scenario: str) -> dict[Source, Floats]:
    """Yuan over all years from each source, by replicate; those of public sources add up to what was raised."""
    rows = flows.loc[scenario]
    values, keys = rows.to_numpy(np.float64), rows.index
    return {
        source: values[
            [part == source.part and source.holds(payer, instrument) for part, payer, _, instrument in keys]
        ].sum(axis=0)
        for source in SOURCES
    }


def _by_account(results: Results) -> pd.DataFrame:
    parts = []
    for path in parts_in(results.folder, "flows"):
        table = pq.read_table(path, columns=[*BY_ACCOUNT, "amount_fen"], partitioning=None)
        parts.append(table.group_by(BY_ACCOUNT).aggregate([("amount_fen", "sum")]))
    whole = pa.concat_tables([part.replace_schema_metadata() for part in parts], promote_options="permissive")
    return cast("pd.DataFrame", whole.to_pandas().rename(columns={"amount_fen_sum": "fen"}))


def parts_of(paid: pd.DataFrame) -> list[str | None]:
    """The part of each flow (kinds of payer and payee, instrument); None for what is left out."""
    gives, gets = (paid[side].isin(PUBLIC).to_numpy() for side in ("payer", "payee"))
    by_instrument = {UNSPENT: RETURNED, ONLY_HELD: None} | dict.fromkeys(
        PRIVATE_SPENDING + POLLUTERS_SPENDING, PRIVATE
    )
    by_side = {(False, True): RAISED, (True, True): PASSED, (True, False): USED}
    return [
        by_instrument.get(instrument, by_side.get((bool(giving), bool(getting))))
        for giving, getting, instrument in zip(gives, gets, paid["instrument"], strict=True)
    ]
