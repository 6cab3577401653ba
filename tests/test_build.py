"""From words to a model: order of what is said, levels and forms by year, a user's own folder, the packaged options."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from experiments import build, compose
from experiments.choices import BUNDLES, Choice
from experiments.faults import Faults
from experiments.folders import groups, options
from experiments.forms import mechanisms
from experiments.problems import BadConfig
from experiments.safe_yaml import read
from experiments.schema import allowed
from experiments.words import parse
from model.agents.habitat import Habitat
from model.mechanisms import SLOTS, form
from model.mechanisms import options as forms_of
from model.restoration_model import RestorationModel

GLOBAL = "# @package _global_\n"
SMALL = ["landscape=synthetic", "landscape.patches=60"]


def own(folder: Path, **files: str) -> Path:
    """A config folder with files `group__name=text`."""
    for name, text in files.items():
        path = folder / "own" / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "own"


def in_force(words: list[str], slot: str, year: int, folder: Path | None = None) -> Any:
    return mechanisms(build.config(words, folder).config)[slot].at(year)


# --- words and files ------------------------------------------------------------------------------------


def test_words_make_a_model_of_the_replicate_asked_for() -> None:
    model = build.model([*SMALL, "policy=natural_first", "seed=7", "replicate=3"])
    assert isinstance(model, RestorationModel)
    assert (model.settings.seed, model.settings.replicate) == (7, 3)
    assert set(model.mechanisms) == set(SLOTS)


@pytest.mark.parametrize("word", ["replicate=-1", "replicate=1.5", "replicate=true", "replicate=a,b"])
def test_a_replicate_is_a_whole_number(word: str) -> None:
    with pytest.raises(BadConfig, match="command line: replicate"):
        build.model([*SMALL, word])


def test_what_is_said_later_and_nearer_wins(tmp_path: Path) -> None:
    """Option file < config.yaml < policy < experiment < word; mappings by word are laid key by key."""
    folder = own(
        tmp_path,
        policy__mine=GLOBAL
        + "recovery: {mortality: 0.2, dieback: 0.07, growth_rate: {forest: 0.1, bay: 0.06}}\n",
        experiment__mine=GLOBAL
        + "defaults: [override /policy: mine]\nrecovery: {mortality: 0.21, growth_rate: {forest: 0.11}}\nseed: 5\n",
    )
    config = build.config(["experiment=mine", "recovery.mortality=0.22"], folder).config
    plain = build.config([]).config["recovery"]
    assert config["recovery"]["mortality"] == 0.22
    assert config["recovery"]["dieback"] == 0.07
    assert config["recovery"]["growth_rate"] == plain["growth_rate"] | {"forest": 0.11, "bay": 0.06}
    assert config["seed"] == 5


def test_an_experiment_may_choose_over_its_policy_and_a_word_over_both(tmp_path: Path) -> None:
    text = GLOBAL + "defaults: [override /policy: xiamen_practice, override /restoration: natural_first]\n"
    folder = own(tmp_path, experiment__mine=text)
    assert build.config(["experiment=mine"], folder).config["restoration"]["form"] == "natural_first"
    assert (
        build.config(["experiment=mine", "restoration=none"], folder).config["restoration"]["form"] == "none"
    )


def test_a_policy_may_build_on_another(tmp_path: Path) -> None:
    folder = own(tmp_path, policy__mine=GLOBAL + "defaults: [natural_first]\nlearning: {rate: 0.12}\n")
    resolved = build.config(["policy=mine"], folder)
    assert resolved.chosen["policy"] == "mine"
    assert resolved.config["restoration"]["form"] == "natural_first"
    assert resolved.config["learning"]["rate"] == 0.12


def test_an_option_of_mine_may_build_on_a_packaged_one(tmp_path: Path) -> None:
    folder = own(tmp_path, recovery__slow="defaults: [two_speed]\ndieback: 0.06\n")
    found, packaged = (build.config(words, folder).config["recovery"] for words in (["recovery=slow"], []))
    assert found == packaged | {"dieback": 0.06}


def test_groups_unfolded_one_by_one_are_what_hydra_makes_of_the_whole(tmp_path: Path) -> None:
    """Policies and experiments that choose, options that build on others, and words over both."""
    folder = own(
        tmp_path,
        recovery__slow="defaults: [two_speed]\ndieback: 0.06\n",
        recovery__slower="defaults: [_self_, slow]\nmortality: 0.2\n",
        policy__mine=GLOBAL
        + "defaults: [natural_first, override /recovery: slow, override /planning: none]\n",
        experiment__mine=GLOBAL + "defaults: [override /policy: mine, override /funding/award: none]\n",
    )
    words = {
        "experiment": "mine", "recovery": "slower", "funding/award": "shan_shui", "planning": "basin",
        "funding/transfer": "none", "landscape": "synthetic",
    }  # fmt: skip
    names = list(words)
    for chosen in [[], *([name] for name in names), names[1:], names, ["policy"], ["policy", *names[1:]]]:
        first = {name: Choice(name, words.get(name, "mine"), "") for name in chosen}
        texts = [f"{name}='{choice.option}'" for name, choice in first.items()]
        whole = compose._unfolded(compose.PRIMARY, texts, folder)
        assert by_group(compose._ordered(first, folder)) == by_group(whole)


def by_group(defaults: Iterable[Any]) -> dict[str, list[tuple[str, str]]]:
    """Each group's files in order, with the package that they fill; bundles and config.yaml are one group."""
    found: dict[str, list[tuple[str, str]]] = {}
    for each in defaults:
        group = each.config_path.rpartition("/")[0]
        found.setdefault("" if group in BUNDLES else group, []).append((each.config_path, each.package))
    return found


def test_no_experiment_may_be_said() -> None:
    assert build.config(["experiment=null"]) == build.config([])


def test_an_option_that_draws_in_another_since_it_was_last_read_is_read_again(tmp_path: Path) -> None:
    folder = own(
        tmp_path, recovery__slow="defaults: [two_speed]\ndieback: 0.06\n", recovery__base="form: none\n"
    )
    assert build.config(["recovery=slow"], folder).config["recovery"]["form"] == "two_speed"
    own(tmp_path, recovery__slow="defaults: [base]\n")
    assert build.config(["recovery=slow"], folder).config["recovery"] == {"form": "none"}


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = own(tmp_path / "my 'odd' #é% 資料=1", policy__我的=GLOBAL + "seed: 3\n")
    assert build.config(["policy='我的'"], folder).config["seed"] == 3


def test_a_level_for_a_form_that_was_replaced_is_left_out_with_a_remark(tmp_path: Path) -> None:
    folder = own(tmp_path, policy__mine=GLOBAL + "learning: {rate: 0.12}\n")
    resolved = build.config(["policy=mine", "learning=none"], folder)
    assert resolved.config["learning"] == {"form": "none"}
    assert any("learning.rate is not used" in remark for remark in resolved.remarks)
    with pytest.raises(BadConfig, match=r"learning\.rate"):
        build.config(["learning=none", "learning.rate=0.1"])


def test_what_lies_outside_the_plausible_range_is_remarked() -> None:
    remarks = build.config(["recovery.mortality=5"]).remarks
    assert any("recovery.mortality = 5 lies outside its plausible range" in remark for remark in remarks)
    assert build.config(["recovery.mortality=0.2"]).remarks == []


# --- by year --------------------------------------------------------------------------------------------


def test_a_level_is_held_from_year_to_year() -> None:
    words = ["recovery.mortality={2030: 0.2, 2040: 0.3}"]
    levels = [in_force(words, "recovery", year).mortality for year in (2000, 2030, 2039, 2040, 2100)]
    assert levels == [0.2, 0.2, 0.2, 0.3, 0.3]


def test_a_level_is_ramped_in_a_straight_line() -> None:
    words = ["recovery.growth_rate.forest={2030: 0.1, 2040: 0.2, between: ramped}"]
    index = 0  # forest
    levels = [in_force(words, "recovery", year).growth_rate[index] for year in (2024, 2030, 2035, 2040, 2050)]
    assert levels == pytest.approx([0.1, 0.1, 0.15, 0.2, 0.2])


def test_a_whole_number_stays_one() -> None:
    assert in_force(["works.horizon={2024: 20, 2030: 30}"], "works", 2029).horizon == 20
    assert isinstance(in_force([], "works", 2029).horizon, int)


def test_a_form_by_year_on_the_command_line_and_in_a_file_are_the_same(tmp_path: Path) -> None:
    text = GLOBAL + "schedule: {restoration: {2035: natural_first}, funding/transfer: {2030: none}}\n"
    folder = own(tmp_path, experiment__mine=text)
    words = [
        "restoration={2024: engineered_first, 2035: natural_first}",
        "funding/transfer={2024: formula, 2030: none}",
    ]
    assert build.config(words).config == build.config(["experiment=mine"], folder).config
    names = [type(in_force(words, "restoration", year)).__name__ for year in (2024, 2034, 2035, 2080)]
    assert names == ["EngineeredFirst", "EngineeredFirst", "NaturalFirst", "NaturalFirst"]
    assert type(in_force(words, "funding/transfer", 2030)).__name__ == "Nothing"


def test_a_level_holds_for_every_form_that_has_it() -> None:
    words = [
        "restoration={2024: engineered_first, 2035: matched}",
        "restoration.native_share={2024: 0.6, 2040: 0.7}",
    ]
    levels = [in_force(words, "restoration", year).native_share for year in (2024, 2034, 2035, 2039, 2040)]
    assert levels == [0.6, 0.6, 0.6, 0.6, 0.7]


def test_a_form_chosen_by_word_holds_for_all_years(tmp_path: Path) -> None:
    folder = own(tmp_path, experiment__mine=GLOBAL + "schedule: {restoration: {2035: none}}\n")
    assert build.config(["experiment=mine", "restoration=matched"], folder).config["schedule"] == {}


def test_two_levels_by_year_are_never_joined(tmp_path: Path) -> None:
    folder = own(
        tmp_path,
        policy__mine=GLOBAL + "recovery: {mortality: {2024: 0.2, 2040: 0.3, between: ramped}}\n",
        experiment__mine=GLOBAL + "defaults: [override /policy: mine]\nrecovery: {mortality: {2030: 0.25}}\n",
    )
    assert build.config(["experiment=mine"], folder).config["recovery"]["mortality"] == {2030: 0.25}


# --- what is handed on ----------------------------------------------------------------------------------


def test_a_configuration_survives_json_and_yaml_and_builds_the_same_model() -> None:
    config = build.config([*SMALL, "recovery.mortality={2024: 0.2, 2026: 0.3}", "seed=2"]).config
    assert yaml.safe_load(yaml.safe_dump(config)) == config
    assert json.loads(json.dumps(config))["recovery"]["mortality"] == {"2024": 0.2, "2026": 0.3}
    one = build.model_from(config, 1, keep_flows=False)
    other = build.model_from(yaml.safe_load(yaml.safe_dump(config)), 1, keep_flows=False)
    one.run(2)
    other.run(2)
    assert one.indicators().equals(other.indicators())


def test_how_many_patches_are_agents_is_no_part_of_what_is_run() -> None:
    few = [*SMALL, "habitat_agents=5"]
    assert build.config(few).config == build.config(SMALL).config
    assert Habitat not in build.model(few).agents_by_type
    assert len(build.model(SMALL).agents_by_type[Habitat]) >= 60


def test_a_run_gives_the_tables_that_it_keeps() -> None:
    result = build.simulate(build.config([*SMALL, "years=1", "keep=[flows]"]).config, 0)
    table = result.indicators
    assert sorted(set(table["year"])) == [2024, 2025]
    assert result.flows is not None
    assert result.maps is None


def test_whole_and_decimal_spelling_of_a_level_are_one_configuration() -> None:
    assert (
        build.config(["funding.transfer.tilt=2"]).config == build.config(["funding.transfer.tilt=2.0"]).config
    )


def test_arrays_by_word_are_read_only_columns_in_code_order() -> None:
    rate = in_force([], "recovery", 2024).growth_rate
    assert rate.dtype == np.float64
    assert list(rate) == list(build.config([]).config["recovery"]["growth_rate"].values())
    with pytest.raises(ValueError, match="read-only"):
        rate[0] = 1.0


# --- the packaged options -------------------------------------------------------------------------------


def test_every_group_of_the_configs_is_a_choice_and_every_choice_a_group() -> None:
    assert set(groups()) == {*SLOTS, "landscape", "policy", "experiment"}


@pytest.mark.parametrize("slot", SLOTS)
def test_every_form_has_its_option_and_every_option_its_form(slot: str) -> None:
    named = {read(place.path, place.shown).values["form"] for place in options(slot).values()}
    assert named == set(forms_of(slot))


@pytest.mark.parametrize(("slot", "option"), [(slot, name) for slot in SLOTS for name in options(slot)])
def test_every_packaged_option_can_be_chosen_and_is_plausible(slot: str, option: str) -> None:
    config = build.config([f"{slot}={option}"]).config
    for key in slot.split("/"):
        config = config[key]
    name = config.pop("form")
    faults = Faults()
    faults.remark_implausible(form(slot, name), config, (slot,))
    assert faults.remarks == []


@pytest.mark.parametrize("policy", options("policy"))
def test_every_policy_sets_only_what_its_forms_have(policy: str) -> None:
    assert build.config([f"policy={policy}"]).remarks == []


@pytest.mark.parametrize("experiment", options("experiment"))
def test_every_experiment_and_each_of_its_scenarios_resolves(experiment: str) -> None:
    resolved = build.config([f"experiment={experiment}"])
    for words, where in resolved.scenarios.values():
        assert parse(words, where)
        assert build.config([f"experiment={experiment}", *words]).config["seed"] == resolved.config["seed"]


def test_every_number_of_a_form_says_what_it_may_be() -> None:
    for slot in SLOTS:
        for option in forms_of(slot):
            kind = form(slot, option)
            for path, what in allowed(kind).items():
                assert what.words, (slot, option, path)
