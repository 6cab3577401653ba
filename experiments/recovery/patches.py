"""Single patches under glass: a handful of patches made by hand, and the real model that lets them live.

Whatever a figure or a test says about recovery is run through :class:`~model.restoration_model.RestorationModel` with
the forms and numbers of the configs; only the land is made by hand, and every room that is not asked for is empty.
Distances become chances to cross by the same kernel as on landscapes: p = exp(-d / dispersal).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from experiments import build
from experiments.forms import mechanisms
from model.landscapes.landscape import DispersalLinks, Landscape, RiverLinks
from model.mechanisms import SLOTS
from model.restoration_model import RestorationModel
from model.settings import Settings
from model.vocabulary import Ecosystem, Mode, Shore, Stage, Zone

Patch = Mapping[str, Any]
Pair = tuple[int, int]
Deed = Callable[[RestorationModel], None]
Lives = dict[str, NDArray[np.float64]]

FOLLOWED = ("structure", "composition", "condition", "substrate", "cover")

COLUMNS: Patch = {
    "area": 400.0, "x": 0.0, "y": 0.0, "elevation": 100.0, "slope": 10.0, "ecosystem": Ecosystem.FOREST,
    "zone": Zone.GENERAL, "county": 0, "catchment": 0, "bay": -1, "shoreline": 0.0, "shore": Shore.NONE,
    "structure": 1.0, "composition": 1.0, "substrate": 0.92, "ceiling": 1.0, "cover": 1.0, "native_share": 1.0,
}  # fmt: skip
"""A patch of old forest, 400 ha, from which every other patch is told apart."""

ONE_COUNTY = {
    "code": ["990101"],
    "name": ["County"],
    "name_zh": ["县"],
    "city": ["9901"],
    "province": ["99"],
    "population": [0.0],
}


def land(
    patches: Sequence[Patch],
    near: Mapping[Pair, float] | None = None,
    downstream: Mapping[int, int] | None = None,
    coast: Sequence[Pair] = (),
) -> Landscape:
    """A landscape of the given patches (columns over :data:`COLUMNS`).

    ``near``: distance in metres of pairs of patches between which seeds travel; ``downstream``: patch -> the patch it
    drains into; ``coast``: pairs along which an invader spreads.
    """
    rows = len(patches)
    names = {name for patch in patches for name in (*COLUMNS, *patch)}
    names_of_bays = [f"Bay {row}" for row in range(1 + max(patch.get("bay", -1) for patch in patches))]
    flows = np.full(rows, -1, dtype=np.int32)
    for patch, into in (downstream or {}).items():
        flows[patch] = into
    return Landscape(
        name="single patches",
        caveat="patches made by hand",
        ids=pa.array([f"patch {row}" for row in range(rows)]),
        patches={name: _column(name, patches) for name in sorted(names)},
        dispersal=_links(near or {}, rows),
        rivers=RiverLinks(flows, np.ones(rows)),
        coast_links=np.array(list(coast), dtype=np.int32).reshape(-1, 2),
        counties=pd.DataFrame(ONE_COUNTY),
        bays=pd.DataFrame({"name": names_of_bays, "name_zh": names_of_bays}),
        bay_exchange=np.zeros((0, 3)),
        mines={name: np.zeros(0) for name in ("patch", "firm", "mineral", "opened_ha", "backlog_ha")},
        firms=pd.DataFrame({"id": [], "county": []}),
    )


def _column(name: str, patches: Sequence[Patch]) -> NDArray[Any]:
    return np.array([patch.get(name, COLUMNS.get(name, 0)) for patch in patches])


def _links(near: Mapping[Pair, float], rows: int) -> DispersalLinks:
    both = sorted([*near.items(), *(((j, i), metres) for (i, j), metres in near.items())])
    source = np.array([i for (i, _), _ in both], dtype=np.int64)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=rows))]).astype(np.int64)
    metres = np.array([distance for _, distance in both], dtype=np.float64)
    return DispersalLinks(
        indptr,
        np.array([j for (_, j), _ in both], dtype=np.int32),
        np.exp(-metres / landscape_rules()["dispersal"]).astype(np.float32),
    )


@lru_cache(maxsize=64)
def settled(words: tuple[str, ...] = ()) -> dict[str, Any]:
    """The checked configuration in which every room is empty but recovery and those that ``words`` fill."""
    asked = {word.partition("=")[0] for word in words}
    empty = [f"{slot}=none" for slot in SLOTS if slot not in {"recovery", *asked}]
    return build.config([*empty, *words]).config


@lru_cache(maxsize=1)
def landscape_rules() -> dict[str, Any]:
    """The rules by which landscapes are assigned: their dispersal distance, and the state that damage leaves."""
    rules: dict[str, Any] = build.config(["landscape=synthetic"]).config["landscape"]["rules"]
    return rules


def start(landscape: Landscape, words: Sequence[str] = (), seed: int = 1) -> RestorationModel:
    """The model of a landscape with the forms and levels of ``words`` (as on the command line)."""
    return RestorationModel(
        landscape, mechanisms(settled(tuple(words))), Settings(seed=seed, connectivity_every=0)
    )


def live(
    landscape: Landscape,
    years: int,
    words: Sequence[str] = (),
    deeds: Mapping[int, Deed] | None = None,
    also: Sequence[str] = (),
    seed: int = 1,
) -> Lives:
    """Let a landscape live; each column comes back as (years + 1, patches): :data:`FOLLOWED` and those in ``also``.

    ``deeds``: what is done to the model before the given year (1: the first) begins.
    """
    model = start(landscape, words, seed)
    seen: list[dict[str, Any]] = []
    for year in range(years + 1):
        seen.append({name: getattr(model.habitats, name).copy() for name in (*FOLLOWED, *also)})
        if year < years:
            (deeds or {}).get(year + 1, _leave)(model)
            model.step()
    return {name: np.array([row[name] for row in seen]) for name in seen[0]}


def _leave(model: RestorationModel) -> None:
    """Nothing is done."""


def restore(
    model: RestorationModel, rows: Sequence[int], mode: Mode, native: float = 1.0, years: int = 3
) -> None:
    """Begin works on patches next year, as a funded project of the county that costs nothing."""
    state = model.state
    project = state.projects.append(
        1,
        mode=[mode],
        stage=[Stage.UNDER_WAY],
        since=[state.year + 1],
        proposed=[state.year],
        duration=[years],
        area=[state.habitats.area[list(rows)].sum()],
    )
    sites = state.sites.append(
        len(rows),
        patch=list(rows),
        project=np.repeat(project, len(rows)),
        mode=[mode] * len(rows),
        native_planted=[native] * len(rows),
    )
    change(model, site=(rows, sites))


def change(model: RestorationModel, **columns: tuple[Sequence[int], Any]) -> None:
    """Lay hands on patches: ``structure=([3, 4], 0.05)`` sets that column of those patches."""
    with model.habitats.opened(columns):
        for name, (rows, value) in columns.items():
            getattr(model.habitats, name)[list(rows)] = value
