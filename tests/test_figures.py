"""Figures show what the tables hold, say where it came from, and are the same bytes for the same numbers."""

from __future__ import annotations

import ast
import json
import re
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib import image
from matplotlib.text import Text

from experiments import cli
from experiments.compare import by_county, compare
from experiments.criteria import Criteria, stated
from experiments.figures import comparison
from experiments.figures.comparison import shown_beside
from experiments.figures.counties import counties
from experiments.figures.differences import MARKS, MONEY, differences
from experiments.figures.land import NOTHING, SHORE, Ground, moment, round_below
from experiments.figures.map_of_change import map_of_change
from experiments.figures.map_of_condition import map_of_condition
from experiments.figures.money import money_flows
from experiments.figures.restored import GAP, PARTS, parts, restored
from experiments.figures.style import (
    alike,
    blank,
    encoded,
    foot,
    line_of,
    look,
    settle,
    stamp_line,
    without_stamp,
)
from experiments.figures.trajectories import KEY, STOCKS, trajectories, with_headline
from experiments.money import (
    PASSED,
    PRIVATE,
    PUBLIC,
    RAISED,
    RETURNED,
    UNSPENT,
    USED,
    drawn_on,
    kind_of,
    left_over,
    money,
    parts_of,
)
from experiments.names import (
    ADDITIONAL,
    CLAIMED,
    EFFECTIVE,
    INDICATORS,
    PRIVATE_TOTAL,
    PUBLIC_TOTAL,
    UNDEGRADED,
    scaled,
    title,
)
from experiments.results import Results
from model.view import POLLUTERS_SPENDING, PRIVATE_SPENDING, PUBLIC_SPENDING

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
    panels = {axis.get_title(loc="left").replace("\n", " "): axis for axis in figure.axes}
    for name in (HEADLINE, PUBLIC_TOTAL, "unfunded_obligations_yuan"):
        axis = panels[title(name)]
        names = list(MONEY) if name in MONEY else [name]
        greatest = last.loc[names][["mean", "low", "high"]].abs().max().max()
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
                own["payer"].str.match("centre|programme:|province:|county:"),
                own["payee"].str.match("centre|programme:|province:|county:"),
            )
            held = own["instrument"].isin(["fee_forfeited", "forfeited_reclamation"])
            entering, leaving = ~public[0] & public[1] & ~held, public[0] & ~public[1] & ~held
            unspent = own["instrument"] == UNSPENT
            for part, which in (
                (RAISED, entering),
                (USED, leaving & ~unspent),
                (RETURNED, leaving & unspent),
            ):
                kept = rows.index.get_level_values("part") == part
                assert round(rows[kept][replicate].sum() * 100) == own.loc[which, "amount_fen"].sum()
        spending = rows.index.get_level_values("instrument").isin(PUBLIC_SPENDING)
        works = spending & (rows.index.get_level_values("part") == USED)
        total = results.indicators("all").query(f"scenario == '{scenario}' and year == 2030")[PUBLIC_TOTAL]
        np.testing.assert_allclose(rows[works].sum().to_numpy(), total.to_numpy(), rtol=1e-9)
        assert (left_over(flows, scenario) >= 0).all(), "the purse spent more than it had"
        assert (rows.loc[rows.index.get_level_values("part") == PRIVATE] >= 0).all().all()


def test_money_of_developers_in_shoreline_accounts_is_private_and_money_returned_is_no_use(
    results: Results, tmp_path: Path
) -> None:
    """What an applicant pays a city for shore neither fills the public purse nor is spent out of it."""
    paid = [
        ("outside:taxpayers", "centre", "national_taxes", 900),
        ("centre", "programme:awards", "programme_budget", 900),
        ("programme:awards", "province:35", "central_grant", 500),
        ("province:35", "county:350203", "central_grant_passed_on", 500),
        ("programme:awards", "outside:taxpayers", UNSPENT, 400),
        ("county:350203", "outside:contractors", "works", 300),
        ("outside:developers", "city:3502", "shore_balance_paid", 80),
        ("city:3502", "outside:contractors", "shore_restoration", 70),
        ("county:350203", "outside:contractors", "shore_restoration_fronted", 20),
        ("prepaid:350203", "county:350203", "fee_forfeited", 9),
        ("county:350203", "outside:contractors", "forfeited_reclamation", 9),
        ("outside:developers", "outside:contractors", "temporary_land_reclaimed", 4),
    ]
    found = money(with_flows(results, tmp_path, paid)).loc["business_as_usual"][0] * 100
    sums = found.groupby("part").sum()
    assert sums[RAISED] == 900
    assert sums[USED] == 300 + 20
    assert sums[RETURNED] == 400
    assert sums[PRIVATE] == 70 + 9 + 4
    own = {
        source.name: yuan[0] * 100
        for source, yuan in drawn_on(money(with_flows(results, tmp_path, paid)), "business_as_usual").items()
    }
    assert own["developers"] == 70 + 9 + 4
    assert own["programmes and awards"] == 900


ROOT = Path(__file__).resolve().parents[1]
INTO_THE_PURSE = {
    "own_budget", "national_taxes", "provincial_taxes", "compensation_budgeted", "surveys_budgeted", "mining_tax",
    "mine_fund_forfeited", "offset_paid", "carbon_income", "reuse_rent", "surplus_rock",
}  # fmt: skip
WITHIN_IT = {
    "formula_transfer", "programme_budget", "central_grant", "central_grant_passed_on", "provincial_match",
    "horizontal_compensation", "shared_purse",
}  # fmt: skip
IN_PARTS = {
    RAISED: INTO_THE_PURSE,
    PASSED: WITHIN_IT,
    USED: set(PUBLIC_SPENDING),
    RETURNED: {UNSPENT},
    PRIVATE: {*PRIVATE_SPENDING, *POLLUTERS_SPENDING},
}
"""Where every instrument of the model stands in the figure of money; what else there is, ``docs/odd.md`` leaves out."""


def posted() -> set[str]:
    """Every instrument that the model's source posts: literals, and keys of a dictionary that a call runs through."""
    found: set[str] = set()
    for path in (ROOT / "model").rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                found |= _posted_in(function)
    return found


def _posted_in(function: ast.FunctionDef) -> set[str]:
    calls = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("post", "_post")
    ]
    found: set[str] = set()
    for call in calls:
        literals = {a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
        handed_on = {arg.arg for arg in function.args.args} & {getattr(a, "id", "") for a in call.args[:1]}
        keys = {
            key.value
            for node in ast.walk(function)
            if isinstance(node, ast.Dict)
            for key in node.keys
            if isinstance(key, ast.Constant)
        }
        assert literals or handed_on or keys, f"{function.name}: which instruments does it post?"
        found |= literals or (set() if handed_on else keys)
    return found


def left_out() -> set[str]:
    """The instruments that the docs say the figure of money leaves out."""
    told = (ROOT / "docs/odd.md").read_text(encoding="utf-8")
    [item] = re.findall(r"The figure and table of money leave out (.*?)(?=\n- |\n\n)", told, re.DOTALL)
    return set(re.findall(r"`(\w+)`", item))


def test_every_instrument_is_in_a_part_of_the_money_or_said_to_be_left_out() -> None:
    """A new instrument fails here until it is public spending, private spending, income, or owned up to as left out;
    only carbon is both: counties' part is income, that of investors is left out."""
    parts = [*IN_PARTS.values(), left_out()]
    assert posted() == set().union(*parts)
    assert {name for name in posted() if sum(name in part for part in parts) > 1} == {"carbon_income"}


@pytest.mark.parametrize("scenario", ["business_as_usual", "natural_first", "xiamen_practice"])
def test_all_public_money_that_is_paid_out_is_in_the_figure(results: Results, scenario: str) -> None:
    """Flow by flow: what leaves taxpayers is raised, what leaves the purse is public spending, given back or only held;
    surveys that counties cannot pay in the first year are among it."""
    flows = results.flows().query(f"scenario == '{scenario}'")
    flows = flows.assign(payer=flows["payer"].map(kind_of), payee=flows["payee"].map(kind_of))
    flows = flows[["payer", "payee", "instrument"]].drop_duplicates()
    found = zip(flows.itertuples(index=False), parts_of(flows), strict=True)
    for (payer, payee, instrument), part in found:
        if part is None:
            assert instrument in left_out(), (payer, payee, instrument)
            assert not {payer, payee} & set(PUBLIC) or instrument == "fee_forfeited", (payer, instrument)
            assert payer != "taxpayers", instrument
        else:
            assert instrument in IN_PARTS[part], (payer, payee, instrument)
    assert "surveys_budgeted" in set(flows["instrument"])


def with_flows(results: Results, folder: Path, paid: list[tuple[str, str, str, int]]) -> Any:
    """Results whose only flows are those ``paid`` (payer, payee, instrument, fen) in replicate 0 of the baseline."""
    columns = ["payer", "payee", "instrument", "amount_fen"]
    table = pd.DataFrame(paid, columns=columns).assign(scenario="business_as_usual", replicate=0, year=2030)
    (folder / "flows.parquet").mkdir(exist_ok=True)
    table.to_parquet(folder / "flows.parquet" / f"part-{'0' * 64}.parquet")
    return SimpleNamespace(folder=folder, indicators=results.indicators, scenarios=results.scenarios[:1])


def test_private_money_is_that_of_the_indicators_and_sources_are_all_that_was_raised(
    results: Results,
) -> None:
    flows, table = money(results), results.indicators("all")
    for scenario in results.scenarios:
        rows, own = flows.loc[scenario], table[table["scenario"] == scenario]
        total = own[own["year"] == 2030].set_index("replicate")[PRIVATE_TOTAL]
        total = total + own.groupby("replicate")["spend_polluters_yuan"].sum()
        part = rows.index.get_level_values("part")
        np.testing.assert_allclose(rows[part == PRIVATE].sum(), total, rtol=1e-9)
        found = drawn_on(flows, scenario)
        for private, whole in ((False, rows[part == RAISED]), (True, rows[part == PRIVATE])):
            drawn = sum(yuan for source, yuan in found.items() if source.private == private)
            np.testing.assert_allclose(drawn, whole.sum(), rtol=1e-12)


def test_all_letters_can_be_read_where_a_figure_is_printed_17_cm_wide(pictures: dict[str, Any]) -> None:
    for name, picture in pictures.items():
        assert picture.get_figwidth() <= 8.0, name
        shrunk = 17.0 / 2.54 / picture.get_figwidth()
        for text in picture.findobj(Text):
            assert text.get_fontsize() * shrunk >= 7.0 or not text.get_text(), f"{name}: {text.get_text()}"


def test_no_word_is_cut_or_runs_into_another_panel(results: Results, pictures: dict[str, Any]) -> None:
    """On the file and on the page, whose copies are laid out one after the other."""
    manifest = results.manifest
    for name, picture in pictures.items():
        for page in (False, True):
            if page:
                without_stamp(picture)
            settle(picture)
            found = [axis.get_tightbbox() for axis in picture.axes if axis.axison]
            sheet = picture.bbox
            for box in (
                *found,
                picture._supxlabel.get_window_extent(),
                *(each.get_window_extent() for each in picture.legends),
            ):
                assert sheet.x0 - 1 <= box.x0 <= box.x1 <= sheet.x1 + 1, f"{name}: cut at a side"
                assert sheet.y0 - 1 <= box.y0 <= box.y1 <= sheet.y1 + 1, f"{name}: cut above or below"
            for place, box in enumerate(found):
                assert not any(_overlap(box, other) for other in found[:place]), f"{name}: panels overlap"
        foot(picture, picture.caption, stamp_line(manifest))


def _overlap(one: Any, other: Any) -> bool:
    """Whether two boxes share more than a pixel either way."""
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    return bool(wide > 1.0 and high > 1.0)


def test_a_page_shows_what_a_figure_is_of_without_the_stamp_and_a_file_keeps_it(
    results: Results, pictures: dict[str, Any]
) -> None:
    stamped = results.manifest["config_hash"][:10]
    for name, picture in pictures.items():
        high = picture.get_figheight()
        before = words(picture)
        without_stamp(picture)
        told = words(picture).replace("\n", " ")
        assert stamped in before, name
        assert stamped not in told, name
        assert "n = " in told, name
        assert "interval" in told, name
        assert picture.get_figheight() < high, name
        foot(picture, picture.caption, stamp_line(results.manifest))
        assert picture.get_figheight() == pytest.approx(high)


def test_money_beside_the_measures_has_one_unit_and_one_axis(pictures: dict[str, Any]) -> None:
    panels = {axis.get_title(loc="left").replace("\n", " "): axis for axis in pictures["differences"].axes}
    axes = [panels[title(name)] for name in MONEY]
    assert len({axis.get_xlabel().partition("\n")[0] for axis in axes}) == 1
    assert len({axis.get_xlim() for axis in axes}) == 1


def test_dashes_repeat_within_the_legend_of_lines(pictures: dict[str, Any]) -> None:
    for name in ("trajectories", "stocks"):
        assert pictures[name].legends[0].handlelength == 4.0


def test_hatching_is_seen_in_every_kind_of_file(pictures: dict[str, Any]) -> None:
    """In SVG a hatched face is opaque, whatever its alpha: it must have another colour than its hatching."""
    areas = [each for axis in pictures["restored"].axes for each in axis.collections if each.get_hatch()]
    assert areas
    for area in areas:
        (*face, alpha), (*edge, _) = area.get_facecolor()[0], area.get_edgecolor()[0]
        assert alpha == 1.0
        assert np.abs(np.subtract(face, edge)).max() > 0.2


def claims(results: Results, **areas: tuple[float, float, float, float]) -> pd.DataFrame:
    """The indicators with claimed, effective, additional and undegraded area of each scenario in every year."""
    table = results.indicators("all").copy()
    for scenario, (claimed, effective, additional, undegraded) in areas.items():
        own = table["scenario"] == scenario
        table.loc[own, [CLAIMED, EFFECTIVE, ADDITIONAL, UNDEGRADED, GAP]] = [
            claimed,
            effective,
            additional,
            undegraded,
            claimed - effective,
        ]
    return table


def test_the_parts_of_the_claimed_area_add_up_to_it(results: Results) -> None:
    table = results.indicators("all")
    for scenario in results.scenarios:
        rows = table[table["scenario"] == scenario]
        years, areas = parts(rows)
        assert areas.shape == (len(PARTS), len(years), 2)
        claimed = rows.pivot(index="year", columns="replicate", values=CLAIMED)
        np.testing.assert_allclose(areas.sum(axis=0), claimed, rtol=1e-9, atol=1e-6)
        assert (areas >= -1e-6).all()
    made = claims(results, business_as_usual=(900.0, 300.0, 100.0, 50.0))
    _, areas = parts(made[made["scenario"] == "business_as_usual"])
    assert [part.mean() for part in areas] == [100.0, 200.0, 550.0, 50.0]


@pytest.mark.parametrize(("most", "one"), [(3000.0, True), (90_000.0, False)])
def test_panels_share_an_axis_only_where_all_can_be_read_on_it(
    results: Results, most: float, one: bool
) -> None:
    made = claims(
        results,
        business_as_usual=(1000.0, 300.0, 100.0, 50.0),
        natural_first=(1500.0, 300.0, 100.0, 50.0),
        xiamen_practice=(most, 300.0, 100.0, 50.0),
    )
    with look():
        figure = restored(made, results.manifest, CAVEAT)
    tops = [axis.get_ylim()[1] for axis in figure.axes if axis.axison]
    assert (len(set(tops)) == 1) is one
    assert ("Each panel has its own scale" in words(figure).replace("\n", " ")) is not one
    assert alike([1000.0, 1500.0, most]) is one


def test_borders_run_where_land_of_two_counties_meets_and_the_bar_is_a_round_length() -> None:
    """Two by two squares of a kilometre: county a to the west, b to the east, the south-east one sea."""
    patches = pd.DataFrame(
        {
            "patch": ["nw", "ne", "sw", "se"],
            "x_m": [500.0, 1500.0, 500.0, 1500.0],
            "y_m": [1500.0, 1500.0, 500.0, 500.0],
            "area_ha": 100.0,
            "ecosystem": ["forest", "forest", "forest", "bay"],
            "county": ["a", "b", "a", "b"],
        }
    )
    lines = Ground(patches).borders
    assert np.abs(lines[:, :, 0] - 1.0).max() < 0.02, "the border lies between west and east"
    assert lines[:, :, 1].min() > 0.98, "none at sea"
    assert (lines[:, 1, 1] - lines[:, 0, 1]).sum() == pytest.approx(1.0, abs=0.02)
    assert [round_below(most) for most in (63.0, 19.0, 0.7, 5.0)] == [50.0, 10.0, 0.5, 5.0]


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
    kept = [name for name in names if name.startswith("figures/")]
    assert kept == [f"figures/{name}.{kind}" for name in EVERY for kind in ("png", "svg")]
    on_page = [name.removeprefix("page/").partition(".")[0] for name in names if name.startswith("page/")]
    assert tuple(on_page) == EVERY


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
