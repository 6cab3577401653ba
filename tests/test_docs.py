"""The docs point at things that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")


def anchors(page: Path) -> set[str]:
    """What a page's headings are called in links."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        other = (page.parent / target) if target else page
        assert other.exists(), f"{page.name} points at {target}"
        if anchor:
            assert anchor in anchors(other), f"{page.name} points at {target}#{anchor}"


def test_the_architecture_page_tells_the_year_in_the_order_in_which_it_runs() -> None:
    told = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    told = told[told.index("chance   markets") : told.index("record   indicators")]
    code = (ROOT / "model/restoration_model.py").read_text(encoding="utf-8")
    code = code[code.index("def step") : code.index("def _observe(")]
    for room in set(re.findall(r"now\.(\w+)\.", code)) - {"social_capital"}:
        assert room in told, f"the year calls {room}, the page does not say so"
    calls = [word for word in re.findall(r"(\w+\.\w+)", told) if f"now.{word}" in code]
    places = [code.index(f"now.{word}") for word in calls]
    assert len(calls) >= 10
    assert places == sorted(places), "the page tells another order than the code"
