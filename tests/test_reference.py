"""The generated pages say what the code says today."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.reference import TABLES, pages
from model.indicators import ALL_INDICATORS
from model.state.table import Table

DOCS = Path(__file__).resolve().parents[1] / "docs"


@pytest.mark.parametrize("name", ["columns.md", "indicators.md", "parameters.md"])
def test_no_page_is_stale(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == pages()[name], "make it anew: python -m experiments.reference docs"


def test_every_table_and_indicator_stands_in_its_page() -> None:
    made = pages()
    assert set(TABLES) == set(_kinds(Table))
    for table in TABLES:
        assert all(f"| `{column}` |" in made["columns.md"] for column in table.columns)
    assert all(f"| `{each.name}` |" in made["indicators.md"] for each in ALL_INDICATORS)


def _kinds(table: type[Table]) -> list[type[Table]]:
    """The tables at the ends of the family: those that have rows of their own."""
    return [kind for each in table.__subclasses__() for kind in _kinds(each) or [each]]


def test_every_indicator_says_its_unit_and_what_it_is() -> None:
    for each in ALL_INDICATORS:
        assert each.unit
        assert len(each.meaning) > 8, each.name
