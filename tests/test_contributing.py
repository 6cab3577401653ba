"""What CONTRIBUTING tells a newcomer to type works as it stands there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SECTION = TEXT[TEXT.index("## Add a form to a room") : TEXT.index("## Changes")]


def block(language: str) -> str:
    """The section's first code block in a language."""
    found = re.search(rf"^( *)```{language}\n(.*?)^\1```", SECTION, re.DOTALL | re.MULTILINE)
    assert found, language
    return textwrap.dedent(found[2])


@pytest.mark.slow
def test_a_form_is_one_file_and_one_config(tmp_path: Path) -> None:
    for name in ("model", "experiments", "configs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "model/mechanisms/restoration/worst_first.py").write_text(block("python"), encoding="utf-8")
    (tmp_path / "configs/restoration/worst_first.yaml").write_text(block("yaml"), encoding="utf-8")
    words = shlex.split(block("sh").splitlines()[0])[1:]
    ran = subprocess.run(
        [sys.executable, "-m", "experiments", *words, "out=tried"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "tried"
    assert "form: worst_first" in (tmp_path / "tried/config.yaml").read_text(encoding="utf-8")


def test_every_file_that_contributing_names_is_there() -> None:
    named = set(re.findall(r"`((?:model|configs|docs|tests)/[\w/.]+\.(?:py|yaml|md))`", TEXT))
    missing = sorted(name for name in named if not (ROOT / name).exists() and "worst_first" not in name)
    assert len(named) > 8
    assert missing == []
