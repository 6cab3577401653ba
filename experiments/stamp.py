"""A number is worth what can be said of where it came from: code, settings, chance, machine, grade of its inputs.

The stamp names version, commit, configuration, code, inputs, seeds, packages and processor class, and the command
that makes the same numbers again. It names no user, no host and no private path, reads no environment variable and
tells no time, so that the same question leaves the same stamp wherever it is asked.

Assumption most likely to be wrong: that two machines with the same processor features compute the same last bit.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path, PurePath
from typing import Any

import numpy as np

PACKAGES = ("mesa", "numpy", "numba", "scipy", "networkx", "pandas", "pyarrow", "hydra-core", "pydantic")
ROOT = Path(__file__).resolve().parents[1]
CODE = ("model", "experiments", "configs")

_ABSOLUTE = re.compile(r"(~|[A-Za-z]:[\\/]|/)\S?")
_FOLDERS = re.compile(r"(?:(?<=^)|(?<=[\s='\"(\[,]))(?:~|[A-Za-z]:)?[\\/](?:[^\\/\s'\",)\]]+[\\/])+")


@dataclass(frozen=True)
class Stamp:
    """What the asker knows of a set of runs, beside its design.

    ``command``: the words that make the numbers again. ``seed``: the base seed. ``code_version``: the hash of the
    model's source. ``inputs``: file name -> SHA-256 of what was read. ``interval``: how intervals are made.
    ``relevance``: the smallest relevant effect, as a share of an indicator's size; stated before anything is run.
    ``grades``: grade of source -> share of the parameters. ``units``: column -> unit.
    """

    command: Sequence[str]
    seed: int
    code_version: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    interval: str = ""
    relevance: float = 0.0
    grades: Mapping[str, float] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The stamp as plain data, with the project's version and commit."""
        return {
            "version": version(),
            **commit(),
            "command": shlex.join(_word_without_path(word) for word in self.command),
            "seed": self.seed,
            "code_version": self.code_version,
            "inputs": dict(self.inputs),
            "interval": self.interval,
            "relevance": self.relevance,
            "grades": dict(self.grades),
            "units": dict(self.units),
        }


def canonical_json(value: Any) -> str:
    """``value`` as JSON with sorted keys and no spare room: equal data gives equal text.

    Raises ``ValueError`` for a number that is not finite, ``TypeError`` for anything that is not plain data.
    """
    return json.dumps(
        _text_keys(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest_of(data: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def version() -> str:
    """The installed version of Shanshui."""
    try:
        return installed("shanshui")
    except PackageNotFoundError:
        return "unknown"


def commit() -> dict[str, Any]:
    """``commit`` and ``dirty`` (code or configs changed since) in a git checkout of the project, else both null."""
    status = _git("status", "--porcelain", "--", *CODE)
    head = _git("rev-parse", "HEAD")
    known = head is not None and status is not None
    return {"commit": head if known else None, "dirty": bool(status) if known else None}


def environment() -> dict[str, Any]:
    """Python, packages and the class of processor: what may change a last bit."""
    simd = np.show_config(mode="dicts")["SIMD Extensions"]
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "cpu_features": [*simd.get("baseline", []), *simd.get("found", [])],
        "packages": {name: _installed_or_none(name) for name in PACKAGES},
    }


def without_private_paths(value: Any) -> Any:
    """``value`` with every string that is an absolute path cut to its last name; the rest as it was."""
    if isinstance(value, Mapping):
        return {key: without_private_paths(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_private_paths(inner) for inner in value]
    if isinstance(value, str) and _ABSOLUTE.match(value) and "\n" not in value:
        return PurePath(value.replace("\\", "/")).name
    return value


def without_folders(text: str) -> str:
    """Free text in which every absolute path has lost its folders; for messages of errors."""
    text = text.replace(f"{Path.cwd()}{os.sep}", "").replace(f"{Path.home()}{os.sep}", f"~{os.sep}")
    return _FOLDERS.sub("", text)


def _word_without_path(word: str) -> str:
    key, equals, value = word.partition("=")
    bare = value.strip("'\"")  # a path with spaces stands in quotes
    if equals and bare != value and _ABSOLUTE.match(bare):
        return f"{key}='{without_private_paths(bare)}'"
    return f"{key}={without_private_paths(value)}" if equals else str(without_private_paths(word))


def _text_keys(value: Any) -> Any:
    """Years are numbers as keys in memory and text in JSON: make them text before they are sorted."""
    if isinstance(value, Mapping):
        return {str(key): _text_keys(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_text_keys(inner) for inner in value]
    return value


def _installed_or_none(name: str) -> str | None:
    try:
        return installed(name)
    except PackageNotFoundError:
        return None


def _git(*words: str) -> str | None:
    """What git says of the project's own checkout; None where there is none, or no git.

    A wheel in somebody's repository must not report that repository's commit, so .git has to be the project's.
    """
    if not (ROOT / ".git").exists():
        return None
    # A git hook sets GIT_DIR for its own repository; here only the folder decides.
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    surroundings["GIT_OPTIONAL_LOCKS"] = "0"
    try:
        answer = subprocess.run(
            ["git", "-C", str(ROOT), *words],
            check=False,
            capture_output=True,
            text=True,
            timeout=20,
            env=surroundings,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None
