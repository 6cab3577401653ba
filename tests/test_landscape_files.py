"""A landscape of one's own: read as it was meant to the last bit, or refused with every fault, its row and its cure."""

from __future__ import annotations

import json
import os
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments import build, cli, own_tables
from experiments.folders import options
from experiments.landscape_example import write_example
from experiments.places import caveat, county_names, inputs, landscape_of, patches_of
from experiments.problems import BadConfig
from experiments.results import Results
from experiments.safe_yaml import read
from model.landscapes.files.columns import TABLES
from model.landscapes.files.csv_text import guarded, read_csv
from model.landscapes.files.faults import MOST_TOLD, Faults
from model.landscapes.files.geopackage import _draw
from model.landscapes.files.land import FileRules
from model.landscapes.files.shapes import Drawing, NoShape
from model.landscapes.files.writing import FORMATS, csv_bytes, files_of
from model.vocabulary import Cause, Ecosystem, Shore, Zone
from tests.landscape_helpers import rules_of

STRANGE = (
    "NA", "None", "nan", "null", "007", "7", "1e5", "100000", "", " a ", "a", "True", "厦门 湾", "🌳", "x" * 200,
    "=1+1", "'=1+1", "''=1+1", "'a", "-3", "+", "@home", 'say "no"', "a,b", "a;b", "\u00e9", "e\u0301",
)  # fmt: skip
IDS = [name for name in STRANGE if name]

PLAIN = {
    "patches.csv": "id,area_ha,x_m,y_m,ecosystem,county\n"
    "a,100,0,0,forest,upland\nb,50,900,0,wetland,upland\nc,20,1800,0,tidal_flat,harbour\n"
    "d,20,2100,0,mangrove,harbour\ne,500,2500,300,bay,harbour\n",
    "counties.csv": "code,name,city,province,population\nupland,Upland,1,9,5000\nharbour,Harbour,1,9,90000\n",
}
FULL = PLAIN | {
    "dispersal.csv": "from,to,probability\na,b,0.5\nb,c,0.25\n",
    "rivers.csv": "from,to,fraction\na,b,1\nb,c,0.5\n",
    "coast.csv": "from,to\nc,d\n",
    "bays.csv": "name,name_zh\nNorth,北湾\nSouth,\n",
    "bay_exchange.csv": "bay,other_bay,rate_per_year\nNorth,South,0.2\n",
    "firms.csv": "id,county\nDig & Co,upland\n",
    "mines.csv": "patch,firm,mineral,opened_ha,backlog_ha\na,Dig & Co,granite,10,2\n",
}


def written(folder: Path, files: dict[str, str | bytes]) -> Path:
    """The files in a folder of their own."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)
    return folder


def words(folder: Path, *more: str) -> list[str]:
    return ["landscape=files", f"landscape.path='{folder}'", *more]


def land(folder: Path, replicate: int = 0, *more: str) -> Any:
    """The landscape of one replicate."""
    config = build.config(words(folder, *more)).config
    return landscape_of(config["landscape"], config["seed"], replicate)


def refusal(folder: Path, *more: str) -> list[str]:
    """The lines with which a folder is refused."""
    with pytest.raises(BadConfig) as caught:
        land(folder, 0, *more)
    return str(caught.value).splitlines()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- what is written comes back ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    made: dict[str, Path] = {}

    def folder(kind: str) -> Path:
        if kind not in made:
            made[kind] = write_example(tmp_path_factory.mktemp(kind) / "land", kind)
        return made[kind]

    return folder


@pytest.mark.parametrize("kind", FORMATS)
def test_the_example_gives_the_very_numbers_of_the_land_that_it_was_written_from(
    kind: str, example: Callable[[str], Path]
) -> None:
    end = ["years=5", "replicate=0", "policy=xiamen_practice"]
    ours = build.model(words(example(kind), *end))
    theirs = build.model(["landscape=synthetic", "landscape.patches=200", *end])
    for column in theirs.habitats.columns:
        assert np.array_equal(getattr(ours.habitats, column), getattr(theirs.habitats, column)), column
    ours.run(5)
    theirs.run(5)
    pd.testing.assert_frame_equal(ours.indicators(), theirs.indicators(), check_exact=True)
    pd.testing.assert_frame_equal(ours.ledger.flows(), theirs.ledger.flows(), check_exact=True)


def test_the_example_holds_every_table_and_nothing_is_left_to_rules(example: Callable[[str], Path]) -> None:
    folder = example("csv")
    assert {path.name for path in folder.glob("*.csv")} == {f"{table}.csv" for table in TABLES}
    config = build.config(words(folder)).config["landscape"]
    assert own_tables.remarks(config) == []
    assert caveat(config, 1) == "invented geography, rule-assigned cover"
    assert len(county_names(config, 1)) == 4
    assert patches_of(config) == len(pd.read_csv(folder / "patches.csv"))
    assert set(inputs(config)) == {f"land/{path.name}" for path in folder.iterdir() if path.suffix != ".md"}


@pytest.mark.parametrize("kind", FORMATS)
def test_any_id_survives_every_format(kind: str, tmp_path: Path) -> None:
    """G23: NA, 007 and 1e5 in patches, counties, firms and links; in CSV, GeoJSON and GeoPackage."""
    plain = land(written(tmp_path / "plain", FULL))
    rows = np.arange(len(IDS))
    many = replace(
        plain,
        ids=pa.array(IDS),
        patches={name: values[rows % 5] for name, values in plain.patches.items()},
        counties=plain.counties.assign(code=["007", "NA"], name=["=x", "-y"], city=["1e5", "1e5"]),
        firms=plain.firms.assign(id=["None"]),
        rivers=type(plain.rivers)(np.append(rows[1:], -1).astype(np.int32), np.ones(rows.size)),
    )
    many.patches["x"] = 1000.0 * rows
    many.dispersal.indptr.resize(rows.size + 1, refcheck=False)
    many.dispersal.indptr[6:] = many.dispersal.indptr[5]
    found = land(written(tmp_path / "own", files_of(many, kind, "metres somewhere")))
    assert found.ids.to_pylist() == IDS
    assert found.counties["code"].tolist() == ["007", "NA"]
    assert found.counties["name"].tolist() == ["=x", "-y"]
    assert found.firms["id"].tolist() == ["None"]
    assert np.array_equal(found.patches["county"], many.patches["county"])
    assert np.array_equal(found.rivers.downstream, many.rivers.downstream)
    assert np.array_equal(found.dispersal.indices, many.dispersal.indices)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])), min_size=1))
def test_any_line_survives_a_csv_file_and_runs_in_no_spreadsheet(texts: list[str]) -> None:
    data = csv_bytes({"id": texts, "n": list(range(len(texts)))})
    raw = read_csv("t.csv", data, Faults())
    assert raw is not None
    assert raw.columns["id"].to_pylist() == texts
    assert not any(guarded(text).startswith(("=", "+", "-", "@", "\t", "\r")) for text in texts)


def test_results_of_ids_that_look_like_numbers_name_them_as_they_are(home: Path) -> None:
    """County '007' of city '1e5' is a row of the tables of results, beside its city and the sum."""
    counties = "code,name,city,province,population\n007,Seven,1e5,NA,5000\n7,Another,1e5,NA,90000\n"
    patches = PLAIN["patches.csv"].replace("upland", "007").replace("harbour", "7")
    folder = written(home / "land", {"patches.csv": patches, "counties.csv": counties})
    question = ["policies=[business_as_usual,natural_first]", *words(folder)]
    assert cli.main(["compare", "-q", *question, "years=2", "replicates=2", "workers=2", "out=there"]) == 0
    table = Results.open(home / "there").indicators()
    assert list(dict.fromkeys(table["county"])) == ["007", "7", "1e5", "all"]
    stored = (home / "there" / "config.yaml").read_text() + (home / "there" / "manifest.json").read_text()
    assert str(home) not in stored


# --- what the tables leave open ---------------------------------------------------------------------------


def test_the_least_that_a_folder_needs(tmp_path: Path) -> None:
    found = land(written(tmp_path / "land", PLAIN))
    p = found.patches
    assert found.ids.to_pylist() == ["a", "b", "c", "d", "e"]
    assert set(p["zone"]) == {Zone.GENERAL}
    assert set(p["cause"]) == {Cause.NONE}
    assert set(p["shore"]) == {Shore.NONE}
    assert set(p["bay"]) == set(p["holder"]) == set(p["catchment"]) == {-1}
    assert (p["structure"] > 0).all()
    assert (p["composition"] <= p["structure"]).all()
    assert (p["load_stock"] > 0).tolist() == [False, False, False, False, True]
    assert len(found.firms) == len(found.bays) == found.mines["patch"].size == found.bay_exchange.size == 0
    assert found.coast_links.tolist() == [[2, 3]]
    assert found.caveat == "tables of the user's own; state of patches drawn by rule where they leave it open"


def test_what_is_left_open_differs_between_replicates_unless_held(tmp_path: Path) -> None:
    folder = written(tmp_path / "land", PLAIN)
    first, second = (land(folder, replicate).patches["structure"] for replicate in (0, 1))
    assert not np.array_equal(first, second)
    held = land(folder, 1, "landscape.hold=true").patches["structure"]
    assert np.array_equal(first, held)


def test_stated_cells_are_kept_and_the_others_bend_to_them(tmp_path: Path) -> None:
    head, *rows = PLAIN["patches.csv"].splitlines()
    stated = [",0.1,,,0.99", ",,0.99,0.2,", ",,,,", ",0.3,0.3,1,1", ",,0,,0.5"]
    text = "\n".join([f"{head},structure,composition,ceiling,substrate", *map(str.__add__, rows, stated)])
    p = land(written(tmp_path / "land", PLAIN | {"patches.csv": text})).patches
    assert p["structure"][[0, 3]].tolist() == [0.1, 0.3]
    assert p["composition"][0] <= 0.1
    assert p["structure"][1] >= p["composition"][1] == 0.99
    assert p["substrate"][1] <= p["ceiling"][1] == 0.2
    assert p["ceiling"][0] >= p["substrate"][0] == 0.99
    assert p["composition"][4] == 0.0
    rules = rules_of("synthetic")
    assert np.allclose(p["carbon"], rules.carbon_reference[p["ecosystem"]] * p["structure"])


def test_income_by_rule_is_that_of_the_use_and_the_structure_that_are_stated(tmp_path: Path) -> None:
    """Full income times use times structure: bare spoil feeds nobody, and land that nobody uses costs nobody."""
    head, *rows = PLAIN["patches.csv"].splitlines()
    states = (",0.1,0.6,0.1", ",0,0,0.5", ",0.2,0.4,0.8", ",,,0.7", ",,,")
    text = "\n".join([f"{head},pressure,pressure_potential,structure", *map(str.__add__, rows, states)])
    patches = land(written(tmp_path / "land", PLAIN | {"patches.csv": text})).patches
    use, structure = (np.asarray(patches[name]) for name in ("pressure_potential", "structure"))
    full = rules_of("synthetic").full_income[patches["ecosystem"]]
    np.testing.assert_allclose(patches["opportunity_cost"], full * use * structure, rtol=1e-6)
    assert structure[:4] == pytest.approx([0.1, 0.5, 0.8, 0.7])
    assert patches["opportunity_cost"][1] == 0.0


def test_links_by_distance_follow_the_kernel_of_the_other_landscapes(tmp_path: Path) -> None:
    rules = rules_of("synthetic")
    across = np.exp(-300.0 / rules.dispersal) * rules.tidal_affinity
    found = land(written(tmp_path / "land", PLAIN)).dispersal
    assert found.indptr.tolist() == [0, 0, 1, 3, 5, 8], "forest, and wetland from flat, are too far or unlike"
    assert found.indices.tolist() == [4, 3, 4, 2, 4, 1, 2, 3]
    assert found.probability[[1, 3]].tolist() == pytest.approx([across, across])
    over_water = np.exp(-np.hypot(1600.0, 300.0) / rules.dispersal) * rules.water_affinity
    assert found.probability[[0, 5]].tolist() == pytest.approx([over_water, over_water])
    given = land(
        written(tmp_path / "own", PLAIN | {"dispersal.csv": "from,to,distance_m\nd,c,300\n"})
    ).dispersal
    assert given.indices.tolist() == [3, 2]
    assert given.probability.tolist() == pytest.approx([across, across])


def test_rules_of_files_are_those_of_the_other_landscapes() -> None:
    place = options("landscape")["files"]
    own = read(place.path, place.shown).values["rules"]
    others = build.config(["landscape=synthetic"]).config["landscape"]["rules"]
    assert own == {each.name: others[each.name] for each in fields(FileRules)}


@pytest.mark.parametrize(
    "patches",
    [
        "only,1,0,0,forest,upland",
        "only,1e-3,0,0,bay,upland",
        "one,5,0,0,built,upland\ntwo,5,900,0,built,upland",
    ],
)
def test_almost_nothing_is_a_landscape_too(patches: str, tmp_path: Path) -> None:
    head = PLAIN["patches.csv"].splitlines()[0]
    folder = written(tmp_path / "land", PLAIN | {"patches.csv": f"{head}\n{patches}"})
    model = build.model(words(folder, "years=3", "replicate=0", "policy=xiamen_practice"))
    model.run(3)
    table = model.indicators()
    assert table["county"].nunique() == 4
    assert not np.isinf(table.select_dtypes("number").to_numpy()).any()


# --- geometry ---------------------------------------------------------------------------------------------


SQUARE = [[0, 0], [1000, 0], [1000, 1000], [0, 1000], [0, 0]]
HOLE = [[200, 200], [200, 400], [400, 400], [400, 200], [200, 200]]


def collection(*shapes: Any, crs: str | None = "urn:ogc:def:crs:EPSG::32650", **more: Any) -> str:
    features = [
        {
            "type": "Feature",
            "properties": {"id": f"p{k}", "ecosystem": "forest", "county": "upland", **more},
            "geometry": g,
        }
        for k, g in enumerate(shapes)
    ]
    whole: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs:
        whole["crs"] = {"type": "name", "properties": {"name": crs}}
    return json.dumps(whole)


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def test_area_and_centroid_come_from_outlines() -> None:
    drawing = Drawing()
    far = [[x + 600_000.0, y + 2_700_000.0] for x, y in SQUARE]
    drawing.polygon(0, [SQUARE, HOLE])
    drawing.polygon(1, [SQUARE[::-1]])
    drawing.polygon(1, [[[x + 3000.0, y] for x, y in SQUARE]])
    drawing.polygon(2, [far[:-1]])
    drawing.point(3, [7.0, 8.0])
    shapes = drawing.shapes(5)
    assert shapes.area[:3].tolist() == pytest.approx([96.0, 200.0, 100.0])
    assert np.isnan(shapes.area[3:]).all()
    assert shapes.x[:4].tolist() == pytest.approx([(1000.0 * 500 - 40.0 * 300) / 960, 2000, 600_500, 7])
    assert shapes.y[2:4].tolist() == pytest.approx([2_700_500, 8])
    assert np.isnan(shapes.x[4])


def test_patches_without_columns_of_place_take_those_of_their_outlines(tmp_path: Path) -> None:
    several = {"type": "MultiPolygon", "coordinates": [[SQUARE], [[[x + 3000, y] for x, y in SQUARE]]]}
    files = {
        "patches.geojson": collection(polygon(SQUARE, HOLE), several),
        "counties.csv": PLAIN["counties.csv"],
    }
    p = land(written(tmp_path / "land", files)).patches
    assert p["area"].tolist() == pytest.approx([96.0, 200.0])
    assert p["x"].tolist() == pytest.approx([508.333, 2000.0])


def geopackage(folder: Path, blob: bytes, definition: str, number: int = 32650, mode: str = "DELETE") -> None:
    """A GeoPackage as a map program might write it: another name of the layer, an integer key, more columns."""
    folder.mkdir()
    with closing(sqlite3.connect(folder / "patches.gpkg")) as base:
        base.execute(f"PRAGMA journal_mode={mode}")
        base.executescript(
            f"""
            PRAGMA application_id = 0x47504B47;
            CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
              organization_coordsys_id INTEGER, definition TEXT, description TEXT);
            INSERT INTO gpkg_spatial_ref_sys VALUES ('x', {number}, 'EPSG', {number}, '{definition}', '');
            CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
            CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT,
              srs_id INTEGER, z TINYINT, m TINYINT);
            INSERT INTO gpkg_geometry_columns VALUES ('my land', 'shape', 'POLYGON', {number}, 0, 0);
            CREATE TABLE "my land" (fid INTEGER PRIMARY KEY, shape BLOB, id INTEGER, ecosystem TEXT, county TEXT);
            """
        )
        base.execute("""INSERT INTO "my land" VALUES (41, ?, 7, 'Tidal flat', 'harbour')""", (blob,))
        base.commit()
    (folder / "counties.csv").write_text(PLAIN["counties.csv"])


def blob_of(ring: Any, kind: int = 3, size: int = 2) -> bytes:
    """A polygon with an envelope, big-endian, perhaps with heights."""
    places = np.array([[*place, *[9.0] * (size - 2)] for place in ring], dtype=">f8")
    head = b"GP" + struct.pack(">BBi", 0, 0b0010, 32650) + np.array([0, 1000, 0, 1000], dtype=">f8").tobytes()
    return head + struct.pack(">BIII", 0, kind, 1, len(ring)) + places.tobytes()


UTM = 'PROJCS["WGS 84 / UTM zone 50N",GEOGCS["WGS 84",UNIT["degree",0.0174532925199433]],UNIT["metre",1]]'


@pytest.mark.parametrize(("kind", "size"), [(3, 2), (1003, 3), (3003, 4)])
@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_geopackage_of_any_map_program_is_read(kind: int, size: int, mode: str, tmp_path: Path) -> None:
    geopackage(tmp_path / "land", blob_of(SQUARE, kind, size), UTM, mode=mode)
    found = land(tmp_path / "land")
    assert found.ids.to_pylist() == ["7"]
    assert found.patches["area"].tolist() == pytest.approx([100.0])
    assert found.patches["x"].tolist() == [500.0]
    assert found.patches["ecosystem"].tolist() == [Ecosystem.TIDAL_FLAT]


@pytest.mark.parametrize(
    ("definition", "number", "part"),
    [
        ('GEOGCS["GCS"]', 4999, "in degrees, not metres. Reproject"),
        ('GEOGCRS["CGCS 2000"]', 4490, "EPSG:4490 counts in degrees"),
        (UTM.replace('"metre",1', '"US survey foot",0.3048006'), 2263, "in US survey foot, not metres"),
        (UTM, 3857, "stretched"),
    ],
)
def test_a_geopackage_in_other_units_than_metres_is_refused(
    definition: str, number: int, part: str, tmp_path: Path
) -> None:
    geopackage(tmp_path / "land", blob_of(SQUARE), definition, number)
    assert part in refusal(tmp_path / "land")[0]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (collection(polygon([[118, 24], [118.1, 24], [118.1, 24.1]]), crs=None), "fit degrees"),
        (collection(polygon([[118, 24], [118.1, 24], [118.1, 24.1]]), crs="EPSG:32650"), "fit degrees"),
        (collection(polygon(SQUARE), crs="urn:ogc:def:crs:OGC:1.3:CRS84"), "counts in degrees"),
        (collection(polygon(SQUARE), crs="EPSG:3857"), "Mercator"),
        (collection(polygon(SQUARE), crs=None), "no coordinate reference system is named"),
        (
            collection({"type": "LineString", "coordinates": SQUARE}),
            "feature 1: geometry: a LineString. A patch is",
        ),
        (collection(polygon(SQUARE[:2])), "fewer than three corners"),
        (collection(polygon([[0, 0], [1, "x"], [2, 2]])), "no pairs of numbers"),
        (collection(polygon([[0, 0], [1e400, 1], [2, 2]])), "Infinity is no number"),
        (collection(polygon([[5000, 0], [6000, 0], [7000, 0]])), "area_ha"),
        (collection({"type": "Point", "coordinates": [5000, 0]}), "area_ha: this column is missing"),
        (collection(polygon(SQUARE), more={"a": 1}), "more"),
        ('{"type": "FeatureCollection", "features": 3}', "no FeatureCollection"),
        ('{"features": [], "features": []}', "'features' stands twice"),
        ("[" * 100_000, "nested too deeply"),
        ("{", "line 1"),
        (collection(polygon(SQUARE)).replace('"p0"', '"\\ud800"'), "must be a number or text"),
    ],
)
def test_a_geojson_that_cannot_be_meant_is_refused(text: str, part: str, tmp_path: Path) -> None:
    files = {"patches.geojson": text, "counties.csv": PLAIN["counties.csv"]}
    assert part in "\n".join(refusal(written(tmp_path / "land", files)))


def test_the_reference_system_may_stand_in_landscape_json(tmp_path: Path) -> None:
    files = {
        "patches.geojson": collection(polygon(SQUARE), crs=None),
        "counties.csv": PLAIN["counties.csv"],
        "landscape.json": '{"crs": "EPSG:4547", "caveat": "surveyed in 2020"}',
    }
    assert land(written(tmp_path / "land", files)).caveat.startswith("surveyed in 2020; ")


# --- what is refused --------------------------------------------------------------------------------------


def changed(file: str, old: str, new: str) -> dict[str, str | bytes]:
    assert old in FULL[file]
    return FULL | {file: FULL[file].replace(old, new, 1)}


FAULTY: list[tuple[dict[str, str | bytes], str]] = [
    (changed("patches.csv", "b,50", "b,NaN"), "land/patches.csv, row 3: area_ha = 'NaN': must be a number above 0"),
    (changed("patches.csv", "b,50", "b,inf"), "land/patches.csv, row 3: area_ha = 'inf'"),
    (changed("patches.csv", "b,50", "b,1e999"), "land/patches.csv, row 3: area_ha = '1e999'"),
    (changed("patches.csv", "b,50", "b,-50"), "land/patches.csv, row 3: area_ha = '-50'"),
    (changed("patches.csv", "b,50", "b,0"), "row 3: area_ha = '0': must be a number above 0"),
    (changed("patches.csv", "b,50", "b,"), "row 3: area_ha = '': empty. It must be a number above 0"),
    (changed("patches.csv", "b,50", "b,fifty"), "row 3: area_ha = 'fifty'"),
    (changed("patches.csv", "b,50", 'b,"50,5"'), "Write a point, not a comma"),
    (changed("patches.csv", "b,50", "b,0x32"), "row 3: area_ha = '0x32'"),
    (changed("patches.csv", "b,50", "b,5_0"), "row 3: area_ha = '5_0'"),
    (changed("patches.csv", "b,50", "a,50"), "row 3: id = 'a': stands in an earlier row already"),
    (changed("patches.csv", "b,50", ",50"), "row 3: id = '': empty"),
    (changed("patches.csv", "b,50", '"b\nb",50'), "row 3: id = 'b�b': holds a line break"),
    (changed("patches.csv", "b,50", "x" * 501 + ",50"), "longer than 500 characters"),
    (changed("patches.csv", "wetland", "wetlnd"), "row 3: ecosystem = 'wetlnd'"),
    (changed("patches.csv", "wetland", "wetlnd"), "Nearest: wetland"),
    (changed("patches.csv", "wetland,upland", "wetland,uplnd"), "row 3: county = 'uplnd': no such name in the table"),
    (changed("patches.csv", "wetland,upland", "wetland,uplnd"), "Nearest: upland"),
    (changed("patches.csv", "wetland,upland", "wetland"), "row 3: 5 cells where the header has 6"),
    (changed("patches.csv", "wetland,upland", "wetland,upland,3"), "row 3: 7 cells where the header has 6"),
    (changed("patches.csv", "area_ha", "area"), "patches.csv, row 1: area_ha: this column is missing"),
    (changed("patches.csv", "area_ha", "area"), "Rename 'area'"),
    (changed("patches.csv", "area_ha", "id"), "the column 'id' stands twice"),
    (changed("dispersal.csv", "b,c,0.25", "b,b,0.25"), "dispersal.csv, row 3: to = 'b': a link to itself"),
    (changed("dispersal.csv", "b,c,0.25", "a,b,0.5"), "dispersal.csv, row 3: to = 'b': a link that stands in"),
    (changed("dispersal.csv", "b,c,0.25", "b,z,0.25"), "dispersal.csv, row 3: to = 'z': no such name"),
    (changed("dispersal.csv", "b,c,0.25", "b,a,0.25"), "row 3: probability = '0.25': differs from the way back"),
    (
        FULL | {"dispersal.csv": "from,to,distance_m\na,b,500\nb,a,700\n"},
        "row 3: distance_m = '700': differs from the way back in row 2. A link is the same both ways",
    ),
    (FULL | {"dispersal.csv": "from,to,distance_m\na,b,-5\n"}, "row 2: distance_m = '-5': must be a number from 0"),
    (changed("dispersal.csv", "b,c,0.25", "b,a,0.5\nb,c,0.1"), "row 4: probability = '0.1': one way only"),
    (changed("dispersal.csv", "b,c,0.25", "b,c,1.25"), "probability = '1.25': must be a number above 0 and at most 1"),
    (changed("dispersal.csv", "b,c,0.25", "b,c,"), "row 3: probability = '': empty"),
    (changed("dispersal.csv", "probability", "chance"), "neither of the columns"),
    (changed("dispersal.csv", "probability\n", "probability,distance_m\n"), "both of the columns"),
    (changed("rivers.csv", "b,c,0.5", "b,a,0.5"), "row 2: to = 'b': water runs in a circle: 'a' → 'b' → 'a'"),
    (changed("rivers.csv", "b,c,0.5", "b,b,0.5"), "row 3: to = 'b': drains into itself"),
    (changed("rivers.csv", "b,c,0.5", "a,c,0.5"), "row 3: from = 'a': drains somewhere else in an earlier row"),
    (changed("rivers.csv", "b,c,0.5", "b,c,1.5"), "row 3: fraction = '1.5': must be a number from 0 to 1"),
    (changed("coast.csv", "c,d", "c,d\nd,c\nc,c"), "row 4: to = 'c': a link to itself"),
    (changed("bay_exchange.csv", "North,South", "North,East"), "other_bay = 'East'"),
    (changed("mines.csv", "granite,10", "granite,1000"), "opened_ha = '1000': more than the area of its patch"),
    (changed("mines.csv", "10,2", "10,20"), "backlog_ha = '20': more than opened_ha"),
    (changed("mines.csv", "Dig & Co", "Dig and Co"), "Nearest: Dig & Co"),
    (changed("mines.csv", "granite", "gold"), "mineral = 'gold': must be one of granite"),
    (changed("counties.csv", "upland,Upland,1", "upland,Upland,upland"), "code = 'upland': also the code of a city"),
    (changed("counties.csv", "Upland,1,9,5000", "Upland,1,9,-1"), "population = '-1'"),
    ({k: v for k, v in FULL.items() if k != "firms.csv"}, "the folder holds no firms.csv"),
    ({k: v for k, v in FULL.items() if k != "counties.csv"}, "land: holds no counties.csv; `shanshui"),
    ({k: v for k, v in FULL.items() if k != "patches.csv"}, "holds no patches.csv, patches.geojson or"),
    (FULL | {"patches.geojson": "{}"}, "holds patches.csv and patches.geojson. Keep one"),
    (FULL | {"dispersals.csv": "x"}, ""),
    ({k: v for k, v in FULL.items() if k != "rivers.csv"} | {"river.csv": "x"}, "Is it rivers.csv?"),
    (FULL | {"patches.csv": ""}, "patches.csv: empty. It needs a header line"),
    (FULL | {"patches.csv": "\n\n"}, "patches.csv: empty"),
    (FULL | {"patches.csv": FULL["patches.csv"].splitlines()[0]}, "patches.csv: holds a header but no row"),
    (FULL | {"patches.csv": FULL["patches.csv"].encode("utf-16")}, "patches.csv: not UTF-8 but UTF-16"),
    (FULL | {"counties.csv": FULL["counties.csv"].replace("Harbour", "港区").encode("gbk")}, "line 3 is not UTF-8"),
    (FULL | {"patches.csv": FULL["patches.csv"].replace(",", ";")}, "separated by semicolons"),
    (FULL | {"patches.csv": FULL["patches.csv"].replace(",", "\t")}, "separated by tabs"),
    (FULL | {"patches.csv": b"id,\0\n"}, "UTF-16 or no text"),
    (FULL | {"landscape.json": '{"nam": "x"}'}, "nam: no such key; there are name, caveat, crs. Nearest: name"),
    (FULL | {"landscape.json": '{"crs": "EPSG:4326"}'}, "EPSG:4326 counts in degrees"),
    (FULL | {"landscape.json": '{"name": [3]}'}, "name: must be text of at most"),
    (FULL | {"landscape.json": '{"name": "a", "name": "b"}'}, "stands twice"),
    (FULL | {"landscape.json": "[]"}, "must be an object"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "part"), FAULTY, ids=lambda value: value[:60] if isinstance(value, str) else ""
)
def test_a_fault_is_refused_with_file_row_and_cure(
    files: dict[str, str | bytes], part: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """G22."""
    written(home / "land", files)
    if not part:
        land(home / "land")
        return
    assert cli.main(["run", "landscape=files", "landscape.path=land", "years=1", "out=there"]) == 2
    said = capsys.readouterr()
    assert part in said.err
    assert said.out == ""
    assert said.err.startswith("Refused, nothing was written.")
    assert "Traceback" not in said.err
    assert [path.name for path in home.iterdir()] == ["land"]


def test_the_untouched_tables_are_accepted(tmp_path: Path) -> None:
    found = land(written(tmp_path / "land", FULL))
    assert found.dispersal.probability.tolist() == [0.5, 0.5, 0.25, 0.25]
    assert found.rivers.downstream.tolist() == [1, 2, -1, -1, -1]
    assert found.rivers.fraction.tolist() == [1.0, 0.5, 1.0, 1.0, 1.0]
    assert found.bays["name_zh"].tolist() == ["北湾", "South"]
    assert found.bay_exchange.tolist() == [[0.0, 1.0, 0.2]]
    assert found.patches["cause"][0] == Cause.WORKING_MINE
    assert found.patches["holder"].tolist() == [0, -1, -1, -1, -1]


def test_links_may_stand_both_ways_if_all_of_them_do(tmp_path: Path) -> None:
    both = changed("dispersal.csv", "b,c,0.25", "b,a,0.5\nb,c,0.25\nc,b,0.25")
    once = land(written(tmp_path / "once", FULL)).dispersal
    twice = land(written(tmp_path / "twice", both)).dispersal
    assert np.array_equal(once.indices, twice.indices)
    assert np.array_equal(once.probability, twice.probability)


def test_degrees_used_as_metres_are_refused(tmp_path: Path) -> None:
    """Seen by patches larger than all the land; a small land in metres near the origin is none of it."""
    rows = "\n".join(f"p{k},400,{118 + k * 0.02:.2f},{24 + k * 0.01:.2f},forest,upland" for k in range(9))
    head = PLAIN["patches.csv"].splitlines()[0]
    lines = refusal(written(tmp_path / "land", PLAIN | {"patches.csv": f"{head}\n{rows}"}))
    assert "land/patches.csv, row 2: x_m, y_m: places look like degrees (118, 24)" in lines[0]
    assert "UTM" in lines[0]
    small = "\n".join(f"p{k},0.04,{20 * k},0,forest,upland" for k in range(9))
    land(written(tmp_path / "small", PLAIN | {"patches.csv": f"{head}\n{small}"}))


def test_twenty_faults_are_told_at_once_and_the_rest_is_counted(tmp_path: Path) -> None:
    head = PLAIN["patches.csv"].splitlines()[0]
    rows = "\n".join(f"p{k},-1,0,0,forst,upland" for k in range(30))
    lines = refusal(written(tmp_path / "land", FULL | {"patches.csv": f"{head}\n{rows}"}))
    assert len(lines) == MOST_TOLD + 1
    assert "row 21" in lines[MOST_TOLD - 1]
    assert lines[-1].endswith("more faults. Mend these first; the rest is told then.")


def test_faults_of_several_tables_are_told_together(tmp_path: Path) -> None:
    files = FULL | changed("patches.csv", "b,50", "b,-50")
    files |= {"counties.csv": changed("counties.csv", "5000", "many")["counties.csv"]}
    files |= {"rivers.csv": "from,to\na,q\n"}
    assert [line.split(":")[0] for line in refusal(written(tmp_path / "land", files))] == [
        "land/counties.csv, row 2", "land/patches.csv, row 3", "land/rivers.csv, row 2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        FULL["patches.csv"].replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + FULL["patches.csv"].encode(),
        FULL["patches.csv"].rstrip().encode(),
        FULL["patches.csv"].replace("\n", "\n\n").encode(),
        FULL["patches.csv"].replace("id,area_ha", "ID, Area_ha").encode(),
        FULL["patches.csv"].replace("forest", " Forest ").replace("tidal_flat", "Tidal flat").encode(),
    ],
)
def test_harmless_differences_of_spreadsheets_are_read(data: bytes, tmp_path: Path) -> None:
    plain, other = (land(written(tmp_path / name, FULL | {"patches.csv": text}))
                    for name, text in (("a", FULL["patches.csv"]), ("b", data)))  # fmt: skip
    assert other.ids.to_pylist() == plain.ids.to_pylist()
    assert all(np.array_equal(plain.patches[name], other.patches[name]) for name in plain.patches)


def test_row_numbers_are_those_of_a_spreadsheet(tmp_path: Path) -> None:
    """Empty rows and line breaks within cells count as a spreadsheet counts them."""
    lines = PLAIN["patches.csv"].splitlines()
    text = "\n".join(
        [lines[0] + ",note", lines[1] + ',"two\nlines"', "", lines[2].replace("50", "-50") + ","]
    )
    assert "row 4: area_ha = '-50'" in refusal(written(tmp_path / "land", PLAIN | {"patches.csv": text}))[0]


def test_a_name_that_lost_its_zeros_is_recognised(tmp_path: Path) -> None:
    files = {name: text.replace("upland,", "007,").replace(",upland", ",7") for name, text in PLAIN.items()}
    assert (
        "no such name in the table 'counties'. Is it '007'? Names are text"
        in refusal(written(tmp_path / "land", files))[0]
    )


def test_columns_that_nobody_reads_are_told(tmp_path: Path) -> None:
    head, *rows = PLAIN["patches.csv"].splitlines()
    text = "\n".join([f"{head},Shape_Leng,remark", *(f"{row},1,x" for row in rows)])
    config = build.config(words(written(tmp_path / "land", PLAIN | {"patches.csv": text}))).config[
        "landscape"
    ]
    assert own_tables.remarks(config)[0] == "patches.csv: not read: 'Shape_Leng', 'remark'."
    written(tmp_path / "land", {"survey notes.csv": "x"})
    assert own_tables.remarks(config)[0] == "survey notes.csv: no table of ours, not read."
    slip = text.replace("remark", "Elevation")
    lines = refusal(written(tmp_path / "slip", PLAIN | {"patches.csv": slip}))
    assert "patches.csv, row 1: Elevation: no such column. Is it elevation_m?" in lines[0]


# --- files from elsewhere ---------------------------------------------------------------------------------


def test_what_is_no_plain_file_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    folder = written(tmp_path / "land", {"counties.csv": PLAIN["counties.csv"]})
    os.mkfifo(folder / "patches.csv")
    assert "patches.csv: not a regular file" in refusal(folder)[0]
    (folder / "patches.csv").unlink()
    (folder / "patches.csv").mkdir()
    assert "patches.csv: not a regular file" in refusal(folder)[0]


def test_a_file_is_refused_by_its_size_before_it_is_read(tmp_path: Path) -> None:
    folder = written(tmp_path / "land", PLAIN)
    with (folder / "patches.csv").open("r+b") as file:
        file.truncate(2**30)
    assert "land/patches.csv: 1,024 MiB; at most 512 MiB are read" in refusal(folder)[0]


def test_a_folder_without_tables_is_named_with_the_cure(home: Path) -> None:
    assert "no such folder" in refusal(home / "nowhere")[0]
    with pytest.raises(BadConfig, match=r"landscape\.path: Name the folder of your tables"):
        build.config(["landscape=files"])


@pytest.mark.parametrize(
    "text",
    [
        '<OGRVRTDataSource><OGRVRTLayer name="patches"><SrcDataSource>/vsicurl/http://x</SrcDataSource></OGRVRTLayer>',
        "PK\x03\x04 zipped",
        "",
    ],
)
def test_a_file_that_only_calls_itself_a_geopackage_is_never_opened(text: str, tmp_path: Path) -> None:
    folder = written(tmp_path / "land", {"counties.csv": PLAIN["counties.csv"], "patches.gpkg": text})
    assert "no GeoPackage, whatever its name says" in refusal(folder)[0]


@pytest.mark.parametrize(
    ("script", "part"),
    [
        ('DROP TABLE "my land"; CREATE VIEW "my land" AS SELECT 1 AS fid;', "is missing or no plain table"),
        ("DROP TABLE gpkg_geometry_columns", "is missing or no plain table"),
        (
            "INSERT INTO gpkg_geometry_columns VALUES ('other', 'shape', 'POLYGON', 32650, 0, 0)",
            "Keep one, or call",
        ),
        ("PRAGMA application_id = 1", "but no GeoPackage"),
        ("""UPDATE "my land" SET shape = x'4750'""", "not a GeoPackage's"),
        ("""UPDATE "my land" SET id = x'00'""", "feature 41: id: must be a number or text"),
    ],
)
def test_a_geopackage_that_hides_something_is_refused(script: str, part: str, tmp_path: Path) -> None:
    geopackage(tmp_path / "land", blob_of(SQUARE), UTM)
    with closing(sqlite3.connect(tmp_path / "land" / "patches.gpkg")) as base:
        base.executescript(script)
    assert part in "\n".join(refusal(tmp_path / "land"))


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
def test_a_damaged_geopackage_is_refused(cut: float, tmp_path: Path) -> None:
    geopackage(tmp_path / "land", blob_of(SQUARE), UTM)
    path = tmp_path / "land" / "patches.gpkg"
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * cut)])
    assert "patches.gpkg" in refusal(tmp_path / "land")[0]


@given(st.binary(max_size=80))
def test_no_geometry_is_read_beyond_its_end(noise: bytes) -> None:
    for blob in (
        noise,
        b"GP\0\1" + noise,
        blob_of(SQUARE)[: len(noise)],
        b"GP\0\1\0\0\0\0\1\3\0\0\0" + noise,
    ):
        drawing = Drawing()
        try:
            _draw(drawing, 0, blob)
        except (NoShape, struct.error):
            continue
        assert drawing.corners <= len(blob)


def experiment(home: Path, path: str) -> list[str]:
    """An experiment in the folder `own` that names its landscape by ``path``."""
    file = home / "own" / "experiment" / "mine.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        "# @package _global_\ndefaults:\n  - override /landscape: files\n"
        f"landscape:\n  path: {path}\nyears: 1\nreplicates: 1\n"
    )
    return ["run", "-q", "experiment=mine", "--config-dir", "own", "out=there"]


def test_a_path_in_a_config_file_is_looked_for_beside_that_file(home: Path) -> None:
    asked = experiment(home, "land")
    written(home / "own" / "experiment" / "land", PLAIN)
    assert cli.main(asked) == 0
    assert (home / "there" / "manifest.json").is_file()


@pytest.mark.parametrize("path", ["../../elsewhere", "ABSOLUTE", "link", "land"])
def test_a_path_in_a_config_file_leads_nowhere_else(
    path: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = written(home / "elsewhere", PLAIN)
    asked = experiment(home, path.replace("ABSOLUTE", str(elsewhere)))
    (home / "own" / "experiment" / "link").symlink_to(elsewhere)
    own = written(home / "own" / "experiment" / "land", PLAIN)
    (own / "patches.csv").unlink()
    (own / "patches.csv").symlink_to(elsewhere / "patches.csv")
    assert cli.main(asked) == 2
    said = capsys.readouterr().err
    assert "out of" in said
    assert "own/experiment/mine.yaml, line" in said or "land/patches.csv" in said
    assert not (home / "there").exists()


def test_a_typed_path_may_be_a_link(home: Path) -> None:
    written(home / "far", PLAIN)
    (home / "land").symlink_to(home / "far")
    assert land(home / "land").ids.to_pylist() == ["a", "b", "c", "d", "e"]


def test_changed_tables_never_mix_with_earlier_results(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(home / "land", PLAIN)
    asked = ["run", "-q", "landscape=files", "landscape.path=land", "years=1", "replicates=1", "out=there"]
    assert cli.main(asked) == 0
    assert cli.main(asked) == 0
    path = folder / "patches.csv"
    path.write_text(path.read_text().replace("a,100", "a,101"))
    assert cli.main(asked) == 2
    assert "made from other input files: land/patches.csv changed since" in capsys.readouterr().err
    folder.rename(home / "moved")
    (home / "sub").mkdir()
    (home / "moved").rename(home / "sub" / "land")
    path = home / "sub" / "land" / "patches.csv"
    path.write_text(path.read_text().replace("a,101", "a,100"))
    assert cli.main([word.replace("=land", "=sub/land") for word in asked]) == 0, (
        "where it lies is no part of it"
    )


def test_a_worker_refuses_other_bytes_than_were_asked_about(tmp_path: Path) -> None:
    folder = written(tmp_path / "land", PLAIN)
    config = build.config(words(folder)).config
    (folder / "counties.csv").write_text(PLAIN["counties.csv"].replace("5000", "6000"))
    with pytest.raises(BadConfig, match=r"counties\.csv: changed since the question was asked"):
        landscape_of(config["landscape"], 1, 0)


# --- the example on the command line ------------------------------------------------------------------------


def test_the_example_is_written_once_and_over_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["landscape", "example", "out=land", "format=gpkg"]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == "land"
    assert "shanshui run landscape=files landscape.path=land years=5" in said.err
    assert (home / "land" / "patches.gpkg").is_file()
    assert not [path for path in (home / "land").iterdir() if path.name.startswith(".")]
    assert cli.main(["landscape", "example", "out=land"]) == 2
    assert "not empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        (["example"], "out: must name a folder"),
        (["example", "out=x", "format=shp"], "must be csv, geojson or gpkg"),
        (["example", "out=x", "formt=csv"], "Nearest: format"),
        (["exampel", "out=x"], "shanshui landscape example"),
    ],
)
def test_the_example_says_how_it_is_asked_for(
    asked: list[str], part: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["landscape", *asked]) == 2
    assert part in capsys.readouterr().err
    assert list(home.iterdir()) == []
