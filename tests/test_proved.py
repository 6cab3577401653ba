"""The list of what this project undertakes to prove, and that each item stands beside a test."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
CASES = "PC-01 PC-02 PC-03 PC-04 PC-06 DY-01 EC-01 EC-02 EC-03 EC-05 EC-06 EC-07 ST-01"
RELATIONS = (
    "MR-01 MR-02 MR-03 MR-04 MR-07 MR-08 MR-10 MR-13 MR-14 MR-20 MR-30 MR-31 MR-32 MR-33 MR-34 MR-35 "
    "MR-50 MR-51 MR-52 MR-53 MR-54 MR-55 MR-60"
)
GUARANTEES = "G01 G02 G03 G04 G05 G06 G08 G09 G10 G11 G12 G13 G14 G15 G20 G21 G22 G23 G24 G25 G28 G32"
WORD = re.compile(r"\b(?:[A-Z]{2}-\d\d|G\d\d)\b")


def told_by(path: Path) -> set[str]:
    """Ids in the docstrings and comments of a file of tests; a word in a test's data proves nothing."""
    source = path.read_text(encoding="utf-8")
    told = [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    ]
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    told += [
        ast.get_docstring(node) or "" for node in ast.walk(ast.parse(source)) if isinstance(node, documented)
    ]
    return {word for text in told for word in spelled_out(text)}


def spelled_out(text: str) -> set[str]:
    """The ids of a text; "G10 to G12" tells of three."""
    found = set(WORD.findall(text))
    for stem, first, last in re.findall(r"\b(G|[A-Z]{2}-)(\d\d) to \1(\d\d)\b", text):
        found |= {f"{stem}{number:02}" for number in range(int(first), int(last) + 1)}
    return found


TOLD = set().union(*map(told_by, sorted(set(HERE.glob("test_*.py")) - {Path(__file__).resolve()})))


@pytest.mark.parametrize("item", f"{CASES} {RELATIONS} {GUARANTEES}".split())
def test_every_item_stands_beside_a_test(item: str) -> None:
    assert item in TOLD, (
        f"{item}: no docstring or comment of tests/ names it. Write it beside the test that proves it."
    )
