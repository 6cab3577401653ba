"""Tables that a run hands over say the same as the state that they were made from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments import build
from model.reports import MEASURED, patch_table, project_table
from model.restoration_model import RestorationModel
from model.vocabulary import Stage

SMALL = ["landscape=synthetic", "landscape.patches=200", "policy=xiamen_practice"]


@pytest.fixture(scope="module")
def lived() -> RestorationModel:
    return build.model([*SMALL, "funding.social_capital.offered=0.1"]).run(18)


def test_patches_sum_to_the_indicators_of_their_county(lived: RestorationModel) -> None:
    patches = patch_table(lived.state).to_pandas()
    table = lived.indicators().query("year == year.max()").set_index("county")
    restored = patches[patches["restored"]].groupby("county")["area_ha"].sum()
    forest = patches[patches["ecosystem"] == "forest"]
    mean = np.average(forest["condition"], weights=forest["area_ha"])
    assert restored.sum() > 0
    for county in restored.index:
        assert restored[county] == pytest.approx(table.loc[county, "area_restored_effective_ha"], rel=1e-12)
    assert mean == pytest.approx(table.loc["all", "condition_forest_mean"], rel=1e-12)


def test_each_patch_stands_once_with_shares_within_bounds(lived: RestorationModel) -> None:
    patches = patch_table(lived.state).to_pandas()
    assert patches["patch"].is_unique
    assert len(patches) == len(lived.habitats)
    assert patches[list(MEASURED)].min().min() >= 0.0
    assert patches[list(MEASURED)].max().max() <= 1.0


def test_a_table_stays_as_it_was_when_the_run_goes_on() -> None:
    model = build.model(SMALL).run(8)
    tables = patch_table, project_table
    before = [make(model.state) for make in tables]
    known = [table.to_pandas().copy(deep=True) for table in before]
    model.run(4)
    for make, table, was in zip(tables, before, known, strict=True):
        pd.testing.assert_frame_equal(table.to_pandas(), was)
        assert not make(model.state).equals(table), "nothing changed, so nothing was tested"


def test_projects_are_never_paid_more_than_they_cost_and_name_their_investor(lived: RestorationModel) -> None:
    projects = project_table(lived.state).to_pandas()
    assert (projects["paid_fen"] <= projects["cost_fen"]).all()
    assert (projects["private_paid_fen"] <= projects["private_fen"]).all()
    assert set(projects["stage"]) <= set(Stage.texts())
    assert set(projects["county"]) <= set(lived.state.counties.ids)
    held = projects["investor"].notna()
    assert (projects.loc[~held, "private_fen"] == 0).all()
    assert held.any()


def test_a_remainder_names_the_project_that_was_accepted_without_it(lived: RestorationModel) -> None:
    projects = project_table(lived.state).to_pandas().set_index("project")
    parts = projects[projects["remainder_of"].notna()]
    assert len(parts) > 0
    assert (parts["cost_fen"] == 0).all()
    own = projects.loc[parts["remainder_of"].astype(int)]
    for name in ("county", "mode", "proposed", "award"):
        assert parts[name].tolist() == own[name].tolist(), name
    assert own["stage"].isin(["aftercare", "closed"]).all()
    sites = lived.state.sites
    area = np.bincount(sites.project, lived.habitats.area[sites.patch])
    assert projects["area_ha"].to_numpy() == pytest.approx(area)


def test_a_run_without_projects_has_tables_without_rows() -> None:
    assert project_table(build.model([*SMALL, "planning=none"]).state).num_rows == 0


def test_maps_hold_the_start_and_the_end_of_the_first_replicate() -> None:
    config = build.config([*SMALL, "years=2", "keep=[maps, projects]"]).config
    first, second = build.simulate(config, 0), build.simulate(config, 1)
    assert first.maps is not None
    assert second.maps is not None
    years = pd.Series(first.maps["year"].to_pylist()).value_counts()
    assert dict(years) == {2024: first.maps.num_rows // 2, 2026: first.maps.num_rows // 2}
    assert second.maps.num_rows == 0
    assert second.maps.schema == first.maps.schema
    assert second.projects is not None


def test_maps_of_years_between_show_the_patches_of_those_years_and_change_nothing() -> None:
    words = [*SMALL, "years=3"]
    asked = build.config([*words, "map_years=[2026, 2025, 2026]"]).config
    maps = build.simulate(asked, 0).maps
    assert maps is not None
    seen = maps.to_pandas()
    assert list(dict.fromkeys(seen["year"])) == [2024, 2025, 2026, 2027]
    model = build.model([*words, "replicate=0"])
    for year, patches in seen.groupby("year"):
        model.run(int(year) - model.year)
        assert (patches["condition"].to_numpy() == model.habitats.condition).all(), year
    plain = build.simulate(build.config(words).config, 0).maps
    ends = seen[seen["year"].isin([2024, 2027])].reset_index(drop=True)
    pd.testing.assert_frame_equal(ends, plain.to_pandas())


def test_maps_of_a_run_without_years_show_its_start_once() -> None:
    maps = build.simulate(build.config([*SMALL, "years=0"]).config, 0).maps
    assert maps is not None
    assert len(set(maps["patch"].to_pylist())) == maps.num_rows


def test_money_that_differs_in_no_year_differs_in_no_total() -> None:
    """The same fen paid out of other accounts, in another order: not a trace of it in what was spent."""
    kept, lost = (
        build.model([*SMALL, f"funding.mine_fund.supervised={share}", "insolvency=none"]).run(12).indicators()
        for share in (0.0, 1.0)
    )
    for name in ("spend_private_yuan", "spend_private_total_yuan", "spend_public_total_yuan"):
        assert (kept[name] == lost[name]).all(), name
    for name in ("spend_private_total_yuan", "spend_public_total_yuan"):
        assert (np.rint(100.0 * kept[name]) / 100.0 == kept[name]).all(), f"{name}: whole fen"
