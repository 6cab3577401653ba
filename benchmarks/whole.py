"""The whole model: against the object-per-habitat oracle, over sizes, on the real landscape, in memory, at start-up."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Row, fresh, seconds
from experiments import build
from experiments.forms import mechanisms
from experiments.places import landscape_of
from experiments.verbs.compare import ASKED_FIRST
from model.restoration_model import RestorationModel
from model.settings import Settings
from tests.oracle.model import OracleModel
from tests.worlds import core_config

SYNTHETIC = ("landscape=synthetic", "connectivity.every=0")
MEMORY = """
import sys
from experiments import build
model = build.model(["landscape=synthetic", "connectivity.every=0", "landscape.patches=" + sys.argv[1]])
model.run(int(sys.argv[2]))
said = dict(line.split(":", 1) for line in open("/proc/self/status") if line.startswith("Vm"))
print(len(model.habitats), *(int(said[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM")))
"""
WAITED, CHILDREN = 4, slice(2, 4)  # places in os.times()
COUNT = "sum(i * i % 7 for i in range(30_000_000))"
RUNS = "import sys; from experiments.cli import main; sys.exit(main(sys.argv[1:]))"


def oracle() -> Row:
    """Five years of 10^4 patches, one of them with plans: ours against one plain object a habitat, under the forms
    that the oracle knows."""
    config = core_config([*SYNTHETIC, "landscape.patches=10000"])
    land = landscape_of(config["landscape"], 1, 0)
    forms, settings = mechanisms(config), Settings(connectivity_every=0, habitat_agents=0)
    RestorationModel(land, forms, settings).run(1)
    plain, ours = OracleModel(land, forms, settings), RestorationModel(land, forms, settings)
    theirs, own = (
        seconds(lambda model=model: model.run(5), repeats=1, warm=0) / 5 for model in (plain, ours)
    )
    return Row(
        "whole year, 10^4 cells",
        f"{own * 1e3:.1f} ms",
        f"plain objects {theirs * 1e3:.0f} ms",
        f"{theirs / own:.0f} x faster",
        "100 x",
    )


def growth() -> Row:
    """Nanoseconds a patch and year over five years (one of them with plans) at 10^4 and 10^6 cells."""
    small, large = (_cost(patches) for patches in (10**4, 10**6))
    return Row("cost a patch and whole year, 10^6 cells", f"{large:.0f} ns", f"10^4 cells {small:.0f} ns",
               f"{large / small:.2f} x", "1.3 x")  # fmt: skip


def _cost(patches: int) -> float:
    model = build.model([*SYNTHETIC, f"landscape.patches={patches}"])
    model.run(1)
    return seconds(lambda: model.run(5), repeats=1, warm=0) / 5 / len(model.habitats) * 1e9


def memory() -> Row:
    """Bytes that a patch adds from 10^4 to 10^6 cells, resident after ten years and at the peak."""
    small, large = (list(map(int, fresh(MEMORY, str(n), "10").split())) for n in (10**4, 10**6))
    added = large[0] - small[0]
    held, peak = ((large[k] - small[k]) / added for k in (1, 2))
    return Row(
        "memory a patch, 10^4 to 10^6 cells", f"{held:.0f} B resident", f"peak {peak:.0f} B", "", "400 B"
    )


def real() -> Row:
    """50 years of the real landscape in one process, connectivity every five years."""
    words = ["landscape=xiamen", "policy=xiamen_practice", "years=50"]
    config = build.config(words).config
    build.model_from(config, 0, keep_flows=False).run()
    models = [build.model_from(config, k, keep_flows=False) for k in range(1, 4)]
    taken = statistics.median(seconds(model.run, repeats=1, warm=0) for model in models)
    return Row("50 years of Xiamen under `xiamen_practice`, one core", f"{taken:.2f} s", "", "", "0.5 s")


def workers(folder: str) -> Row:
    """Runs a second of compare on the real landscape, two warm workers against one.

    What eight further replicates of each policy take beyond four: starting processes, loading kernels and drawing
    figures fall out. Beside it stands what two processes that only count get out of this machine, for more than that no
    two workers can, and the work that a run takes in company against alone: where that is 1, the workers cost each
    other nothing."""
    few, many = 4, 12
    more = len(ASKED_FIRST) * (many - few)
    most = _two_that_count()
    spent = {n: _compare(folder, n, many) - _compare(folder, n, few) for n in (1, 2)}
    rate = {n: more / waited for n, (waited, _) in spent.items()}
    return Row(
        "compare on the real landscape, two warm workers",
        f"{rate[2]:.2f} runs/s, {spent[2][1] / spent[1][1]:.2f} x the work a run",
        f"one {rate[1]:.2f} runs/s; counting {most:.2f} x",
        f"{rate[2] / rate[1]:.2f} x",
        "1.8 x",
    )


def _two_that_count() -> float:
    """How much more two processes count in a second than one, neither sharing anything with the other."""

    def together(count: int) -> float:
        start = time.perf_counter()
        processes = [subprocess.Popen([sys.executable, "-c", COUNT]) for _ in range(count)]
        for process in processes:
            process.wait()
        return time.perf_counter() - start

    return statistics.median(2.0 * together(1) / together(2) for _ in range(3))


def _compare(folder: str, count: int, replicates: int) -> Any:
    """Seconds of the whole command, waited and at work, as an array of two."""
    out = Path(folder) / f"{count}-{replicates}"
    words = ["landscape=xiamen", "years=50", f"replicates={replicates}", f"workers={count}", f"out={out}"]
    before = os.times()
    subprocess.run([sys.executable, "-c", RUNS, "compare", "-q", *words], check=True, capture_output=True)
    passed = np.subtract(os.times(), before)
    return np.array([passed[WAITED], passed[CHILDREN].sum()])


def start_up() -> Row:
    """``shanshui --help`` against importing NumPy, each in a fresh process."""
    ours, theirs = (
        seconds(
            lambda words=words: subprocess.run([sys.executable, *words], check=True, capture_output=True),
            clock=time.perf_counter,
        )
        for words in (["-m", "experiments", "--help"], ["-c", "import numpy"])
    )
    return Row(
        "--help",
        f"{ours * 1e3:.0f} ms",
        f"import numpy {theirs * 1e3:.0f} ms",
        f"{ours / theirs:.2f} x",
        "2 x",
    )
