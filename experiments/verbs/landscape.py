"""`shanshui landscape build xiamen`: make the tables of the real landscape again from public geodata."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from experiments.landscape_builder.build import build_xiamen
from experiments.problems import COMMAND_LINE, BadConfig, Problem, nearest, refuse_if, shown
from experiments.words import parse

GRAMMAR = "write: shanshui landscape build xiamen [cell_km=2] out=FOLDER"
CELL_KM = (2, 1)


def answer(words: Sequence[str], config_dir: str | None, *, quiet: bool) -> int:
    """Build the named landscape's tables and print their folder; returns the exit code."""
    plain = [word for word in words if "=" not in word]
    if config_dir or plain != ["build", "xiamen"]:
        raise BadConfig([Problem(COMMAND_LINE, " ".join(plain), GRAMMAR)])
    keys = {word.key: word.value for word in parse([word for word in words if "=" in word])}
    _check(keys)
    try:
        folder = build_xiamen(keys["out"], keys.get("cell_km", CELL_KM[0]))
    except ModuleNotFoundError as missing:
        raise BadConfig([Problem(COMMAND_LINE, "build xiamen", f"{missing}.")]) from None
    if not quiet:
        print("Put the folder into model/landscapes/data to package it.", file=sys.stderr)
    print(folder)
    return 0


def _check(keys: dict[str, Any]) -> None:
    known = ("cell_km", "out")
    problems = [
        Problem(COMMAND_LINE, key, f"no such key.{nearest(key, known)}", shown(value))
        for key, value in keys.items()
        if key not in known
    ]
    if keys.get("cell_km", 2) not in CELL_KM or isinstance(keys.get("cell_km"), bool):
        problems.append(Problem(COMMAND_LINE, "cell_km", "must be 2 or 1.", shown(keys["cell_km"])))
    if not isinstance(keys.get("out"), str):
        problems.append(Problem(COMMAND_LINE, "out", f"must name a folder; {GRAMMAR}"))
    refuse_if(problems)
