"""docs/configuration.md keeps its word: its commands resolve, its files are accepted, its refusal is the one shown."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from experiments import build, cli
from experiments.verbs.compare import scenarios_of
from experiments.words import parse

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "configuration.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    (shanshui (?:run|compare) .*)$", PAGE, re.M)
FILES = re.findall(r"`DIR/(\S+\.yaml)`.*?```yaml\n(.*?)```", PAGE, re.S)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_accepted(command: str) -> None:
    _, verb, *words = shlex.split(command)
    if verb == "run":
        assert build.config(words).remarks == []
    else:
        assert len(scenarios_of(parse(words), None)) == 3


def test_files_are_accepted_and_do_what_the_page_says(tmp_path: Path) -> None:
    for name, text in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert len(FILES) == 3
    assert build.config(["recovery=slow"], tmp_path).config["recovery"]["mortality"] == 0.3
    scenarios = scenarios_of(parse(["experiment=patience"]), tmp_path)
    assert list(scenarios) == ["as_usual", "patient", "patient_and_strict"]
    patient = scenarios["patient"].config
    assert patient["projects"]["aftercare"] == {2024: 3, 2030: 8}
    assert patient["schedule"]["funding/social_capital"][2030]["form"] == "portfolio"
    assert scenarios["patient_and_strict"].config["enforcement"]["ground"]["rate"] == 0.5


def test_the_refusal_reads_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = re.search(r"^    \$ shanshui (.*)\n((?:    .*\n)+)", PAGE, re.M)
    assert shown
    assert cli.main(shlex.split(shown[1])) == 2
    assert capsys.readouterr().err == re.sub(r"^    ", "", shown[2], flags=re.M)


def test_the_python_example_runs() -> None:
    code = re.search(r"```python\n(.*?)```", PAGE, re.S)
    assert code
    names: dict[str, object] = {}
    exec(compile(code[1], "configuration.md", "exec"), names)
    assert names["model"].year == 2029  # type: ignore[attr-defined]
