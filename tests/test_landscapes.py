"""What the rules make of a geography: known totals met, area kept, the same dice for the same cell, links both ways."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as searching
from hypothesis import strategies as st

from experiments import build
from model.landscapes.assignment import assign
from model.landscapes.landscape import Landscape
from model.landscapes.links import affinity
from model.landscapes.summary import known_against_found, landscape_summary
from model.landscapes.xiamen import xiamen_geography
from model.parameters import parameters_of
from model.state.habitats import Habitats
from model.state.network import upstream_first
from model.vocabulary import Cause, Ecosystem, Shore, Zone
from tests.landscape_helpers import invented, landscape, permuted, rules_of

NOTHING_CARVED = {
    "legacy_mine_share": 0.0,
    "working_mine_share": 0.0,
    "quarry_share": 0.0,
    "tidal_flat_per_km": 0.0,
    "mangrove_per_km": 0.0,
}
KNOWN = (
    "urban_intensity",
    "mining_intensity",
    "known_legacy_mines",
    "known_mangrove",
    "known_natural_shoreline",
    "known_population",
)


def _checked(found: Landscape) -> Habitats:
    """The landscape's patches as the model takes them, every column within its bounds."""
    habitats = Habitats(found.ids, **found.patches)
    habitats.check()
    assert np.all(habitats.composition <= habitats.structure)
    assert np.all(habitats.substrate <= habitats.ceiling)
    assert np.all(habitats.area > 0)
    return habitats


# Sizes, area, rivers


@given(patches=st.integers(1, 300), seed=st.integers(0, 2**32), replicate=st.integers(0, 50))
@searching(max_examples=25)
def test_any_size_and_replicate_gives_patches_within_bounds(patches: int, seed: int, replicate: int) -> None:
    geography = invented(patches, seed)
    found = assign(geography, rules_of("synthetic"), seed, replicate)
    _checked(found)
    assert len(set(found.ids.to_pylist())) == len(found.ids)
    assert found.patches["area"].sum() == pytest.approx(geography.area.sum(), rel=1e-9)
    assert found.patches["shoreline"].sum() == pytest.approx(geography.shoreline.sum(), rel=1e-9)
    assert upstream_first(found.rivers.downstream).size == len(found.ids)


def test_what_is_carved_leaves_its_host_smaller_by_as_much() -> None:
    found, geography = landscape(1000), invented(1000)
    cell = np.array([each.partition("-")[0] for each in found.ids.to_pylist()])
    names, row = np.unique(cell, return_inverse=True)
    by_cell = dict(zip(names, np.bincount(row, found.patches["area"]), strict=True))
    for name, area in zip(geography.cell_id.to_pylist(), geography.area, strict=True):
        assert by_cell[name] == pytest.approx(area, rel=1e-9)


def test_carved_patches_drain_into_their_host_and_all_water_ends_in_a_bay() -> None:
    found = landscape(1000)
    ids = found.ids.to_pylist()
    for row, name in enumerate(ids):
        cell, carved, _ = name.partition("-")
        if carved:
            assert ids[found.rivers.downstream[row]] == cell
    roots = found.rivers.downstream < 0
    assert np.all(found.patches["ecosystem"][roots] == Ecosystem.BAY)


def test_nothing_to_carve_and_no_sea_leaves_the_cells_alone() -> None:
    assert len(landscape(1, **NOTHING_CARVED).ids) == 1
    found = landscape(500, **NOTHING_CARVED)
    shores = found.patches["shore"] != Shore.NONE
    assert len(found.ids) == 500 + shores.sum()
    assert len(found.firms) == 0
    assert found.mines["patch"].size == 0


# Chance


def test_the_same_replicate_is_the_same_and_another_is_not() -> None:
    once, again, other = landscape(500), landscape(500), landscape(500, replicate=1)
    assert once.ids.equals(again.ids)
    for name, column in once.patches.items():
        assert np.array_equal(column, again.patches[name]), name
    assert np.array_equal(once.dispersal.probability, again.dispersal.probability)
    assert not once.ids.equals(other.ids)
    assert not np.array_equal(landscape_summary(once)["all"], landscape_summary(other)["all"])


def test_holding_gives_every_replicate_the_first() -> None:
    geography, rules = invented(500), rules_of("synthetic")
    held = assign(geography, rules, 1, 9, hold=True)
    first = assign(geography, rules, 1, 0)
    assert held.ids.equals(first.ids)
    assert all(np.array_equal(held.patches[name], first.patches[name]) for name in first.patches)


@pytest.mark.parametrize("replicate", [0, 3])
def test_a_cell_has_the_same_dice_wherever_its_row_is(replicate: int) -> None:
    """Relabelling rows changes nothing for any id but the last digits of sums."""
    geography, rules = invented(1000), rules_of("synthetic")
    order = np.random.default_rng(5).permutation(len(geography))
    straight = assign(geography, rules, 1, replicate)
    mixed = assign(permuted(geography, order), rules, 1, replicate)
    first, second = straight.ids.to_pylist(), mixed.ids.to_pylist()
    assert sorted(first) == sorted(second)
    row = {name: number for number, name in enumerate(second)}
    there = np.array([row[name] for name in first])
    for name, column in straight.patches.items():
        if name != "holder":  # a row of firms, whose order follows the counties'
            assert np.allclose(column, mixed.patches[name][there], rtol=1e-6, atol=1e-9), name
    firm = {name: number for number, name in enumerate(mixed.firms["id"])}
    held = straight.patches["holder"]
    names = [mixed.patches["holder"][there][k] for k in np.flatnonzero(held >= 0)]
    assert [firm[straight.firms["id"][k]] for k in held[held >= 0]] == names


# What is known


@pytest.mark.parametrize("replicate", range(3))
def test_xiamens_known_totals_are_met(replicate: int) -> None:
    rules = rules_of("xiamen")
    found = assign(xiamen_geography(2), rules, 1, replicate)
    _checked(found)
    table = known_against_found(found, rules)
    assert np.allclose(table["known"], table["found"], rtol=1e-9)
    assert table.set_index("what")["known"].to_dict() == {
        "legacy mines, ha": 306.0,
        "mangrove, ha": 174.0,
        "natural share of mainland shore": 0.183,
    }
    people = found.counties.set_index("code")["population"]
    assert people["350203"] == 1_073_315
    assert people[people.index.str.startswith("3506")].sum() == pytest.approx(5_054_328, abs=10)


def test_a_total_may_be_known_of_a_county_inside_a_city() -> None:
    known = {"9901": 300.0, "990101": 20.0}
    found = landscape(1000, known_legacy_mines=known)
    county = found.counties["code"].to_numpy()[found.patches["county"]].astype(str)
    pits = found.patches["cause"] == Cause.LEGACY_MINE
    area = found.patches["area"]
    assert area[pits & (county == "990101")].sum() == pytest.approx(20.0)
    in_city = np.char.startswith(county, "9901") & (county != "990101")
    assert area[pits & in_city].sum() == pytest.approx(300.0)


def test_a_total_of_nowhere_or_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="no county's code begins with '3502'; cities are 9901, 9902"):
        landscape(500, known_legacy_mines={"3502": 306.0})
    with pytest.raises(ValueError, match="known totals do not fit into cells x"):
        landscape(50, known_legacy_mines={"9901": 1e5})
    with pytest.raises(ValueError, match="9901 has no place for the 5 ha of mangrove"):
        landscape(1, known_mangrove={"9901": 5.0})


def test_the_shore_that_stays_natural_is_the_share_of_each_city() -> None:
    found = landscape(3000, natural_shoreline_share=0.3, island_natural_share=0.6)
    patches = found.patches
    city = found.counties["city"].to_numpy()[patches["county"]]
    natural = patches["shore"] == Shore.NATURAL
    for name in np.unique(city):
        for island, share in ((0, 0.3), (1, 0.6)):
            here = (city == name) & (patches["island"] == island)
            total = patches["shoreline"][here].sum()
            assert patches["shoreline"][here & natural].sum() == pytest.approx(share * total, rel=1e-9)
    assert np.all((patches["shoreline"] > 0) == (patches["shore"] != Shore.NONE))


# Plausibility


@pytest.fixture(scope="module")
def large() -> Landscape:
    return landscape(8000)


def test_the_land_is_mostly_forest_and_its_zones_are_as_stated(large: Landscape) -> None:
    patches, area = large.patches, large.patches["area"]
    land = ~np.isin(patches["ecosystem"], (Ecosystem.BAY, Ecosystem.TIDAL_FLAT, Ecosystem.MANGROVE))

    def share(flags: np.ndarray) -> float:
        return float(area[land & flags].sum() / area[land].sum())

    assert 0.6 < share(patches["ecosystem"] == Ecosystem.FOREST) < 0.72
    assert share(patches["ecosystem"] == Ecosystem.FARMLAND) == pytest.approx(0.17, abs=0.01)
    assert share(patches["zone"] == Zone.RED_LINE) == pytest.approx(0.275, abs=0.01)
    assert 0.12 < share(patches["cause"] != Cause.NONE) < 0.25
    fields = patches["ecosystem"] == Ecosystem.FARMLAND
    kept = area[fields & (patches["zone"] == Zone.PERMANENT_FARMLAND)].sum() / area[fields].sum()
    assert kept == pytest.approx(0.8, abs=0.01)


def test_fields_lie_low_and_flat_and_forest_above_them(large: Landscape) -> None:
    patches = large.patches
    forest, fields = (patches["ecosystem"] == each for each in (Ecosystem.FOREST, Ecosystem.FARMLAND))
    assert np.median(patches["elevation"][fields]) < 0.5 * np.median(patches["elevation"][forest])
    assert np.median(patches["slope"][fields]) < np.median(patches["slope"][forest])
    red = patches["zone"] == Zone.RED_LINE
    assert patches["elevation"][forest & red].mean() > patches["elevation"][forest & ~red].mean()


def test_damage_leaves_what_its_kind_leaves(large: Landscape) -> None:
    p = large.patches
    forest = p["ecosystem"] == Ecosystem.FOREST
    old = forest & (p["cause"] == Cause.NONE) & (p["planted_share"] == 0)
    planted, cleared = p["planted_share"] > 0, forest & (p["cause"] == Cause.CLEARING)
    pits = p["cause"] == Cause.LEGACY_MINE
    assert p["structure"][old].mean() > 0.75
    assert p["composition"][old].mean() > 0.6
    assert p["cover"][planted].mean() > 0.85
    assert p["composition"][planted].max() < 0.4
    assert p["native_share"][planted].max() < 0.7
    assert 0.04 < p["structure"][cleared].min() < p["structure"][cleared].max() < 0.9
    assert p["substrate"][cleared].min() > 0.7
    assert p["ceiling"][cleared].min() >= 0.95
    assert 0.03 < p["substrate"][pits].min() < p["substrate"][pits].max() < 0.16
    assert 0.14 < p["ceiling"][pits].min() < p["ceiling"][pits].max() < 0.31
    assert p["structure"][pits].max() < 0.15
    drained = (p["ecosystem"] == Ecosystem.WETLAND) & (p["cause"] == Cause.CLEARING)
    assert p["ceiling"][drained].max() == pytest.approx(0.62, abs=0.02)
    polluted = p["load_stock"] > 1
    assert np.all(p["cause"][polluted] == Cause.POLLUTION)


def test_pits_straddle_the_area_that_a_field_check_begins_at(large: Landscape) -> None:
    pits = large.patches["area"][large.patches["cause"] == Cause.LEGACY_MINE]
    assert 0.05 < np.mean(pits < 0.667) < 0.35
    assert pits.max() > 10


def test_concessions_lie_in_their_firms_county_and_open_less_than_they_have(large: Landscape) -> None:
    mines, firms, patches = large.mines, large.firms, large.patches
    rows, firm = mines["patch"], mines["firm"]
    assert np.all(patches["cause"][rows] == Cause.WORKING_MINE)
    assert np.sum(patches["cause"] == Cause.WORKING_MINE) == rows.size
    assert np.array_equal(patches["holder"][rows], firm)
    assert np.sum(patches["holder"] >= 0) == rows.size
    assert np.array_equal(firms["county"].to_numpy()[firm], patches["county"][rows])
    assert firms["id"].is_unique
    assert np.array_equal(np.unique(firm), np.arange(len(firms)))
    assert np.all((mines["backlog_ha"] >= 0) & (mines["backlog_ha"] <= mines["opened_ha"]))
    assert np.all(mines["opened_ha"] <= patches["area"][rows])
    assert np.bincount(firm).max() > 1
    assert not np.any(patches["zone"][rows] == Zone.RED_LINE)


def test_extent_of_damage_varies_between_replicates() -> None:
    def cleared(replicate: int) -> float:
        p = landscape(2000, replicate).patches
        return float(p["area"][p["cause"] == Cause.CLEARING].sum())

    areas = np.array([cleared(replicate) for replicate in range(12)])
    assert 0.05 < areas.std() / areas.mean() < 0.5


# Links


def test_links_are_those_of_a_plain_double_loop() -> None:
    rules, geography = rules_of("synthetic"), invented(50)
    found = landscape(50)
    ids, p = found.ids.to_pylist(), found.patches
    cells = geography.cell_id.to_pylist()
    cell = [cells.index(name.partition("-")[0]) for name in ids]
    host = [row for row, name in enumerate(ids) if "-" not in name]
    column, row = geography.x // 2000, geography.y // 2000
    matrix = affinity(rules)
    expected = np.zeros((len(ids), len(ids)))
    for i in range(len(ids)):
        for j in range(len(ids)):
            a, b = cell[i], cell[j]
            near = max(abs(column[a] - column[b]), abs(row[a] - row[b])) <= 1
            if i == j or not near or (a != b and i not in host and j not in host):
                continue
            distance = np.hypot(p["x"][i] - p["x"][j], p["y"][i] - p["y"][j])
            if a == b and (i in host or j in host):
                distance = np.sqrt(p["area"][j if i in host else i] * 1e4 / np.pi)
            chance = np.exp(-distance / rules.dispersal) * matrix[p["ecosystem"][i], p["ecosystem"][j]]
            expected[i, j] = chance if chance >= rules.least_probability else 0.0
    links = found.dispersal
    got = np.zeros_like(expected)
    source = np.repeat(np.arange(len(ids)), np.diff(links.indptr))
    got[source, links.indices] = links.probability
    assert links.indices.size > 100
    assert np.allclose(got, expected, rtol=1e-5, atol=1e-9)


def test_links_go_both_ways_and_to_no_patch_itself(large: Landscape) -> None:
    links, rows = large.dispersal, len(large.ids)
    source = np.repeat(np.arange(rows), np.diff(links.indptr))
    assert links.indices.dtype == np.int32
    assert np.all(source != links.indices)
    there = source * rows + links.indices
    assert np.all(np.diff(there) > 0)
    back = np.argsort(links.indices.astype(np.int64) * rows + source)
    assert np.array_equal((links.indices.astype(np.int64) * rows + source)[back], there)
    assert np.array_equal(links.probability[back], links.probability)
    assert 0.05 <= links.probability.min() <= links.probability.max() <= 1.0


def test_seeds_that_go_nowhere_make_no_links() -> None:
    links = landscape(500, dispersal=0.0).dispersal
    assert links.indices.size == 0
    assert np.all(links.indptr == 0)


def test_coast_links_join_tidal_patches_within_reach() -> None:
    found, geography = landscape(500), invented(500)
    p = found.patches
    cells = geography.cell_id.to_pylist()
    cell = np.array([cells.index(name.partition("-")[0]) for name in found.ids.to_pylist()])
    column, row = (geography.x // 2000)[cell], (geography.y // 2000)[cell]
    coastal = np.flatnonzero(np.isin(p["ecosystem"], (Ecosystem.MANGROVE, Ecosystem.TIDAL_FLAT)))
    expected = {
        (int(i), int(j))
        for i in coastal
        for j in coastal
        if i < j
        and max(abs(column[i] - column[j]), abs(row[i] - row[j])) <= 1
        and np.hypot(p["x"][i] - p["x"][j], p["y"][i] - p["y"][j]) <= 3000
    }
    assert {tuple(pair) for pair in found.coast_links.tolist()} == expected
    assert len(expected) > 20


def test_affinity_is_the_same_both_ways() -> None:
    matrix = affinity(rules_of("synthetic"))
    assert np.array_equal(matrix, matrix.T)
    assert matrix[Ecosystem.FOREST, Ecosystem.BAY] == 0.0
    assert matrix[Ecosystem.FOREST, Ecosystem.FOREST] == 1.0


# Rules and summary


def test_the_two_places_differ_only_in_what_is_known_of_them() -> None:
    one, other = rules_of("synthetic"), rules_of("xiamen")
    for field in fields(one):
        same = np.array_equal(getattr(one, field.name), getattr(other, field.name))
        assert same != (field.name in KNOWN), field.name


def test_every_rule_has_its_source_and_its_value_in_bounds() -> None:
    rules = rules_of("xiamen")
    for parameter in parameters_of(type(rules)):
        value = getattr(rules, parameter.name)
        numbers = list(value.values()) if isinstance(value, dict) else np.atleast_1d(value)
        low, high = parameter.evidence.low, parameter.evidence.high
        assert all(low <= number <= high for number in numbers), parameter.name


def test_carbon_starts_on_the_stock_that_carbon_tends_to() -> None:
    config = build.config(["landscape=synthetic", "carbon=stock"]).config
    assert config["landscape"]["rules"]["carbon_reference"] == config["carbon"]["reference"]


def test_the_summary_counts_every_hectare_once(large: Landscape) -> None:
    table = landscape_summary(large)
    for what in ("ecosystem", "zone", "cause"):
        assert table.loc[what, "all"].sum() == pytest.approx(large.patches["area"].sum())
    assert table.loc["shore", "all"].sum() == pytest.approx(large.patches["shoreline"].sum())
    assert np.allclose(table.drop(columns="all").sum(axis=1), table["all"])


@pytest.mark.slow
def test_a_million_patches_fit() -> None:
    geography = invented(1_000_000)
    found = assign(geography, rules_of("synthetic"), 1, 0)
    rows = len(found.ids)
    assert rows > 1_000_000
    links = found.dispersal
    held = sum(column.nbytes for column in found.patches.values()) + found.ids.nbytes
    held += links.indptr.nbytes + links.indices.nbytes + links.probability.nbytes
    assert held / rows < 280
    assert found.patches["area"].sum() == pytest.approx(geography.area.sum(), rel=1e-9)
    _checked(replace(found))
