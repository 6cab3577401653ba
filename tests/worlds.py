"""Models on small worlds for tests: any options and levels by the words of the command line."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from experiments import build
from experiments.forms import mechanisms
from model.landscapes.landscape import DispersalLinks, Landscape, RiverLinks
from model.restoration_model import RestorationModel
from model.settings import Settings
from tests.small_worlds import small_world

CONFIGS = Path(__file__).parent / "configs"
BASE = ("landscape=synthetic", "policy=practice_core")


def core_config(words: Sequence[str]) -> dict[str, Any]:
    """What ``words`` ask for over forms that are simple enough for an oracle, in a policy of ``tests/configs``.

    Tests of a mechanism stand on these, so that a packaged policy may change and none of them has to.
    """
    named = any(word.startswith("policy=") for word in words)
    return deepcopy(_composed((*([] if named else ["policy=usual_core"]), *words)))


@cache
def _composed(words: tuple[str, ...]) -> dict[str, Any]:
    """To compose and check takes longer than ten years of a small world, and many tests say the same words."""
    return build.config(list(words), CONFIGS).config


def world(words: Sequence[str] = (), landscape: Landscape | None = None, **settings: Any) -> RestorationModel:
    """A model on ``landscape`` (default: a small world) under the default options, changed by ``words``."""
    config = core_config([*BASE, *words])
    chosen = replace(Settings(years=config["years"]), **settings)
    return RestorationModel(landscape or small_world(), mechanisms(config), chosen)


def columns(model: RestorationModel) -> dict[str, np.ndarray]:
    """Copies of all columns of all tables, by ``table.column``."""
    return {
        f"{name}.{column}": values.copy()
        for name, table in model.state.tables.items()
        for column, values in table.to_columns().items()
    }


def permuted(landscape: Landscape, seed: int = 3) -> tuple[Landscape, np.ndarray]:
    """The same land with its rows in another order; also the new row of each old one."""
    rng = np.random.default_rng(seed)
    n = len(landscape.ids)
    order = rng.permutation(n)
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    d, r = landscape.dispersal, landscape.rivers
    indptr, indices, probability = [0], [], []
    for old in order:
        links = [(place[d.indices[k]], d.probability[k]) for k in range(d.indptr[old], d.indptr[old + 1])]
        for neighbour, chance in sorted(links):
            indices.append(neighbour)
            probability.append(chance)
        indptr.append(len(indices))
    downstream = np.where(r.downstream[order] >= 0, place[np.maximum(r.downstream[order], 0)], -1)
    mine_order = rng.permutation(len(landscape.mines["patch"]))
    mines = {name: values[mine_order] for name, values in landscape.mines.items()}
    mines["patch"] = place[mines["patch"]]
    moved = replace(
        landscape,
        ids=pa.array([landscape.ids[int(k)].as_py() for k in order]),
        patches={name: np.asarray(values)[order] for name, values in landscape.patches.items()},
        dispersal=DispersalLinks(
            np.array(indptr, dtype=np.int64),
            np.array(indices, dtype=np.int32),
            np.array(probability, dtype=np.float32),
        ),
        rivers=RiverLinks(downstream.astype(np.int32), r.fraction[order]),
        coast_links=place[landscape.coast_links].astype(np.int32),
        mines=mines,
    )
    return moved, place


def counties_and_firms_reversed(land: Landscape) -> Landscape:
    """The same land with its tables of counties and of firms from the last to the first."""
    county = len(land.counties) - 1 - np.arange(len(land.counties))
    firm = len(land.firms) - 1 - np.arange(len(land.firms))
    firms = land.firms.iloc[::-1].reset_index(drop=True)
    return replace(
        land,
        patches=land.patches | {"county": county[land.patches["county"]]},
        counties=land.counties.iloc[::-1].reset_index(drop=True),
        firms=firms.assign(county=county[firms["county"]]),
        mines=land.mines | {"firm": firm[land.mines["firm"]]},
    )
