"""What goes from patch to patch: seeds, and loads down the rivers and between bays."""

from __future__ import annotations

from typing import Any

from tests.oracle.patch import Patch

Exchange = list[tuple[int, int, float]]


def sow(patches: list[Patch], form: Any) -> None:
    """Seeds rain from the neighbours as they stood, before anybody grows."""
    arriving = [patch.sown(form) for patch in patches]
    for patch, (rain, composition) in zip(patches, arriving, strict=True):
        patch.seed_rain, patch.source_composition = rain, composition


def let_water_run(patches: list[Patch], form: Any) -> None:
    """Emit everywhere, then pass on from the headwaters down."""
    waiting = dict.fromkeys(patches, 0)
    for patch in patches:
        patch.load = patch.emitted(form)
        if patch.downstream is not None:
            waiting[patch.downstream] += 1
    ready = [patch for patch in patches if waiting[patch] == 0]
    for patch in ready:  # grows while it is walked
        below = patch.downstream
        if below is not None:
            below.load += patch.passed_on(form)
            waiting[below] -= 1
            if waiting[below] == 0:
                ready.append(below)


def arriving_loads(patches: list[Patch], exchange: Exchange) -> dict[Patch, float]:
    """Load that works on each water: its own, or its part by area of its bay's after exchange."""
    waters = [patch for patch in patches if patch.is_water]
    density = _bay_densities([patch for patch in waters if patch.bay >= 0], exchange)
    return {patch: density[patch.bay] * patch.area if patch.bay >= 0 else patch.load for patch in waters}


def _bay_densities(waters: list[Patch], exchange: Exchange) -> dict[int, float]:
    """Load by hectare of each bay: neighbours move a part of the gap between them, all at once."""
    size = {bay: sum(p.area for p in waters if p.bay == bay) for bay in {p.bay for p in waters}}
    load = {bay: sum(p.load for p in waters if p.bay == bay) for bay in size}
    density = {bay: load[bay] / size[bay] for bay in size}
    for one, other, rate in exchange:
        if one in size and other in size:
            moved = 0.5 * rate * (density[one] - density[other]) * min(size[one], size[other])
            load[one] -= moved
            load[other] += moved
    return {bay: load[bay] / size[bay] for bay in size}
