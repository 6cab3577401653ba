"""Worlds with almost nothing in them still live, and say "no value" where a mean is of nothing (G14, MR-08)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.indicators import ALL_INDICATORS
from model.landscapes.landscape import DispersalLinks, Landscape, RiverLinks
from model.restoration_model import RestorationModel
from model.state.habitats import ECOLOGICAL
from model.vocabulary import Ecosystem, Shore, Zone
from tests.small_worlds import small_world
from tests.worlds import columns, world


@dataclass(frozen=True)
class Scarcity:
    """What is missing: of the land (arguments of ``small_world``, columns of patches, links) and of the policy."""

    size: dict[str, int]
    patches: dict[str, Any]
    words: tuple[str, ...] = ()
    links: bool = True
    mines: bool = True
    bays: bool = True
    years: int = 4


STANDING = ("structure", "composition", "cover")
WASTE = dict.fromkeys((*STANDING, "carbon"), 0.0) | {"substrate": 0.02, "ceiling": 0.05}
PRISTINE = dict.fromkeys((*STANDING, "substrate", "ceiling", "native_share"), 1.0) | dict.fromkeys(
    ("pressure", "pressure_potential", "invader", "load_stock", "cause"), 0.0
)
NO_MONEY = (
    "funding.own_budget.per_hectare=0.0",
    "funding.own_budget.per_person=0.0",
    "funding.transfer.per_hectare=0.0",
    "people.firm_cash=0.0",
    "people.firm_credit=0.0",
    "monitoring.spend=0.0",
)
SCARCITIES = {
    "no firms": Scarcity({"firms": 0}, {}),
    "no investors": Scarcity({}, {}, ("people.investors=0",)),
    "no capital": Scarcity({}, {}, ("people.capital=0.0",)),
    "one patch of forest": Scarcity({"side": 1, "firms": 0}, {"ecosystem": Ecosystem.FOREST, "bay": -1}),
    "one bay": Scarcity({"side": 1, "firms": 0}, {}),
    "two by two": Scarcity({"side": 2, "firms": 1}, {}),
    "no links": Scarcity({}, {}, links=False),
    "no years": Scarcity({}, {}, years=0),
    "one year": Scarcity({}, {}, years=1),
    "no money": Scarcity({}, {}, NO_MONEY),
    "all degraded": Scarcity({}, WASTE),
    "all pristine": Scarcity({}, PRISTINE),
    "one county": Scarcity({"counties": 1}, {}),
    "no bays": Scarcity({}, {}, bays=False),
    "no mines": Scarcity({}, {}, mines=False),
}
CONTRARY = (
    {"no years", "one year"},
    {"all degraded", "all pristine"},
    {"one patch of forest", "one bay", "two by two"},
    {"one bay", "no bays"},
    {"no investors", "no capital"},
)
PAIRS = [pair for pair in combinations(SCARCITIES, 2) if not any(set(pair) <= clash for clash in CONTRARY)]
SMALLEST = (
    "no firms",
    "no investors",
    "one patch of forest",
    "no links",
    "no money",
    "one county",
    "no bays",
)
TOGETHER = [
    (*SMALLEST, "no mines", years, state)
    for years in ("no years", "one year")
    for state in ("all degraded", "all pristine")
]


def scarce(*names: str) -> RestorationModel:
    """A small world with all that is named missing at once, at its start."""
    chosen = [SCARCITIES[name] for name in names]
    land = small_world(**{"side": 6, **{key: value for each in chosen for key, value in each.size.items()}})
    for each in chosen:
        land = _without(land, each)
    words = [word for each in chosen for word in each.words]
    return world(words, land, years=min(each.years for each in chosen), connectivity_every=2)


def _without(land: Landscape, scarcity: Scarcity) -> Landscape:
    patches = {**land.patches, **{k: np.full(len(land.ids), v) for k, v in scarcity.patches.items()}}
    if not scarcity.mines:
        land = replace(land, mines={name: values[:0] for name, values in land.mines.items()})
    if not scarcity.bays:
        inland = np.where(patches["ecosystem"] == Ecosystem.BAY, Ecosystem.FARMLAND, patches["ecosystem"])
        patches |= {"ecosystem": inland, "bay": np.full(len(land.ids), -1)}
        land = replace(land, bays=land.bays.iloc[:0], bay_exchange=np.zeros((0, 3)))
    return replace(land if scarcity.links else _unlinked(land), patches=patches)


def _unlinked(land: Landscape) -> Landscape:
    n = len(land.ids)
    return replace(
        land,
        dispersal=DispersalLinks(np.zeros(n + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32)),
        rivers=RiverLinks(np.full(n, -1, np.int32), np.ones(n)),
        coast_links=np.zeros((0, 2), np.int32),
        bay_exchange=np.zeros((0, 3)),
    )


@pytest.mark.parametrize("names", [*((name,) for name in SCARCITIES), *TOGETHER], ids=" and ".join)
def test_scarcity_is_survived(names: tuple[str, ...]) -> None:
    _sound(scarce(*names).run())


@pytest.mark.parametrize("first", SCARCITIES)
def test_two_scarcities_at_once_are_survived(first: str) -> None:
    for pair in PAIRS:
        if pair[0] == first:
            _sound(scarce(*pair).run())


def test_a_land_without_anybody_is_survived() -> None:
    for words in (["people=none"], ["people=none", "planning=none", "projects=none", "extraction=none"]):
        for side in (1, 6):
            _sound(world(words, small_world(side), years=4, connectivity_every=2).run())


def _sound(model: RestorationModel) -> None:
    """One row a year and label; nothing infinite; a null exactly where a group is empty."""
    table = model.indicators()
    assert len(table) == (model.settings.years + 1) * len(model.record.labels)
    numbers = table[[indicator.name for indicator in ALL_INDICATORS]].to_numpy(dtype=np.float64)
    assert not np.isinf(numbers).any()
    empty = _where_there_is_nothing(model, table)
    for indicator in ALL_INDICATORS:
        expected = empty.get(indicator.name, np.zeros(len(table), dtype=bool))
        np.testing.assert_array_equal(table[indicator.name].isna(), expected, err_msg=indicator.name)
    for name, values in columns(model).items():
        assert np.isfinite(values).all(), name


def _where_there_is_nothing(model: RestorationModel, table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Rows of the table whose group is empty, by indicator, found from the patches."""
    h, codes = model.habitats, model.state.counties.ids
    ecological, sea = np.isin(h.ecosystem, ECOLOGICAL), h.ecosystem == Ecosystem.BAY
    groups = {
        "condition_mean": ecological,
        "degraded_share": ecological & ~sea,
        "natural_shoreline_pct": (h.island == 0) & (h.shore != Shore.NONE) & (h.shoreline > 0),
        "bay_condition_mean": sea,
        "bloom_risk_share": np.isin(h.ecosystem, (Ecosystem.LAKE, Ecosystem.BAY)),
        "condition_red_line_mean": ecological & ~sea & (h.zone == Zone.RED_LINE),
        "condition_outside_mean": ecological & ~sea & (h.zone != Zone.RED_LINE),
        **{f"condition_{e.text}_mean": h.ecosystem == e for e in ECOLOGICAL if e != Ecosystem.BAY},
    }
    home = np.array(codes)[h.county]

    def nobody(where: np.ndarray) -> np.ndarray:
        there = {
            label: label == "all" or np.char.startswith(home, label) for label in table["county"].unique()
        }
        return ~table["county"].map({k: bool(np.any(where & v)) for k, v in there.items()}).to_numpy(
            dtype=bool
        )

    elapsed = table["year"] - model.settings.start_year
    measured = (elapsed % model.settings.connectivity_every == 0) | (elapsed == model.settings.years)
    unmeasured = (~measured | ~table["county"].isin([*codes, "all"])).to_numpy()
    empty = {name: nobody(where) for name, where in groups.items()}
    return empty | {
        "red_line_effect": empty["condition_red_line_mean"] | empty["condition_outside_mean"],
        "eca_ha": unmeasured,
        "pc": unmeasured | nobody(~sea),
        "unfunded_per_opened": (table["mining_opened_ha"] == 0).to_numpy(),
        "private_per_public": (table["spend_public_total_yuan"] == 0).to_numpy(),
        "trust_mean": np.full(len(table), len(model.state.investors) == 0),
        "cost_per_effective_ha": (table["area_restored_effective_ha"] == 0).to_numpy(),
        "cost_per_gain": (table["condition_gain_ha"] <= 0).to_numpy(),
        "gini_spend": (table["county"] != "all").to_numpy(),
        "gini_gain": (table["county"] != "all").to_numpy(),
    }


def test_a_world_where_everything_is_missing_keeps_its_books_shut() -> None:
    model = scarce(*SMALLEST)
    opening = model.ledger.balance.copy()
    model.run(5)
    np.testing.assert_array_equal(model.ledger.balance, opening)
    assert len(model.ledger.flows()) == 0
    assert len(model.state.projects) == 0


def test_wasteland_without_neighbours_stays_waste_and_pristine_land_stays_whole() -> None:
    """The two ends of the scale under fair weather: neither grows out of nothing nor wears out by itself."""
    calm = ("disturbance=none", "development=none", "extraction=none", "planning=none", "invasion=none")
    waste = world(calm, _without(_unlinked(small_world(6)), SCARCITIES["all degraded"])).run(20).habitats
    whole = world(calm, _without(small_world(6), SCARCITIES["all pristine"])).run(20).habitats
    unburdened = (whole.load_stock == 0) & (whole.invader == 0) & (whole.holder < 0)
    assert waste.condition.max() < 0.1
    assert whole.condition[unburdened].min() > 0.98


def test_connectivity_never_asked_for_is_never_given() -> None:
    table = world(connectivity_every=0, years=3).run().indicators()
    assert table["eca_ha"].isna().all()
    assert table["pc"].isna().all()
