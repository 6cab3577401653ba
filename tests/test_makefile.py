"""`make` builds .venv when it must, only then, and says plainly why it cannot."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Stands for a Python: says which it is, makes "environments" by copying itself, and writes down the rest.
FAKE = """#!/bin/sh
case "$*" in
    *base_prefix*) grep '^# identity' "$0" ;;
    *version_info*) exit {too_old} ;;
    *ensurepip*) exit {no_venv} ;;
    --version) echo "Python of the tests" ;;
    "-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python && echo venv >> calls ;;
    "-m pip install"*) cat > /dev/null; echo pip >> calls ;;
    "-m pytest"*) echo pytest >> calls ;;
esac
# identity {identity}
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the files that the Makefile reads."""
    for name in ("Makefile", "pyproject.toml", "setup.py", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def fake_python(folder: Path, name: str, *, too_old: int = 0, no_venv: int = 0) -> None:
    """Put a stand-in for an interpreter into ``folder``."""
    path = folder / name
    path.write_text(FAKE.format(too_old=too_old, no_venv=no_venv, identity=name), encoding="utf-8")
    path.chmod(0o755)


def make(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run make there, with the stand-ins first on the path."""
    environment = {"PATH": f"{checkout}{os.pathsep}/usr/bin{os.pathsep}/bin"}
    return subprocess.run(
        ["make", *words], cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )


def calls(checkout: Path) -> list[str]:
    """What the stand-ins were asked for since the last look."""
    written = checkout / "calls"
    words = written.read_text(encoding="utf-8").split() if written.exists() else []
    written.unlink(missing_ok=True)
    return words


ANEW = ["venv", "pip", "pip", "pip", "pytest"]


def test_the_environment_is_made_once(checkout: Path) -> None:
    fake_python(checkout, "python3")
    assert make(checkout, "test").returncode == 0
    assert calls(checkout) == ANEW
    make(checkout, "test")
    assert calls(checkout) == ["pytest"]


def test_a_changed_lock_makes_it_anew_and_a_changed_project_only_installs(checkout: Path) -> None:
    fake_python(checkout, "python3")
    make(checkout, "test")
    calls(checkout)
    later = (checkout / ".venv/installed").stat().st_mtime + 10
    os.utime(checkout / "pyproject.toml", (later, later))
    make(checkout, "test")
    assert calls(checkout) == ["pip", "pytest"]
    os.utime(checkout / "requirements-dev.txt", (later, later))
    make(checkout, "test")
    assert calls(checkout) == ANEW


def test_another_interpreter_makes_it_anew_and_none_named_keeps_it(checkout: Path) -> None:
    fake_python(checkout, "python3")
    fake_python(checkout, "other")
    make(checkout, "test")
    calls(checkout)
    make(checkout, "test", "PYTHON=other")
    assert calls(checkout) == ANEW
    make(checkout, "test", "PYTHON=other")
    assert calls(checkout) == ["pytest"]
    make(checkout, "test")
    assert calls(checkout) == ["pytest"]


def test_an_environment_that_no_longer_runs_is_made_anew(checkout: Path) -> None:
    fake_python(checkout, "python3")
    make(checkout, "test")
    calls(checkout)
    (checkout / ".venv/bin/python").unlink()
    make(checkout, "test")
    assert calls(checkout) == ANEW


def test_an_environment_left_half_made_is_made_anew(checkout: Path) -> None:
    fake_python(checkout, "python3")
    make(checkout, "test")
    calls(checkout)
    (checkout / ".venv/locked").unlink()
    make(checkout, "test")
    assert calls(checkout) == ANEW


def test_an_interpreter_that_does_not_run_or_is_too_old_is_passed_over(checkout: Path) -> None:
    fake_python(checkout, "python3", too_old=1)
    fake_python(checkout, "python3.13", too_old=127)
    fake_python(checkout, "python3.12")
    make(checkout, "test")
    assert calls(checkout) == ANEW
    assert "# identity python3.12" in (checkout / ".venv/bin/python").read_text(encoding="utf-8")


def test_without_a_python_make_says_how_to_name_one(checkout: Path) -> None:
    refused = make(checkout, "test", "PYTHON=no-such-python")
    assert refused.returncode != 0
    assert "No Python of 3.11 or newer runs as: no-such-python" in refused.stderr
    assert "make PYTHON=" in refused.stderr
    assert not (checkout / ".venv").exists()


def test_a_python_without_venv_gets_a_clear_line(checkout: Path) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        fake_python(checkout, name, no_venv=1)
    refused = make(checkout, "test")
    assert refused.returncode != 0
    assert "venv and ensurepip are missing" in refused.stderr
    assert not (checkout / ".venv").exists()


def test_help_names_every_target(checkout: Path) -> None:
    told = make(checkout).stdout
    for word in ("demo", "test", "test-all", "bench", "lint", "lock", "clean"):
        assert f"make {word} " in told
