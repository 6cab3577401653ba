"""Single patches recover as field studies found, their two states are real, and the docs show numbers of today."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments import build
from experiments.forms import instance, within
from experiments.recovery import cases, patterns
from experiments.recovery.fixed_points import at_rest, fixed_points
from experiments.recovery.patches import land, live
from model.mechanisms import form
from model.parameters import parameters_of
from model.vocabulary import Ecosystem

ROOT = Path(__file__).parents[1]
ALONE = "recovery.maximal_rain=0.0"

EVIDENCE = {
    "forest structure, 20 yr, near sources": (0.78, 0.80),
    "forest structure, 20 yr, scattered sources": (0.33, 1.00),
    "forest structure, 20 yr, isolated": (0.33, 1.00),
    "forest composition, 20 yr, near sources": (0.9 * 0.34, 1.1 * 0.34),
    "soil of a clearing to 90 %, near sources": (0.0, 10.0),
    "forest structure to 90 %, near sources": (25.0, 60.0),
    "forest structure to 90 %, isolated": (25.0, 60.0),
    "wetland structure, 100 yr, among wetlands": (0.74, 0.77),
    "lake: lost condition regained, 20-30 yr": (0.18, 0.50),
    "coast: lost condition regained, 20-30 yr": (0.09, 0.39),
    "lake: load stock falls to 1/e": (10.0, 15.0),
    "coast: load stock falls to 1/e": (10.0, 15.0),
    "planted trees dead after 1 yr, no care": (0.9 * 0.18, 1.1 * 0.18),
    "planted trees dead after 5 yr, no care": (0.9 * 0.44, 1.1 * 0.44),
    "steppe cover after 10 fenced years": (0.9 * 0.84, 1.1 * 0.84),
    "sandy land: soil carbon, 8 fenced years": (0.9 * 0.54, 1.1 * 0.54),
    "Changting: decline of erosion": (0.9 * 0.044, 1.1 * 0.044),
    "Spartina removed in the first year": (0.64, 0.775),
    "Spartina: reinvasion of a cleared flat": (0.03, 0.25),
}
"""Ranges of the published parameters; a mean without a range has 10 % on either side."""


@pytest.mark.parametrize("pattern", patterns.PATTERNS, ids=lambda pattern: pattern.name)
def test_a_pattern_lies_within_what_evidence_leaves(pattern: patterns.Pattern) -> None:
    low, high = EVIDENCE.get(pattern.name, (pattern.low, pattern.high))
    assert (pattern.low, pattern.high) == pytest.approx((low, high), rel=5e-3)
    assert low <= pattern.measure() <= high


def test_documented_numbers_are_those_of_today() -> None:
    """When this fails: `python -m experiments.recovery`, look at the figures, and commit them."""
    written = pd.read_csv(ROOT / "docs/figures/recovery/patterns.csv", keep_default_na=False)
    pd.testing.assert_frame_equal(written, patterns.table(), rtol=0.01)
    page = (ROOT / "docs/recovery.md").read_text(encoding="utf-8")
    missing = [f"| {row.pattern} | {row.model:.3g} |" for row in written.itertuples()]
    assert [row for row in missing if row not in page] == []


@pytest.mark.parametrize(
    "slot", ["recovery", "works", "water", "invasion", "carbon", "disturbance", "evaluation"]
)
def test_calibrated_values_lie_in_their_sourced_ranges(slot: str) -> None:
    config = within(build.config([]).config, slot)
    kind = form(slot, config["form"])
    values = instance(kind, config, 2024)
    for parameter in parameters_of(kind):
        low, high = parameter.evidence.low, parameter.evidence.high
        numbers = np.atleast_1d(getattr(values, parameter.name))
        assert ((numbers >= low) & (numbers <= high)).all(), parameter.name


def _logistic(rate: float) -> np.ndarray:
    """Structure at the times of the closed form, where a year is rate / 0.3 units of its time."""
    patch = {"area": 1e-6, "structure": 0.1, "composition": 0.0, "substrate": 1.0}
    words = [f"recovery.growth_rate.forest={rate}", "recovery.background_rain=0.0", ALONE]
    years = [round(time * 0.3 / rate) for time in (5, 10, 20, 40)]
    return live(land([patch]), years[-1], words)["structure"][years, 0]


def test_growth_on_good_ground_is_logistic() -> None:
    """Verhulst with r = 0.3, K = 1, x0 = 0.1; a year is an Euler step, so half the step leaves half the error."""
    exact = np.array([0.33242786174311934, 0.6905678577030157, 0.9781780512369621, 0.99994470514651])
    coarse, fine = _logistic(0.03) - exact, _logistic(0.015) - exact
    assert np.abs(fine).max() < 0.005
    assert np.abs(coarse[:2] / fine[:2] - 2.0).max() < 0.1


@pytest.mark.parametrize(("ceiling", "states"), [(0.25, 1), (0.6, 2), (0.96, 2)])
def test_two_beginnings_end_in_as_many_states(ceiling: float, states: int) -> None:
    bare = {"area": 0.01, "structure": 0.0, "composition": 0.0, "substrate": 0.1, "ceiling": ceiling}
    stand = {**bare, "structure": 0.8, "substrate": min(0.6, ceiling)}
    ends = live(land([bare, stand]), 500, ["recovery.background_rain=0.05"])["structure"][-1]
    assert ends[0] < 0.05
    assert (ends[1] > 0.5) == (states == 2)


def test_a_long_life_ends_on_the_stable_branch() -> None:
    found = fixed_points(at_rest("ceiling", [0.6], rain=0.05))
    stands = found.stable & (found.structure > 0.1)
    stand = {"area": 0.01, "structure": 0.8, "composition": 0.0, "substrate": 0.5, "ceiling": 0.6}
    lives = live(land([stand]), 500, ["recovery.background_rain=0.05"])
    assert found.stable.sum() == 2
    assert (~found.stable).sum() == 1
    assert lives["structure"][-1, 0] == pytest.approx(found.structure[stands][0], abs=0.005)
    assert lives["substrate"][-1, 0] == pytest.approx(found.substrate[stands][0], abs=0.005)


def test_pressure_tips_a_forest_and_its_end_does_not_tip_it_back() -> None:
    def ends(structure: float, substrate: float, pressure: float) -> tuple[float, float]:
        patch = {"area": 0.01, "structure": structure, "substrate": substrate, "pressure": pressure}
        lives = live(land([patch]), 300, ["recovery.background_rain=0.05"])
        return float(lives["structure"][-1, 0]), float(lives["substrate"][-1, 0])

    used = ends(1.0, 0.92, 0.5)
    lost = ends(*used, 0.95)
    relieved = ends(*lost, 0.0)
    assert used[0] > 0.45
    assert lost[0] < 0.05
    assert relieved[0] < 0.05


def _falls(column: str, values: Any, year: int = 20, **patch: Any) -> bool:
    """Whether structure after ``year`` years falls (or stays) from each value of a column to the next."""
    patches = [{**cases.CLEARING, "area": 0.01, **patch, column: value} for value in values]
    end = live(land(patches), year, ["recovery.background_rain=0.05"])["structure"][year]
    return bool((np.diff(end) <= 1e-12).all() and end[0] > end[-1])


def test_structure_answers_to_pressure_invader_and_ground_the_right_way() -> None:
    assert _falls("pressure", np.linspace(0.0, 1.0, 11))
    assert _falls("invader", np.linspace(0.0, 1.0, 11))
    assert _falls("substrate", np.linspace(0.96, 0.05, 11))
    assert _falls("ceiling", np.linspace(0.9, 0.2, 11), year=60, substrate=0.3)


def test_nearer_and_more_sources_bring_more_structure_and_composition() -> None:
    lives = cases.regrowth()
    for column in ("structure", "composition"):
        at_twenty = lives[column][20, :3]
        assert (np.diff(at_twenty) < 0.0).all()


def test_exotics_give_structure_and_not_composition() -> None:
    patches = [{**cases.CLEARING, "native_share": share} for share in (1.0, 0.5, 0.1)]
    lives = live(land(patches), 40)
    assert np.ptp(lives["structure"][40]) < 1e-3  # their own seeds differ a little
    assert (np.diff(lives["composition"][40]) < 0.0).all()


@pytest.mark.parametrize("kind", [Ecosystem.LAKE, Ecosystem.BAY])
def test_waters_regain_more_where_more_is_cut_and_memory_delays_them(kind: Ecosystem) -> None:
    regained = patterns.regained(cases.relieved_water(kind))
    assert (np.diff(regained[25]) > 0.0).all()
    assert 5.0 <= patterns.delay_by_memory(kind) <= 15.0


def test_fakes_are_green_before_they_are_bare_and_rebuilt_ground_is_neither() -> None:
    lives, rebuilt, turf = cases.fates(), 3, 4
    assert lives["cover"][1, turf] > 2.0 * lives["condition"][1, turf]
    assert lives["cover"][10, turf] < 0.5 * lives["cover"][1, turf]
    assert lives["structure"][20, turf] < 0.05
    assert lives["structure"][20, rebuilt] > 0.5


def test_eroded_hills_do_not_mend_while_nobody_treats_them() -> None:
    assert patterns.erosion(cases.red_soil(treated=False))[-1] > 0.9


def test_spartina_never_holds_more_than_the_flat_gives_and_returns() -> None:
    cover = cases.spartina()["invader"]
    assert cover.max() <= cases.FULL * (1.0 + 1e-12)
    assert (np.diff(cover[1:].sum(axis=1)) > 0.0).all()


def test_years_to_a_level_are_read_between_years() -> None:
    assert patterns.years_to(np.array([0.0, 0.4, 0.8]), 0.6) == pytest.approx(1.5)
    assert patterns.years_to(np.array([0.7, 0.8]), 0.6) == 0.0
    assert math.isinf(patterns.years_to(np.array([0.1, 0.2]), 0.6))


@pytest.mark.slow
def test_every_figure_is_drawn_again_and_stays_small(tmp_path: Path) -> None:
    from experiments.recovery.__main__ import FIGURES, main

    main(tmp_path)
    drawn = sorted(tmp_path.glob("*.png"))
    assert len(drawn) == len(FIGURES)
    assert all(5_000 < path.stat().st_size < 150_000 for path in drawn)
