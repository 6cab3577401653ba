"""Panels of a scientific figure: axes that name their units, and evidence drawn beside what the model shows."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes

from experiments.figures.style import BASELINE, COLOURS, blank

BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY = COLOURS
BLACK, GREY = BASELINE, "#777777"
DASHES = ("-", "--", "-.", ":")
"""Beside colours, so that lines can be told apart in print."""

WIDTH, HEIGHT = 4.2, 3.1  # inches, one panel
SMALL = 7.5  # points, for words inside a panel


def panels(rows: int = 1, columns: int = 1, width: float = WIDTH, height: float = HEIGHT, **more: Any) -> Any:
    """A figure and its axes (an array where there are several), each of the given size in inches."""
    figure = blank(columns * width, rows * height)
    return figure, figure.subplots(rows, columns, **more)


def label(axes: Axes, title: str, x: str, y: str) -> None:
    """Title and axes; ``x`` and ``y`` name the quantity with its unit, as in ``carbon (tC/ha)``."""
    axes.set_title(title)
    axes.set_xlabel(x)
    axes.set_ylabel(y)


def evidence(
    axes: Axes,
    x: float,
    low: float,
    high: float,
    middle: float | None = None,
    name: str = "",
    below: bool = False,
) -> None:
    """A published range at ``x`` as a black bracket, its mean as a dot: what the lines are held against.

    The source's ``name`` stands above the bracket, or ``below`` it.
    """
    axes.errorbar([x], [(low + high) / 2], yerr=(high - low) / 2, color=BLACK, capsize=4, lw=1.2, zorder=5)
    if middle is not None:
        axes.plot([x], [middle], "o", color=BLACK, ms=4.5, zorder=6)
    if name:
        at, shift = ((x, low), -12) if below else ((x, high), 4)
        axes.annotate(name, at, xytext=(0, shift), textcoords="offset points", fontsize=SMALL, ha="center")


def note(
    axes: Axes, text: str, at: tuple[float, float], words: tuple[float, float], colour: str = GREY
) -> None:
    """Words in a panel with an arrow to what they speak of."""
    arrow = {"arrowstyle": "->", "color": GREY, "lw": 0.8}
    axes.annotate(text, at, xytext=words, fontsize=SMALL, color=colour, arrowprops=arrow)
