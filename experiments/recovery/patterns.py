"""What is known of recovery, beside what the model shows: one row a pattern, with the range that evidence leaves.

A range is the source's own (its interval, or two sources that differ) where it states one; else a published mean
stands with 10 % of itself on either side, and ``range`` says so. A pattern may be *fitted* (a parameter was chosen for
it), an *input* (the model was told), or *shown* (neither). Assumption most likely to be wrong: that a mean over sites
is the same thing as a typical patch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.recovery import cases
from experiments.recovery.patches import Lives, settled
from model.vocabulary import Ecosystem

NEAR, SCATTERED, ISOLATED, FELLED = range(4)
DECADES = slice(20, 31)


@dataclass(frozen=True)
class Pattern:
    """A number of the world and its like in the model: evidence from ``low`` to ``high``, in ``unit``."""

    name: str
    unit: str
    low: float
    high: float
    range: str
    source: str
    role: str
    figure: str
    measure: Callable[[], float]


def years_to(series: NDArray[np.float64], level: float) -> float:
    """Years until a series first reaches a level, by straight lines between years; infinite where it does not."""
    above = np.flatnonzero(series >= level)
    if above.size == 0:
        return float("inf")
    year = int(above[0])
    if year == 0:
        return 0.0
    before, after = series[year - 1], series[year]
    return year - 1 + float((level - before) / (after - before))


def regained(lives: Lives) -> NDArray[np.float64]:
    """Share of the condition that was lost at the start which has come back, (years + 1, patches)."""
    condition = lives["condition"]
    return np.asarray((condition - condition[0]) / (1.0 - condition[0]))


def erosion(lives: Lives) -> NDArray[np.float64]:
    """Soil loss of hills by their cover, as the model has it, against the first year's, (years + 1,)."""
    shelter = settled(())["recovery"]["shelter"]
    loss = np.exp(-shelter * lives["cover"]).mean(axis=1)
    return np.asarray(loss / loss[0])


def _regrown(column: str, year: int, case: int) -> float:
    return float(cases.regrowth()[column][year, case])


def _in_decades(kind: Ecosystem) -> float:
    return float(regained(cases.relieved_water(kind))[DECADES].mean())


def delay_by_memory(kind: Ecosystem, level: float = 0.2) -> float:
    """Years by which the memory of loads delays the return of a fifth of what was lost, mean over the cuts."""
    slow, quick = (regained(cases.relieved_water(kind, memory=memory)) for memory in (True, False))
    return float(
        np.mean([years_to(a, level) - years_to(b, level) for a, b in zip(slow.T, quick.T, strict=True)])
    )


def e_folding(kind: Ecosystem) -> float:
    """Years until a fully relieved water has lost all but 1/e of its load stock."""
    return years_to(-cases.relieved_water(kind)["load_stock"][:, -1], -float(np.exp(-1.0)))


def _dead(year: int) -> float:
    """Of the gaps that were planted, the part that no longer carries planted stock."""
    lives = cases.planting()
    return 1.0 - float(lives["planted_share"][year, 0] / (1.0 - lives["structure"][0, 0]))


def _fenced_gain() -> float:
    cover = cases.fenced_steppe()["cover"][:, 0]
    return float(cover[-1] / cover[-11] - 1.0)


def _sand_carbon(years: int) -> float:
    carbon = cases.fenced_sand()["carbon"][:, 0]
    return float((carbon[years] - carbon[0]) / years)


def fastest_carbon() -> float:
    """The best five years in a row of a clearing near sources, t/ha/yr."""
    carbon = cases.regrowth()["carbon"][:60, NEAR]
    return float((carbon[5:] - carbon[:-5]).max() / 5.0)


def erosion_decline() -> float:
    """Yearly decline of erosion over the programme, as a rate of decay."""
    return float(-np.log(erosion(cases.red_soil())[-1]) / cases.PROGRAMME_YEARS)


def _removed() -> float:
    cover = cases.spartina()["invader"].sum(axis=1)
    return float(1.0 - cover[1] / cover[0])


def _reinvasion() -> float:
    """Yearly hazard over five years on a flat dug out bare beside full ones."""
    retaken = cases.spartina(cleared=False)["invader"][:, cases.FLATS // 2] / cases.FULL
    return float(-np.log(1.0 - retaken[5]) / 5.0)


def loss_ratio() -> float:
    """What a typhoon takes of a native forest's structure against a plantation's, over all storms."""
    structure = cases.storms()["structure"]
    lost = 1.0 - structure[1:] / structure[:-1]
    struck = lost[:, cases.EXOTIC].mean(axis=1) > 0.02
    return float(lost[struck][:, cases.NATIVE].mean() / lost[struck][:, cases.EXOTIC].mean())


TEN = "mean ± 10 %"
POORTER = "Poorter et al. 2021"
ROZENDAAL = "Rozendaal et al. 2019"
PATTERNS: tuple[Pattern, ...] = (
    Pattern("forest structure, 20 yr, near sources", "of reference", 0.78, 0.80, "two means",
            f"{POORTER}; {ROZENDAAL}", "fitted", "forest", lambda: _regrown("structure", 20, NEAR)),
    Pattern("forest structure, 20 yr, scattered sources", "of reference", 0.33, 1.0, "range over 77 sites",
            POORTER, "shown", "forest", lambda: _regrown("structure", 20, SCATTERED)),
    Pattern("forest structure, 20 yr, isolated", "of reference", 0.33, 1.0, "range over 77 sites",
            POORTER, "shown", "forest", lambda: _regrown("structure", 20, ISOLATED)),
    Pattern("forest composition, 20 yr, near sources", "of reference", 0.306, 0.374, TEN,
            ROZENDAAL, "fitted", "forest", lambda: _regrown("composition", 20, NEAR)),
    Pattern("forest composition to 90 %, near sources", "yr", 100.0, 1000.0, "centuries",
            ROZENDAAL, "shown", "forest", lambda: years_to(cases.regrowth()["composition"][:, NEAR], 0.9)),
    Pattern("soil of a clearing to 90 %, near sources", "yr", 0.0, 10.0, "under 10", POORTER, "fitted", "forest",
            lambda: years_to(cases.regrowth()["substrate"][:, NEAR], 0.9 * cases.REFERENCE_SOIL)),
    Pattern("least soil of a felled, isolated forest", "of reference", 0.9, 1.1, "keeps 90 %",
            POORTER, "shown", "forest",
            lambda: float(cases.regrowth()["substrate"][:, FELLED].min() / cases.REFERENCE_SOIL)),
    Pattern("forest structure to 90 %, near sources", "yr", 25.0, 60.0, "25-60", POORTER, "shown", "forest",
            lambda: years_to(cases.regrowth()["structure"][:, NEAR], 0.9)),
    Pattern("forest structure to 90 %, isolated", "yr", 25.0, 60.0, "25-60", POORTER, "shown", "forest",
            lambda: years_to(cases.regrowth()["structure"][:, ISOLATED], 0.9)),
    Pattern("condition of used second growth", "of reference", 0.75, 0.9, "about 0.8", "evidence review",
            "shown", "forest", lambda: float(cases.used_forest()["condition"][50, 0])),
    Pattern("carbon of young forest, best five years", "tC/ha/yr", 2.9, 3.6, TEN, "Sanming forest tickets",
            "fitted", "carbon", fastest_carbon),
    Pattern("wetland structure, 100 yr, among wetlands", "of reference", 0.74, 0.77, "two means",
            "Moreno-Mateos et al. 2012", "fitted", "wetland",
            lambda: float(cases.drained_wetland()["structure"][100, 0])),
    Pattern("lake: lost condition regained, 20-30 yr", "share", 0.18, 0.50, "95 % interval",
            "McCrackin et al. 2017", "fitted", "waters", lambda: _in_decades(Ecosystem.LAKE)),
    Pattern("coast: lost condition regained, 20-30 yr", "share", 0.09, 0.39, "95 % interval",
            "McCrackin et al. 2017", "fitted", "waters", lambda: _in_decades(Ecosystem.BAY)),
    Pattern("lake: load stock falls to 1/e", "yr", 10.0, 15.0, "10-15", "Zhao et al. 2020", "input", "waters",
            lambda: e_folding(Ecosystem.LAKE)),
    Pattern("coast: load stock falls to 1/e", "yr", 10.0, 15.0, "10-15", "Zhao et al. 2020", "input", "waters",
            lambda: e_folding(Ecosystem.BAY)),
    Pattern("planted trees dead after 1 yr, no care", "share", 0.162, 0.198, TEN, "Banin et al. 2023",
            "input", "planting", lambda: _dead(1)),
    Pattern("planted trees dead after 5 yr, no care", "share", 0.396, 0.484, TEN, "Banin et al. 2023",
            "input", "planting", lambda: _dead(5)),
    Pattern("steppe cover after 10 fenced years", "relative gain", 0.756, 0.924, TEN, "Wang et al. 2020",
            "fitted", "fenced", _fenced_gain),
    Pattern("sandy land: soil carbon, 8 fenced years", "tC/ha/yr", 0.486, 0.594, TEN, "Li et al. 2015",
            "fitted", "fenced", lambda: _sand_carbon(8)),
    Pattern("sandy land: soil carbon, 25 fenced years", "tC/ha/yr", 0.644, 0.786, TEN, "Li et al. 2012",
            "shown", "fenced", lambda: _sand_carbon(25)),
    Pattern("Changting: decline of erosion", "1/yr", 0.0396, 0.0484, TEN,
            "Changting surveys 1985, 2012", "shown", "changting", erosion_decline),
    Pattern("Spartina removed in the first year", "share", 0.64, 0.775, "plan and outcome", "Fujian 2022",
            "input", "spartina", _removed),
    Pattern("Spartina: reinvasion of a cleared flat", "1/yr", 0.03, 0.25, "expert judgement", "expert judgement",
            "input", "spartina", _reinvasion),
    Pattern("spoil left alone: structure, 100 yr", "of reference", 0.0, 0.1, "does not recover", "policy A12",
            "shown", "fates", lambda: float(cases.fates()["structure"][100, 2])),
    Pattern("turf on spoil: cover, 10 yr", "share", 0.0, 0.3, "dies back", "policy A19", "shown", "fakes",
            lambda: float(cases.fates()["cover"][10, 4])),
    Pattern("typhoon loss, native against exotic", "ratio", 0.0, 0.8, "natives lose less", "model specification",
            "input", "typhoon", loss_ratio),
)  # fmt: skip


def table() -> pd.DataFrame:
    """Every pattern with its range, the model's number and whether it lies within."""
    rows = []
    for pattern in PATTERNS:
        value = pattern.measure()
        rows.append(
            {
                "pattern": pattern.name,
                "model": float(f"{value:.3g}"),
                "unit": pattern.unit,
                "low": pattern.low,
                "high": pattern.high,
                "range": pattern.range,
                "within": "yes" if pattern.low <= value <= pattern.high else "no",
                "role": pattern.role,
                "source": pattern.source,
                "figure": pattern.figure,
            }
        )
    return pd.DataFrame(rows)
