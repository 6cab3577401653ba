"""How long and how often: what a run needs to know beside its landscape and its mechanisms."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_HABITAT_AGENTS = 20_000
DEFAULT_CONNECTIVITY_EVERY = 5


@dataclass(frozen=True)
class Settings:
    """Calendar, chance and bookkeeping of one run.

    ``start_year``: the year before the first simulated one (calendar); ``years``: horizon; ``seed``: base seed of all
    chance; ``replicate``: number of the replicate; ``connectivity_every``: years between evaluations of ECA and PC
    (0: never); ``habitat_agents``: up to so many patches each is a Mesa agent, above it they are made on demand;
    ``keep_flows``: keep every year's money flows in memory for :meth:`Ledger.flows`.
    """

    start_year: int = 2024
    years: int = 50
    seed: int = 1
    replicate: int = 0
    connectivity_every: int = DEFAULT_CONNECTIVITY_EVERY
    connectivity_cutoff: float = 0.001
    habitat_agents: int = DEFAULT_HABITAT_AGENTS
    keep_flows: bool = True
