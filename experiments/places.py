"""The landscapes that a config can choose by name: an invented land of any size, the real one of Xiamen, one's own.

A landscape's geography does not vary; what a rule assigns to it does, from replicate to replicate, unless ``hold``.
A worker keeps the geographies that it has read or made, because only the assignment differs between runs; large ones
it makes anew, because a million patches' geography would take as much memory as their links.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le

from experiments import own_tables
from experiments.forms import instance
from model.landscapes.assignment import assign
from model.landscapes.files.land import FileRules, one_replicate
from model.landscapes.geography import Geography
from model.landscapes.landscape import Landscape
from model.landscapes.rules import AssignmentRules
from model.landscapes.synthetic import synthetic_geography
from model.landscapes.xiamen import xiamen_geography
from model.state.memory import LARGE
from model.units import Unit

Patches = Annotated[int, Unit("patches"), Ge(1), Le(10**9)]
CellSize = Annotated[float, Unit("m"), Ge(10.0), Le(1e5)]

KEPT_GEOGRAPHIES = 2


@dataclass(frozen=True)
class Synthetic:
    """An invented land of ``patches`` cells, the same for all replicates of a seed; ``hold``: its cover too."""

    patches: Patches
    cell_size: CellSize
    hold: bool
    rules: AssignmentRules


@dataclass(frozen=True)
class Xiamen:
    """Xiamen Bay and the Jiulong River, in cells of 2 or 1 km; ``hold``: one assignment for all replicates."""

    cell_km: Literal[2, 1]
    hold: bool
    rules: AssignmentRules


@dataclass(frozen=True)
class Files:
    """Tables of one's own in the folder ``path``; ``hold``: what they leave open is drawn once for all replicates."""

    path: str | None
    hold: bool
    rules: FileRules


LANDSCAPES: dict[str, type] = {"synthetic": Synthetic, "xiamen": Xiamen, "files": Files}


def landscape_of(config: Mapping[str, Any], seed: int, replicate: int) -> Landscape:
    """The landscape of one replicate, from the config's checked ``landscape``.

    Raises :class:`~experiments.problems.BadConfig` for faulty tables of one's own.
    """
    if config["form"] == "files":
        return one_replicate(own_tables.land(config), seed, replicate, config["hold"])
    chosen = instance(LANDSCAPES[config["form"]], config, year=0)
    return assign(_geography(chosen, seed), chosen.rules, seed, replicate, chosen.hold)


def patches_of(config: Mapping[str, Any]) -> int:
    """About how many patches a landscape has, without making it; for estimates."""
    return int(config["patches"]) if "patches" in config else 10_000 * (2 // config["cell_km"]) ** 2


def county_names(config: Mapping[str, Any], seed: int) -> dict[str, str]:
    """The name of each county of a landscape, by its code."""
    if config["form"] == "files":
        counties = own_tables.land(config).tables.counties
    else:
        counties = _geography(instance(LANDSCAPES[config["form"]], config, year=0), seed).counties
    return dict(zip(counties["code"], counties["name"], strict=True))


def caveat(config: Mapping[str, Any], seed: int) -> str:
    """What a landscape says of itself, for every figure drawn from it."""
    if config["form"] == "files":
        return own_tables.land(config).caveat
    return _geography(instance(LANDSCAPES[config["form"]], config, year=0), seed).caveat


def remarks(config: Mapping[str, Any]) -> list[str]:
    """What whoever asks should know of the landscape before it runs."""
    return own_tables.remarks(config) if config["form"] == "files" else []


def inputs(config: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 of each table that a landscape is read from."""
    if config["form"] == "files":
        return {f"{Path(config['path']).name}/{name}": digest for name, digest in config["files"].items()}
    if config["form"] != "xiamen":
        return {}
    folder = files("model.landscapes") / "data" / f"xiamen_{config['cell_km']}km"
    tables = sorted(
        (each for each in folder.iterdir() if not each.name.endswith(".md")), key=lambda each: each.name
    )
    return {f"{folder.name}/{each.name}": hashlib.sha256(each.read_bytes()).hexdigest() for each in tables}


def _geography(chosen: Synthetic | Xiamen, seed: int) -> Geography:
    if isinstance(chosen, Xiamen):
        return _xiamen(chosen.cell_km)
    make = synthetic_geography if chosen.patches >= LARGE else _synthetic
    return make(chosen.patches, seed, chosen.cell_size)


_xiamen = lru_cache(KEPT_GEOGRAPHIES)(xiamen_geography)
_synthetic = lru_cache(KEPT_GEOGRAPHIES)(synthetic_geography)
