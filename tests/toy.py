"""A world of two counties whose only mechanism is a keyed coin: what the engine and the store are tested with."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.chunks import RunResult
from experiments.design import Design, one_point
from experiments.stamp import Stamp

STAMP = Stamp(
    command=["shanshui", "compare", "policies=[a,b]", "out=toy"],
    seed=1,
    code_version="c0de",
    interval="toy",
    grades={"assumed": 1.0},
    units={"gain_ha": "ha"},
)


def simulate(config: dict[str, Any], replicate: int) -> RunResult:
    """Gains drawn by (seed, replicate) and lifted by the scenario's ``lift``; may be told to wait, fail or die."""
    time.sleep(config.get("wait", 0.0))
    _misbehave(config, replicate)
    config["touched"] = True  # a run may do what it likes with its own configuration
    rng = np.random.default_rng([config["seed"], replicate])
    years = np.arange(config["start_year"], config["start_year"] + config["years"] + 1)
    counties = ["350203", "NA", "all"]
    gain = rng.normal(10.0, 2.0, (len(years), len(counties))) + config["lift"]
    indicators = pd.DataFrame(
        {
            "year": np.repeat(years, len(counties)),
            "county": counties * len(years),
            "gain_ha": gain.ravel(),
            "eca_ha": np.where(np.repeat(years % 5 == 0, len(counties)), gain.ravel() * 2, np.nan),
            "violations_n": rng.integers(0, 9, gain.size),
        }
    )
    flows = pd.DataFrame({"year": years, "payer": "centre", "amount_fen": rng.integers(1, 2**60, len(years))})
    return RunResult(indicators, flows)


def code() -> str:
    """The toy's own version, which no edit of the model changes."""
    return "c0de"


def _misbehave(config: dict[str, Any], replicate: int) -> None:
    if replicate in config.get("raises", []):
        raise ValueError(f"no rain in replicate {replicate}, see {Path.home()}/secret/rain.csv")
    if replicate in config.get("kills", []):
        os.kill(os.getpid(), signal.SIGKILL)
    once = config.get("kills_once")
    if once and replicate == 3 and not Path(once).exists():
        Path(once).touch()
        os.kill(os.getpid(), signal.SIGKILL)


def config(**changes: Any) -> dict[str, Any]:
    return {"seed": 1, "start_year": 2025, "years": 6, "lift": 0.0, "policy": {"level": 0.5}, **changes}


def design(replicates: int = 6, keep: tuple[str, ...] = ("flows",), **changes: Any) -> Design:
    """Two scenarios, of which the second gains one hectare more."""
    scenarios = {"a": config(**changes), "b": config(**{"lift": 1.0, **changes})}
    return Design(one_point(), scenarios, replicates, keep=keep, rows_per_run=28)


def main() -> int:
    """`python -m tests.toy OUT WORKERS REPLICATES CHANGES`: fill a folder and print the hashes of its tables."""
    import tests.toy as importable
    from experiments.engine import execute
    from experiments.parts import CannotWrite, table_hash
    from experiments.store import Results, opened

    out, workers = Path(sys.argv[1]), int(sys.argv[2])
    asked = design(int(sys.argv[3]), **json.loads(sys.argv[4]))
    print("ready", flush=True)
    try:
        with opened(out, asked, STAMP, "toy\n", workers) as store:
            execute(asked, importable.simulate, store, workers=workers, code=importable.code)
    except KeyboardInterrupt:
        return 130
    except CannotWrite as error:
        print(error, file=sys.stderr)
        return 1
    results = Results.open(out)
    print(table_hash(results.indicators()), table_hash(results.flows()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
