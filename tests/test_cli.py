"""The command as a user meets it: help, exit codes, streams, completion, resuming, and that nothing private leaks."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from experiments import cli
from experiments.answers import _summary
from experiments.completion import words as completed
from experiments.folders import options
from experiments.manual import VERBS, keys
from experiments.results import Results
from experiments.safe_yaml import read

SMALL = ["landscape=synthetic", "landscape.patches=60", "years=2", "replicates=2", "workers=1"]
ALL_TABLES = "keep=[flows,projects,maps]"
HEAVY = ("numpy", "pandas", "hydra", "omegaconf", "pydantic", "mesa", "matplotlib", "yaml", "argcomplete")
NEVER_TO_REFUSE = (
    "mesa",
    "matplotlib",
    "jinja2",
    "scipy.stats",
    "experiments.engine",
    "model.restoration_model",
)
ROOT = Path(__file__).resolve().parents[1]


def shanshui(*words: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in its own process, in an empty working folder."""
    return subprocess.run(
        [sys.executable, "-m", "experiments", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def answer(*words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str], str]:
    """Exit code, lines of standard output and standard error of a command in this process."""
    code = cli.main(words)
    out, err = capsys.readouterr()
    return code, out.splitlines(), err


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- help and completion --------------------------------------------------------------------------------


def test_the_command_alone_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = answer(capsys=capsys)
    text = "\n".join(out)
    assert code == 0
    for word in (*VERBS, *options("policy"), *options("landscape"), "shanshui compare 'policies=["):
        assert word in text


@pytest.mark.parametrize("verb", ["run", "compare"])
def test_each_verb_lists_its_keys_and_choices_with_an_example(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([verb, "--help"])
    text = capsys.readouterr().out
    assert ended.value.code == 0
    for word in (
        f"shanshui {verb} ",
        "years=50",
        "funding/transfer=formula",
        "or none",
        "connectivity.every=5",
    ):
        assert word in text


def test_every_example_of_the_help_can_be_run(here: Path) -> None:
    import shlex

    from experiments import build
    from experiments.manual import EXAMPLES
    from experiments.verbs.compare import scenarios_of
    from experiments.words import parse

    for example in EXAMPLES["run"]:
        build.config(shlex.split(example)[2:])
    for example in EXAMPLES["compare"]:
        assert len(scenarios_of(parse(shlex.split(example)[2:]), None)) >= 2


def test_every_key_says_what_it_is_for() -> None:
    assert all(meaning for _, meaning in keys().values())


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom experiments import cli\n"
        "try: cli.main(['run', '--help'])\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    asked = [sys.executable, "-c", code]
    found = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert found.stderr.strip() == "[]"


@pytest.mark.parametrize("verb", ["run", "compare"])
def test_a_refusal_loads_neither_engine_nor_statistics_nor_pictures(verb: str) -> None:
    code = (
        "import sys\nfrom experiments import cli\n"
        f"code = cli.main(['{verb}', 'yeers=3'])\n"
        f"print(code, [name for name in {NEVER_TO_REFUSE} if name in sys.modules])"
    )
    asked = [sys.executable, "-c", code]
    found = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.strip() == "2 []"


def test_tab_offers_verbs_keys_options_and_numbers(tmp_path: Path) -> None:
    assert "policy=" in completed("pol")
    assert completed("funding/tr") == ["funding/transfer="]
    assert completed("funding/transfer=f") == ["funding/transfer=formula"]
    assert "recovery.growth_rate.forest=" in completed("recovery.g")
    assert "policies=[natural_first" in completed("policies=[")
    assert "policies=[natural_first,xiamen_practice" in completed("policies=[natural_first,x")
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "mine.yaml").write_text("# @package _global_\nseed: 2\n")
    asked = cli.make_parser().parse_args(["run", "--config-dir", str(tmp_path)])
    assert completed("policy=m", asked) == ["policy=mine"]


def test_the_landscape_verb_completes_its_own_words_and_no_run_s() -> None:
    asked = cli.make_parser().parse_args(["landscape"])
    assert set(completed("", asked)) == {"example", "build", "xiamen", "format=", "cell_km=", "out="}
    assert completed("b", asked) == ["build"]


def test_the_shell_gets_completions(tmp_path: Path) -> None:
    line = "shanshui run policy=nat"
    offered = tmp_path / "offered"
    found = shanshui(
        folder=tmp_path,
        _ARGCOMPLETE="1",
        _ARGCOMPLETE_STDOUT_FILENAME=str(offered),
        _ARGCOMPLETE_SUPPRESS_SPACE="1",
        COMP_LINE=line,
        COMP_POINT=str(len(line)),
        COMP_TYPE="9",
        _ARGCOMPLETE_COMP_WORDBREAKS=" \t\n",
    )
    assert found.returncode == 0, found.stderr
    assert offered.read_text().split("\x0b") == ["policy=natural_first"]


# --- run ------------------------------------------------------------------------------------------------


def test_run_ends_with_the_folder_and_a_second_time_has_nothing_to_do(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = answer("run", *SMALL, "keep=[flows]", capsys=capsys)
    assert code == 0
    folder = here / out[-1]
    assert out == [f"results/{folder.name}"]
    assert "2 of 2 runs" in err
    assert "area_restored_effective_ha in 2026" in err
    results = Results.open(folder)
    assert sorted(set(results.indicators()["year"])) == [2024, 2025, 2026]
    assert (results.flows()["amount_fen"] > 0).all()
    again, same, talk = answer("run", *SMALL, "keep=[flows]", capsys=capsys)
    assert (again, same) == (0, out)
    assert "All 2 runs of business_as_usual are done already." in talk


def test_the_command_on_the_page_makes_the_same_numbers_again(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """G30: what the stamp says, typed as it stands into another working folder."""
    code, out, _ = answer(
        "compare", "policies=[natural_first,xiamen_practice]", *SMALL, "out=told", capsys=capsys
    )
    first = Results.open(here / out[-1])
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    program, *words = shlex.split(first.manifest["command"])
    again, other, _ = answer(*words, capsys=capsys)
    assert (code, again, program) == (0, 0, "shanshui")
    second = Results.open(here / "elsewhere" / other[-1])
    pd.testing.assert_frame_equal(second.indicators(), first.indicators(), check_exact=True)


def test_what_a_run_came_to_is_told_in_three_digits() -> None:
    told = _summary(Told([53123.4, 62678.9]), HEADLINE)  # type: ignore[arg-type]
    assert told == f"{HEADLINE} in 2026: 57,900 on average, between 53,100 and 62,700 (n = 2)."


HEADLINE = "area_restored_effective_ha"


@dataclass
class Told:
    """Results that hold one indicator of two replicates."""

    values: list[float]

    def indicators(self, county: str) -> pd.DataFrame:
        return pd.DataFrame({"year": 2026, "county": county, HEADLINE: self.values})


def test_words_may_stand_on_both_sides_of_options(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = answer("run", SMALL[0], "-q", *SMALL[1:], "out=there", capsys=capsys)
    assert (code, out, err) == (0, ["there"], "")


def test_results_of_another_configuration_are_not_overwritten(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer("run", *SMALL, "out=there", capsys=capsys)[0] == 0
    before = (here / "there" / "manifest.json").read_bytes()
    code, out, err = answer("run", *SMALL, "seed=2", "out=there", capsys=capsys)
    assert (code, out) == (2, [])
    assert "another configuration" in err
    assert "seed" in err
    assert str(here) not in err
    assert (here / "there" / "manifest.json").read_bytes() == before


def test_workers_and_folder_are_no_part_of_the_configuration(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hashes = []
    for words in (["out=a"], ["out=b", "headline=carbon_tC", "relevance=0.2"]):
        answer("run", *SMALL, *words, capsys=capsys)
        hashes.append(json.loads((here / words[0][4:] / "manifest.json").read_text())["config_hash"])
    assert hashes[0] == hashes[1]


def test_the_stored_config_is_read_by_our_own_reader(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = answer("run", *SMALL, "recovery.mortality={2024: 0.2, 2030: 0.25}", capsys=capsys)
    stored = read(here / out[-1] / "config.yaml", "config.yaml").values
    assert stored["scenarios"]["business_as_usual"]["recovery"]["mortality"] == {2024: 0.2, 2030: 0.25}


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["yeers=3"], ["command line: yeers = 3", "Nearest: years"]),
        (["policies=[natural_first]"], ["shanshui compare"]),
        (["experiment=who_holds_the_fund"], ["line", "shanshui compare experiment=who_holds_the_fund"]),
        (["landscape=synthetic", "landscape.patches=1000000000"], ["GB of memory", "fewer patches"]),
        (
            ["landscape=synthetic", "landscape.patches=10000000000"],
            ["landscape.patches", "from 1 to 1,000,000,000"],
        ),
        (["landscape=synthetic", "replicates=1000000000"], ["days", "fewer replicates"]),
        (["landscape=synthetic", "workers=1000000000"], ["workers = 1,000,000,000", "at most"]),
        (["landscape=synthetic", "workers=0"], ["workers = 0", "from 1"]),
        (["landscape=synthetic", "landscape.rules.known_mangrove={9999: 3.0}"], ["known_mangrove", "9999"]),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    here: Path, words: list[str], parts: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = answer("run", *words, capsys=capsys)
    assert (code, out) == (2, [])
    assert err.startswith("Refused, nothing was written.")
    for part in parts:
        assert part in err
    assert "Traceback" not in err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("words", [["rum"], ["run", "--fast"], ["run", "--config-dir"], ["run", "--config"]])
def test_a_command_that_is_none_ends_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


def test_a_failed_run_is_counted_and_told(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from experiments import ask, build

    monkeypatch.setattr(ask, "simulate", fails_once)
    code, out, err = answer("run", *SMALL, "out=there", capsys=capsys)
    assert (code, out) == (1, ["there"])
    assert "Failed: business_as_usual, replicate 1: ValueError: no rain" in err
    assert "n = 1" in err
    monkeypatch.setattr(ask, "simulate", build.simulate)
    assert answer("run", *SMALL, "out=there", capsys=capsys)[0] == 0


def fails_once(config: dict[str, Any], replicate: int) -> Any:
    """The model, but that replicate 1 fails."""
    from experiments import build

    if replicate == 1:
        raise ValueError("no rain")
    return build.simulate(config, replicate)


def test_exit_codes_and_streams_of_the_real_command(tmp_path: Path) -> None:
    good = shanshui("run", *SMALL, folder=tmp_path)
    assert good.returncode == 0, good.stderr
    assert (tmp_path / good.stdout.splitlines()[-1] / "manifest.json").is_file()
    assert "2 of 2 runs" in good.stderr
    bad = shanshui("run", "yeers=3", folder=tmp_path)
    assert (bad.returncode, bad.stdout) == (2, "")
    assert "Traceback" not in bad.stderr


def test_no_private_word_leaves_the_environment(tmp_path: Path) -> None:
    """HOME and a planted token appear in no output: not in the talk, not in any file, not in a refusal.

    The working folder lies below HOME, and all tables are kept.
    """
    home, token = tmp_path / "home-of-mei", "token-4711"
    work = home / "work"
    work.mkdir(parents=True)
    compiled = os.environ.get(
        "XDG_CACHE_HOME", str(Path.home() / ".cache")
    )  # so that kernels need no compiling
    secret = {"HOME": str(home), "PLANTED": token, "AWS_SECRET_ACCESS_KEY": token, "XDG_CACHE_HOME": compiled}
    said = [
        shanshui(
            "compare", "policies=[business_as_usual,natural_first]", *SMALL, ALL_TABLES, folder=work, **secret
        ),
        shanshui("run", "headline=${oc.env:PLANTED}", folder=work, **secret),
        shanshui("run", "experiment=${oc.env:HOME}", folder=work, **secret),
    ]
    assert [each.returncode for each in said] == [0, 2, 2], [each.stderr for each in said]
    outputs = [each.stdout + each.stderr for each in said]
    files = [path for path in work.rglob("*") if path.is_file()]
    assert files
    for text in outputs + [readable(path) for path in files]:
        assert token not in text
        assert str(home) not in text
        assert home.name not in text


def readable(path: Path) -> str:
    """A file as text; tables unpacked with what their heads say, for compression hides every word."""
    if path.suffix != ".parquet":
        return path.read_bytes().decode("latin-1")
    return f"{pq.read_schema(path).metadata}\n{pd.read_parquet(path).to_csv()}"


def test_a_word_in_a_table_is_readable_to_the_search(tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    pd.DataFrame({"county": ["token-4711"] * 1000}).to_parquet(path, compression="zstd")
    assert "token-4711" in readable(path)


# A shell starts what it puts into the background deaf to Ctrl-C, and children inherit that.
LISTENING = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("experiments", run_name="__main__", alter_sys=True)
"""


@pytest.mark.slow
def test_ctrl_c_ends_with_130_and_the_same_command_continues(tmp_path: Path) -> None:
    words = [*SMALL[:2], "years=60", "replicates=40", "workers=2", "out=there"]
    running = subprocess.Popen(
        [sys.executable, "-c", LISTENING, "run", *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert running.stderr is not None
    for line in running.stderr:
        if " of 40 runs" in line:
            running.send_signal(signal.SIGINT)
            break
    rest = running.stderr.read()
    assert running.wait(timeout=120) == 130
    assert "continues" in rest
    assert "Traceback" not in rest
    found = shanshui("run", *words, folder=tmp_path)
    assert found.returncode == 0, found.stderr
    assert "done already" in found.stderr


# --- compare --------------------------------------------------------------------------------------------


def test_compare_pairs_policies_with_the_first_and_says_the_result(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["policies=[natural_first,business_as_usual]", *SMALL, "out=there"]
    code, out, err = answer("compare", *words, capsys=capsys)
    assert (code, out) == (0, ["there"])
    table = pd.read_csv(here / "there" / "comparison.csv")
    assert set(table["scenario"]) == {"business_as_usual"}
    assert {"scenario", "indicator", "year", "mean", "low", "high", "n", "share_harmed"} <= set(table.columns)
    start = table[(table["year"] == 2024) & (table["indicator"] == "condition_mean")]
    assert start["mean"].tolist() == [0.0]
    sentences = err.splitlines()[-3:]
    assert sentences[0].startswith("By area_restored_effective_ha in 2026 the best is")
    assert "counties" in sentences[2]
    assert Results.open(here / "there").scenarios == ["natural_first", "business_as_usual"]


def test_compare_takes_the_scenarios_of_an_experiment(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = answer("compare", "experiment=who_holds_the_fund", *SMALL, capsys=capsys)
    assert code == 0
    results = Results.open(here / out[-1])
    assert results.scenarios == ["no_fund", "in_the_books", "supervised"]
    stored = read(results.folder / "config.yaml", "config.yaml").values["scenarios"]
    assert stored["no_fund"]["funding"]["mine_fund"] == {"form": "none"}
    assert stored["supervised"]["funding"]["mine_fund"]["supervised"] == 1.0


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["policies=natural_first"], "must be a list of policies"),
        (["policies=[]"], "must be a list of policies"),
        (["policies=[natural_first,natural_first]"], "stands twice"),
        (["policies=[natural_first,nature]"], "Nearest: natural_first"),
        (["policies=natural_first,xiamen_practice"], "written [natural_first,xiamen_practice]"),
        (["policy=natural_first"], "policies=[business_as_usual,natural_first]"),
        (["experiment=who_holds_the_fund", "funding/mine_fund=none"], "Say it in one place"),
        (["experiment=who_holds_the_fund", "policies=[natural_first]"], "Leave one of the two out"),
        (["policies=[natural_first]", "relevanse=0.02"], "Nearest: relevance"),
    ],
)
def test_compare_says_how_scenarios_are_given(
    here: Path, words: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = answer("compare", *words, capsys=capsys)
    assert (code, out) == (2, [])
    assert part in err
    assert list(here.iterdir()) == []


def test_a_headline_without_values_is_said_not_ranked(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["policies=[business_as_usual,natural_first]", *SMALL, "headline=eca_ha", "connectivity.every=0"]
    code, out, err = answer("compare", *words, capsys=capsys)
    assert code == 0
    assert "Not compared: eca_ha: no replicate has a value" in err
    assert (here / out[-1] / "comparison.csv").is_file()


def test_what_all_scenarios_share_is_not_set_by_one(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = here / "own"
    (folder / "experiment").mkdir(parents=True)
    text = "# @package _global_\nscenarios:\n  short: [years=3]\n  long: [years=9]\n"
    (folder / "experiment" / "mine.yaml").write_text(text)
    code, _, err = answer("compare", "experiment=mine", "--config-dir", str(folder), capsys=capsys)
    assert code == 2
    assert "own/experiment/mine.yaml, line 3: years: is the same for all scenarios" in err


# --- landscape ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ([], "shanshui landscape build xiamen"),
        (["build"], "shanshui landscape build xiamen"),
        (["build", "fuzhou"], "shanshui landscape build xiamen"),
        (["build", "xiamen"], "must name a folder"),
        (["build", "xiamen", "cell_km=3", "out=x"], "must be 2 or 1"),
        (["build", "xiamen", "cellkm=1", "out=x"], "Nearest: cell_km"),
    ],
)
def test_landscape_says_what_it_builds(
    here: Path, words: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = answer("landscape", *words, capsys=capsys)
    assert (code, out) == (2, [])
    assert part in err
    assert list(here.iterdir()) == []
