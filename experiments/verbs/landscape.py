"""`shanshui landscape build xiamen` makes the real landscape's tables anew; `landscape example` shows one's own."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.problems import COMMAND_LINE, BadConfig, Problem, nearest, refuse_if, shown
from experiments.words import parse
from model.landscapes.files.writing import FORMATS

BUILD = "shanshui landscape build xiamen [cell_km=2] out=FOLDER"
EXAMPLE = "shanshui landscape example [format=csv] out=FOLDER"
GRAMMAR = f"write: {BUILD}, or: {EXAMPLE}"
CELL_KM = (2, 1)


def answer(words: Sequence[str], config_dir: str | None, *, quiet: bool) -> int:
    """Write the tables that are asked for and print their folder; returns the exit code."""
    plain = [word for word in words if "=" not in word]
    if config_dir or plain not in (["build", "xiamen"], ["example"]):
        raise BadConfig([Problem(COMMAND_LINE, " ".join(plain), GRAMMAR)])
    keys = {word.key: word.value for word in parse([word for word in words if "=" in word])}
    return _example(keys, quiet) if plain == ["example"] else _build(keys, quiet)


def _build(keys: Mapping[str, Any], quiet: bool) -> int:
    _check(keys, "cell_km", CELL_KM, BUILD)
    from experiments.landscape_builder.build import build_xiamen

    try:
        folder = build_xiamen(keys["out"], keys.get("cell_km", CELL_KM[0]))
    except ModuleNotFoundError as missing:
        raise BadConfig([Problem(COMMAND_LINE, "build xiamen", f"{missing}.")]) from None
    if not quiet:
        print("Put the folder into model/landscapes/data to package it.", file=sys.stderr)
    print(folder)
    return 0


def _example(keys: Mapping[str, Any], quiet: bool) -> int:
    _check(keys, "format", FORMATS, EXAMPLE)
    from experiments.landscape_example import write_example

    folder = write_example(Path(keys["out"]), keys.get("format", FORMATS[0]))
    if not quiet:
        print(f"Run it: shanshui run landscape=files landscape.path={folder} years=5", file=sys.stderr)
    print(folder)
    return 0


def _check(keys: Mapping[str, Any], key: str, choices: Sequence[Any], grammar: str) -> None:
    known = (key, "out")
    problems = [
        Problem(COMMAND_LINE, each, f"no such key.{nearest(each, known)}", shown(value))
        for each, value in keys.items()
        if each not in known
    ]
    if key in keys and (keys[key] not in choices or isinstance(keys[key], bool)):
        cure = f"must be {', '.join(map(str, choices[:-1]))} or {choices[-1]}."
        problems.append(Problem(COMMAND_LINE, key, cure, shown(keys[key])))
    if not isinstance(keys.get("out"), str):
        problems.append(Problem(COMMAND_LINE, "out", f"must name a folder; write: {grammar}"))
    refuse_if(problems)
