"""How patches recover by themselves, drawn beside the evidence: fates, forest, wetland, waters, carbon.

Every function takes nothing and returns one figure of ``docs/recovery.md``; what it shows was computed by
:mod:`experiments.recovery`, with the real model.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from experiments.figures.panels import (
    BLACK,
    BLUE,
    DASHES,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    SMALL,
    VERMILION,
    evidence,
    label,
    panels,
)
from experiments.recovery import cases, patterns
from model.vocabulary import Ecosystem

FATES = (
    "cleared, near sources",
    "cleared, isolated",
    "spoil, left alone",
    "spoil, rebuilt",
    "spoil, under turf",
)
FATE_COLOURS = (BLUE, SKY, VERMILION, GREEN, ORANGE)
PLACES = ("near sources", "scattered sources", "isolated")
TIME = "years"


def fates() -> Any:
    """A century of five patches, column by column."""
    lives = cases.fates()
    figure, grid = panels(2, 3, width=2.9, height=2.3)
    for axes, name in zip(
        grid.ravel(), ("structure", "composition", "condition", "substrate", "cover"), strict=False
    ):
        for column, (colour, dash) in enumerate(zip(FATE_COLOURS, ["-", "-", "-", "--", "-"], strict=True)):
            axes.plot(lives[name][:, column], dash, color=colour)
        label(axes, name, TIME, "(1)" if name in ("substrate", "cover") else "(of reference)")
        axes.set_ylim(-0.03, 1.05)
    key = grid.ravel()[-1]
    key.axis("off")
    for name, colour, dash in zip(FATES, FATE_COLOURS, ["-", "-", "-", "--", "-"], strict=True):
        key.plot([], [], dash, color=colour, label=name)
    key.legend(loc="center", fontsize=9)
    return figure


def forest() -> Any:
    """Clearings in three surroundings against Poorter and Rozendaal; their soil."""
    lives = cases.regrowth()
    figure, (left, middle, right) = panels(1, 3, width=3.3, height=2.9)
    _by_place(left, lives["structure"][:101])
    evidence(left, 20, 0.33, 1.0, 0.79, "Poorter 2021")
    label(left, "Structure returns in decades", TIME, "structure (of reference)")
    left.axhline(0.9, color=GREY, lw=0.8, ls=":")
    _by_place(middle, lives["composition"][:301])
    evidence(middle, 20, 0.306, 0.374, 0.34)
    middle.annotate("Rozendaal 2019", (20, 0.34), xytext=(90, 0.3), fontsize=SMALL)
    label(middle, "Composition takes centuries", TIME, "composition (of reference)")
    soil = lives["substrate"][:51] / cases.REFERENCE_SOIL
    _by_place(right, soil)
    right.plot(soil[:, patterns.FELLED], "--", color=GREEN)
    right.axhline(0.9, color=GREY, lw=0.8, ls=":")
    right.axvline(10, color=GREY, lw=0.8, ls=":")
    label(
        right,
        "Soil returns first",
        TIME,
        f"substrate (of {cases.REFERENCE_SOIL}, old forest)",
    )
    right.set_ylim(0.8, 1.1)
    right.annotate("felled only,\nisolated", (12, 1.0), xytext=(3, 1.03), fontsize=SMALL, color=GREEN)
    left.legend(loc="lower right")
    return figure


def _by_place(axes: Any, series: Any) -> None:
    for column, (name, colour) in enumerate(zip(PLACES, (BLUE, PURPLE, VERMILION), strict=True)):
        axes.plot(series[:, column], color=colour, label=name)


def wetland() -> Any:
    """A drained wetland set free, against Moreno-Mateos."""
    lives = cases.drained_wetland()
    figure, axes = panels()
    for column, name in enumerate(("among wetlands", "isolated")):
        colour = (BLUE, VERMILION)[column]
        axes.plot(lives["structure"][:, column], color=colour, label=f"structure, {name}")
        axes.plot(lives["condition"][:, column], "--", color=colour, label=f"condition, {name}")
    evidence(axes, 100, 0.74, 0.77, None, "Moreno-Mateos 2012")
    label(axes, "A drained wetland stays a quarter short", TIME, "of reference")
    axes.set_ylim(0.0, 1.05)
    axes.legend(loc="lower right")
    return figure


def waters() -> Any:
    """A lake and a bay whose inflow was cut, with the memory of its load and without."""
    figure, (lake, bay) = panels(1, 2, sharey=True)
    for axes, kind, low, high, middle, name in (
        (lake, Ecosystem.LAKE, 0.18, 0.50, 0.34, "Lake"),
        (bay, Ecosystem.BAY, 0.09, 0.39, 0.24, "Bay"),
    ):
        slow = patterns.regained(cases.relieved_water(kind))[:61]
        quick = patterns.regained(cases.relieved_water(kind, memory=False))[:61]
        for column, cut in enumerate(cases.CUTS):
            axes.plot(slow[:, column], DASHES[column], color=BLUE, label=f"{100 * cut:.0f} % of inflow cut")
        axes.plot(quick[:, 1], color=ORANGE, lw=1.0, label="75 % cut, no memory of loads")
        evidence(axes, 25, low, high, middle, "McCrackin 2017", below=True)
        later = patterns.delay_by_memory(kind)
        label(axes, f"{name}: memory costs {later:.0f} years", TIME, "share of lost condition regained")
    lake.legend(loc="upper left")
    bay.set_ylim(0.0, 1.0)
    return figure


def carbon() -> Any:
    """Carbon of clearings: stock and yearly gain, against the forest tickets."""
    lives = cases.regrowth()
    figure, (left, right) = panels(1, 2)
    stock = lives["carbon"][:81]
    _by_place(left, stock)
    label(left, "Stock", TIME, "carbon (tC/ha)")
    _by_place(right, np.diff(stock, axis=0))
    right.axhline(11.9 * 12 / 44, color=BLACK, lw=1.0, ls="--")
    right.text(44, 11.9 * 12 / 44 + 0.06, "Sanming: 11.9 tCO2/ha/yr", fontsize=SMALL)
    label(right, "Yearly gain", TIME, "carbon (tC/ha/yr)")
    right.set_ylim(0.0, 3.8)
    left.legend(loc="upper left")
    return figure
