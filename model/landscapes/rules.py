"""All rules by which a geography becomes a landscape, and the kinds of small patches that they cut out of cells.

Each part is declared beside the code that reads it; what people do there is counted here. Most likely wrong: one
density of people for all towns.
"""

from __future__ import annotations

from dataclasses import dataclass

from model import units as u
from model.landscapes.cover import CoverRules
from model.landscapes.damage import DamageRules
from model.landscapes.links import LinkRules
from model.landscapes.mines import MineRules
from model.landscapes.shores import ShoreRules
from model.parameters import sourced

LEGACY, MINE, QUARRY, NATURAL, ARTIFICIAL, FLAT, MANGROVE = range(7)  # in the order in which they are listed


@dataclass(frozen=True)
class AssignmentRules(CoverRules, ShoreRules, MineRules, DamageRules, LinkRules):
    """Every number of the assignment, in one flat table."""

    built_density: u.Ratio = sourced(
        20.0, 130.0, "persons per ha of built land; Fujian has 41.5 million", "derived"
    )
    farmland_density: u.Ratio = sourced(
        1.0, 10.0, "persons per ha of farmland, beside those in built cells", "assumed"
    )
    known_population: dict[str, float] = sourced(
        0.0, 1e8, "persons by code of city or county; census of 2020", "recalled"
    )
