"""Compiled code is never older than the source it came from, and a machine that cannot keep it still runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import model.state.code_version as version
from model.state import kernel as kernels

HELPER = "from model.state.kernel import kernel\n\n\n@kernel\ndef add(x):\n    return x + {}\n"
CALLER = (
    "from model.helper import add\nfrom model.state.kernel import kernel\n\n\n"
    "@kernel\ndef twice(x):\n    return 2.0 * add(x)\n"
)
ASK = "from model.caller import twice; print(twice(1.0), sum(twice.stats.cache_hits.values()))"


@pytest.fixture
def small_model(tmp_path: Path) -> Path:
    """A package called `model` with our decorator, a helper in one file and its caller in another."""
    state = tmp_path / "source" / "model" / "state"
    state.mkdir(parents=True)
    for module in (version, kernels):
        assert module.__file__ is not None
        shutil.copy(module.__file__, state)
    (state / "__init__.py").touch()
    (state.parent / "__init__.py").touch()
    (state.parent / "helper.py").write_text(HELPER.format("9.0"))
    (state.parent / "caller.py").write_text(CALLER)
    return tmp_path


def ask(folder: Path, code: str = ASK, **environment: str) -> str:
    found = subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=folder / "source",
        env={"PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(folder / "cache"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


def test_an_edited_helper_in_another_file_runs(small_model: Path) -> None:
    assert ask(small_model) == "20.0 0"
    assert ask(small_model) == "20.0 1", "the second process compiles nothing"
    (small_model / "source" / "model" / "helper.py").write_text(HELPER.format("504.0"))
    assert ask(small_model) == "1010.0 0"


def test_three_versions_are_kept_and_nothing_else_is_touched(small_model: Path) -> None:
    kept = small_model / "cache" / "shanshui" / "kernels"
    (kept / "somebody's notes").mkdir(parents=True)
    for number in range(5):
        (small_model / "source" / "model" / "helper.py").write_text(HELPER.format(f"{number}.0"))
        assert ask(small_model) == f"{2.0 + 2 * number} 0"
    assert len(list(kept.iterdir())) == 3 + 1
    assert ask(small_model) == "10.0 1"


@pytest.mark.parametrize("obstacle", ["a file stands there", "no home", "numba's own is closed too"])
def test_where_nothing_is_writable_it_still_runs(small_model: Path, obstacle: str) -> None:
    blocked = small_model / "blocked"
    blocked.touch()
    environment = {"XDG_CACHE_HOME": str(blocked)}
    if obstacle == "no home":
        environment = {"XDG_CACHE_HOME": "", "HOME": "/dev/null"}
    elif obstacle != "a file stands there":
        environment["NUMBA_CACHE_DIR"] = str(blocked / "numba")
    assert ask(small_model, **environment) == "20.0 0"


def test_a_full_disk_while_compiling_ends_no_run(small_model: Path) -> None:
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); "
    ignore = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    first = "import model.state.kernel as k; k.cache_folder(); "
    assert ask(small_model, first + ignore + full + ASK) == "20.0 0"
    assert ask(small_model) == "20.0 0", "nothing whole was left behind"


def test_damaged_machine_code_is_compiled_again(small_model: Path) -> None:
    ask(small_model)
    for path in (small_model / "cache").rglob("*.nb[ic]"):
        path.write_bytes(path.read_bytes()[:40])
    assert ask(small_model) == "20.0 0"
    assert ask(small_model) == "20.0 1"


# Everybody takes long to read which files there are, so that everybody would choose the same name for the next.
SLOWLY = """
import time, numba.core.caching as caching
read = caching.IndexDataCacheFile._load_index
caching.IndexDataCacheFile._load_index = lambda file: (read(file), time.sleep(0.4))[0]
"""


def test_processes_that_compile_at_once_do_not_mix_their_code(small_model: Path) -> None:
    """Each asks for another signature of one function; Numba alone gives both the same file name."""
    call = "from model.caller import twice; print({}, sum(twice.stats.cache_hits.values()))"
    asks = [call.format(f"twice({number})") for number in ("1.0", "1", "1 + 0j")]
    with ThreadPoolExecutor(len(asks)) as at_once:
        first = list(at_once.map(lambda code: ask(small_model, SLOWLY + code), asks))
    assert first == ["20.0 0", "20.0 0", "(20+0j) 0"]
    assert [ask(small_model, code) for code in asks] == ["20.0 1", "20.0 1", "(20+0j) 1"]


def test_the_version_sees_every_source_and_no_line_ends(tmp_path: Path) -> None:
    (tmp_path / "room").mkdir()
    (tmp_path / "a.py").write_bytes(b"x = 1\ny = 2\n")
    (tmp_path / "room" / "b.py").write_bytes(b"")
    first = version.source_version(tmp_path)
    (tmp_path / "a.py").write_bytes(b"x = 1\r\ny = 2\r\n")
    (tmp_path / "notes.txt").write_text("no source")
    (tmp_path / ".#a.py").symlink_to("nowhere")
    assert version.source_version(tmp_path) == first
    (tmp_path / "room" / "b.py").rename(tmp_path / "room" / "c.py")
    assert version.source_version(tmp_path) != first
    assert len(kernels.code_version()) == 64
