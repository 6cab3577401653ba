"""Figures show what the tables hold, say where it came from, and are the same bytes for the same numbers."""

from __future__ import annotations

import json
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib import image

from experiments import cli
from experiments.compare import by_county, compare
from experiments.criteria import Criteria, stated
from experiments.figures import comparison
from experiments.figures.comparison import shown_beside
from experiments.figures.counties import counties
from experiments.figures.differences import MARKS, differences
from experiments.figures.land import NOTHING, SHORE, Ground, moment
from experiments.figures.map_of_change import map_of_change
from experiments.figures.map_of_condition import map_of_condition
from experiments.figures.money import money_flows
from experiments.figures.restored import restored
from experiments.figures.style import blank, encoded, line_of, look
from experiments.figures.trajectories import KEY, STOCKS, trajectories, with_headline
from experiments.money import PRIVATE, RAISED, USED, left_over, money
from experiments.names import INDICATORS, PUBLIC_TOTAL, scaled, title
from experiments.results import Results
from model.view import PUBLIC_SPENDING

POLICIES = "policies=[business_as_usual,natural_first,xiamen_practice]"
SMALL = ["landscape=synthetic", "landscape.patches=80", "years=6", "replicates=2", "workers=1"]
KEEP = "keep=[flows,maps]"
EVERY = (
    "trajectories", "differences", "counties", "restored", "stocks", "money", "map_of_condition", "map_of_change",
)  # fmt: skip
HEADLINE = "condition_mean"
CAVEAT = "invented"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    out = tmp_path_factory.mktemp("figures") / "out"
    assert cli.main(["compare", POLICIES, *SMALL, KEEP, f"headline={HEADLINE}", f"out={out}", "-q"]) == 0
    return Results.open(out)


def words(figure: Any) -> str:
    """All text of a figure."""
    return "\n".join(text.get_text() for text in figure.findobj(lambda each: hasattr(each, "get_text")))


def test_a_comparison_leaves_every_figure_as_png_and_svg_on_record(results: Results) -> None:
    for name in EVERY:
        for kind in ("png", "svg"):
            assert f"figures/{name}.{kind}" in results.manifest["files"]
        assert image.imread(results.folder / f"figures/{name}.png").std() > 0.05, f"{name}: an empty picture"


def test_the_lines_are_the_means_over_replicates_with_the_baseline_among_them(results: Results) -> None:
    table = results.indicators("all")
    with look():
        figure = trajectories(table, results.manifest, with_headline(HEADLINE), CAVEAT)
    axis = figure.axes[0]
    lines = {line.get_label(): line.get_ydata() for line in axis.lines}
    assert set(lines) == {"business_as_usual (baseline)", "natural_first", "xiamen_practice"}
    expected = table[table["scenario"] == "natural_first"].groupby("year")[HEADLINE].mean()
    np.testing.assert_allclose(lines["natural_first"], expected, rtol=1e-12)
    assert len(figure.axes) == len(KEY)
    assert all(axis.get_xlabel() and axis.get_ylabel() and axis.get_title(loc="left") for axis in figure.axes)


def test_lines_that_coincide_show_through_one_another() -> None:
    """Of five policies the line drawn first, below the others, is whole; those above have gaps; no two look alike."""
    seen = [line_of(place) for place in range(31)]
    assert [dashes == "-" for _, dashes in seen[:5]] == [False, False, False, False, True]
    assert len({(colour, str(dashes)) for colour, dashes in seen}) == 31


def test_a_panel_with_years_below_it_says_so_and_no_other(pictures: dict[str, Any]) -> None:
    for axis in pictures["restored"].axes:
        shown = axis.axison and axis.xaxis.get_tick_params()["labelbottom"]
        assert bool(axis.get_xlabel()) == bool(shown)


def test_a_shortened_axis_is_owned_up_to(pictures: dict[str, Any]) -> None:
    for name in ("trajectories", "stocks"):
        assert "shares and per cent do not begin at zero" in words(pictures[name]).replace("\n", " ")


def codes_of(table: pd.DataFrame) -> list[str]:
    """The counties of an invented land: codes of six digits, where cities have four."""
    return [code for code in table["county"].unique() if len(code) == 6]


@pytest.fixture(scope="module")
def pictures(results: Results) -> dict[str, Any]:
    """Each figure of a comparison, as it is before it is a file."""
    manifest, whole = results.manifest, results.indicators("all")
    last = whole[whole["year"] == whole["year"].max()]
    table = results.indicators()
    found = by_county(table, codes_of(table), results.scenarios[0], HEADLINE, stated(manifest))
    with look():
        return {
            "trajectories": trajectories(whole, manifest, with_headline(HEADLINE), CAVEAT),
            "differences": differences(
                compare(last, results.scenarios[0], stated(manifest)), manifest, HEADLINE, CAVEAT
            ),
            "counties": counties(found, manifest, HEADLINE, {}, CAVEAT),
            "restored": restored(whole, manifest, CAVEAT),
            "stocks": trajectories(whole, manifest, STOCKS, CAVEAT),
            "money": money_flows(money(results), manifest, "xiamen_practice", CAVEAT),
            "map_of_condition": map_of_condition(results.maps(), manifest, "xiamen_practice", CAVEAT),
            "map_of_change": map_of_change(results.maps(), manifest, "xiamen_practice", CAVEAT),
        }


def test_each_figure_says_how_many_runs_of_what_code_and_what_land(
    results: Results, pictures: dict[str, Any]
) -> None:
    assert tuple(pictures) == EVERY
    for name, picture in pictures.items():
        told = words(picture).replace("\n", " ")
        for part in (
            "n = ",
            CAVEAT,
            results.manifest["config_hash"][:10],
            "6 of 6 done",
            "seed 1",
            "assumed",
        ):
            assert part in told, f"{name} does not say {part}"
        assert "interval" in told, name


def test_the_forest_plot_shows_the_rows_of_the_comparison_with_public_money_beside(
    results: Results, pictures: dict[str, Any]
) -> None:
    last = results.comparison().query("year == 2030").set_index(["indicator", "scenario"])
    figure = pictures["differences"]
    panels = {axis.get_title(loc="left"): axis for axis in figure.axes}
    for name in (HEADLINE, PUBLIC_TOTAL, "unfunded_obligations_yuan"):
        axis = panels[title(name)]
        greatest = last.loc[name][["mean", "low", "high"]].abs().max().max()
        scale, unit = scaled(name, greatest)
        assert unit in axis.get_xlabel()
        drawn = {
            float(line.get_ydata()[0]): line for line in axis.lines if line.get_marker() not in ("None", None)
        }
        for place, scenario in enumerate(results.scenarios[1:]):
            row = last.loc[(name, scenario)]
            mark = drawn[place].get_xdata()[0] * scale
            assert mark == pytest.approx(row["mean"], rel=1e-9, abs=1e-12)
            assert (drawn[place].get_marker(), drawn[place].get_color()) == MARKS[row["verdict"]]
            band = axis.patches[0].get_extents().transformed(axis.transData.inverted())
            assert (band.x0 * scale, band.x1 * scale) == pytest.approx(
                (-row["relevant"], row["relevant"]), rel=1e-6
            )


def test_the_counties_show_the_verdict_and_the_band_of_each_place(
    results: Results, pictures: dict[str, Any]
) -> None:
    table = results.indicators()
    found = by_county(table, codes_of(table), "business_as_usual", HEADLINE, stated(results.manifest))
    own = table[(table["year"] == 2030) & (table["scenario"] == "business_as_usual")]
    level = own.groupby("county")[HEADLINE].mean()
    smallest = 0.01 * np.maximum(0.1 * level, 0.05)  # of a condition
    axes = pictures["counties"].axes
    shown = [text.get_text() for text in axes[0].get_yticklabels()]
    for axis, scenario in zip(axes, results.scenarios[1:], strict=True):
        rows = found[found["scenario"] == scenario].set_index("county")
        np.testing.assert_allclose(rows["relevant"], smallest[rows.index], rtol=1e-12)
        marks = [line for line in axis.lines if line.get_marker() not in ("None", None)]
        assert [line.get_marker() for line in marks] == [MARKS[rows.loc[c, "verdict"]][0] for c in shown]
        for code, bar in zip(shown, axis.patches, strict=True):
            assert bar.get_width() == pytest.approx(2 * rows.loc[code, "relevant"], rel=1e-9)


def test_the_captions_say_what_is_too_small_to_matter(pictures: dict[str, Any]) -> None:
    for name in ("differences", "counties"):
        told = words(pictures[name]).replace("\n", " ")
        assert "Grey band: too small to matter" in told
        assert "relevance = 0.01, stated beforehand" in told


def test_each_county_stands_with_its_own_paired_difference(
    results: Results, pictures: dict[str, Any]
) -> None:
    table = results.indicators()
    codes = codes_of(table)
    found = by_county(table, codes, "business_as_usual", HEADLINE, stated(results.manifest))
    found = found.set_index(["scenario", "county"])
    assert len(found) == 2 * len(codes)
    last = table[table["year"] == 2030].set_index(["county", "scenario", "replicate"])[HEADLINE]
    for code in codes:
        gap = last[code]["natural_first"] - last[code]["business_as_usual"]
        assert found.loc[("natural_first", code), "mean"] == pytest.approx(gap.mean(), rel=1e-12, abs=1e-15)
        assert found.loc[("natural_first", code), "n"] == 2
    shown = [text.get_text() for text in pictures["counties"].axes[0].get_yticklabels()]
    assert sorted(shown) == sorted(codes), "a county without a name is called by its code"


def test_money_adds_up_from_source_to_use_to_the_fen(results: Results) -> None:
    flows, raw = money(results), results.flows()
    for scenario in results.scenarios:
        rows, run = flows.loc[scenario], raw[raw["scenario"] == scenario]
        for replicate in range(2):
            own = run[run["replicate"] == replicate]
            public = (
                own["payer"].str.match("centre|programme:|province:|city:|county:"),
                own["payee"].str.match("centre|programme:|province:|city:|county:"),
            )
            for part, which in ((RAISED, ~public[0] & public[1]), (USED, public[0] & ~public[1])):
                kept = rows.index.get_level_values("part") == part
                assert round(rows[kept][replicate].sum() * 100) == own.loc[which, "amount_fen"].sum()
        spending = rows.index.get_level_values("instrument").isin(PUBLIC_SPENDING)
        works = spending & (rows.index.get_level_values("part") == USED)
        total = results.indicators("all").query(f"scenario == '{scenario}' and year == 2030")[PUBLIC_TOTAL]
        np.testing.assert_allclose(rows[works].sum().to_numpy(), total.to_numpy(), rtol=1e-9)
        assert (left_over(flows, scenario) >= 0).all(), "the purse spent more than it had"
        assert (rows.loc[rows.index.get_level_values("part") == PRIVATE] >= 0).all().all()


def test_the_map_shows_the_very_difference_that_the_indicators_have(results: Results) -> None:
    maps, table = results.maps(), results.indicators("all")
    with look():
        figure = map_of_change(maps, results.manifest, "xiamen_practice", CAVEAT)
        state = map_of_condition(maps, results.manifest, "xiamen_practice", CAVEAT)
    first = table[table["replicate"] == 0].set_index(["scenario", "year"])[HEADLINE]
    at_end = first.xs(2030, level="year")
    gap = at_end["xiamen_practice"] - at_end["business_as_usual"]
    assert f"mean over area {gap:+.3f}" in figure.axes[2].get_title(loc="left")
    for axis, mean in zip(state.axes, (first["business_as_usual", 2024], *at_end.iloc[[0, 2]]), strict=False):
        assert f"mean over area {mean:.3f}" in axis.get_title(loc="left")


def test_every_patch_is_somewhere_on_the_map_however_small(results: Results) -> None:
    ground = Ground(moment(results.maps(), "business_as_usual", 2030).reset_index())
    assert set(np.unique(ground.rows)) - {NOTHING, SHORE} == set(range(len(ground.patches)))


def test_the_map_stands_the_best_other_policy_beside_the_baseline() -> None:
    rows = [
        (name, r, 2030, value + r) for name, value in (("a", 5.0), ("b", 1.0), ("c", 3.0)) for r in (0, 1)
    ]
    table = pd.DataFrame(rows, columns=["scenario", "replicate", "year", HEADLINE])
    table, ways = table.assign(point=0, county="all"), Criteria({HEADLINE: 1})
    assert shown_beside(table, "a", HEADLINE, ways) == "c", (
        "the baseline is best, so the next stands beside it"
    )
    assert shown_beside(table, "b", HEADLINE, ways) == "a"


def test_dollars_and_chinese_are_drawn_as_typed(results: Results) -> None:
    table = results.indicators("all").replace({"scenario": {"natural_first": "山水 costs $1 or $2 <b>"}})
    manifest = json.loads(json.dumps(results.manifest).replace("natural_first", "山水 costs $1 or $2 <b>"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a glyph that no font has warns
        with look():
            figure = trajectories(table, manifest, KEY, "真实地理 \\alpha_1 & more")
            files = {kind: encoded(figure, kind, "trajectories", manifest) for kind in ("png", "svg")}
    assert "山水 costs $1 or $2 <b>" in words(figure)
    assert b"<b>" not in files["svg"]


def test_a_figure_holds_its_stamp_for_machines_and_no_date() -> None:
    with look():
        svg = encoded(blank(2, 2), "svg", "t", {"seed": 7, "config": {"left": "out"}}).decode()
    assert '{"seed": 7}' in svg.replace("&quot;", '"')
    assert "dc:date" not in svg


def test_figures_come_in_the_order_of_reading(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "encoded", lambda *_: b"")
    names = [name for name, _ in comparison.figures(results, HEADLINE)]
    assert names == [f"figures/{name}.{kind}" for name in EVERY for kind in ("png", "svg")]


def test_a_landscape_without_coast_or_mines_still_has_all_panels(results: Results) -> None:
    bare = results.indicators("all").assign(natural_shoreline_pct=np.nan, bay_condition_mean=np.nan)
    with look():
        figure = trajectories(bare, results.manifest, STOCKS, CAVEAT)
        assert encoded(figure, "png", "stocks", results.manifest)
    assert words(figure).count("no value on this landscape") == 2


def test_an_indicator_that_nobody_has_named_is_called_by_its_column() -> None:
    for name, indicator in INDICATORS.items():
        assert title(name), name
        assert scaled(name, 1.0)[1], indicator
