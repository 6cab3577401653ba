"""What must not matter does not matter: watching, agents, turns, hash seeds, the order of rows, the unit of money."""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from model.agents.habitat import Habitat
from model.landscapes.landscape import DispersalLinks, Landscape, RiverLinks
from model.parameters import parameters_of
from model.restoration_model import RestorationModel
from model.schedule import Timeline
from model.state.network import pair_layer
from model.state.people import Investors
from model.vocabulary import Ecosystem
from tests.small_worlds import small_world
from tests.worlds import columns, counties_and_firms_reversed, permuted, world

REPOSITORY = Path(__file__).resolve().parents[1]
YEARS = 12


def fingerprint(model: RestorationModel) -> str:
    """One hash over every column, balance, duty and flow of a model, and over its table of indicators."""
    digest = hashlib.sha256()
    parts = {**columns(model), "balance": model.ledger.balance, "owed": model.state.obligations.maturity}
    for name, values in sorted(parts.items()):
        digest.update(f"{name} {values.dtype} {values.shape}".encode())
        digest.update(np.ascontiguousarray(values).tobytes())
    for table in (model.indicators(), model.ledger.flows()):
        digest.update(table.to_csv(float_format="%.17g").encode())
    return digest.hexdigest()


def same_columns(one: RestorationModel, other: RestorationModel, tables: str = "") -> None:
    """Every column (of a table) bitwise equal, with the name of the first that is not."""
    mine, theirs = columns(one), columns(other)
    for name in mine:
        if name.startswith(tables):
            np.testing.assert_array_equal(mine[name], theirs[name], err_msg=name)


def purse(model: RestorationModel) -> dict[str, int]:
    """Fen by name of account, of counties, firms, funds and investors."""
    named = dict(zip(model.ledger.names, model.ledger.balance.tolist(), strict=True))
    return {name: held for name, held in named.items() if not name.startswith("outside:")}


# MR-07: a policy without money is no policy.

NO_INCOME = (
    "funding.own_budget.per_hectare=0.0",
    "funding.own_budget.per_person=0.0",
    "funding.transfer.per_hectare=0.0",
    "funding/mine_fund=none",
    "extraction.tax_rate=0.0",
)


@pytest.mark.parametrize(
    "absent",
    [("projects=none",), ("planning=none",), ("restoration=none",), ("works=none", "planning=none")],
    ids=" ".join,
)
@pytest.mark.parametrize("firms", [0, 3])
def test_a_policy_without_money_is_no_policy(absent: tuple[str, ...], firms: int) -> None:
    land = small_world(firms=firms)
    poor = world(NO_INCOME, land).run(YEARS)
    none = world([*NO_INCOME, *absent], land).run(YEARS)
    assert fingerprint(poor) == fingerprint(none)


def test_the_twin_of_a_policy_without_money_is_not_the_policy_with_money() -> None:
    assert fingerprint(world().run(YEARS)) != fingerprint(world(["projects=none"]).run(YEARS))


@pytest.mark.parametrize(
    ("level", "absent"),
    [
        (["funding.transfer.per_hectare=0.0"], ["funding/transfer=none"]),
        (
            ["funding.own_budget.per_hectare=0.0", "funding.own_budget.per_person=0.0"],
            ["funding/own_budget=none"],
        ),
        (["people.capital=0.0"], ["people.capital=0.0", "funding/social_capital=none"]),
        (["funding.social_capital.offered=0.0"], ["funding/social_capital=none"]),
        (["funding.mine_fund.rate=0.0"], ["funding/mine_fund=none"]),
    ],
    ids=["transfer", "own_budget", "capital", "offered", "mine_fund"],
)
def test_an_instrument_at_level_zero_is_its_absence(level: list[str], absent: list[str]) -> None:
    assert fingerprint(world(level).run(YEARS)) == fingerprint(world(absent).run(YEARS))


# G09, MR-10: watching changes nothing.


@pytest.mark.parametrize(
    "settings", [{"habitat_agents": 0}, {"keep_flows": False}, {"connectivity_every": 1}], ids=str
)
def test_how_a_run_is_watched_does_not_change_it(settings: dict[str, Any]) -> None:
    plain, watched = world().run(YEARS), world(**settings).run(YEARS)
    same_columns(plain, watched)
    np.testing.assert_array_equal(plain.ledger.balance, watched.ledger.balance)
    one, other = plain.indicators(), watched.indicators()
    measured = one["eca_ha"].notna()
    pd.testing.assert_frame_equal(one[measured], other[measured], check_exact=True)
    unlinked = [name for name in one if name not in ("eca_ha", "pc")]
    pd.testing.assert_frame_equal(one[unlinked], other[unlinked], check_exact=True)


def test_a_curious_observer_changes_nothing() -> None:
    """Debug logging, tables and agents looked at every year, Mesa's own dice thrown: all as if nobody had looked."""
    plain, watched = world().run(YEARS), world()
    root, before = logging.getLogger(), logging.getLogger().level
    root.setLevel(logging.DEBUG)
    try:
        for _ in range(YEARS):
            watched.step()
            watched.indicators()
            watched.ledger.flows()
            watched.random.random()
            watched.rng.normal(size=5)
            assert sum(agent.condition for agent in watched.agents_by_type[Habitat]) > 0.0
    finally:
        root.setLevel(before)
    assert fingerprint(plain) == fingerprint(watched)


def test_one_more_idle_agent_changes_nothing() -> None:
    plain, crowded = world().run(YEARS), world()
    mesa.Agent(crowded)
    Habitat(crowded, 0)
    assert fingerprint(plain) == fingerprint(crowded.run(YEARS))


def _with_a_car_park(land: Landscape) -> Landscape:
    """One more patch, built over and unlinked, in a county of its own with nobody in it, and one more idle firm."""
    n = len(land.ids)
    last = {name: np.append(values, values[-1:]) for name, values in land.patches.items()}
    for name, value in {
        "ecosystem": Ecosystem.BUILT,
        "county": len(land.counties),
        "bay": -1,
        "shore": 0,
    }.items():
        last[name][n] = value
    d, r = land.dispersal, land.rivers
    empty = pd.DataFrame(
        [land.counties.iloc[-1].to_dict() | {"code": "990301", "city": "9903", "population": 0.0}]
    )
    idle = pd.DataFrame({"id": ["idle firm"], "county": [0]})
    return replace(
        land,
        ids=pa.array([*land.ids.to_pylist(), "car park"]),
        patches=last,
        dispersal=DispersalLinks(np.append(d.indptr, d.indptr[-1]), d.indices, d.probability),
        rivers=RiverLinks(np.append(r.downstream, np.int32(-1)), np.append(r.fraction, 1.0)),
        counties=pd.concat([land.counties, empty], ignore_index=True),
        firms=pd.concat([land.firms, idle], ignore_index=True),
    )


def test_one_more_idle_patch_county_and_firm_change_nothing_for_the_others() -> None:
    """The transfer is a pool that all counties share, so it is left out here."""
    words = ["funding/transfer=none"]
    plain = world(words).run(YEARS)
    more = world(words, _with_a_car_park(small_world())).run(YEARS)
    mine, theirs = columns(plain), columns(more)
    for name, values in mine.items():
        if name.endswith(("account", "fund")) or name.startswith("trust"):
            continue  # rows of accounts and of pairs of investor and county
        same_rows = (
            theirs[name][: values.size]
            if name.startswith(("habitats", "counties", "cities", "coasts", "firms", "practice"))
            else theirs[name]
        )
        np.testing.assert_array_equal(values, same_rows, err_msg=name)
    assert purse(plain).items() <= purse(more).items()
    shared = plain.indicators()
    also = more.indicators()
    counties = shared["county"].isin(plain.state.counties.ids)
    same = also["county"].isin(plain.state.counties.ids)
    pd.testing.assert_frame_equal(
        shared[counties].reset_index(drop=True), also[same].reset_index(drop=True), check_exact=True
    )


# Models do not mix, processes do not differ.


def test_two_models_stepped_in_turn_are_two_models_stepped_apart() -> None:
    words = (["restoration=engineered_first", "funding.mine_fund.rate=0.1"], ["restoration=natural_first"])
    lands = (small_world(7, seed=3), small_world(9, seed=5, firms=5))
    apart = [world(w, land, seed=k).run(YEARS) for k, (w, land) in enumerate(zip(words, lands, strict=True))]
    in_turn = [world(w, land, seed=k) for k, (w, land) in enumerate(zip(words, lands, strict=True))]
    for _ in range(YEARS):
        for model in in_turn:
            model.step()
    assert [fingerprint(m) for m in in_turn] == [fingerprint(m) for m in apart]


def test_two_models_do_not_share_a_landscape_that_both_were_made_from() -> None:
    land = small_world()
    before = {name: np.array(values) for name, values in land.patches.items()}
    first = fingerprint(world((), land).run(YEARS))
    assert fingerprint(world((), land).run(YEARS)) == first
    for name, values in before.items():
        np.testing.assert_array_equal(land.patches[name], values)


SCRIPT = """
from tests.test_identity import fingerprint
from tests.worlds import world
print(fingerprint(world().run(12)))
"""


def test_hash_seed_language_and_time_zone_do_not_matter(tmp_path: Path) -> None:
    """G01, MR-01: fresh processes with other hash seeds, languages, time zones and working folders."""
    said = []
    for seed, language, zone in (("1", "C", "UTC"), ("2", "zh_CN.UTF-8", "Asia/Shanghai")):
        own = {"PYTHONHASHSEED": seed, "LANG": language, "LC_ALL": language, "TZ": zone}
        own["PYTHONPATH"] = str(REPOSITORY)
        folder = tmp_path / seed
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=os.environ | own,
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        said.append(done.stdout.strip())
    assert said[0] == said[1] == fingerprint(world().run(YEARS))


# The order of rows carries no meaning.


def test_permuting_the_rows_of_the_landscape_changes_nothing_per_id() -> None:
    """MR-14: patches and mines in another order; neighbours are summed in another order, so the last bits may move."""
    plain = world().run(YEARS)
    moved, place = permuted(small_world())
    other = world((), moved).run(YEARS)
    assert other.habitats.ids.to_pylist() != plain.habitats.ids.to_pylist()
    for name, values in plain.habitats.to_columns().items():
        if name != "site":  # a row of another table
            same_values(values, getattr(other.habitats, name)[place], name)
    assert purse(plain) == purse(other)
    close_tables(plain, other)


def same_values(values: np.ndarray, others: np.ndarray, name: str) -> None:
    if values.dtype.kind == "f":
        np.testing.assert_allclose(others, values, rtol=1e-12, atol=1e-13, err_msg=name)
    else:
        np.testing.assert_array_equal(others, values, err_msg=name)


def close_tables(one: RestorationModel, other: RestorationModel) -> None:
    """Indicators equal to 1e-12, rows matched by year and county."""
    tables = [model.indicators().sort_values(["year", "county"], ignore_index=True) for model in (one, other)]
    pd.testing.assert_frame_equal(*tables, check_exact=False, rtol=1e-12, atol=1e-9)


def test_permuting_counties_and_firms_changes_nothing_per_id() -> None:
    land = small_world(9, firms=5)
    plain, other = world((), land).run(YEARS), world((), counties_and_firms_reversed(land)).run(YEARS)
    for name, values in plain.habitats.to_columns().items():
        if name not in ("site", "county", "holder"):
            same_values(values, getattr(other.habitats, name), name)
    for table in ("counties", "firms"):
        for name, values in plain.state.tables[table].to_columns().items():
            if name not in ("account", "prepaid_account", "fund", "county", "city", "province", "pool"):
                same_values(values, getattr(other.state.tables[table], name)[::-1], name)
    assert purse(plain) == purse(other)
    close_tables(plain, other)


def test_permuting_investors_changes_nothing() -> None:
    """Rivalry for a project is settled by the highest bid and by key, never by the row."""
    plain, other = (world(["funding.social_capital.offered=0.05"]) for _ in range(2))
    before = other.state.investors
    order = np.arange(len(before))[::-1]
    other.state.investors = Investors(
        [before.ids[k] for k in order],
        **{name: values[order] for name, values in before.to_columns().items()},
    )
    del other.state.tables  # looked up once and kept
    links = plain.state.network.contacts
    pairs = np.stack([np.repeat(order, np.diff(links.indptr)), order[links.indices]], axis=1)
    other.state.network = replace(other.state.network, contacts=pair_layer(pairs, order.size))
    plain.run(YEARS), other.run(YEARS)
    chosen = plain.state.projects.investor
    assert (chosen >= 0).any()
    np.testing.assert_array_equal(
        np.where(chosen >= 0, len(before) - 1 - chosen, -1), other.state.projects.investor
    )
    assert purse(plain) == purse(other)
    same_columns(plain, other, "habitats")
    yields = [model.state.investors.belief_yield for model in (plain, other)]
    assert np.ptp(yields[0]) > 0.0
    np.testing.assert_allclose(yields[0], yields[1][order], rtol=1e-12)


# The unit of money.


def _in_money_of(model_words: tuple[str, ...], scale: float, land: Landscape) -> RestorationModel:
    """The model with every number that is counted in yuan multiplied."""
    model = world(model_words, land)
    scaled = {slot: _scaled(line, scale) for slot, line in model.mechanisms.items()}
    dear = replace(
        land, patches=land.patches | {"opportunity_cost": land.patches["opportunity_cost"] * scale}
    )
    return RestorationModel(dear, scaled, model.settings)


def _scaled(line: Timeline[Any], scale: float) -> Timeline[Any]:
    return Timeline(
        tuple(
            (since, replace(form, **{p.name: getattr(form, p.name) * scale for p in _priced(form)}))
            for since, form in line.entries
        )
    )


def _priced(form: Any) -> list[Any]:
    return [parameter for parameter in parameters_of(type(form)) if parameter.unit.startswith("yuan")]


def _postings(model: RestorationModel) -> list[tuple[np.ndarray, ...]]:
    """Every year's postings of a run."""
    seen, close = [], model.ledger.close_year

    def watched(year: int, keep: bool = True) -> None:
        seen.append(model.ledger.postings())
        close(year, keep)

    model.ledger.close_year = watched  # type: ignore[method-assign]
    model.run(YEARS)
    return seen


MONEY = (
    {"habitats.opportunity_cost", "parcels.cost", "parcels.held", "coasts.money"}
    | {f"counties.{name}" for name in ("income", "general_budget", "committed", "ecosystem_product")}
    | {
        f"projects.{name}"
        for name in (
            "cost",
            "fixed_cost",
            "upkeep",
            "paid",
            "private",
            "priority",
            "promised",
            "arrears",
            "escrow",
        )
    }
    | {"projects.forgone"}
)
CARRIED = {
    "fine_paid",
    "reclamation",
    "fake_greening",
    "mining_costs",
    "dividends",
    "carbon_income",
    "works_private",
    "mine_fund_accrual",
}
"""Postings that add up rounded amounts of several mines or years, or pay what an account holds."""


@pytest.mark.parametrize(
    "words", [(), ("restoration=engineered_first", "funding.mine_fund.rate=0.2")], ids=str
)
def test_counting_in_another_money_changes_only_the_amounts(words: tuple[str, ...]) -> None:
    """MR-20: physical columns bitwise equal, every posting 1000 times as large, within a fen a rounding so far."""
    land, scale = small_world(9, firms=5), 1000
    plain, dear = world(words, land), _in_money_of(words, float(scale), land)
    one, other = _postings(plain), _postings(dear)
    here, there = columns(plain), columns(dear)
    for name in sorted(set(here) - MONEY):
        np.testing.assert_array_equal(here[name], there[name], err_msg=name)
    summed = [plain.ledger.instruments.index(name) for name in CARRIED & set(plain.ledger.instruments)]
    roundings = np.zeros(len(plain.ledger.names))
    for mine, theirs in zip(one, other, strict=True):
        for column in (0, 1, 2, 4, 5):
            np.testing.assert_array_equal(mine[column], theirs[column])
        np.add.at(roundings, mine[0], 1.0)
        np.add.at(roundings, mine[1], 1.0)
        gap = np.abs(mine[3] * scale - theirs[3]) / scale
        assert (gap <= np.where(np.isin(mine[2], summed), roundings[mine[0]], 1.0)).all()


def test_money_that_binds_is_exact_to_the_fen_and_so_is_what_it_buys() -> None:
    """Where a firm's purse limits how much it reclaims, a fen's rounding moves hectares by its worth and no more."""
    land, words = small_world(9, firms=5), ("people.firm_cash=0.0", "people.firm_credit=0.0")
    here = columns(world(words, land).run(YEARS))
    there = columns(_in_money_of(words, 1000.0, land).run(YEARS))
    for name in sorted(set(here) - MONEY):
        np.testing.assert_allclose(there[name], here[name], rtol=1e-7, atol=1e-6, err_msg=name)
