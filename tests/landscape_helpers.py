"""Landscapes as the configs describe them, for the tests of landscapes."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from experiments import build
from experiments.forms import instance
from experiments.places import LANDSCAPES
from model.landscapes.assignment import assign
from model.landscapes.geography import CELL_FIELDS, Geography
from model.landscapes.landscape import Landscape
from model.landscapes.rules import AssignmentRules
from model.landscapes.synthetic import synthetic_geography


@lru_cache
def rules_of(place: str) -> AssignmentRules:
    """The rules in ``configs/landscape``."""
    config = build.config([f"landscape={place}"]).config["landscape"]
    rules: AssignmentRules = instance(LANDSCAPES[place], config, year=0).rules
    return rules


@lru_cache
def invented(patches: int, seed: int = 1) -> Geography:
    return synthetic_geography(patches, seed)


def landscape(patches: int, replicate: int = 0, **changed: Any) -> Landscape:
    """A synthetic landscape with some rules changed."""
    return assign(invented(patches), replace(rules_of("synthetic"), **changed), 1, replicate)


def permuted(geography: Geography, order: Any) -> Geography:
    """The same geography with its cells in another order."""
    place = np.empty(order.size, dtype=np.int32)
    place[order] = np.arange(order.size)
    fields = {name: getattr(geography, name)[order] for name in CELL_FIELDS}
    down = fields["downstream"]
    fields["downstream"] = np.where(down >= 0, place[down], -1).astype(np.int32)
    return replace(geography, cell_id=pa.array(geography.cell_id).take(pa.array(order)), **fields).check()
