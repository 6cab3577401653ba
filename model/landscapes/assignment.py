"""From bare geography to a landscape: rules say what grows, what is damaged, who digs and what is linked.

Everything here is a guess by rule from height, slope, coast and river, drawn anew for each replicate from dice keyed by
the cells' ids, so that intervals describe more than one guess. Totals that are known (legacy mines, mangrove, natural
shoreline of Xiamen) are met. Most likely wrong: where a thing lies. Trust totals and proportions, not places.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from model.landscapes.assembly import Cells, assemble
from model.landscapes.carving import Carved, carve, counts, fitted, scaled_to
from model.landscapes.cover import ecosystems, town_reach, zones
from model.landscapes.damage import cell_damage, load_stock, people_near, plantations
from model.landscapes.geography import Geography
from model.landscapes.ground import Ground, ground_of
from model.landscapes.landscape import Landscape
from model.landscapes.mines import mine_kinds
from model.landscapes.rules import ARTIFICIAL, LEGACY, MANGROVE, NATURAL, AssignmentRules
from model.landscapes.shores import natural_length, shore_kinds, shore_lengths
from model.state.streams import Chance
from model.units import Floats
from model.vocabulary import Cause


def assign(
    geography: Geography, rules: AssignmentRules, seed: int, replicate: int, hold: bool = False
) -> Landscape:
    """The landscape that the rules make of a geography in one replicate; ``hold`` gives all replicates the first's.

    Raises ``ValueError`` where a known total names no county of the geography or finds no room.
    """
    _check_codes(rules, geography.counties)
    ground = ground_of(geography, Chance(seed, 0 if hold else replicate))
    cells = _cells(ground, rules)
    carved, natural = _carve(ground, rules, cells)
    return assemble(ground, rules, cells, carved, natural)


def _check_codes(rules: AssignmentRules, counties: pd.DataFrame) -> None:
    for name in ("known_legacy_mines", "known_mangrove", "known_natural_shoreline", "known_population"):
        table: Mapping[str, float] = getattr(rules, name)
        for key in table:
            if not counties["code"].str.startswith(key).any():
                raise ValueError(
                    f"{name}: no county's code begins with {key!r}; cities are {_cities(counties)}"
                )


def _cities(counties: pd.DataFrame) -> str:
    return ", ".join(sorted(set(counties["city"]))[:10])


def _cells(ground: Ground, rules: AssignmentRules) -> Cells:
    towns = town_reach(ground, rules)
    ecosystem = ecosystems(ground, rules, towns)
    zone = zones(ground, rules, ecosystem, towns)
    people = people_near(ground, ecosystem, 2)
    stock = load_stock(ground, rules, ecosystem)
    cause = cell_damage(ground, rules, ecosystem, people)
    cause[stock > 1.0] = Cause.POLLUTION
    planted = plantations(ground, rules, ecosystem, zone, people) & (cause == Cause.NONE)
    return Cells(ecosystem, zone, towns, people, cause, stock, planted)


def _carve(ground: Ground, rules: AssignmentRules, cells: Cells) -> tuple[Carved, Floats]:
    """All carved patches with their final areas, and the natural shore (km) of each cell."""
    geo = ground.geography
    kinds = mine_kinds(ground, rules, cells.ecosystem, cells.zone, cells.towns) + shore_kinds(ground, rules)
    known = {LEGACY: rules.known_legacy_mines, MANGROVE: rules.known_mangrove}
    natural = natural_length(ground, rules, cells.towns)
    found = [counts(ground, kind, known.get(number, {})) for number, kind in enumerate(kinds)]
    found[NATURAL] = (natural > 0).astype(np.int64)
    found[ARTIFICIAL] = (geo.shoreline - natural > 0).astype(np.int64)
    carved = carve(ground, kinds, found)
    length = shore_lengths(carved, (NATURAL, ARTIFICIAL), natural, geo.shoreline)
    carved.area[length > 0] *= length[length > 0]  # their sizes were ha per km
    for number, totals in known.items():
        carved = scaled_to(ground, carved, number, totals)
    return fitted(ground, carved, [number for number, totals in known.items() if totals]), natural
