"""On the real place as on invented ones: the books close, land stays where it is, order and restarts change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import build
from experiments.forms import mechanisms
from experiments.places import landscape_of
from model.restoration_model import RestorationModel
from model.settings import Settings
from tests.test_conservation import areas, closing, fines_close, funds_close
from tests.test_identity import close_tables, fingerprint, purse, same_values
from tests.worlds import permuted

POLICIES = ("business_as_usual", "xiamen_practice")
YEARS = 6


def xiamen(policy: str, words: Sequence[str] = (), *, shuffled: bool = False) -> RestorationModel:
    """The shipped policy on the shipped landscape, or with its rows of patches and mines in another order."""
    said = ["landscape=xiamen", f"policy={policy}", f"years={YEARS}", "connectivity.every=0", *words]
    config = build.config(said).config
    land = landscape_of(config["landscape"], config["seed"], 0)
    own = Settings(config["start_year"], YEARS, seed=config["seed"], connectivity_every=0, habitat_agents=0)
    return RestorationModel(permuted(land)[0] if shuffled else land, mechanisms(config), own)


@pytest.mark.parametrize("policy", POLICIES)
def test_money_duties_and_land_close_every_year(policy: str) -> None:
    """G10 to G13, MR-50 to MR-54 on landscape=xiamen."""
    model = xiamen(policy)
    area, books = areas(model), list[pd.DataFrame]()
    held = [model.ledger.balance[model.state.firms.fund].copy()]
    owed, close = model.state.obligations, model.state.obligations.close_year
    owed.close_year = lambda year: books.append(owed.book(year)) or close(year)  # type: ignore[method-assign, func-returns-value]
    for _ in range(YEARS):
        model.step()
        closing(model)
        held.append(model.ledger.balance[model.state.firms.fund].copy())
    assert areas(model) == area
    book = pd.concat(books)
    moved = book["created_fen"] - book["met_fen"] - book["written_off_fen"]
    assert (book["opening_fen"] + moved == book["closing_fen"]).all()
    assert book["created_fen"].sum() > 0
    assert (model.state.projects.paid > 0).any()
    assert funds_close(model, held)["mine_fund_accrual"] > 0
    fines_close(model, book)
    assert np.isfinite(model.indicators().query("county == 'all'")["condition_mean"]).all()


@pytest.mark.parametrize("policy", POLICIES)
def test_stopped_saved_and_continued_is_the_same_run(policy: str, tmp_path: Path) -> None:
    """G01 too: two models of one configuration are one."""
    straight = fingerprint(xiamen(policy).run(YEARS))
    half = xiamen(policy).run(YEARS // 2)
    half.save(tmp_path / "half")
    assert fingerprint(RestorationModel.load(tmp_path / "half").run(YEARS - YEARS // 2)) == straight


@pytest.mark.parametrize("policy", POLICIES)
def test_permuting_the_rows_of_xiamen_changes_nothing_per_id(policy: str) -> None:
    """MR-14: neighbours are summed in another order, so the last bits may move."""
    plain, other = xiamen(policy).run(YEARS), xiamen(policy, shuffled=True).run(YEARS)
    row = {name: k for k, name in enumerate(other.habitats.ids.to_pylist())}
    place = np.array([row[name] for name in plain.habitats.ids.to_pylist()])
    assert (place != np.arange(place.size)).any()
    for name, values in plain.habitats.to_columns().items():
        if name != "site":  # a row of another table
            same_values(values, getattr(other.habitats, name)[place], name)
    assert purse(plain) == purse(other)
    close_tables(plain, other)


@pytest.mark.parametrize(
    "words", [("people.investors=0",), ("people.capital=0.0",), ("people=none",)], ids=str
)
@pytest.mark.parametrize("policy", POLICIES)
def test_without_investors_capital_or_anybody_xiamen_lives(policy: str, words: tuple[str, ...]) -> None:
    """G14, MR-08 on landscape=xiamen."""
    model = xiamen(policy, words).run(3)
    closing(model)
    numbers = model.indicators().select_dtypes("number").to_numpy(dtype=np.float64)
    assert not np.isinf(numbers).any()


@pytest.mark.parametrize("years", [0, 1])
def test_a_horizon_of_no_year_or_one_has_a_row_for_each(years: int) -> None:
    """G14, MR-08 on landscape=xiamen."""
    table = xiamen("xiamen_practice").run(years).indicators()
    assert table["year"].nunique() == years + 1
