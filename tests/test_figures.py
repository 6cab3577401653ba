"""Figures show what the tables hold, say where it came from, and are the same bytes for the same numbers."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib import image
from matplotlib.collections import PolyCollection

from experiments import cli
from experiments.figures.comparison import figures, shown_beside
from experiments.figures.map_of_change import map_of_change
from experiments.figures.style import blank, encoded, look
from experiments.figures.trajectories import KEY, trajectories
from experiments.results import Results

POLICIES = "policies=[business_as_usual,natural_first,xiamen_practice]"
SMALL = ["landscape=synthetic", "landscape.patches=80", "years=6", "replicates=2", "workers=1"]
ROOT = Path(__file__).resolve().parents[1]
HEADLINE = "condition_mean"
CAVEAT = "invented"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    out = tmp_path_factory.mktemp("figures") / "out"
    assert cli.main(["compare", POLICIES, *SMALL, f"headline={HEADLINE}", f"out={out}", "-q"]) == 0
    return Results.open(out)


def words(figure: Any) -> str:
    """All text of a figure."""
    return "\n".join(text.get_text() for text in figure.findobj(lambda each: hasattr(each, "get_text")))


def test_a_comparison_leaves_both_figures_as_png_and_svg_on_record(results: Results) -> None:
    for name in ("trajectories", "map_of_change"):
        for kind in ("png", "svg"):
            assert f"figures/{name}.{kind}" in results.manifest["files"]
    assert image.imread(results.folder / "figures/trajectories.png").std() > 0.05, "an empty picture"


def test_the_lines_are_the_means_over_replicates_with_the_baseline_among_them(results: Results) -> None:
    table = results.indicators("all")
    with look():
        figure = trajectories(table, results.manifest, HEADLINE, CAVEAT)
    axis = figure.axes[0]
    lines = {line.get_label(): line.get_ydata() for line in axis.lines}
    assert set(lines) == {"business_as_usual (baseline)", "natural_first", "xiamen_practice"}
    expected = table[table["scenario"] == "natural_first"].groupby("year")[HEADLINE].mean()
    np.testing.assert_allclose(lines["natural_first"], expected, rtol=1e-12)
    assert len(figure.axes) == len(KEY)
    assert all(axis.get_xlabel() and axis.get_ylabel() and axis.get_title(loc="left") for axis in figure.axes)


def test_each_figure_says_how_many_runs_of_what_code_and_what_land(results: Results) -> None:
    manifest = results.manifest
    with look():
        pictures = (
            trajectories(results.indicators("all"), manifest, HEADLINE, CAVEAT),
            map_of_change(results.maps(), manifest, "xiamen_practice", CAVEAT),
        )
    for picture in pictures:
        told = words(picture).replace("\n", " ")
        for part in ("n = ", CAVEAT, manifest["config_hash"][:10], "6 of 6 done", "seed 1", "assumed"):
            assert part in told


def test_the_map_shows_the_very_difference_that_the_indicators_have(results: Results) -> None:
    maps, table = results.maps(), results.indicators("all")
    with look():
        figure = map_of_change(maps, results.manifest, "xiamen_practice", CAVEAT)
    first = table[table["replicate"] == 0].set_index(["scenario", "year"])[HEADLINE]
    at_end = first.xs(2030, level="year")
    gap = at_end["xiamen_practice"] - at_end["business_as_usual"]
    assert f"mean over area {gap:+.3f}" in figure.axes[2].get_title(loc="left")
    land, _rim, sea = figure.axes[2].findobj(PolyCollection)
    assert len(land.get_paths()) + len(sea.get_paths()) == maps.groupby(["scenario", "year"]).size().iloc[0]


def test_the_map_stands_the_best_other_policy_beside_the_baseline() -> None:
    rows = [
        (name, r, 2030, value + r) for name, value in (("a", 5.0), ("b", 1.0), ("c", 3.0)) for r in (0, 1)
    ]
    table = pd.DataFrame(rows, columns=["scenario", "replicate", "year", HEADLINE])
    table = table.assign(point=0, county="all")
    assert shown_beside(table, "a", HEADLINE) == "c", "the baseline is best, so the next stands beside it"
    assert shown_beside(table, "b", HEADLINE) == "a"


def test_without_maps_there_is_no_map(results: Results, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert cli.main(["compare", POLICIES, *SMALL, "years=1", "keep=[]", f"out={out}", "-q"]) == 2, (
        "years twice"
    )
    small = [word for word in SMALL if not word.startswith("years")]
    assert cli.main(["compare", POLICIES, *small, "years=1", "keep=[]", f"out={out}", "-q"]) == 0
    assert sorted(path.name for path in (out / "figures").iterdir()) == [
        "trajectories.png",
        "trajectories.svg",
    ]


@pytest.mark.parametrize("words", [["years=1"], ["years=0"], ["years=1", "landscape.patches=1"]])
def test_one_policy_one_patch_or_no_year_still_makes_pictures(words: list[str], tmp_path: Path) -> None:
    taken = {word.partition("=")[0] for word in words}
    small = [word for word in SMALL if word.partition("=")[0] not in taken]
    out = tmp_path / "out"
    assert cli.main(["compare", "policies=[natural_first]", *small, *words, f"out={out}", "-q"]) == 0
    assert (out / "figures/map_of_change.png").stat().st_size > 10_000


def test_the_same_results_give_the_same_bytes_in_another_process(results: Results) -> None:
    code = (
        "import hashlib, sys; from pathlib import Path; from experiments.results import Results;"
        "from experiments.figures.comparison import figures;"
        "found = figures(Results.open(Path(sys.argv[1])), sys.argv[2], 'x');"
        "print(*(hashlib.sha256(content).hexdigest() for _, content in found))"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", code, str(results.folder), HEADLINE],
            cwd=ROOT, env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin", "TZ": zone}, capture_output=True,
            text=True, check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai"))
    ]  # fmt: skip
    assert told[0] == told[1] != ""


def test_dollars_and_chinese_are_drawn_as_typed(results: Results) -> None:
    table = results.indicators("all").replace({"scenario": {"natural_first": "山水 costs $1 or $2 <b>"}})
    manifest = json.loads(json.dumps(results.manifest).replace("natural_first", "山水 costs $1 or $2 <b>"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a glyph that no font has warns
        with look():
            figure = trajectories(table, manifest, HEADLINE, "真实地理 \\alpha_1 & more")
            pictures = {kind: encoded(figure, kind, "trajectories", manifest) for kind in ("png", "svg")}
    assert "山水 costs $1 or $2 <b>" in words(figure)
    assert b"<b>" not in pictures["svg"]


def test_a_figure_holds_its_stamp_for_machines_and_no_date() -> None:
    with look():
        svg = encoded(blank(2, 2), "svg", "t", {"seed": 7, "config": {"left": "out"}}).decode()
    assert '{"seed": 7}' in svg.replace("&quot;", '"')
    assert "dc:date" not in svg


def test_figures_come_in_the_order_of_reading(results: Results) -> None:
    names = [name for name, _ in figures(results, HEADLINE, CAVEAT)]
    assert names[0] == "figures/trajectories.png"
