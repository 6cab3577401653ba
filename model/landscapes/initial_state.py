"""The state in which each patch starts, from its ecosystem, its damage and the people around it.

With one age a in (0, 1) for all columns of a patch,

    value = typical_e * (fresh_c + (old_c - fresh_c) a) * (1 - pressure) * (1 - invader)

for structure and composition (at most structure); substrate knows no pressure and stays below the ceiling that the
damage left. A working mine is open in part only. Most likely wrong: waters, whose state is set by their load alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.landscapes.cover import Codes
from model.landscapes.damage import StateRules
from model.landscapes.ground import YEAR, Single
from model.landscapes.landscape import Columns
from model.state.streams import Chance, Keys
from model.units import Flags, Floats
from model.vocabulary import Cause, Ecosystem, Zone

YEARS_OF_PLANTING = (6.0, 30.0)  # planted stock that still stands is past its first deaths


@dataclass(frozen=True, eq=False)
class Past:
    """What has happened to N patches: all arrays (N,); ``opened`` is the open part of working mines, 1 elsewhere."""

    keys: Keys
    ecosystem: Codes
    zone: Codes
    cause: Codes
    people: Single
    planted: Flags
    invader: Single
    stock: Single
    opened: Single


def initial_state(chance: Chance, rules: StateRules, past: Past) -> Columns:
    """Columns of :class:`~model.state.habitats.Habitats` from ``structure`` to ``load_stock``."""
    pressure = _pressure(rules, past)
    age = chance.uniform("landscape/age", YEAR, past.keys)
    age[past.cause == Cause.POLLUTION] = np.clip(past.stock[past.cause == Cause.POLLUTION] - 1.0, 0.0, 1.0)
    left = (1.0 - pressure) * (1.0 - past.invader)
    structure = _value(past, age, rules.typical_structure, rules.fresh_structure, rules.old_structure)
    structure *= left
    composition = _value(past, age, rules.typical_composition, rules.fresh_composition, rules.old_composition)
    composition *= left
    composition[past.planted] *= rules.plantation_composition
    np.minimum(composition, structure, out=composition)
    ceiling = _ceiling(chance, rules, past)
    substrate = _value(past, age, rules.typical_substrate, rules.fresh_substrate, rules.old_substrate)
    np.minimum(substrate, ceiling, out=substrate)
    cover = _value(past, age, rules.typical_cover, rules.fresh_cover, rules.old_cover)
    np.maximum(cover, past.invader, out=cover)
    return {
        "structure": structure,
        "composition": composition,
        "substrate": substrate,
        "ceiling": ceiling,
        "cover": cover,
        "invader": past.invader,
        "carbon": rules.carbon_reference[past.ecosystem] * structure,
        "pressure": pressure,
        "pressure_potential": pressure,  # the red line does not lapse with anybody's project
        "opportunity_cost": (rules.full_income[past.ecosystem] * pressure * structure).astype(np.float32),
        "load_stock": past.stock,
        **_planting(chance, rules, past, age),
    }


def _pressure(rules: StateRules, past: Past) -> Single:
    """Pressure without projects: use by definition on fields and built land, elsewhere as people are near, less inside
    the red line."""
    usual = rules.pressure.astype(np.float32)[past.ecosystem]
    used = np.isin(past.ecosystem, (Ecosystem.FARMLAND, Ecosystem.BUILT))
    kept = np.where(past.zone == Zone.RED_LINE, np.float32(rules.protected_pressure), np.float32(1))
    pressure: Single = np.where(used, usual, np.minimum(usual * (0.4 + 0.6 * past.people), 0.9))
    return (pressure * kept).astype(np.float32)


def _value(past: Past, age: Floats, typical: Floats, fresh: Floats, old: Floats) -> Floats:
    """Typical value times what the damage left of it, at most 1."""
    share = fresh[past.cause] + (old - fresh)[past.cause] * age
    partly = np.flatnonzero(past.opened < 1)
    whole = fresh[Cause.NONE] + (old - fresh)[Cause.NONE] * age[partly]
    share[partly] = past.opened[partly] * share[partly] + (1.0 - past.opened[partly]) * whole
    share *= typical[past.ecosystem]
    return np.minimum(share, 1.0, out=share)


def _ceiling(chance: Chance, rules: StateRules, past: Past) -> Floats:
    between = chance.uniform("landscape/ceiling", YEAR, past.keys)
    ceiling = rules.low_ceiling[past.cause] + (rules.high_ceiling - rules.low_ceiling)[past.cause] * between
    ceiling *= np.where(past.cause == Cause.NONE, 1.0, rules.damaged_ceiling[past.ecosystem])
    partly = np.flatnonzero(past.opened < 1)
    ceiling[partly] = past.opened[partly] * ceiling[partly] + 1.0 - past.opened[partly]
    return np.minimum(ceiling, 1.0)


def _planting(chance: Chance, rules: StateRules, past: Past, age: Floats) -> Columns:
    """Planted and native share, and years since planting."""
    rows = np.flatnonzero(past.planted)
    share = np.zeros(past.keys.size)
    share[rows] = 0.5 + 0.45 * chance.uniform("landscape/planted", YEAR, past.keys[rows])
    years: NDArray[np.int16] = np.zeros(past.keys.size, dtype=np.int16)
    first, last = YEARS_OF_PLANTING
    years[rows] = (first + (last - first) * age[rows]).astype(np.int16)
    native = rules.native_share[past.cause] * (1.0 - past.invader)
    native[rows] *= 1.0 - rules.plantation_exotic * share[rows]
    return {"planted_share": share, "planted_years": years, "native_share": native}
