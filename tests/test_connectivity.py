"""Connectivity equals its published definitions, loses nothing by rounding, and rises with every improvement."""

from __future__ import annotations

import math
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.connectivity import (
    Ways,
    components,
    eca,
    eca_by_group,
    eca_over,
    iic,
    importance,
    levins_equilibrium,
    metapopulation_capacity,
    ways,
)

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases" / "share_data"
EVERY_WAY = [{"exact_below": 2000}, {"exact_below": 0, "cutoff": 0.0}]
Links = list[tuple[int, int, float]]
Csr = tuple[np.ndarray, np.ndarray, np.ndarray]


def csr(n: int, links: Links) -> Csr:
    """Links given once, in CSR both ways."""
    both = sorted([*links, *((j, i, p) for i, j, p in links)])
    indptr = np.zeros(n + 1, dtype=np.int64)
    for i, _, _ in both:
        indptr[i + 1] += 1
    indices = np.array([j for _, j, _ in both], dtype=np.int32)
    return np.cumsum(indptr), indices, np.array([p for _, _, p in both], dtype=float)


def best_paths(n: int, links: Links) -> np.ndarray:
    """p* between all patches by NetworkX, over -log p as the textbooks write it."""
    graph = nx.empty_graph(n)
    graph.add_edges_from((i, j, {"length": -math.log(p)}) for i, j, p in links if p > 0.0)
    found = np.zeros((n, n))
    for i, lengths in nx.all_pairs_dijkstra_path_length(graph, weight="length"):
        for j, length in lengths.items():
            found[i, j] = math.exp(-length)
    return found


def numerator(areas: np.ndarray, links: Links) -> float:
    return float(areas @ best_paths(areas.size, links) @ areas)


def grid(side: int, p: float) -> Links:
    graph = nx.convert_node_labels_to_integers(nx.grid_2d_graph(side, side))
    return [(i, j, p) for i, j in graph.edges]


def scattered(n: int, half_distance: float, seed: int = 3) -> tuple[np.ndarray, Links]:
    """Patches at random in 10 x 10 km, a link between all within 3 km."""
    random = np.random.default_rng(seed)
    place = random.random((n, 2)) * 10.0
    graph = nx.random_geometric_graph(n, 3.0, pos=dict(enumerate(place)))
    chance = {
        (i, j): 0.5 ** (float(np.linalg.norm(place[i] - place[j])) / half_distance) for i, j in graph.edges
    }
    return random.lognormal(2.0, 1.0, n), [(i, j, p) for (i, j), p in chance.items()]


chances = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.0, 1.0))
habitats = st.one_of(st.just(0.0), st.floats(0.01, 1e5))


@st.composite
def landscapes(draw: st.DrawFn, least: int = 0) -> tuple[np.ndarray, Links]:
    n = draw(st.integers(least, 9))
    pairs = [(i, j) for i in range(n) for j in range(i)]
    linked = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    areas = np.array(draw(st.lists(habitats, min_size=n, max_size=n)), dtype=float)
    return areas, [(i, j, draw(chances)) for i, j in linked]


# Published and closed-form cases


@pytest.mark.parametrize("way", EVERY_WAY)
def test_an_indirect_route_beats_the_direct_link(way: dict[str, float]) -> None:
    """PC-01, three patches: 100 + 400 + 900 + 2 (10 20 0.5 + 20 30 0.5 + 10 30 0.25) = 2350."""
    areas, links = np.array([10.0, 20.0, 30.0]), csr(3, [(0, 1, 0.5), (1, 2, 0.5), (0, 2, 0.1)])
    found = eca(areas, *links, **way)
    assert found.numerator == pytest.approx(2350.0, rel=1e-12)
    assert found.area == pytest.approx(48.47679857416329, rel=1e-12)
    assert found.share_of(100.0) == pytest.approx(0.235, rel=1e-12)
    assert iic(areas, *links[:2]).numerator == pytest.approx(2500.0, rel=1e-12)


def test_star_with_a_hub_in_three_parts() -> None:
    """PC-02."""
    areas, links = np.array([4.0, 1.0, 2.0, 3.0]), csr(4, [(0, 1, 0.6), (1, 2, 0.5), (1, 3, 0.4)])
    assert eca(areas, *links).numerator == pytest.approx(52.16, rel=1e-12)
    found = importance(areas, *links)
    near = {"rtol": 1e-9, "atol": 1e-9}
    np.testing.assert_allclose(
        found.total, [60.122699386503065, 44.40184049079754, 25.306748466257673, 37.5], **near
    )
    np.testing.assert_allclose(
        found.intra, [30.67484662576687, 1.9171779141104295, 7.668711656441718, 17.254601226993866], **near
    )
    np.testing.assert_allclose(
        found.flux, [29.447852760736204, 17.63803680981595, 17.638036809815954, 20.24539877300614], **near
    )
    np.testing.assert_allclose(found.connector, [0.0, 24.846625766871156, 0.0, 0.0], **near)
    assert np.all(found.connector[[0, 2, 3]] == 0.0), "leaves carry nobody"


@pytest.mark.parametrize("way", EVERY_WAY)
@pytest.mark.parametrize(
    ("areas", "links", "expected"),
    [
        ([3, 4], [], 5.0),
        ([5, 12], [], 13.0),
        ([3, 4], [(0, 1, 1.0)], 7.0),
        ([7.5], [], 7.5),
        ([], [], 0.0),
        ([0, 0], [], 0.0),
    ],
)
def test_isolated_joined_single_and_empty(
    areas: list[float], links: Links, expected: float, way: dict[str, float]
) -> None:
    """PC-03."""
    assert eca(np.array(areas), *csr(len(areas), links), **way).area == pytest.approx(
        expected, rel=1e-12, abs=1e-12
    )


def test_sixty_published_patches_fall_into_their_components() -> None:
    """PC-04, MetaLandSim's random landscape: links up to 120 m, 19 components, 48 links."""
    table = CASES / "metalandsim_rland60.csv"
    if not table.exists():
        pytest.skip("the published landscape is not beside the project")
    patches = pd.read_csv(table)
    place = patches[["x", "y"]].to_numpy()
    apart = np.linalg.norm(place[:, None] - place[None], axis=2)
    links = [(i, j, 1.0) for i, j in zip(*np.nonzero(np.triu(apart <= 120.0, 1)), strict=True)]
    found = components(*csr(len(patches), links)[:2])
    assert len(links) == 48
    assert found.max() + 1 == 19
    assert len(set(zip(found.tolist(), patches["cluster"].tolist(), strict=True))) == 19
    largest = patches["areas"].groupby(found).sum().max()
    assert largest == pytest.approx(2.717328367730185, rel=1e-9)


@pytest.mark.parametrize("way", EVERY_WAY)
def test_grid_equals_the_sum_over_manhattan_distances(way: dict[str, float]) -> None:
    """PC-06: five by five unit patches."""
    links = csr(25, grid(5, 0.7))
    found = eca(np.ones(25), *links, **way)
    assert found.numerator == pytest.approx(236.91982083999997, rel=1e-9)
    assert found.area == pytest.approx(15.3922, rel=1e-9)
    assert components(*links[:2]).max() == 0
    assert links[1].size == 2 * 40


def test_published_metapopulation_capacity() -> None:
    """The example of metacapa, printed there as 1.876679."""
    apart = {(0, 1): 2.0, (0, 2): 4.0, (1, 2): 3.0}
    links = csr(3, [(i, j, math.exp(-d)) for (i, j), d in apart.items()])
    found = metapopulation_capacity(np.array([1.0, 1.5, 0.5]), *links)
    assert found == pytest.approx(1.876679, abs=5e-7)


def test_metapopulation_capacity_of_two_patches_in_closed_form() -> None:
    links = csr(2, [(0, 1, math.exp(-0.5))])
    areas = np.array([4.0, 9.0])
    found = metapopulation_capacity(areas, *links, extinction_exponent=1.0, self_colonisation=False)
    assert found == pytest.approx(36.0 * math.exp(-0.5), rel=1e-12)


def test_large_landscapes_have_the_capacity_of_the_same_matrix_in_full() -> None:
    areas, links = scattered(400, 1.0)
    pointers, neighbours, f = csr(400, links)
    matrix = np.zeros((400, 400))
    matrix[np.repeat(np.arange(400), np.diff(pointers)), neighbours] = f
    matrix += np.eye(400)
    full = np.linalg.eigvals(np.sqrt(areas)[:, None] * matrix * areas[None]).real.max()
    assert metapopulation_capacity(areas, pointers, neighbours, f) == pytest.approx(full, rel=1e-9)
    nothing = metapopulation_capacity(np.zeros(400), pointers, neighbours, f)
    assert nothing == metapopulation_capacity(np.zeros(0), *csr(0, [])) == 0.0


def test_levins_equilibrium_is_nought_below_its_threshold() -> None:
    found = levins_equilibrium(np.array([0.5, 0.4, 0.2, 1.0, 0.0]), np.array([0.1, 0.4, 0.5, 0.05, 0.0]))
    np.testing.assert_allclose(found, [0.8, 0.0, 0.0, 0.95, 0.0], rtol=1e-12, atol=1e-12)
    with pytest.raises(ValueError, match="not negative"):
        levins_equilibrium(np.array([0.5]), np.array([math.nan]))


# Against NetworkX


@pytest.mark.parametrize("way", EVERY_WAY)
@given(landscape=landscapes())
def test_every_landscape_equals_networkx(way: dict[str, float], landscape: tuple[np.ndarray, Links]) -> None:
    areas, links = landscape
    found = eca(areas, *csr(areas.size, links), **way)
    assert found.numerator == pytest.approx(numerator(areas, links), rel=1e-9)
    assert found.cutoff == 0.0


@given(landscape=landscapes())
def test_components_equal_networkx(landscape: tuple[np.ndarray, Links]) -> None:
    """PC-04, of any landscape: two patches have one label where links join them, whatever their probability."""
    areas, links = landscape
    found = components(*csr(areas.size, links)[:2])
    graph = nx.empty_graph(areas.size)
    graph.add_edges_from((i, j) for i, j, _ in links)
    labels: dict[int, set[int]] = {}
    for patch, label in enumerate(found.tolist()):
        labels.setdefault(label, set()).add(patch)
    assert sorted(map(sorted, labels.values())) == sorted(map(sorted, nx.connected_components(graph)))


@given(landscape=landscapes())
def test_importance_equals_the_removal_of_each_patch(landscape: tuple[np.ndarray, Links]) -> None:
    areas, links = landscape
    found = importance(areas, *csr(areas.size, links))
    whole = numerator(areas, links)
    if whole == 0.0:
        assert not found.total.any()
        return
    reach = best_paths(areas.size, links)
    for k in range(areas.size):
        rest = [(i, j, 0.0 if k in (i, j) else p) for i, j, p in links]
        without = numerator(np.where(np.arange(areas.size) == k, 0.0, areas), rest)
        assert found.total[k] == pytest.approx(100.0 * (whole - without) / whole, rel=1e-7, abs=1e-9)
        flux = 200.0 * areas[k] * (reach[k] @ areas - areas[k]) / whole
        assert found.flux[k] == pytest.approx(flux, rel=1e-7, abs=1e-9)
    assert np.all(found.connector >= 0.0)


@pytest.mark.parametrize("cutoff", [0.0, 0.05])
def test_importance_in_a_landscape_of_many_routes(cutoff: float) -> None:
    areas, links = scattered(70, 1.0)
    areas[::7] = 0.0
    found = importance(areas, *csr(70, links), cutoff=cutoff, exact_below=0)
    whole = eca(areas, *csr(70, links), cutoff=cutoff, exact_below=0).numerator
    for k in range(70):
        rest = [(i, j, 0.0 if k in (i, j) else p) for i, j, p in links]
        less = np.where(np.arange(70) == k, 0.0, areas)
        without = eca(less, *csr(70, rest), cutoff=cutoff, exact_below=0).numerator
        assert found.total[k] == pytest.approx(100.0 * (whole - without) / whole, rel=1e-9, abs=1e-10)
    assert found.connector[::7].max() > 0.0, "patches without habitat are stepping stones still"


@given(landscape=landscapes())
def test_fewest_links_equal_networkx(landscape: tuple[np.ndarray, Links]) -> None:
    areas, links = landscape
    graph = nx.empty_graph(areas.size)
    graph.add_edges_from((i, j) for i, j, _ in links)
    expected = sum(
        areas[i] * areas[j] / (1 + steps)
        for i, reached in nx.all_pairs_shortest_path_length(graph)
        for j, steps in reached.items()
    )
    assert iic(areas, *csr(areas.size, links)[:2]).numerator == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("cutoff", [0.2, 0.01, 0.001])
def test_the_cutoff_leaves_out_the_faint_paths_and_only_those(cutoff: float) -> None:
    areas, links = scattered(150, 0.7)
    reach = best_paths(150, links)
    assert np.abs(reach - cutoff).min() > 1e-9, "no path so near the cut-off that rounding decides"
    found = eca(areas, *csr(150, links), cutoff=cutoff, exact_below=149)
    assert found.numerator == pytest.approx(areas @ np.where(reach >= cutoff, reach, 0.0) @ areas, rel=1e-12)
    assert found.cutoff == cutoff
    assert eca(areas, *csr(150, links), cutoff=cutoff, exact_below=150).cutoff == 0.0


def test_both_ways_of_counting_all_paths_agree_over_many_blocks() -> None:
    areas, links = scattered(400, 0.5)
    one, other = (eca(areas, *csr(400, links), **way).numerator for way in EVERY_WAY)
    assert one == pytest.approx(other, rel=1e-13)
    assert one == pytest.approx(numerator(areas, links), rel=1e-12)


@pytest.mark.parametrize("way", [*EVERY_WAY, {"exact_below": 0, "cutoff": 0.01}])
def test_each_county_is_measured_on_its_own_links(way: dict[str, float]) -> None:
    areas, links = scattered(200, 1.0)
    county = np.random.default_rng(1).integers(0, 4, 200)
    county[county == 2] = 3
    found = eca_by_group(areas, *csr(200, links), county, 5, **way)
    for number in (0, 1, 3):
        rows = np.flatnonzero(county == number)
        own = {row: place for place, row in enumerate(rows.tolist())}
        inside = [(own[i], own[j], p) for i, j, p in links if i in own and j in own]
        alone = eca(areas[rows], *csr(rows.size, inside), **way)
        assert found[number].numerator == pytest.approx(alone.numerator, rel=1e-12)
    assert found[2].area == found[4].area == 0.0


@pytest.mark.parametrize("room", [0, 3000, ways.MOST_KEPT])
def test_ways_that_are_kept_weigh_what_a_new_search_does(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "BLOCK", 64)
    monkeypatch.setattr(ways, "MOST_KEPT", room)
    areas, links = scattered(200, 1.0)
    county = np.random.default_rng(1).integers(0, 4, 200)
    kept = Ways(*csr(200, links), county, 4, cutoff=0.01, exact_below=0)
    for year in range(3):
        habitat = np.where(np.arange(200) % 3 == year, 0.0, areas * (1 + year))
        whole, groups = eca_over(kept, habitat)
        assert whole == eca(habitat, *csr(200, links), cutoff=0.01, exact_below=0)
        assert groups == eca_by_group(habitat, *csr(200, links), county, 4, cutoff=0.01, exact_below=0)


def test_barren_patches_conduct_though_no_ways_are_searched_from_them() -> None:
    areas, links = scattered(200, 1.0)
    barren = np.arange(200) % 3 == 0
    some = Ways(*csr(200, links), np.zeros(200, dtype=int), 1, exact_below=0, may_live=~barren)
    habitat = np.where(barren, 0.0, areas)
    assert eca_over(some, habitat)[0] == eca(habitat, *csr(200, links), exact_below=0)
    with pytest.raises(ValueError, match="never have any"):
        some.reachable_areas(areas)


# Promises


@pytest.mark.parametrize("way", [*EVERY_WAY, {"exact_below": 0, "cutoff": 0.3}])
@given(landscape=landscapes())
def test_eca_lies_between_isolation_and_total_area(
    way: dict[str, float], landscape: tuple[np.ndarray, Links]
) -> None:
    """MR-55, of any landscape."""
    areas, links = landscape
    found = eca(areas, *csr(areas.size, links), **way).area
    assert np.sqrt(np.sum(areas**2)) * (1 - 1e-12) <= found <= np.sum(areas) * (1 + 1e-12)


@pytest.mark.parametrize("way", [*EVERY_WAY, {"exact_below": 0, "cutoff": 0.01}])
def test_longer_dispersal_never_lowers_connectivity(way: dict[str, float]) -> None:
    """MR-32, exactly: half-distances of 0.5 to 4 km over the same places."""
    for seed in range(5):
        found = []
        capacity = []
        for half_distance in (0.5, 1.0, 2.0, 4.0):
            areas, links = scattered(60, half_distance, seed)
            found.append(eca(areas, *csr(60, links), **way).area)
            capacity.append(metapopulation_capacity(areas, *csr(60, links)))
        assert found == sorted(found)
        assert capacity == sorted(capacity)


@pytest.mark.parametrize("way", [*EVERY_WAY, {"exact_below": 0, "cutoff": 0.3}])
@given(landscape=landscapes(least=2), data=st.data())
def test_a_better_landscape_is_never_worth_less(
    way: dict[str, float], landscape: tuple[np.ndarray, Links], data: st.DataObject
) -> None:
    """MR-33: a link more, a patch more, or a condition raised: exactly, without a tolerance."""
    areas, links = landscape
    n = areas.size
    before = eca(areas, *csr(n, links), **way).area
    free = [(i, j) for i in range(n) for j in range(i) if (i, j) not in {(a, b) for a, b, _ in links}]
    if free:
        i, j = data.draw(st.sampled_from(free))
        assert eca(areas, *csr(n, [*links, (i, j, data.draw(chances))]), **way).area >= before
    more = np.append(areas, data.draw(habitats))
    new = [(n, row, data.draw(chances)) for row in range(n) if data.draw(st.booleans())]
    assert eca(more, *csr(n + 1, [*links, *new]), **way).area >= before
    better = areas.copy()
    better[data.draw(st.integers(0, n - 1))] += data.draw(st.floats(0.0, 1e4))
    assert eca(better, *csr(n, links), **way).area >= before


@pytest.mark.parametrize("way", [*EVERY_WAY, {"exact_below": 0, "cutoff": 0.01}])
def test_a_better_landscape_is_never_worth_less_by_rounding(way: dict[str, float]) -> None:
    """A hair's better link breaks ties, and so the order of a sum's terms, but must not change its rounding."""
    random = np.random.default_rng(0)
    areas, links = random.lognormal(2.0, 1.0, 64), grid(8, 0.7)
    before = eca(areas, *csr(64, links), **way).numerator
    for _ in range(300):
        link = random.integers(len(links))
        i, j, p = links[link]
        links[link] = (i, j, float(np.nextafter(p, 1.0)))
        after = eca(areas, *csr(64, links), **way).numerator
        assert after >= before
        before = after


@pytest.mark.parametrize("way", [*EVERY_WAY, {"exact_below": 0, "cutoff": 0.01}])
def test_the_order_of_patches_does_not_matter(way: dict[str, float]) -> None:
    areas, links = scattered(150, 1.0)
    order = np.random.default_rng(2).permutation(150)
    place = np.argsort(order)
    shuffled = [(int(place[i]), int(place[j]), p) for i, j, p in links]
    one = eca(areas, *csr(150, links), **way).numerator
    assert eca(areas[order], *csr(150, shuffled), **way).numerator == pytest.approx(one, rel=1e-12)


@pytest.mark.parametrize("way", EVERY_WAY)
def test_a_patch_without_habitat_still_conducts(way: dict[str, float]) -> None:
    links = csr(3, [(0, 1, 0.5), (1, 2, 0.5)])
    assert eca(np.array([10.0, 0.0, 10.0]), *links, **way).numerator == pytest.approx(250.0, rel=1e-12)


# Refusals


@pytest.mark.parametrize(
    ("areas", "links", "message"),
    [
        ([1.0, -2.0, 3.0], [(0, 1, 0.5)], "areas must be finite and not negative: 1 rows, 1, first -2 ha"),
        ([1.0, 2.0, math.nan], [(0, 1, 0.5)], "1 rows, 2, first nan ha"),
        ([1.0, math.inf, 3.0], [(0, 1, 0.5)], "1 rows, 1, first inf ha"),
        ([1.0, 2.0], [(0, 2, 0.5)], "2 areas for the links of 3 patches"),
        ([1.0, 2.0, 3.0], [(0, 1, 0.5), (1, 2, 1.5)], "2 links, 1 -> 2, 2 -> 1, first 1.5"),
        ([1.0, 2.0, 3.0], [(0, 1, math.nan)], "2 links, 0 -> 1, 1 -> 0, first nan"),
        ([1.0, 2.0, 3.0], [(1, 1, 0.5)], "self-loops: 1 rows, 1"),
    ],
)
def test_impossible_landscapes_are_refused_with_their_rows(
    areas: list[float], links: Links, message: str
) -> None:
    for measure in (eca, importance, metapopulation_capacity):
        with pytest.raises(ValueError, match=message):
            measure(np.array(areas), *csr(3, links))


def test_broken_links_and_groups_are_refused() -> None:
    areas = np.ones(3)
    pointers, neighbours, p = csr(3, [(0, 1, 0.5), (1, 2, 0.5)])
    with pytest.raises(ValueError, match="as probable back as there: 2 links, 0 -> 1, 1 -> 0"):
        eca(areas, pointers, neighbours, np.array([0.5, 0.4, 0.5, 0.5]))
    with pytest.raises(ValueError, match="as probable back as there: 2 links, 0 -> 1"):
        eca(areas, np.array([0, 1, 2, 2]), np.array([1, 2]), np.array([0.5, 0.5]))
    with pytest.raises(ValueError, match="not among the 3: 1 links, 2 -> 7"):
        eca(areas, pointers, np.array([1, 0, 2, 7]), p)
    with pytest.raises(ValueError, match="from 0 to the number of links, 4"):
        eca(areas, pointers[:-1], neighbours, p)
    with pytest.raises(ValueError, match="indptr must not fall: 1 rows, 1"):
        eca(areas, np.array([0, 3, 1, 4]), neighbours, p)
    with pytest.raises(ValueError, match="3 probabilities for 4 links"):
        eca(areas, pointers, neighbours, p[:3])
    with pytest.raises(ValueError, match="group 2 in row 1; groups go from 0 to 1"):
        eca_by_group(areas, pointers, neighbours, p, np.array([0, 2, 1]), 2)
    with pytest.raises(ValueError, match="cutoff is 2; it must lie in 0 to 1"):
        eca(areas, pointers, neighbours, p, cutoff=2.0)
    with pytest.raises(ValueError, match="must be more than 0"):
        eca(areas, pointers, neighbours, p).share_of(0.0)
