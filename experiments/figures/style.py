"""How every figure looks and what stands below it: what it shows of how many runs, and where its numbers came from.

Colours are those of Okabe & Ito 2008, told apart by people who see colours otherwise. Text is drawn as it was typed: a
`$` is a dollar sign, Chinese is Chinese (a font for it is packaged). The same numbers give the same bytes, so that a
figure can be put on record: no date, no random ids. Uses no pyplot, so that drawing leaves no global state behind.
Figures of a comparison are as wide as a page of print: no letter is smaller than 7 pt where they are 17 cm wide.
"""

from __future__ import annotations

import io
import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
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
PAGE = 7.5  # inches: how wide every figure of a comparison is drawn
SMALL = 8.0  # points: the smallest print; 7.1 where a figure of that width is printed 17 cm wide
LETTERS_AN_INCH = 16.2  # of small print
LINE = 0.135  # inches: a line of small print
MAP_PASSES = 3  # until the layout of shapes that are kept stands still
PLACES = 6  # digits of a place, as a share of the figure
MOST_APART = 4.0  # times one panel may reach as far as another, for both to be read on one axis
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


class Sheet(Figure):
    """A figure with small print below it: a caption and, where it stands alone, a stamp."""

    caption: str = ""
    printed: int = 0
    """Lines of small print; the figure is as much higher."""


def blank(width: float, height: float) -> Sheet:
    """An empty figure of so many inches; what is drawn into it makes room for its own labels."""
    figure = Sheet(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def foot(figure: Sheet, caption: str, stamp: str = "") -> None:
    """Small print below a figure, which grows by it: what is shown, of how many runs; and made by what."""
    figure.caption = caption
    _print_below(figure, caption, stamp)


def without_stamp(figure: Sheet) -> None:
    """Leave the stamp out, for a page that has its own; what is shown, and of how many runs, stays."""
    _print_below(figure, figure.caption)
    figure.set_layout_engine("constrained")


def settle(figure: Figure) -> None:
    """Give all its place, once for every file: finding it takes half of the time.

    Places are rounded, for the last bits of those that are found differ from one process to another.
    """
    # What is shrunk to keep its shape needs other room than before.
    shaped = any(axis.get_aspect() != "auto" for axis in figure.axes)
    for _ in range(MAP_PASSES if shaped else 1):
        figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axis in figure.axes:
        if axis.get_axes_locator() is None:  # else it follows the axes in which it lies
            axis.set_position(np.round(axis.get_position(original=True).bounds, PLACES))
            axis.set_in_layout(True)  # for the next time


def _print_below(figure: Sheet, *paragraphs: str) -> None:
    letters = int(figure.get_figwidth() * LETTERS_AN_INCH)
    lines = [line for text in paragraphs for line in wrapped(text, letters).splitlines()]
    figure.set_figheight(figure.get_figheight() + (len(lines) - figure.printed) * LINE)
    figure.printed = len(lines)
    figure.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=SMALL, color="#444444")


def wrapped(text: str, letters: int) -> str:
    """``text`` in lines of so many letters at most."""
    return "\n".join(textwrap.wrap(text, letters, break_long_words=True, break_on_hyphens=False))


def alike(reaches: Sequence[float]) -> bool:
    """Whether panels that reach so far can share an axis and all be read."""
    some = [reach for reach in reaches if reach > 0.0]
    return not some or max(some) <= MOST_APART * min(some)


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
