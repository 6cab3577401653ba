"""The figures of a comparison, from its finished results alone: trajectories, and maps of change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from experiments.compare import rank_stability
from experiments.figures.map_of_change import map_of_change
from experiments.figures.style import KINDS, encoded, look
from experiments.figures.trajectories import trajectories
from experiments.results import Results
from model.indicators import ALL_INDICATORS

DIRECTIONS = {indicator.name: indicator.good for indicator in ALL_INDICATORS}


def figures(results: Results, headline: str, caveat: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file, PNG and SVG. ``caveat``: what the landscape says of itself.

    Raises ``ValueError`` where no replicate has the headline under every scenario.
    """
    manifest, table = results.manifest, results.indicators("all")
    with look():
        yield from _files("trajectories", trajectories(table, manifest, headline, caveat), manifest)
        maps = results.maps() if "maps" in manifest["keep"] else pd.DataFrame({"scenario": []})
        other = shown_beside(table, results.scenarios[0], headline)
        if {other, results.scenarios[0]} <= set(maps["scenario"]):
            yield from _files("map_of_change", map_of_change(maps, manifest, other, caveat), manifest)


def shown_beside(table: pd.DataFrame, baseline: str, headline: str) -> str:
    """The scenario that the map shows beside the baseline: the best by the headline, other than the baseline itself."""
    ranking = rank_stability(table, headline, DIRECTIONS).table
    goodness = (ranking.set_index("scenario")["mean"] * DIRECTIONS[headline]).drop(baseline)
    return str(goodness.index[int(goodness.argmax())]) if len(goodness) else baseline


def _files(name: str, figure: Figure, manifest: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    for kind in KINDS:
        yield f"figures/{name}.{kind}", encoded(figure, kind, name, manifest)
