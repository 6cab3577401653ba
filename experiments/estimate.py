"""What a question would cost, before anything is allocated or written: memory, time and rows, in orders of magnitude.

    memory = workers (a + b patches),   time = runs years (c + d patches) / workers

Measured on one core; the constants are generous. Assumption most likely to be wrong: that the machine is not already
full of something else.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from experiments.design import MOST_WORKERS, Refused
from experiments.places import patches_of

BYTES_A_WORKER, BYTES_A_PATCH = 300e6, 1500.0
SECONDS_A_YEAR, SECONDS_A_PATCH_YEAR = 0.003, 1e-6
MOST_DAYS = 366.0
PATCHES_A_COUNTY, FEWEST_COUNTIES = 350, 32


def rows_per_run(config: Mapping[str, Any], replicates: int = 1) -> int:
    """About how many rows all tables of one run have, on average over ``replicates``."""
    patches, rows = patches_of(config["landscape"]), config["years"] + 1
    counties = max(FEWEST_COUNTIES, patches // PATCHES_A_COUNTY)
    maps = len(config["map_years"]) * patches // replicates  # of one replicate
    tables = {"flows": 20 * counties * rows, "projects": 10 * counties * rows, "maps": maps}
    return int(counties * rows + sum(tables[name] for name in config["keep"]))


def refuse_if_absurd(config: Mapping[str, Any], runs: int, workers: int) -> None:
    """Raise :class:`Refused` where this machine has not the memory, or nobody the time, for ``runs`` runs."""
    patches = patches_of(config["landscape"])
    if workers > MOST_WORKERS:
        raise Refused(f"workers = {workers:,}: at most {MOST_WORKERS}; each takes a process. Ask for fewer.")
    needed, present = workers * (BYTES_A_WORKER + BYTES_A_PATCH * patches), memory()
    if needed > present:
        raise Refused(
            f"{patches:,} patches in {workers} processes need about {needed / 1e9:,.0f} GB of memory; this machine "
            f"has {present / 1e9:,.0f} GB. Ask for fewer patches or workers."
        )
    days = runs * config["years"] * (SECONDS_A_YEAR + SECONDS_A_PATCH_YEAR * patches) / workers / 86400.0
    if days > MOST_DAYS:
        raise Refused(
            f"{runs:,} runs of {config['years']} years with {patches:,} patches take about {days:,.0f} days in "
            f"{workers} processes. Ask for fewer replicates, years or patches."
        )


def usable_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory() -> float:
    """Bytes of memory of this machine; without a limit where the system does not tell."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE")) * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return float("inf")
