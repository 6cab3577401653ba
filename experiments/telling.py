"""A comparison in three sentences: what is best and how surely, what it costs whom, and who loses by it.

A lead beyond zero that is not shown to be large enough to matter is told as such, and so is one that may be nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from experiments.compare import ALL, DECIDED, Difference, Ranking, Verdict, verdict
from experiments.criteria import BETTER, OPEN, SAME, SMALL, WORSE, stated
from experiments.names import ADDITIONAL, EFFECTIVE, HOUSEHOLDS, PRIVATE_TOTAL, PUBLIC_TOTAL
from experiments.places import county_names
from experiments.results import Results
from experiments.traced import Estimate, Measure, Name, Part, Sentence, counted, difference, level

SHOWN_LOSERS = 3


def sentences(results: Results, headline: str) -> list[Sentence]:
    """The three sentences, from the finished results of a comparison.

    Raises ``ValueError`` where no replicate has the headline under every scenario.
    """
    manifest, table = results.manifest, results.indicators()
    baseline = results.scenarios[0]
    names = county_names(manifest["config"][baseline]["landscape"], manifest["seed"])
    table = table[table["county"].isin([ALL, *names])]
    criteria = stated(manifest)
    found = verdict(table, baseline, headline, criteria)
    best = _best(found.ranking, baseline)
    if headline == EFFECTIVE:
        best = [*best, "; ", *_added(verdict(table, baseline, ADDITIONAL, criteria), found.ranking.best)]
    said: list[Sentence] = [[*best, "."]]
    if len(results.scenarios) == 1:
        return said
    return [*said, _cost(found, baseline), [*_losers(found, names), *_households(found), "."]]


def _best(ranking: Ranking, baseline: str) -> list[Part]:
    rivals = sorted(ranking.against, key=lambda each: abs(each.mean))
    best = Name(ranking.best)
    lead: list[Part] = ["By ", Measure(ranking.headline), f" in {ranking.year} the best is ", best]
    told = {each.other: difference(each, ranking.headline, ranking.year) for each in rivals}
    if not rivals:
        return [*lead, ": it was compared with nothing"]
    open_ = [each for each in rivals if not each.beyond_zero]
    if open_:
        near = open_[0]
        against = _all(open_)
        return [*lead, ", but this is not decided against ", *against, ": ", *_apart(told[near.other], near)]
    unproven = [each for each in rivals if each.verdict != BETTER]
    if unproven:
        near = unproven[0]
        ahead: list[Part] = [", but its lead over ", *_all(unproven), " is not shown to matter: "]
        return [*lead, *ahead, *_apart(told[near.other], near)]
    if ranking.best == baseline:
        near = rivals[0]
        return [*lead, ", the baseline itself: ", *_apart(told[near.other], near)]
    return [*lead, ": ", told[baseline], " against ", Name(baseline)]


def _all(rivals: Sequence[Difference]) -> list[Part]:
    named: list[Part] = [part for each in rivals for part in (Name(each.other), " and ")]
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


def _added(added: Verdict, best: str) -> list[Part]:
    """What of the headline would not have come without the works, and who is best by that."""
    rows = added.ranking.table.set_index("scenario")

    def area(scenario: str) -> Estimate:
        values = added.ranking.values[scenario]
        return level(values, ADDITIONAL, {"scenario": scenario, "county": ALL, "year": added.ranking.year})

    own: list[Part] = [
        "only ",
        area(best),
        " of what it restores would not have come untreated (",
        Measure(ADDITIONAL),
        ")",
    ]
    words = added.ranking.words
    sure = {DECIDED: "", OPEN: ", though not decided"}.get(
        words, ", though by no lead that is shown to matter"
    )
    if added.ranking.best == best:
        return [*own, ", the most of all", sure] if len(rows) > 1 else own
    top = added.ranking.best
    return [*own, "; most is added by ", Name(top), ", ", area(top), sure]


def _cost(found: Verdict, baseline: str) -> list[Part]:
    if found.ranking.best == baseline:
        return ["It is the baseline, so that neither public nor private spending differs from it."]
    year = found.ranking.year
    public, private = (
        difference(found.public, PUBLIC_TOTAL, year),
        difference(found.private, PRIVATE_TOTAL, year),
    )
    lead: list[Part] = ["Against ", Name(baseline), ", over the whole time, "]
    return [*lead, *_changed(public, "public"), "; ", *_changed(private, "private"), "."]


def _changed(spent: Estimate, whose: str) -> list[Part]:
    if spent.verdict == SAME:
        return [f"{whose} spending is the same"]
    if spent.verdict == SMALL:
        return [f"{whose} spending changes by too little to matter, ", spent]
    if spent.verdict == OPEN and spent.beyond_zero:
        return [f"{whose} spending changes by ", spent, ", and whether that matters is not decided"]
    if spent.verdict == OPEN:
        return [f"how {whose} spending changes is not decided, ", spent]
    return [f"{whose} spending changes by ", spent]


def _losers(found: Verdict, names: Mapping[str, str]) -> list[Part]:
    headline, year = found.ranking.headline, found.ranking.year
    rows: dict[str, str | int] = {"scenario": found.ranking.best, "minus": found.gain.other, "year": year}

    def number(value: int, which: str) -> Part:
        return counted(value, "indicators.parquet", {**rows, "county": which}, headline, "count")

    every = number(len(names), "each")
    if not found.losers:
        if len(names) == 1:
            return ["The ", every, " county is not worse off by it on average"]
        return ["None of the ", every, " counties is worse off by it on average"]
    counties = "county" if len(names) == 1 else "counties"
    worse = sum(each.verdict == WORSE for each in found.losers.values())
    surely: list[Part] = [", by what matters and decided in ", number(worse, WORSE)]
    lead: list[Part] = [
        f"Worse off by it on average {'is' if len(found.losers) == 1 else 'are'} ",
        number(len(found.losers), "worse on average"),
        " of ",
    ]
    worst = [
        part
        for code, each in list(found.losers.items())[:SHOWN_LOSERS]
        for part in (Name(names.get(code, code)), " ", difference(each, headline, year, code), "; ")
    ]
    return [*lead, every, f" {counties}", *surely, ", most of all ", *worst[:-1]]


def _households(found: Verdict) -> list[Part]:
    """What those lose who lived on land that is spared now, beyond what they are paid."""
    lost = difference(found.households, HOUSEHOLDS, found.ranking.year)
    if lost.verdict == SAME:
        return []
    if lost.verdict == SMALL:
        return ["; what households lose unpaid changes by too little to matter, ", lost]
    if lost.verdict == OPEN:
        return ["; whether households lose more unpaid by what matters is not decided, ", lost]
    if lost.verdict == WORSE:
        return [", but households lose more unpaid, over the whole time by ", lost]
    return [", and households lose less unpaid, over the whole time by ", lost]
