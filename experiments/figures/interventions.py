"""What people do to patches, drawn beside the evidence: planting, fencing, treating, clearing, faking; and typhoons.

As in :mod:`experiments.figures.recovery`, every function takes nothing and returns one figure of ``docs/recovery.md``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from experiments.figures.panels import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    SMALL,
    VERMILION,
    evidence,
    label,
    panels,
)
from experiments.recovery import cases, patterns

TIME = "years"
ERODED_1985 = 146.2
"""Changting, 10 000 mu."""


def planting() -> Any:
    """Survival of planted trees without care and with it, against Banin."""
    lives = cases.planting()
    figure, (left, right) = panels(1, 2)
    for column, (name, colour) in enumerate((("no care", VERMILION), ("care of a project", BLUE))):
        planted = 1.0 - lives["structure"][0, column]
        alive = np.concatenate([[1.0], lives["planted_share"][1:11, column] / planted])
        left.plot(alive, "o-", ms=3, color=colour, label=name)
        right.plot(lives["structure"][:, column], color=colour, label=name)
    evidence(left, 1, 0.81, 0.83, 0.82)
    evidence(left, 5, 0.20, 0.80, 0.56, "Banin 2023")
    label(left, "Planted trees die young", "years since planting", "planted stock alive (share)")
    left.set_ylim(0.0, 1.05)
    left.legend(loc="lower left")
    label(right, "The stand outgrows its losses", "years since planting", "structure (of reference)")
    right.set_ylim(0.0, 1.0)
    right.set_xticks(range(0, 21, 5))
    return figure


def fenced() -> Any:
    """Steppe and sandy land behind a fence: cover against Wang, soil carbon against Li."""
    steppe, sand = cases.fenced_steppe(), cases.fenced_sand()
    figure, (left, right) = panels(1, 2)
    years = np.arange(-10, 11)
    cover = steppe["cover"][-21:, 0]
    left.plot(years, cover / cover[10], color=GREEN)
    evidence(left, 10, 1.756, 1.924, 1.84)
    left.annotate("Wang 2020:\n+84 %", (10, 1.76), xytext=(6.4, 1.35), fontsize=SMALL)
    left.axvline(0, color=GREY, lw=0.8, ls=":")
    left.set_xticks(range(-10, 11, 5))
    label(left, "Steppe cover behind a fence", "years since fencing", "cover (of grazed cover)")
    right.plot(sand["carbon"][:, 0] - cases.HORQIN_CARBON, color=ORANGE)
    right.plot([8], [4.35], "o", color=BLACK, ms=5)
    right.plot([7, 12, 25], [3.41, 8.22, 17.86], "s", mfc="white", mec=BLACK, ms=5)
    right.annotate("Li 2015, soil to 20 cm (fitted)", (8, 4.35), xytext=(9.5, 2.6), fontsize=SMALL)
    right.annotate(
        "Li 2012, plants and soil to 1 m (not used)", (12, 8.2), xytext=(3.0, 14.0), fontsize=SMALL
    )
    label(right, "Sandy land stores carbon again", "years since fencing", "carbon gained (tC/ha)")
    return figure


def changting() -> Any:
    """Eroded red-soil hills under a programme that treats what Changting treated."""
    figure, axes = panels()
    years = 1985 + np.arange(cases.PROGRAMME_YEARS + 1)
    for treated, colour, name in ((True, BLUE, "programme"), (False, VERMILION, "nobody treats")):
        index = patterns.erosion(cases.red_soil(treated))
        axes.plot(years, ERODED_1985 * index, color=colour, label=f"model: {name}")
    left = 1.0 - cases.TREATED_SHARE * np.linspace(0.0, 1.0, years.size)
    axes.plot(years, ERODED_1985 * left, "--", color=GREY, lw=1.0, label="not yet treated (input)")
    axes.plot([1985, 2011, 2012], [ERODED_1985, 47.69, 45.12], "o", color=BLACK, ms=5, label="surveyed area")
    label(axes, "Changting: treating works, waiting does not", "year", "erosion (as 10 000 mu of 1985)")
    axes.set_ylim(0.0, 260.0)
    axes.legend(loc="upper left")
    return figure


def spartina() -> Any:
    """Spartina after one clearing of a whole flat coast, and its return to one flat that was dug out."""
    figure, axes = panels()
    middle = cases.FLATS // 2
    all_cleared, one_cleared = cases.spartina()["invader"], cases.spartina(cleared=False)["invader"]
    share = all_cleared.sum(axis=1) / all_cleared[0].sum()
    axes.plot(share, color=BLUE, label="all flats cleared once, then left")
    axes.plot(
        np.append(0.0, one_cleared[1:, middle]) / cases.FULL,
        color=VERMILION,
        label="one flat dug out bare among full ones",
    )
    evidence(axes, 1, 0.225, 0.36, 0.225)
    axes.annotate("Fujian 2022: 77.5 % removed\n(plan 64 %)", (1.2, 0.3), xytext=(9.5, 0.27), fontsize=SMALL)
    label(
        axes,
        "Spartina comes back without upkeep",
        "years since clearing",
        "cover (share of what it can hold)",
    )
    axes.set_ylim(0.0, 1.05)
    axes.legend(loc="lower right")
    return figure


def fakes() -> Any:
    """What a satellite sees of turf on spoil and of rebuilt ground, and what is there."""
    lives = cases.fates()
    figure, (left, right) = panels(1, 2, sharey=True)
    sown = {"cover": cases.TURF["cover"], "condition": cases.TURF["structure"] / 2}
    for axes, column, first, title in (
        (left, 4, sown, "Turf sown on spoil"),
        (right, 3, {}, "Ground rebuilt, then planted"),
    ):
        for name, dash, colour, text in (
            ("cover", "-", GREEN, "cover, as a satellite sees it"),
            ("condition", "-", BLUE, "condition"),
            ("substrate", "--", ORANGE, "substrate"),
        ):
            series = lives[name][:21, column].copy()
            series[0] = first.get(name, series[0])
            axes.plot(series, dash, color=colour, label=text)
        label(axes, title, "years since the works", "(1)")
        axes.set_xticks(range(0, 21, 5))
    left.set_ylim(0.0, 1.0)
    left.legend(loc="upper right")
    return figure


def typhoon() -> Any:
    """Native forest and exotic plantations through the same storms, the mean of each."""
    lives = cases.storms()
    figure, axes = panels()
    for stands, name, colour in (
        (cases.NATIVE, "natural forest", GREEN),
        (cases.EXOTIC, "plantation", VERMILION),
    ):
        for column, dash, width in (("structure", "-", 1.6), ("condition", "--", 1.0)):
            mean = lives[column][:101, stands].mean(axis=1)
            axes.plot(mean, dash, lw=width, color=colour, label=f"{column}, {name}")
    label(axes, "The same storms take less of natives", TIME, "of reference")
    axes.set_ylim(0.2, 1.02)
    axes.legend(loc="lower right", fontsize=SMALL)
    return figure
