"""A comparison in three sentences: what is best and how surely, what it costs whom, and who loses by it."""

from __future__ import annotations

from collections.abc import Mapping

from experiments.compare import ALL, Verdict, verdict
from experiments.names import ADDITIONAL, DIRECTIONS, EFFECTIVE, PRIVATE_TOTAL, PUBLIC_TOTAL
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
    found = verdict(table, baseline, headline, DIRECTIONS)
    best = _best(found, baseline)
    if headline == EFFECTIVE:
        best = [*best, "; ", *_added(verdict(table, baseline, ADDITIONAL, DIRECTIONS), found.ranking.best)]
    said: list[Sentence] = [[*best, "."]]
    return [*said, _cost(found, baseline), _losers(found, names)] if len(results.scenarios) > 1 else said


def _best(found: Verdict, baseline: str) -> list[Part]:
    ranking = found.ranking
    rivals = sorted(ranking.against, key=lambda each: abs(each.mean))
    best = Name(ranking.best)
    lead: list[Part] = ["By ", Measure(ranking.headline), f" in {ranking.year} the best is ", best]
    told = {each.other: difference(each, ranking.headline, ranking.year) for each in rivals}
    if not rivals:
        return [*lead, ": it was compared with nothing"]
    undecided = [each.other for each in rivals if not each.decided]
    if undecided:
        names = [part for other in undecided for part in (Name(other), " and ")][:-1]
        near = undecided[0]
        open_: list[Part] = [", but this is not decided against ", *names, ": "]
        return [*lead, *open_, told[near], " against ", Name(near)]
    if ranking.best == baseline:
        near = rivals[0].other
        return [*lead, ", the baseline itself: ", told[near], " against ", Name(near)]
    return [*lead, ": ", told[baseline], " against ", Name(baseline)]


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
    if added.ranking.best == best:
        return [*own, ", the most of all"] if len(rows) > 1 else own
    sure = "" if added.ranking.decided else ", though not decided"
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
    if spent.verdict == "no difference":
        return [f"{whose} spending is the same"]
    return [f"{whose} spending changes by ", spent]


def _losers(found: Verdict, names: Mapping[str, str]) -> list[Part]:
    headline, year = found.ranking.headline, found.ranking.year
    rows: dict[str, str | int] = {"scenario": found.ranking.best, "minus": found.gain.other, "year": year}

    def number(value: int, which: str) -> Part:
        return counted(value, "indicators.parquet", {**rows, "county": which}, headline, "count")

    every = number(len(names), "each")
    if not found.losers:
        if len(names) == 1:
            return ["The ", every, " county is not worse off by it on average."]
        return ["None of the ", every, " counties is worse off by it on average."]
    counties = "county" if len(names) == 1 else "counties"
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
    return [*lead, every, f" {counties}, most of all ", *worst[:-1], "."]
