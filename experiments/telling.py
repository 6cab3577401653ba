"""A comparison in three sentences: what is best and how surely, what it costs whom, and who loses by it."""

from __future__ import annotations

from collections.abc import Mapping

from experiments.compare import Difference, Verdict, verdict
from experiments.places import county_names
from experiments.resolve import Resolved
from experiments.results import Results
from model.indicators import ALL_INDICATORS

UNITS = {indicator.name: indicator.unit for indicator in ALL_INDICATORS}
DIRECTIONS = {indicator.name: indicator.good for indicator in ALL_INDICATORS}
EFFECTIVE, ADDITIONAL = "area_restored_effective_ha", "area_restored_additional_ha"
CITY_CODE = 4
SHOWN_LOSERS = 3


def sentences(results: Results, asked: Resolved) -> list[str]:
    """The three sentences, from the finished results of a comparison."""
    table = results.indicators()
    counties = table["county"]
    table = table[(counties == "all") | (counties.str.len() > CITY_CODE)]
    found = verdict(table, results.scenarios[0], asked.headline, DIRECTIONS)
    baseline = results.scenarios[0]
    names = county_names(asked.config["landscape"], asked.config["seed"])
    best = _best(found, baseline)
    if asked.headline == EFFECTIVE:
        best = f"{best[:-1]}; {_added(verdict(table, baseline, ADDITIONAL, DIRECTIONS), found.ranking.best)}."
    return [best, _cost(found, baseline), _losers(found, names)]


def _best(found: Verdict, baseline: str) -> str:
    ranking = found.ranking
    rivals = sorted(ranking.against, key=lambda each: abs(each.mean))
    lead = f"By {ranking.headline} in {ranking.year} the best is {ranking.best}"
    if not rivals:
        return f"{lead}: it was compared with nothing."
    if not ranking.decided:
        open_ = " and ".join(each.other for each in rivals if not each.decided)
        near = next(each for each in rivals if not each.decided)
        return f"{lead}, but this is not decided against {open_}: {_difference(near)} against {near.other}."
    if ranking.best == baseline:
        return f"{lead}, the baseline itself: {_difference(rivals[0])} against {rivals[0].other}."
    return f"{lead}: {_difference(found.gain)} against {baseline}."


def _added(added: Verdict, best: str) -> str:
    """What of the headline would not have come without the works, and who is best by that."""
    means = added.ranking.table.set_index("scenario")["mean"]
    own = f"only {means[best]:,.0f} ha of what it restores would not have come untreated ({ADDITIONAL})"
    if added.ranking.best == best:
        return f"{own}, the most of all"
    sure = "" if added.ranking.decided else ", though not decided"
    return f"{own}; most is added by {added.ranking.best}, {means[added.ranking.best]:,.0f} ha{sure}"


def _cost(found: Verdict, baseline: str) -> str:
    if found.ranking.best == baseline:
        return "It is the baseline, so that neither public nor private spending differs from it."
    public, private = _money(found.public, "public"), _money(found.private, "private")
    return f"Over the whole time it spends {public} and {private} than {baseline}."


def _losers(found: Verdict, names: Mapping[str, str]) -> str:
    if not found.losers:
        return f"None of the {len(names)} counties is worse off by it on average."
    worst = list(found.losers.items())[:SHOWN_LOSERS]
    named = "; ".join(f"{names[county]} {_difference(each)}" for county, each in worst)
    return (
        f"Worse off by it on average are {len(found.losers)} of {len(names)} counties, most of all {named}."
    )


def _difference(each: Difference) -> str:
    """'+120 ha (95 % interval +80 to +160, n = 20)'."""
    unit = UNITS[each.indicator]
    unit = "" if unit == "1" else f" {unit}"
    return f"{_number(each.mean)}{unit} ({_interval(each, 1.0)}n = {each.n})"


def _money(each: Difference, whose: str) -> str:
    """'120 million yuan less public money (95 % interval -150 to -90, n = 20)'."""
    if each.mean == 0.0:
        return f"no more and no less {whose} money ({_interval(each, 1e6)}n = {each.n})"
    amount = f"{abs(each.mean) / 1e6:,.3g}" if abs(each.mean) < 1e9 else f"{abs(each.mean) / 1e6:,.0f}"
    direction = "less" if each.mean < 0 else "more"
    return f"{amount} million yuan {direction} {whose} money ({_interval(each, 1e6)}n = {each.n})"


def _interval(each: Difference, scale: float) -> str:
    if each.n < 2:
        return ""
    return f"95 % interval {_number(each.low / scale)} to {_number(each.high / scale)}, "


def _number(value: float) -> str:
    return f"{value:+,.3g}" if abs(value) < 1000 else f"{value:+,.0f}"
