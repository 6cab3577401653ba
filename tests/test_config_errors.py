"""G20, G21 and the safety of configs: what cannot be meant is refused, with place, range and nearest key."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments import build
from experiments.problems import BadConfig
from experiments.safe_yaml import MOST_BYTES, read

GLOBAL = "# @package _global_\n"


def refusal(words: list[str], folder: Path | None = None) -> str:
    """The message with which words are refused."""
    with pytest.raises(BadConfig) as caught:
        build.config(words, folder)
    return str(caught.value)


def experiment(folder: Path, text: str | bytes) -> Path:
    """A config folder whose experiment `mine` holds ``text``."""
    path = folder / "mine" / "experiment" / "mine.yaml"
    path.parent.mkdir(parents=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder / "mine"


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("yeers=3", ["yeers = 3", "no such key", "Nearest: years"]),
        ("recovery.mortalty=0.2", ["recovery.mortalty", "Nearest: recovery.mortality"]),
        ("recovery.growth_rate.forst=0.2", ["Nearest: recovery.growth_rate.forest"]),
        ("funding.tranfer.tilt=2", ["funding.tranfer", "Nearest: funding.transfer"]),
        ("plannin=none", ["Nearest: planning"]),
        ("enforcement.fine=5", ["enforcement.fine", "Nearest: enforcement.sanctions.fine"]),
        ("funding/tranfer=none", ["no such group", "Nearest: funding/transfer"]),
        ("policy=natural", ["no such option", "business_as_usual", "Nearest: natural_first"]),
        ("landscape=xiaman", ["synthetic", "Nearest: xiamen"]),
        ("recovery=two_sped", ["none, two_speed", "Nearest: two_speed"]),
        ("headline=area_restored_efective_ha", ["no indicator", "Nearest: area_restored_effective_ha"]),
        ("relevance=1.5", ["relevance = 1.5", "a number from 0 to 1"]),
        ("relevance=-0.01", ["relevance = -0.01", "a number from 0 to 1"]),
        ("years=-1", ["years = -1", "from 0 to 1000"]),
        ("years=three", ["years = 'three'", "a whole number"]),
        ("years=3.5", ["years = 3.5", "a whole number"]),
        ("years=1e1", ["years = 10.0", "Write 10."]),
        ("years='3'", ["years = '3'", "without quotes"]),
        ("seed=012", ["seed = '012'", "Write 12, without leading zeros"]),
        ("seed=true", ["seed = true", "a whole number"]),
        ("seed=", ["seed = ''"]),
        ("seed=12:30", ["seed = '12:30'"]),
        ("recovery.mortality=11", ["recovery.mortality = 11", "from 0 to 10 1/yr"]),
        ("recovery.mortality=true", ["recovery.mortality = true", "a number"]),
        ("recovery.mortality=nan", ["recovery.mortality = nan", "from 0 to 10"]),
        ("recovery.mortality=.inf", ["recovery.mortality"]),
        ("recovery.growth_rate=0.2", ["a mapping of forest, grassland"]),
        ("recovery.mortality={2024: 0.1, 2030: 99}", ["recovery.mortality.2030 = 99"]),
        ("recovery.mortality={2024: 0.1, between: curved}", ["recovery.mortality.between", "held or ramped"]),
        ("recovery.mortality={2024: 0.1, later: 0.2}", ["recovery.mortality.later", "must be a year"]),
        ("recovery.mortality={1: 0.1}", ["years run from 1900 to 3000"]),
        ("recovery.mortality={between: ramped}", ["names no year"]),
        ("recovery.mortality.2030=0.2", ["recovery.mortality={2030: 0.2}"]),
        ("works.horizon={2024: 20, 2030: 30, between: ramped}", ["whole numbers are held"]),
        ("enforcement.sanctions.order=yes", ["1 (on) or 0 (off)"]),
        ("landscape.hold=yes", ["true or false", "Write true."]),
        ("landscape.cell_km=3", ["landscape.cell_km = 3", "2 or 1"]),
        ("landscape={2024: synthetic, 2030: xiamen}", ["must be the name of an option"]),
        ("planning={2024: fragmented, soon: none}", ["not 'soon'"]),
        ("planning={2024: fragmented, 2030: basn}", ["basn", "fragmented, none"]),
        ("planning.form=none", ["planning=NAME"]),
        ("funding.transfer=none", ["funding/transfer=none"]),
        ("keep=flows", ["a list", "flows or projects or maps"]),
        ("keep=[flow]", ["keep.0 = 'flow'", "must be flows or projects or maps. Nearest: flows."]),
        ("out=", ["out = ''", "must name a folder"]),
        ("map_years=2034", ["a list", "1900 to 3000"]),
        ("map_years=[2023]", ["map_years = 2023", "the years 2024 to 2074"]),
        ("map_years=[2030, 2075]", ["map_years = 2075", "the years 2024 to 2074"]),
        ("policy=null", ["must be the name of an option"]),
        ("schedule={planning: {2030: none}}", ["restoration={2024: engineered_first"]),
        ("seed", ["write key=value"]),
        ("", ["write key=value"]),
        ("seed=1,2", ["one value a key"]),
        ("policy=a,b", ["shanshui compare 'policies=[a,b]'"]),
        ("seed=range(1,4)", ["function"]),
        ("seed=int(3)", ["function"]),
        ("seed=[", ["is no value"]),
        ("people={2024: by_rule, 2030: none}", ["people = {2030: none}", "acts once", "people=NAME"]),
        ("people.investors={2024: 12, 2030: 50}", ["people.investors", "when a run begins", "no years"]),
        ("years={2024: 3, 2030: 5}", ["a whole number", "no years"]),
        ("+years=3", ["without + or ~"]),
        ("++years=3", ["without + or ~"]),
        ("~years", ["without + or ~"]),
        ("_target_=os.system", ["_target_"]),
        ("recovery={_target_: os.system}", ["recovery"]),
        ("landscape.rules.known_mangrove={_target_: 3}", ["configs choose by name, never by code"]),
        ("hydra.run.dir=x", ["no such key"]),
        ("hydra/launcher=basic", ["no such group"]),
        ("hydra.searchpath=[file:///]", ["no such key"]),
    ],
)
def test_a_word_that_cannot_be_meant_is_refused_with_place_value_and_cure(
    word: str, parts: list[str]
) -> None:
    message = refusal([word])
    assert all(line.startswith("command line: ") for line in message.splitlines())
    for part in parts:
        assert part in message
    assert "use +" not in message


def test_years_of_maps_that_nobody_keeps_are_refused() -> None:
    assert "no maps are kept" in refusal(["keep=[flows]", "map_years=[2030]"])


def test_all_faults_are_told_at_once() -> None:
    message = refusal(["yeers=3", "seed=-1", "recovery.mortality=11", "funding.transfer.tild=2"])
    assert len(message.splitlines()) == 4


def test_a_key_said_twice_is_refused() -> None:
    assert "said twice" in refusal(["years=3", "years=4"])


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (GLOBAL + "yeers: 3\n", ["line 2", "yeers = 3", "Nearest: years"]),
        (GLOBAL + "years: -1\n", ["line 2", "years = -1", "from 0 to 1000"]),
        (GLOBAL + "seed: 1\nrecovery:\n  mortality: 11\n", ["line 4", "recovery.mortality = 11", "0 to 10"]),
        (GLOBAL + "recovery:\n  mortalty: 0.2\n", ["line 3", "Nearest: recovery.mortality"]),
        (GLOBAL + "funding:\n  tranfer: {tilt: 2.0}\n", ["line 3", "Nearest: funding.transfer"]),
        (GLOBAL + "recovery:\n  growth_rate: {forest: fast}\n", ["recovery.growth_rate.forest = 'fast'"]),
        (GLOBAL + "seed: 012\n", ["line 2", "seed", "012", "read differently"]),
        (GLOBAL + "seed: 12:30\n", ["line 2", "12:30", "read differently"]),
        (GLOBAL + "seed: 0x10\n", ["0x10", "read differently"]),
        (GLOBAL + "seed: 1_000\n", ["1_000", "read differently"]),
        (GLOBAL + "landscape: {hold: no}\n", ["landscape.hold", "no is read differently", "true or false"]),
        (GLOBAL + "landscape: {hold: 'no'}\n", ["landscape.hold = 'no'", "Write false."]),
        (GLOBAL + "recovery: {mortality: .nan}\n", ["recovery.mortality", ".nan", "read differently"]),
        (GLOBAL + "recovery: {mortality: -.inf}\n", ["-.inf", "read differently"]),
        (GLOBAL + "recovery: {mortality: 1e400}\n", ["recovery.mortality = inf", "from 0 to 10"]),
        (GLOBAL + "years: 1e1\n", ["years = 10.0", "Write 10."]),
        (GLOBAL + "headline: 2024-01-01\n", ["2024-01-01", "read differently"]),
        (GLOBAL + "years: 3\nyears: 4\n", ["line 3", "'years' stands twice"]),
        (GLOBAL + "recovery:\n  dieback: 0.1\n  dieback: 0.2\n", ["line 4", "'dieback' stands twice"]),
        (GLOBAL + "recovery:\n\tmortality: 0.2\n", ["line 3", "a tab", "spaces"]),
        (GLOBAL.encode() + "# \xe4\n".encode("latin-1"), ["line 2", "not UTF-8"]),
        ("", ["empty"]),
        (GLOBAL, ["empty"]),
        ("- years\n", ["line 1", "keys and values"]),
        ("years: 3\n", ["begins with the line '# @package _global_'"]),
        (GLOBAL + "years: 3\n---\nyears: 4\n", ["line 3", "second document"]),
        (GLOBAL + "years: [3\n", ["not readable as YAML"]),
        (GLOBAL + "a: &x 1\nb: *x\n", ["line 2", "aliases"]),
        (GLOBAL + "years: !!int 3\n", ["line 2", "tag"]),
        (GLOBAL + "years: !!python/object/apply:os.system ['true']\n", ["line 2", "tag"]),
        (GLOBAL + "recovery: {_target_: os.system}\n", ["_target_", "never by code"]),
        (GLOBAL + "policy: natural_first\n", ["line 2", "'- override /policy: natural_first'"]),
        (GLOBAL + "planning: none\n", ["line 2", "'- override /planning: none'"]),
        (GLOBAL + "planning: {form: none}\n", ["planning.form", "- override /planning: NAME"]),
        (GLOBAL + "defaults: [{override /plannin: none}]\n", ["line 2", "Nearest: planning"]),
        (GLOBAL + "defaults: [{override /planning: nothing}]\n", ["planning = nothing", "fragmented, none"]),
        (GLOBAL + "defaults: [{planning: none}]\n", ["override /GROUP: OPTION"]),
        (GLOBAL + "defaults: [mine]\n", ["line 2", "drawn in twice, or by itself"]),
        (GLOBAL + "defaults: {override /planning: none}\n", ["must be a list"]),
        (GLOBAL + "schedule: {plannin: {2030: none}}\n", ["schedule.plannin", "Nearest: planning"]),
        (GLOBAL + "schedule: {planning: {2030: never}}\n", ["planning = never", "fragmented, none"]),
        (GLOBAL + "schedule: {planning: none}\n", ["options by year"]),
        (GLOBAL + "schedule: none\n", ["must name slots"]),
        (GLOBAL + "scenarios: [a, b]\n", ["scenarios", "list of words"]),
        (GLOBAL + "scenarios: {a: years=3}\n", ["scenarios", "list of words"]),
        (GLOBAL + "out: ../elsewhere\n", ["out", "on the command line only"]),
        (GLOBAL + "? [a]\n: 3\n", ["neither a word nor a year"]),
        (GLOBAL + "true: 3\n", ["neither a word nor a year"]),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_with_its_line(
    tmp_path: Path, text: str | bytes, parts: list[str]
) -> None:
    message = refusal(["experiment=mine"], experiment(tmp_path, text))
    for part in ["mine/experiment/mine.yaml", *parts]:
        assert part in message
    assert str(tmp_path) not in message


@pytest.mark.parametrize("text", ["years: 1e1", "years: 3\r\nseed: 2\r\n", "\ufeffyears: 3\n"])
def test_windows_line_ends_byte_order_marks_and_exponents_are_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(text.encode())
    assert read(path, "a.yaml").values["years"] in (3, 10.0)


@given(
    st.one_of(
        st.binary(max_size=60), st.text("ab: -[]{},&*!|>'\"\n\t#%@`?0.1e~$", max_size=60).map(str.encode)
    )
)
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.yaml"
    path.write_bytes(data)
    with suppress(BadConfig):
        assert isinstance(read(path, "bytes.yaml").values, dict)


KEYS = st.sampled_from(
    ["seed", "policy", "planning", "recovery.mortality", "funding/transfer", "keep", "works.horizon"]
)
SIGNS = st.text("abc 012.,:{}[]()'\"=+-~_$\\/#\t\n中é🎉e", max_size=25)


@given(st.one_of(st.text(max_size=20), SIGNS, st.tuples(KEYS, SIGNS).map("=".join)))
def test_no_word_breaks_the_command_line(word: str) -> None:
    with suppress(BadConfig):
        assert set(build.config([word]).chosen) >= {"policy", "landscape"}


def test_an_alias_bomb_is_refused_before_it_grows(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    assert "aliases" in refusal(["experiment=mine"], experiment(tmp_path, GLOBAL + "\n".join(lines)))


def test_a_few_files_do_not_unfold_into_millions(tmp_path: Path) -> None:
    folder = experiment(tmp_path, GLOBAL + "defaults: [a0]\n")
    for level in range(12):
        below = ", ".join([f"a{level + 1}", f"b{level + 1}"])
        for name in ("a", "b"):
            text = GLOBAL + (f"defaults: [{below}]\n" if level < 11 else "years: 3\n")
            (folder / "experiment" / f"{name}{level}.yaml").write_text(text)
    message = refusal(["experiment=mine"], folder)
    assert "drawn in twice" in message
    assert len(message.splitlines()) < 50


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("a: " + "[" * 50_000, "levels"),
        ("a: " + "{b: " * 40 + "1" + "}" * 40, "levels"),
        ("a: [" + "1," * 30_000 + "1]", "values"),
        ("# " + "x" * MOST_BYTES, "KiB"),
    ],
    ids=["brackets", "mappings", "values", "bytes"],
)
def test_size_and_depth_have_limits(tmp_path: Path, text: str, part: str) -> None:
    assert part in refusal(["experiment=mine"], experiment(tmp_path, GLOBAL + text))


@pytest.mark.parametrize(
    "word", ["seed=" + "[" * 2000 + "]" * 2000, "seed=" + "9" * 5000, "keep=[" + "a," * 3000 + "a]"]
)
def test_a_word_has_limits_too(word: str) -> None:
    assert "Put it into an experiment file" in refusal([word])


def test_references_are_neither_read_nor_resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTED", "token-4711")
    for word in ("seed=${oc.env:PLANTED}", "headline=${oc.env:PLANTED}", "keep=['${oc.env:PLANTED}']"):
        message = refusal([word])
        assert "neither to other keys nor to the environment" in message
        assert "4711" not in message
    text = GLOBAL + "headline: ${oc.env:PLANTED}\n"
    message = refusal(["experiment=mine"], experiment(tmp_path, text))
    assert "line 2" in message
    assert "4711" not in message


def test_terminal_escapes_are_not_repeated() -> None:
    assert "\x1b" not in refusal(["headline='\x1b[31mred'"])


def test_an_option_of_mine_may_not_take_a_packaged_name(tmp_path: Path) -> None:
    folder = experiment(tmp_path, GLOBAL + "years: 3\n")
    (folder / "planning").mkdir()
    (folder / "planning" / "fragmented.yaml").write_text("form: fragmented\n")
    message = refusal(["experiment=mine"], folder)
    assert "mine/planning/fragmented.yaml" in message
    assert "another name" in message


def test_a_missing_number_is_named_with_its_range(tmp_path: Path) -> None:
    (tmp_path / "learning").mkdir()
    (tmp_path / "learning" / "quick.yaml").write_text("form: experience\nrate: 0.2\n")
    message = refusal(["learning=quick"], tmp_path)
    assert "learning/quick.yaml" in message
    assert "learning.first_area: no value; it must be a number from" in message


def test_a_form_is_one_of_the_enumerated_ones(tmp_path: Path) -> None:
    (tmp_path / "learning").mkdir()
    (tmp_path / "learning" / "mine.yaml").write_text("form: os.system\n")
    message = refusal(["learning=mine"], tmp_path)
    assert "learning.form = 'os.system': must be one of: experience, none" in message


def test_config_folders_that_hold_nothing_are_refused(tmp_path: Path) -> None:
    assert "is no folder" in refusal([], tmp_path / "absent")
    assert "holds no options" in refusal([], tmp_path)
    folder = experiment(tmp_path, GLOBAL + "years: 3\n")
    (folder / "config.yaml").write_text("years: 3\n")
    assert "experiment/NAME.yaml" in refusal([], folder)


def test_links_out_pipes_and_folders_are_no_configs(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(GLOBAL + "years: 3\n")
    folder = experiment(tmp_path, GLOBAL + "years: 3\n")
    (folder / "experiment" / "linked.yaml").symlink_to(outside)
    assert "a link out of the config folder" in refusal(["experiment=linked"], folder)
    (folder / "experiment" / "linked.yaml").unlink()
    os.mkfifo(folder / "experiment" / "pipe.yaml")
    assert "not a regular file" in refusal(["experiment=pipe"], folder)
    (folder / "experiment" / "folder.yaml").mkdir()
    assert "not a regular file" in refusal(["experiment=folder"], folder)
