"""A comparison in three sentences: what is best and how surely, what it costs whom, and where less is restored for it.

What is best by effectively restored area is told with what of it would not have come untreated, both as differences to
the baseline: a level beside a difference misleads.

A lead beyond zero that is not shown to be large enough to matter is told as such, and so is one that may be nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from experiments.compare import ALL, Difference, Ranking, Verdict, against_baseline, rank_stability, verdict
from experiments.criteria import AHEAD, BETTER, CLEAR, LESS, MORE, OPEN, SAME, SMALL, WORSE, Criteria, stated
from experiments.names import (
    ADDITIONAL,
    EFFECTIVE,
    HOUSEHOLDS,
    PRIVATE_TOTAL,
    PUBLIC_TOTAL,
    SETTLED,
    TOGETHER,
)
from experiments.payers import with_sums
from experiments.places import county_names
from experiments.results import Results
from experiments.traced import (
    Estimate,
    Measure,
    Name,
    Part,
    Rows,
    Sentence,
    counted,
    difference,
    hundred_millions,
    level,
)

SHOWN_LOSERS = 3
RESTORED = (EFFECTIVE, ADDITIONAL)
SURE = {CLEAR: "", OPEN: ", though not decided", AHEAD: ", though by no lead that is shown to matter"}
ADDED = {
    BETTER: "better",
    WORSE: "worse, though it is ahead by the headline",
    SMALL: "too small to matter",
    SAME: "no difference",
    OPEN: "not decided",
}
"""What is said of a difference in additional area."""


def sentences(results: Results, headline: str) -> list[Sentence]:
    """The three sentences, from the finished results of a comparison.

    Raises ``ValueError`` where no replicate has the headline under every scenario.
    """
    manifest, table = results.manifest, results.indicators()
    baseline = results.scenarios[0]
    names = county_names(manifest["config"][baseline]["landscape"], manifest["seed"])
    table = with_sums(table[table["county"].isin([ALL, *names])])
    criteria = stated(manifest)
    found = verdict(table, baseline, headline, criteria)
    best = _best(found.ranking, baseline)
    if headline == EFFECTIVE:
        best = [*best, *_added(table, found.ranking.best, baseline, criteria)]
    said: list[Sentence] = [[*best, "."]]
    if len(results.scenarios) == 1:
        return said
    known = table.loc[table["county"] != ALL, headline].notna().any()
    there = _losers(found, names) if known else ["By county there is no value of ", Measure(headline)]
    together = against_baseline(table, found.ranking.best, baseline, TOGETHER, criteria)
    return [*said, _cost(found, together, baseline), [*there, *_households(found), "."]]


def _best(ranking: Ranking, baseline: str) -> list[Part]:
    rivals = sorted(ranking.against, key=lambda each: abs(each.mean))
    best = Name(ranking.best)
    lead: list[Part] = ["By ", Measure(ranking.headline), f" in {ranking.year} the best is ", best]
    told = {each.other: difference(each, ranking.headline, ranking.year) for each in rivals}
    if not rivals:
        return [*lead, ": it was compared with nothing"]
    if ranking.tied:
        return [*lead[:-1], "not decided: ", *_all_named(ranking.tied), " come out the same"]
    open_ = [each for each in rivals if not each.beyond_zero]
    if open_:
        near = open_[0]
        against = _all_named([each.other for each in open_])
        return [*lead, ", but this is not decided against ", *against, ": ", *_apart(told[near.other], near)]
    unproven = [each for each in rivals if each.verdict != BETTER]
    if unproven:
        near = unproven[0]
        ahead: list[Part] = [
            ", but its lead over ",
            *_all_named([each.other for each in unproven]),
            " is not shown to matter: ",
        ]
        return [*lead, *ahead, *_apart(told[near.other], near)]
    if ranking.best == baseline:
        near = rivals[0]
        return [*lead, ", the baseline itself: ", *_apart(told[near.other], near)]
    return [*lead, ": ", told[baseline], " against ", Name(baseline)]


def _all_named(scenarios: Sequence[str]) -> list[Part]:
    named: list[Part] = [part for each in scenarios for part in (Name(each), " and ")]
    return named[:-1]


def _apart(told: Estimate, found: Difference) -> list[Part]:
    """How far ahead of one rival, and whether that is known to be too little or may be enough to matter."""
    lead: list[Part] = [told, " against ", Name(found.other)]
    if told.relevant is None or found.verdict not in (SMALL, OPEN) or not found.relevant:
        return lead
    unit = f" {told.unit}" if told.unit else ""
    if found.verdict == SMALL:
        return [*lead, ", too small to matter (what matters begins at ", told.relevant, f"{unit})"]
    return [*lead, " (what matters begins at ", told.relevant, f"{unit})"]


def _added(table: pd.DataFrame, best: str, baseline: str, criteria: Criteria) -> list[Part]:
    """What of the best by the headline would not have come without the works, and who is best by that."""
    ranking = rank_stability(table, baseline, ADDITIONAL, criteria)
    what: list[Part] = ["area that would not have come untreated (", Measure(ADDITIONAL), ")"]

    def apart(scenario: str) -> Estimate:
        found = against_baseline(table, scenario, baseline, ADDITIONAL, criteria)
        return difference(found, ADDITIONAL, ranking.year)

    if len(ranking.table) == 1:
        rows: Rows = {"scenario": best, "county": ALL, "year": ranking.year}
        return ["; of it ", level(ranking.values[best], ADDITIONAL, rows), " is ", *what]
    lead: list[Part] = ["; in ", *what]
    if best != baseline:
        own = apart(best)
        lead = [*lead, " the difference is ", own, " against ", Name(baseline), f": {ADDED[own.verdict]}"]
    if ranking.tied:
        return [*lead, "; by that none is ahead" if best != baseline else " none is ahead"]
    if ranking.best == best:
        most = [*lead, ", and the most of all"] if ranking.words == CLEAR else lead
        return most if best != baseline else []
    top: list[Part] = [Name(ranking.best)]
    if ranking.best != baseline:
        top = [*top, ", ", apart(ranking.best), " against ", Name(baseline)]
    told = "; most is added by " if best != baseline else " most is added by "
    return [*lead, told, *top, SURE[ranking.words]]


def _cost(found: Verdict, together: Difference, baseline: str) -> list[Part]:
    """What changes for who pays, and for all of them together."""
    ranking, year = found.ranking, found.ranking.year
    if ranking.best == baseline:
        if ranking.tied:
            return ["None is ahead of the baseline, so that there is no gain to set a cost against."]
        return ["It is the baseline, so that neither public nor private spending differs from it."]
    public, private, every = (
        difference(found.public, PUBLIC_TOTAL, year),
        difference(found.private, PRIVATE_TOTAL, year),
        difference(together, TOGETHER, year),
    )
    in_yi: list[Part] = (
        [", that is ", hundred_millions(public), " 亿元"] if public.verdict in (MORE, LESS) else []
    )
    lead: list[Part] = ["Under ", Name(ranking.best), ", against "] if ranking.tied else ["Against "]
    return [
        *lead,
        Name(baseline),
        ", over the whole time, ",
        *_changed(public, "public spending"),
        *in_yi,
        "; ",
        *_changed(private, "firms' and investors' spending"),
        "; ",
        *_changed(every, "the cost to all who pay, developers and households included,"),
        ".",
    ]


def _changed(spent: Estimate, what: str) -> list[Part]:
    if spent.verdict == SAME:
        return [f"{what} is the same"]
    if spent.verdict == SMALL:
        return [f"{what} changes by too little to matter, ", spent]
    if spent.verdict == OPEN and spent.beyond_zero:
        return [f"{what} changes by ", spent, ", and whether that matters is not decided"]
    if spent.verdict == OPEN:
        return [f"how {what} changes is not decided, ", spent]
    return [f"{what} changes by ", spent]


def _losers(found: Verdict, names: Mapping[str, str]) -> list[Part]:
    """In how many counties the headline is worse: that is about the measure, not about how people fare there."""
    headline, year = found.ranking.headline, found.ranking.year
    rows: dict[str, str | int] = {"scenario": found.ranking.best, "minus": found.gain.other, "year": year}

    def number(value: int, which: str) -> Part:
        return counted(value, "indicators.parquet", {**rows, "county": which}, headline, "count")

    one, many = ("restores", "restore") if headline in RESTORED else ("does", "do")
    less = "less" if headline in RESTORED else "worse"
    every = number(len(names), "each")
    if not found.losers:
        if len(names) == 1:
            return ["The ", every, f" county {one} no {less} under it on average"]
        return ["None of the ", every, f" counties {one} {less} under it on average"]
    does = f"county {one}" if len(names) == 1 else f"counties {one if len(found.losers) == 1 else many}"
    worse = sum(each.verdict == WORSE for each in found.losers.values())
    surely: list[Part] = [", clearly and by what matters in ", number(worse, WORSE)]
    lead: list[Part] = ["Under it ", number(len(found.losers), "worse on average"), " of "]
    worst = [
        part
        for code, each in list(found.losers.items())[:SHOWN_LOSERS]
        for part in (Name(names.get(code, code)), " ", difference(each, headline, year, code), "; ")
    ]
    return [*lead, every, f" {does} {less} on average", *surely, ", most of all ", *worst[:-1]]


def _households(found: Verdict) -> list[Part]:
    """What those lose who lived on land that is spared now, beyond what they are paid, and at most beyond that."""
    lost = difference(found.households, HOUSEHOLDS, found.ranking.year)
    further = _further(found)
    if lost.verdict == SAME:
        return ["; what households lose unpaid is the same", *further] if further else []
    return [*_unpaid(lost), *further]


def _unpaid(lost: Estimate) -> list[Part]:
    if lost.verdict == SMALL:
        return ["; what households lose unpaid changes by too little to matter, ", lost]
    if lost.verdict == OPEN:
        return ["; whether households lose more unpaid by what matters is not decided, ", lost]
    if lost.verdict == WORSE:
        return [", but households lose more unpaid, over the whole time by ", lost]
    return [", and households lose less unpaid, over the whole time by ", lost]


def _further(found: Verdict) -> list[Part]:
    """What the loss would change by besides if nobody found other work whose use of land has ended for good."""
    more = difference(found.settled, SETTLED, found.ranking.year)
    if more.verdict == SAME:
        return []
    told: list[Part] = ["; at most ", more, " more if nobody found other work"]
    if more.mean.value < 0.0:  # there is less to be made up for, and no bound of a loss
        told = ["; besides by ", more, " if nobody found other work"]
    if more.verdict == SMALL:
        return [*told, ", too small to matter"]
    if more.verdict == OPEN:
        return [*told, ", and whether that matters is not decided"]
    return told
