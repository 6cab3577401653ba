"""A builder: land asked for, taken for good, borrowed, given back or left."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log
from typing import Any

import numpy as np

from model.vocabulary import Mode, ParcelStage, Zone
from tests.oracle.books import fen
from tests.oracle.patch import Life, Patch

BEST_LINKED = 0.9  # quantile from which a patch is on the map of corridors
BUILDERS = "outside:developers"


def corridors(patches: list[Patch]) -> set[Patch]:
    """Habitats that reach the most habitat in one step, the best tenth."""
    reached = {
        patch: sum(chance * other.area for other, chance in patch.neighbours if other.is_habitat)
        for patch in patches
        if patch.is_habitat
    }
    some = [link for link in reached.values() if link > 0.0]
    least = float(np.quantile(some, BEST_LINKED)) if some else 0.0
    return {patch for patch, link in reached.items() if link > 0.0 and link >= least}


@dataclass(eq=False)
class Parcel:
    """Temporary land of one request on one patch."""

    patch: Patch
    area: float
    begun: int
    due: int
    cost: int
    prepaid: float = 0.0
    held: int = 0
    stage: int = ParcelStage.IN_USE
    closed: int = -1
    bare: float = 0.0

    def is_due(self, year: int) -> bool:
        return self.stage == ParcelStage.IN_USE and self.due <= year

    def end(self, form: Any, year: int) -> None:
        """Given back with ground and seed, or left to the county."""
        model, patch = self.patch.model, self.patch
        self.closed = year
        model.obligations.meet("reclamation_duty", BUILDERS, self.cost)  # met, or struck off and the county's
        if model.dice.uniform("development/walk away", year, patch.key) < form.walk_away:
            self.stage, self.bare = ParcelStage.LEFT, self.area
            model.obligations.create("abandoned_land", patch.county.account, self.cost)
            return
        self.stage = ParcelStage.RECLAIMED
        model.ledger.pay("temporary_land_reclaimed", BUILDERS, "outside:contractors", self.cost)
        part = min(self.area / max(_left(patch), 1e-12), 1.0)
        for life in _lives(patch):
            rise = part * max(form.reclaimed_substrate - form.spoil_substrate, 0.0)
            life.substrate = min(life.substrate + rise, 1.0)
            life.ceiling = min(
                life.ceiling + part * max(form.reclaimed_ceiling - form.spoil_ceiling, 0.0), 1.0
            )
            life.structure += part * form.reclaimed_structure * (1.0 - life.structure)

    def redeem(self) -> None:
        """Land that was left is restored once a later project that rebuilt the patch is accepted."""
        site = self.patch.site
        if self.stage != ParcelStage.LEFT or site is None:
            return
        if site.mode == Mode.RECONSTRUCTION and site.accepted and site.begun > self.closed:
            self.stage, self.bare = ParcelStage.RESTORED, 0.0
            owed = self.cost - floor(self.cost * self.prepaid)
            self.patch.model.obligations.meet("abandoned_land", self.patch.county.account, owed)


def develop(patch: Patch, form: Any, year: int) -> Parcel | None:
    """A request by chance, refused by zone or corridor; what is taken is gone, what is borrowed is stripped."""
    model, dice = patch.model, patch.model.dice
    asked = dice.uniform("development/request", year, patch.key) < form.request[patch.zone]
    if not (asked and patch.is_habitat):
        return None
    if dice.uniform("development/review", year, patch.key) < form.refusal[patch.zone]:
        return None
    if dice.uniform("development/corridor", year, patch.key) < form.review and patch in model.corridors:
        return None
    size = dice.lognormal("development/size", year, patch.key, log(form.size), form.size_spread)
    left = _left(patch)
    taken = min(size, form.largest_share * left)
    patch.life.carbon *= 1.0 - taken / max(left, 1e-12)
    patch.taken_share = min(patch.taken_share + taken / patch.area, 1.0)
    if patch.zone == Zone.RED_LINE:
        paid = fen(form.offset_ratio * taken * form.offset_cost)
        model.ledger.pay("offset_paid", BUILDERS, patch.county.account, paid)
        patch.county.income += paid
    return _borrow(patch, form, year, form.temporary * taken)


def _borrow(patch: Patch, form: Any, year: int, wanted: float) -> Parcel | None:
    """Strip a part of what is left of dry land, for a term."""
    left = _left(patch)
    area = min(wanted, left)
    if patch.is_water or area <= 0.0:
        return None
    part = area / left
    for life in _lives(patch):
        for name in ("structure", "composition", "cover", "carbon"):
            setattr(life, name, getattr(life, name) * (1.0 - part))
        life.substrate += part * min(form.spoil_substrate - life.substrate, 0.0)
        life.ceiling += part * min(form.spoil_ceiling - life.ceiling, 0.0)
    cost = fen(area * form.reclamation_cost)
    patch.model.obligations.create("reclamation_duty", BUILDERS, cost, form.temporary_years)
    return Parcel(patch, area, year, year + form.temporary_years, cost)


def _left(patch: Patch) -> float:
    return patch.area * (1.0 - patch.taken_share)


def _lives(patch: Patch) -> list[Life]:
    """What is done to the land is done to its untreated twin too."""
    return [patch.life] if patch.twin is None else [patch.life, patch.twin]
