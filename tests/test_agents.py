"""Mesa sees whom it needs to see: one agent a row, each looking at its own row and at its own model."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from model.agents.government import Centre, City, County, Province
from model.agents.habitat import Habitat
from model.agents.mining_firm import MiningFirm
from model.agents.social_investor import SocialInvestor
from tests.small_worlds import small_world
from tests.worlds import world


def test_every_row_has_one_agent_that_shows_its_columns() -> None:
    model = world().run(3)
    for kind in (Habitat, Centre, Province, City, County, MiningFirm, SocialInvestor):
        agents, table = model.agents_by_type[kind], model.state.tables[kind.table_name]
        assert [agent.row for agent in agents] == list(range(len(table)))
        for name, values in table.to_columns().items():
            np.testing.assert_array_equal([getattr(agent, name) for agent in agents], values, err_msg=name)


def test_agents_speak_the_language_of_the_land() -> None:
    model = world()
    patch, county, firm = (
        model.habitat(3),
        model.agents_by_type[County][1],
        model.agents_by_type[MiningFirm][0],
    )
    assert patch.id == "p0003"
    assert patch.condition == model.habitats.condition[3]
    assert county.code == "990102"
    assert set(model.habitats.county[county.patches]) == {1}
    assert set(model.state.mines.firm[firm.mines]) == {0}
    assert firm.cash == model.ledger.balance[firm.account] / 100
    assert model.agents_by_type[SocialInvestor][0].capital == 5e7


def test_windows_on_demand_show_the_row_that_was_asked_for() -> None:
    model = world(habitat_agents=0)
    assert [model.habitat(row).row for row in (5, 0, 63, 1)] == [5, 0, 63, 1]
    assert model.habitat(5).structure == model.habitats.structure[5]


def test_windows_of_two_models_do_not_mix() -> None:
    one, other = world((), small_world(seed=1)), world((), small_world(seed=2))
    assert one.habitat(7).area == one.habitats.area[7] != other.habitat(7).area == other.habitats.area[7]


def test_a_model_that_nobody_holds_leaves_memory() -> None:
    """Workers make thousands of models one after another; one that stays would fill their memory."""
    held = weakref.ref(world().run(2))
    gc.collect()
    assert held() is None


def test_a_window_only_looks_and_names_the_columns_there_are() -> None:
    patch = world().habitat(0)
    with pytest.raises(AttributeError, match="window only looks"):
        patch.structure = 1.0
    with pytest.raises(AttributeError, match="habitats has no column 'beauty'; it has area, x, y"):
        _ = patch.beauty
