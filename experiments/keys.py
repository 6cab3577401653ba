"""The keys of every run beside its landscape and mechanisms: how long, how often, and what is written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le

from model.units import Share, Unit

MOST_SEED = 2**63 - 1

Year = Annotated[int, Unit("year"), Ge(1900), Le(3000)]
Horizon = Annotated[int, Unit("yr"), Ge(0), Le(1000)]
Seed = Annotated[int, Unit("n"), Ge(0), Le(MOST_SEED)]
Runs = Annotated[int, Unit("n"), Ge(1), Le(10**12)]  # what is too many, the estimate says
Every = Annotated[int, Unit("yr"), Ge(0), Le(1000)]
Cutoff = Annotated[float, Unit("1"), Ge(1e-9), Le(1.0)]
Agents = Annotated[int, Unit("n"), Ge(0), Le(10**9)]


@dataclass(frozen=True)
class Connectivity:
    """How often connectivity is computed (0: never), and the chance of crossing below which a path is left out."""

    every: Every
    cutoff: Cutoff


@dataclass(frozen=True)
class Keys:
    """Top-level keys that are no group; configs/config.yaml says what each is for."""

    start_year: Year
    years: Horizon
    seed: Seed
    replicates: Runs
    workers: Runs | None
    out: str | None
    keep: tuple[Literal["flows", "projects", "maps"], ...]
    map_years: tuple[Year, ...]
    headline: str
    relevance: Share
    connectivity: Connectivity
    habitat_agents: Agents
