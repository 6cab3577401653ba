"""The ecological year of the model against the same mathematics in fused C, one thread each."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Row, in_turn
from experiments import build
from model.restoration_model import RestorationModel

SOURCE = Path(__file__).with_name("ecology.c")
LIVED = ("structure", "composition", "substrate", "cover", "native_share", "carbon", "load", "seed_rain")
AGREEMENT = 1e-12


def rows() -> list[Row]:
    """One row a size; a line that says so where there is no compiler."""
    if shutil.which("cc") is None:
        return [Row("ecological year against fused C", "skipped: no C compiler", "", "", "1.5 x")]
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "ecology.so"
        subprocess.run(
            [
                "cc",
                "-O3",
                "-march=native",
                "-ffp-contract=off",
                "-shared",
                "-fPIC",
                "-o",
                str(library),
                str(SOURCE),
                "-lm",
            ],
            check=True,
        )
        return [_row(ctypes.CDLL(str(library)).year, patches) for patches in (10**5, 10**6)]


def _row(year: Any, patches: int) -> Row:
    model = build.model(["landscape=synthetic", f"landscape.patches={patches}", "connectivity.every=0"])
    now = model.in_force(model.year)
    in_c = _c_year(year, model, now)
    _check_agreement(model, now, in_c)

    def in_model() -> None:
        with model.state.opened((*now.water.writes, *now.recovery.writes, *now.carbon.writes)):
            now.water.route(model.state)
            now.recovery.live(model.state)
            now.carbon.store(model.state)

    ours, theirs = in_turn(in_model, in_c)
    per = 1e9 / len(model.habitats)
    what = f"ecological year, {len(model.habitats):,} patches"
    return Row(
        what,
        f"{ours * per:.0f} ns a patch",
        f"fused C {theirs * per:.0f} ns",
        f"{ours / theirs:.2f} x",
        "1.5 x",
    )


def _check_agreement(model: RestorationModel, now: Any, in_c: Callable[[], dict[str, Any]]) -> None:
    """The reference is the same mathematics, or the benchmark is worthless."""
    theirs = in_c()
    with model.state.opened((*now.water.writes, *now.recovery.writes, *now.carbon.writes)):
        now.water.route(model.state)
        now.recovery.live(model.state)
        now.carbon.store(model.state)
    for name in LIVED:
        np.testing.assert_allclose(
            getattr(model.habitats, name), theirs[name], rtol=AGREEMENT, atol=AGREEMENT, err_msg=name
        )


def _c_year(year: Any, model: RestorationModel, now: Any) -> Callable[[], dict[str, Any]]:
    """The C function bound to copies of the model's columns; each call is one year and gives those columns."""
    h, net = model.habitats, model.state.network
    water, recovery, carbon = now.water, now.recovery, now.carbon
    n = len(h)
    own = {name: getattr(h, name).copy() for name in (*LIVED, "source_composition")}
    fixed = [h.area, h.ecosystem, h.slope, h.pressure, h.load_stock, h.invader, h.ceiling, h.taken_share]
    lived = [own[name] for name in LIVED[:6]] + [own["load"], own["seed_rain"], own["source_composition"]]
    scalars = np.array(
        [water.guard, water.scar, water.slope_scale, recovery.background_rain, recovery.maximal_rain,
         recovery.source_area, recovery.own_share, recovery.pool_area,
         recovery.pool_area * recovery.pool_composition, *recovery._scalars(), carbon.gain, carbon.loss]
    )  # fmt: skip
    arrays = [
        net.dispersal.indptr, net.dispersal.indices, net.dispersal.weight,
        net.rivers.order, net.rivers.downstream, net.rivers.fraction, *fixed, *lived, np.empty(n), np.empty(n),
        water.export, water.retention, recovery.growth_rate, recovery.erosion_rate, recovery.load_sensitivity,
        recovery.green_share, carbon.reference, scalars,
    ]  # fmt: skip
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in arrays]

    def once() -> dict[str, Any]:
        year(ctypes.c_int64(n), *pointers)
        assert arrays  # the arrays must outlive their pointers
        return own

    return once
