"""How every figure looks and what stands below it: what it shows of how many runs, and where its numbers came from.

Colours are those of Okabe & Ito 2008, told apart by people who see colours otherwise. Text is drawn as it was typed: a
`$` is a dollar sign, Chinese is Chinese (a font for it is packaged). The same numbers give the same bytes, so that a
figure can be put on record: no date, no random ids. Uses no pyplot, so that drawing leaves no global state behind.
"""

from __future__ import annotations

import io
import json
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from matplotlib import font_manager, rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
BASELINE = "#000000"
BETTER, WORSE, OPEN = "#01665e", "#8c510a", "#777777"  # as the ends of CHANGE; no difference shown
IRRELEVANT = "#e3e3e3"  # the band in which a difference is too small to matter
RHYTHMS: tuple[Any, ...] = (
    (0.0, (9.0, 2.0)),
    (0.0, (5.0, 1.5)),
    (0.0, (9.0, 2.0, 3.0, 2.0)),
    "-",
    (0.0, (3.0, 1.5)),
)
"""Dashes of scenarios other than the baseline: what lies below a line that coincides shows through its gaps. Five, so
that with six colours no pair comes back before the thirty-first scenario."""
CHANGE = "BrBG"  # brown for loss, teal for gain: safe for all kinds of colour vision
STATE = "cividis"  # one way from dark to bright, the same for all kinds of colour vision
KINDS = ("png", "svg")
DPI = 150
FONTS = Path(__file__).parent / "fonts"
FOOT_SIZE = 7.0
LETTERS_AN_INCH = 17.5  # of the foot's size
LEFT_OUT = ("config", "files", "failures", "units", "checksum", "points", "swept", "keep")

LOOK: dict[Any, Any] = {
    "text.parse_math": False,
    "font.size": 9.0,
    "axes.titlesize": 10.0,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "axes.unicode_minus": True,
    "legend.frameon": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "shanshui",
}


@contextmanager
def look() -> Iterator[None]:
    """Draw and save inside this block: fonts, colours and ids are ours there, and nowhere else."""
    with rc_context({**LOOK, "font.family": list(families())}):
        yield


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """Matplotlib's own font, then the packaged ones for what it lacks (Chinese)."""
    packaged = sorted(FONTS.glob("*.ttf"))
    for path in packaged:
        font_manager.fontManager.addfont(path)
    return ("DejaVu Sans", *(font_manager.FontProperties(fname=path).get_name() for path in packaged))


def line_of(place: int) -> tuple[str, Any]:
    """Colour and dashes of the scenario at ``place``; the baseline, at 0, is black and broken."""
    if place == 0:
        return BASELINE, "--"
    return COLOURS[(place - 1) % len(COLOURS)], RHYTHMS[(place - 1) % len(RHYTHMS)]


def blank(width: float, height: float) -> Figure:
    """An empty figure of so many inches; what is drawn into it makes room for its own labels."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def foot(figure: Figure, *paragraphs: str) -> None:
    """Small print below a figure: what is shown, of how many runs, made by what."""
    letters = int(figure.get_figwidth() * LETTERS_AN_INCH)
    lines = [
        line
        for text in paragraphs
        for line in textwrap.wrap(text, letters, break_long_words=True, break_on_hyphens=False)
    ]
    figure.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=FOOT_SIZE, color="#444444")


def stamp_line(manifest: Mapping[str, Any]) -> str:
    """The visible stamp: version, commit, hashes, seed, runs, grades of the parameters, and the command."""
    commit = str(manifest["commit"] or "unknown")[:10] + (" and changes since" if manifest["dirty"] else "")
    runs, grades = manifest["runs"], manifest["grades"]
    shares = ", ".join(f"{100 * share:.0f} % {grade}" for grade, share in grades.items())
    return (
        f"Shanshui {manifest['version']}, commit {commit}, model {manifest['code_version'][:10]}, "
        f"configuration {manifest['config_hash'][:10]}; seed {manifest['seed']}, "
        f"replicates {manifest['replicate_ids']}; runs: {runs['done']} of {runs['planned']} done, "
        f"{runs['failed']} failed. Parameters: {shares}. Again by: {manifest['command']}"
    )


def encoded(figure: Figure, kind: str, title: str, stamp: Mapping[str, Any]) -> bytes:
    """The file of a figure, ``kind`` png or svg, with ``stamp`` (plain data) inside for machines."""
    told = {name: value for name, value in stamp.items() if name not in LEFT_OUT}
    about = {"Title": title, "Description": json.dumps(told, ensure_ascii=False, sort_keys=True)}
    about |= {"Date": None, "Creator": "Shanshui"} if kind == "svg" else {"Software": "Shanshui"}  # type: ignore[dict-item]
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, dpi=DPI, metadata=about)
    return buffer.getvalue()
