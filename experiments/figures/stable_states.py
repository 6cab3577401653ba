"""Where ground and vegetation come to rest, drawn: stable and unstable states, and the plane in which patches move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from experiments.figures.panels import BLACK, GREEN, GREY, ORANGE, SMALL, VERMILION, label, note, panels
from experiments.recovery import cases
from experiments.recovery.fixed_points import FixedPoints, at_rest, change_in_a_year, fixed_points
from experiments.recovery.patches import land, live

SCATTERED_RAIN = 0.05
"""Propagules m that arrive where sources are scattered."""

CLEARED_FROM = ((0.05, 0.9), (0.9, 0.24), (0.05, 0.36), (0.02, 0.24), (0.6, 0.1), (0.002, 0.12), (0.1, 0.14))
SPOIL_FROM = ((0.9, 0.2), (0.6, 0.12), (0.3, 0.21), (0.05, 0.1), (0.002, 0.18))
"""Structure and substrate from which paths begin in the plane."""

ROWS = (("structure", "structure at rest (of reference)"), ("substrate", "substrate at rest (1)"))


def bifurcation() -> Any:
    """Structure and substrate at rest, stable and unstable, against the ceiling of the ground and against pressure."""
    figure, grid = panels(2, 2, height=2.6, sharex="col")
    by_ceiling = _rest("ceiling", 0.15)
    by_pressure = _rest("pressure", 0.0, ceiling=0.96)
    for axes, (column, name) in zip(grid, ROWS, strict=True):
        least, most = (
            _branches(axes[0], by_ceiling, column).min(),
            _branches(axes[1], by_pressure, column).max(),
        )
        label(axes[0], "", "", name)
    grid[0, 0].set_title("Ground decides between two futures")
    grid[0, 1].set_title("Pressure tips it, relief does not tip it back")
    grid[1, 0].set_xlabel("ceiling of the substrate (1)")
    grid[1, 1].set_xlabel("pressure (1)")
    note(grid[0, 0], f"below {least:.2f} only bare", (float(least), 0.2), (0.16, 0.5), VERMILION)
    words = "below the dashed line only rebuilding helps"
    grid[1, 0].text(0.42, 0.11, words, fontsize=SMALL, color=VERMILION)
    note(grid[0, 1], f"collapse at {most:.2f}", (float(most), 0.1), (0.74, 0.45), VERMILION)
    note(grid[1, 1], "", (0.05, 0.1), (0.75, 0.1))
    grid[1, 1].text(0.2, 0.13, "no way back by relief alone", fontsize=SMALL, color=VERMILION)
    grid[1, 0].legend(*grid[0, 0].get_legend_handles_labels(), loc="upper left", fontsize=SMALL)
    return figure


def _rest(parameter: str, first: float, **others: Any) -> FixedPoints:
    values = np.linspace(first, 1.0, 241)
    return fixed_points(at_rest(parameter, values.tolist(), SCATTERED_RAIN, **others))


def _branches(axes: Any, found: FixedPoints, column: str) -> Any:
    """Draw forest, the threshold between, and bare ground; returns the values at which forest can stand."""
    threshold = ~found.stable
    tipping = dict(zip(found.value[threshold], found.substrate[threshold], strict=True))
    bound = np.array([tipping.get(value, np.inf) for value in found.value])
    forest = found.stable & (found.substrate > bound)
    for chosen, colour, dash, name in (
        (forest, GREEN, "-", "stable: forest"),
        (threshold, BLACK, "--", "unstable: threshold"),
        (found.stable & ~forest, VERMILION, "-", "stable: bare"),
    ):
        order = np.argsort(found.value[chosen])
        axes.plot(
            found.value[chosen][order], getattr(found, column)[chosen][order], dash, color=colour, label=name
        )
    axes.set_ylim(-0.03, 1.05)
    return found.value[forest]


def nullclines() -> Any:
    """The plane of substrate and structure: where neither changes, and where patches go from several starts."""
    figure, (left, right) = panels(1, 2, height=3.5)
    spoil = cases.SPOIL["ceiling"]
    for axes, ceiling, starts, title in (
        (left, 0.96, CLEARED_FROM, "Soil of a clearing (ceiling 0.96): two states"),
        (right, spoil, SPOIL_FROM, f"Spoil (ceiling {spoil}): one state"),
    ):
        _rest_lines(axes, ceiling)
        _paths(axes, ceiling, starts)
        _points(axes, ceiling)
        label(axes, title, "substrate (1)", "structure (of reference, root scale)")
        axes.set_yscale("function", functions=(np.sqrt, np.square))
        axes.set_yticks([0.0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0])
        axes.set_xlim(0.0, 1.0)
        axes.set_ylim(0.0, 1.05)
    right.legend(loc="upper right", bbox_to_anchor=(1.0, 0.9), fontsize=SMALL)
    return figure


def _rest_lines(axes: Any, ceiling: float) -> None:
    structure, substrate, grows, builds = change_in_a_year(SCATTERED_RAIN, ceiling=ceiling)
    for change, colour, name in (
        (grows, GREEN, "structure at rest"),
        (builds, ORANGE, "substrate at rest"),
    ):
        axes.contour(substrate, structure, change, levels=[0.0], colors=[colour], linewidths=1.6)
        axes.plot([], [], color=colour, label=name)


def _paths(axes: Any, ceiling: float, starts: Sequence[tuple[float, float]]) -> None:
    patches = [
        {"area": 0.001, "structure": structure, "composition": 0.0, "substrate": ground, "ceiling": ceiling}
        for structure, ground in starts
    ]
    lives = live(land(patches), 400, [f"recovery.background_rain={SCATTERED_RAIN}"])
    axes.plot(lives["substrate"], lives["structure"], color=GREY, lw=0.9)
    axes.plot(lives["substrate"][0], lives["structure"][0], ".", color=GREY, ms=5, label="start, and path")


def _points(axes: Any, ceiling: float) -> None:
    found = fixed_points(at_rest("ceiling", [ceiling], SCATTERED_RAIN))
    for stable, face, name in ((True, BLACK, "stable"), (False, "white", "unstable")):
        rows = found.stable == stable
        axes.plot(
            found.substrate[rows], found.structure[rows], "o", mfc=face, mec=BLACK, ms=6, label=name, ls=""
        )
