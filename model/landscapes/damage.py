"""What has been done to the land, how long ago, and the state in which that left it.

Undamaged land has a typical state by ecosystem; each cause of damage multiplies it by a share between a *fresh* and an
*old* value, the same age counting for all columns of a patch: an old clearing has both structure and soil, an old
pit neither. Pressure follows people: value = typical * share(cause, age) * (1 - pressure). Typical shares after
Poorter et al. 2021 (clearings) and Xiamen's mine reports (pits). Most likely wrong: the extent of each damage, which no
map of this area gives; it varies between replicates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from model import units as u
from model.landscapes.cover import Codes
from model.landscapes.ground import YEAR, Ground, Single, top_share
from model.parameters import Each, sourced
from model.vocabulary import Cause, Ecosystem, Zone

ByEcosystem = Annotated[u.Floats, Each(Ecosystem, u.Share)]
ByCause = Annotated[u.Floats, Each(Cause, u.Ratio)]
HALF_AT = "share of the typical value, just after the damage or decades later"


@dataclass(frozen=True)
class StateRules:
    """What damage, use and planting leave of structure, composition, substrate, ceiling, cover and natives."""

    plantation_composition: u.Share = sourced(
        0.2, 0.5, "composition of plantations against natural forest", "assumed"
    )
    plantation_exotic: u.Share = sourced(
        0.5, 0.95, "part of planted stock that is not of the place", "assumed"
    )
    clean_stock: u.Ratio = sourced(0.1, 0.5, "load stock of waters far from people", "assumed")
    people_stock: u.Ratio = sourced(0.2, 1.0, "load stock that average settlement adds", "assumed")
    protected_pressure: u.Share = sourced(0.3, 0.8, "of pressure that remains within the red line", "assumed")
    pressure: ByEcosystem = sourced(
        0.0, 0.9, "use that holds each ecosystem below its reference, mean", "assumed"
    )
    full_income: Annotated[u.Floats, Each(Ecosystem, u.YuanPerHectareYear)] = sourced(
        0.0, 1e5, "of intact land used to the full; cutting, grazing, farming, fishing", "assumed"
    )
    typical_structure: ByEcosystem = sourced(0.0, 1.0, "undamaged and unused", "assumed")
    typical_composition: ByEcosystem = sourced(
        0.0, 1.0, "undamaged and unused, second growth as a rule", "assumed"
    )
    typical_substrate: ByEcosystem = sourced(0.0, 1.0, "undamaged and unused", "assumed")
    typical_cover: ByEcosystem = sourced(0.0, 1.0, "green cover from above", "assumed")
    damaged_ceiling: ByEcosystem = sourced(
        0.5, 1.0, "limit of self-repair once damaged; wetlands 0.65 (Moreno-Mateos 2012)", "derived"
    )
    carbon_reference: Annotated[u.Floats, Each(Ecosystem, u.TonnesPerHectare)] = sourced(
        0.0, 400.0, "as the reference of model.mechanisms.carbon", "recalled"
    )
    fresh_structure: ByCause = sourced(0.0, 1.0, HALF_AT, "assumed")
    old_structure: ByCause = sourced(0.0, 1.0, HALF_AT, "assumed")
    fresh_composition: ByCause = sourced(0.0, 1.0, HALF_AT, "assumed")
    old_composition: ByCause = sourced(0.0, 1.0, HALF_AT, "assumed")
    fresh_substrate: ByCause = sourced(0.0, 1.2, HALF_AT, "assumed")
    old_substrate: ByCause = sourced(0.0, 1.2, HALF_AT, "assumed")
    fresh_cover: ByCause = sourced(0.0, 1.2, HALF_AT, "assumed")
    old_cover: ByCause = sourced(0.0, 1.2, HALF_AT, "assumed")
    low_ceiling: ByCause = sourced(0.1, 1.0, "least limit of self-repair", "assumed")
    high_ceiling: ByCause = sourced(0.1, 1.0, "largest limit of self-repair", "assumed")
    native_share: ByCause = sourced(0.3, 1.0, "native part of what stands", "assumed")


@dataclass(frozen=True)
class DamageRules(StateRules):
    """How far each damage extends over cells of which nothing is known but their place."""

    cleared_share: u.Share = sourced(0.05, 0.2, "of forest, cut within thirty years and regrowing", "assumed")
    eroded_share: u.Share = sourced(0.06, 0.13, "of forest and grassland; Longyan 13.1 % in 1985", "derived")
    drained_share: u.Share = sourced(0.2, 0.6, "of wetlands", "assumed")
    scarred_share: u.Share = sourced(
        0.002, 0.02, "of forest, grassland and fields, bare from construction", "assumed"
    )
    invaded_share: u.Share = sourced(0.1, 0.5, "of muddy coastal patches, with some Spartina", "assumed")
    invader_cover: u.Share = sourced(0.1, 0.8, "largest cover of the invader where it is", "assumed")
    plantation_share: u.Share = sourced(0.25, 0.5, "of forest; Fujian plants more than a third", "recalled")
    extent_spread: u.Ratio = sourced(
        0.0, 0.4, "standard deviation of the logarithm of each extent", "assumed"
    )
    people_weight: u.Ratio = sourced(
        0.2, 1.0, "how much nearness to people decides where damage lies", "assumed"
    )


def people_near(ground: Ground, ecosystem: Codes, reach: int) -> Single:
    """Settlement and fields within ``reach`` cells (n,), 1 on average over the land, at most 3."""
    use = (ecosystem == Ecosystem.BUILT) + 0.3 * (ecosystem == Ecosystem.FARMLAND)
    near = ground.grid.smooth(use.astype(np.float32), reach)
    middle = float(near[ground.land].mean()) if ground.land.any() else 0.0
    scaled: Single = np.minimum(near / np.float32(max(middle, 1e-6)), 3).astype(np.float32)
    return scaled


def cell_damage(ground: Ground, rules: DamageRules, ecosystem: Codes, people: Single) -> Codes:
    """Cause of damage of each cell (n,) as a whole; waters are judged by their load stock elsewhere."""
    natural = np.isin(ecosystem, (Ecosystem.FOREST, Ecosystem.GRASSLAND))
    hills = ground.low - ground.flat
    turns = (
        (Cause.CLEARING, rules.cleared_share, ecosystem == Ecosystem.FOREST, 0 * hills, 1),
        (Cause.DESERTIFICATION, rules.eroded_share, natural, hills, 3),
        (Cause.CLEARING, rules.drained_share, ecosystem == Ecosystem.WETLAND, 0 * hills, 0),
        (
            Cause.CONSTRUCTION,
            rules.scarred_share,
            natural | (ecosystem == Ecosystem.FARMLAND),
            ground.flat,
            0,
        ),
    )
    cause = np.zeros(len(ground.geography), dtype=np.int8)
    for turn, (what, share, among, suits, reach) in enumerate(turns):
        score = rules.people_weight * people + suits
        score += ground.patches_of_chance(f"landscape/damage {turn}", reach)
        extent = share * np.exp(
            rules.extent_spread * ground.chance.scalar_normal("landscape/extent", YEAR, turn)
        )
        area = ground.geography.area
        free = among & (cause == Cause.NONE)
        of_free = extent * float(area[among].sum()) / max(float(area[free].sum()), 1e-9)
        cause[top_share(score.astype(np.float32), area, min(of_free, 1.0), free)] = what
    return cause


def load_stock(ground: Ground, rules: DamageRules, ecosystem: Codes) -> Single:
    """Load stock of each water cell (n,), 0 elsewhere: the people along its shores over the last decades."""
    wet = np.isin(ecosystem, (Ecosystem.LAKE, Ecosystem.RIVER, Ecosystem.BAY))
    spread = np.exp(0.3 * ground.patches_of_chance("landscape/load stock", 2))
    stock = (rules.clean_stock + rules.people_stock * people_near(ground, ecosystem, 4)) * spread
    stock[~wet] = 0.0
    return stock.astype(np.float32)


def plantations(
    ground: Ground, rules: DamageRules, ecosystem: Codes, zone: Codes, people: Single
) -> NDArray[np.bool_]:
    """Flags of the forest cells (n,) that were planted: outside the red line first, nearer to people."""
    score = rules.people_weight * people - (zone == Zone.RED_LINE)
    score += ground.patches_of_chance("landscape/plantation", 2)
    return top_share(score, ground.geography.area, rules.plantation_share, ecosystem == Ecosystem.FOREST)
