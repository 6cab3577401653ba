"""The figures of a comparison, each from its finished results alone: as files, and without stamp for a page with one.

Maps are of many small squares: as dots they are lighter on a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from experiments.compare import by_county, compare, rank_stability
from experiments.criteria import Criteria, stated
from experiments.figures.counties import counties
from experiments.figures.differences import differences
from experiments.figures.map_of_change import map_of_change
from experiments.figures.map_of_condition import map_of_condition
from experiments.figures.money import money_flows
from experiments.figures.restored import restored
from experiments.figures.style import KINDS, Sheet, encoded, look, settle, without_stamp
from experiments.figures.trajectories import STOCKS, trajectories, with_headline
from experiments.money import money
from experiments.places import caveat as caveat_of
from experiments.places import county_names
from experiments.results import Results

FILES, ON_PAGE = "figures/", "page/"
MAPS = ("map_of_condition", "map_of_change")


def figures(results: Results, headline: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of each picture in the order of reading; what has nothing to show is left out.

    Under ``figures/`` PNG and SVG with their stamp, to be kept; under ``page/`` one of them without it, for the brief.
    Raises ``ValueError`` where no replicate has the headline under every scenario.
    """
    with look():
        for name, draw in _drawn(results, headline):
            yield from _files(name, draw(), results.manifest)


def _drawn(results: Results, headline: str) -> Iterator[tuple[str, Callable[[], Sheet]]]:
    manifest, baseline, criteria = results.manifest, results.scenarios[0], stated(results.manifest)
    whole, table = results.indicators("all"), results.indicators()
    land = manifest["config"][baseline]["landscape"]
    caveat = caveat_of(land, manifest["seed"])
    other = shown_beside(whole, baseline, headline, criteria)
    yield "trajectories", lambda: trajectories(whole, manifest, with_headline(headline), caveat)
    if len(results.scenarios) > 1:
        last = whole[whole["year"] == whole["year"].max()]
        apart = compare(last, baseline, criteria)
        yield "differences", lambda: differences(apart, manifest, headline, caveat)
        names = county_names(land, manifest["seed"])
        found = by_county(table, names, baseline, headline, criteria)
        if len(found):
            yield "counties", lambda: counties(found, manifest, headline, names, caveat)
    yield "restored", lambda: restored(whole, manifest, caveat)
    yield "stocks", lambda: trajectories(whole, manifest, STOCKS, caveat)
    if "flows" in manifest["keep"]:
        flows = money(results)
        if len(flows):
            yield "money", lambda: money_flows(flows, manifest, other, caveat)
    maps = results.maps() if "maps" in manifest["keep"] else pd.DataFrame({"scenario": []})
    if {other, baseline} <= set(maps["scenario"]):
        yield "map_of_condition", lambda: map_of_condition(maps, manifest, other, caveat)
        yield "map_of_change", lambda: map_of_change(maps, manifest, other, caveat)


def shown_beside(table: pd.DataFrame, baseline: str, headline: str, criteria: Criteria) -> str:
    """The scenario that maps show beside the baseline: the best by the headline, other than the baseline itself."""
    ranking = rank_stability(table, baseline, headline, criteria).table
    goodness = (ranking.set_index("scenario")["mean"] * criteria.way(headline)).drop(baseline)
    return str(goodness.index[int(goodness.argmax())]) if len(goodness) else baseline


def _files(name: str, figure: Sheet, manifest: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    settle(figure)
    for kind in KINDS:
        yield f"{FILES}{name}.{kind}", encoded(figure, kind, name, manifest)
    without_stamp(figure)
    settle(figure)
    kind = "png" if name in MAPS else "svg"
    yield f"{ON_PAGE}{name}.{kind}", encoded(figure, kind, name, manifest)
