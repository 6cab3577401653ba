"""One look for all figures: colours that everyone can tell apart, units on every axis, text as it was typed.

    with style():
        figure, (left, right) = panels(1, 2)
        ...
        caption(figure, "n = 20 replicates", stamped)
        save(figure, folder / "trajectories")

Colours are those of Okabe & Ito (2008), told apart by people with any colour vision; no meaning rests on red against
green. A dollar sign stays a dollar sign, and Chinese is drawn from a packaged font, so a figure looks the same on every
machine. Assumption most likely to be wrong: that eight colours are enough; a ninth line wants another figure.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from cycler import cycler
from matplotlib import font_manager

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, YELLOW, BLACK = "#56B4E9", "#CC79A7", "#F0E442", "#222222"
PALETTE = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK, YELLOW)
"""In the order in which lines take them."""

GREY, PALE = "#777777", "#D9D9D9"
DASHES = ("-", "--", "-.", ":")
"""Beside colours, so that lines can be told apart in print."""

HAN = Path(__file__).parent / "fonts" / "droid_sans_fallback.ttf"
"""Droid Sans Fallback (Google, Apache-2.0), cut down to the characters of GB 2312 and the common ones of Big5."""

WIDTH, HEIGHT = 4.2, 3.0  # inches, one panel
DOTS = 110  # per inch, PNG
CAPTION_SIZE, LINE = 6.5, 0.13  # points, and inches from line to line

LOOK: dict[Any, Any] = {
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.labelsize": 9,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 9.5,
    "figure.constrained_layout.use": True,
    "font.size": 9,
    "grid.color": PALE,
    "grid.linewidth": 0.5,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "savefig.dpi": DOTS,
    "svg.fonttype": "path",
    "svg.hashsalt": "shanshui",  # ids in an SVG would otherwise differ from run to run
    "text.parse_math": False,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
}


@contextmanager
def style() -> Iterator[None]:
    """Everything drawn inside the ``with`` block has the project's look; Matplotlib is left as it was."""
    with mpl.rc_context({**LOOK, "font.family": _families(), "axes.prop_cycle": cycler(color=PALETTE)}):
        yield


def panels(rows: int = 1, columns: int = 1, width: float = WIDTH, height: float = HEIGHT, **more: Any) -> Any:
    """A figure and its axes (an array where there are several), each of the given size in inches."""
    from matplotlib import pyplot

    return pyplot.subplots(rows, columns, figsize=(columns * width, rows * height), **more)


def label(axes: Axes, title: str, x: str, y: str) -> None:
    """Title and axes; ``x`` and ``y`` name the quantity with its unit, as in ``carbon (tC/ha)``."""
    axes.set_title(title)
    axes.set_xlabel(x)
    axes.set_ylabel(y)


def name_lines(axes: Axes, lines: Sequence[tuple[float, float, str, str]]) -> None:
    """Names beside lines instead of a legend: x, y, text, colour of each."""
    for x, y, text, colour in lines:
        axes.annotate(text, (x, y), xytext=(3, 2), textcoords="offset points", color=colour, fontsize=8)


def evidence(
    axes: Axes, x: float, low: float, high: float, middle: float | None = None, name: str = ""
) -> None:
    """A published range at ``x`` as a black bracket, its mean as a dot: what the lines are held against."""
    axes.errorbar([x], [(low + high) / 2], yerr=(high - low) / 2, color=BLACK, capsize=4, lw=1.2, zorder=5)
    if middle is not None:
        axes.plot([x], [middle], "o", color=BLACK, ms=4.5, zorder=6)
    if name:
        axes.annotate(
            name, (x, high), xytext=(0, 4), textcoords="offset points", fontsize=7.5, color=BLACK, ha="center"
        )


def caption(figure: Figure, *lines: str) -> None:
    """Small grey lines under a figure: what it shows is drawn from, how many, which code, the command again."""
    text = "\n".join(line for line in lines if line)
    height = float(figure.get_size_inches()[1])
    room = (LINE * (text.count("\n") + 1) + 0.08) / height
    layout: Any = figure.get_layout_engine()
    layout.set(rect=(0.0, room, 1.0, 1.0 - room))
    figure.text(0.01, 0.04 / height, text, fontsize=CAPTION_SIZE, color=GREY, va="bottom", linespacing=1.3)


def save(
    figure: Figure, path: Path, kinds: Sequence[str] = ("png", "svg"), stamp: Mapping[str, str] | None = None
) -> list[Path]:
    """Write ``path`` with each kind's suffix and close the figure; returns the files.

    ``stamp`` is kept inside the files (PNG text chunks, SVG description). The time is not, so that the same numbers
    give the same bytes.
    """
    from matplotlib import pyplot

    path.parent.mkdir(parents=True, exist_ok=True)
    written = [path.with_name(f"{path.name}.{kind}") for kind in kinds]
    for file in written:
        figure.savefig(file, metadata=_metadata(file.suffix, stamp or {}))
    pyplot.close(figure)
    return written


def _metadata(suffix: str, stamp: Mapping[str, str]) -> dict[str, Any]:
    if suffix == ".svg":
        return {"Date": None, "Description": "; ".join(f"{key}: {value}" for key, value in stamp.items())}
    return {"Software": None, **stamp}


def _families() -> list[str]:
    """DejaVu first, then a font with Chinese: the packaged one."""
    families = ["DejaVu Sans"]
    if not HAN.exists():
        warnings.warn(f"{HAN.name} is missing: Chinese shows as boxes", stacklevel=3)
        return families
    name = font_manager.FontProperties(fname=HAN).get_name()
    if name not in font_manager.fontManager.get_font_names():
        font_manager.fontManager.addfont(HAN)
    return [*families, name]
