"""A mine: one concession on one patch, opened, left, reclaimed or faked, and looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model.vocabulary import Cause
from tests.oracle.dice import within

if TYPE_CHECKING:
    from tests.oracle.firm import Firm
    from tests.oracle.patch import Patch

DUST = 1e-9  # ha: less is no land


@dataclass(eq=False)
class Mine:
    """One concession on one patch, its land by what has become of it, in ha."""

    patch: Patch
    firm: Firm
    mineral: int
    active: float
    bare: float
    opened_total: float
    due: float = 0.0
    ordered: float = 0.0
    faked: float = 0.0
    reclaimed: float = 0.0
    orphaned: int = 0
    way: str = "do"
    price: float = 0.0
    seen_bare: int = 0
    seen_fake: int = 0
    sanctioned_bare: int = 0
    sanctioned_fake: int = 0

    @property
    def untouched(self) -> float:
        used = self.active + self.due + self.ordered + self.bare + self.faked + self.reclaimed
        left = self.patch.area - used
        return left if left > DUST else 0.0

    def open(self, form: Any, price: float, year: int) -> float:
        """Hectares opened this year: less by who is listed, none by the bankrupt or where the ore does not pay."""
        firm = self.firm
        if firm.bankrupt or price <= 1.0 - form.margin[self.mineral]:
            return 0.0
        return self.workable(form, price, 1.0 - form.suspended if firm.blacklisted_until >= year else 1.0)

    def workable(self, form: Any, price: float, allowed: float) -> float:
        """Hectares that could be opened in a year, of which a share is allowed."""
        front = form.front * self.patch.area
        wanted = form.open_rate * within(price, 0.0, form.boom) * front * allowed
        return float(min(wanted, self.untouched))

    def released(self, form: Any) -> float:
        """Hectares that go out of use this year: all once nothing is left to open."""
        return (1.0 if self.untouched == 0.0 else min(form.release_rate, 1.0)) * self.active

    def punishable(self, form: Any) -> float:
        """Hectares that a case could be about this year: what falls due, and what is left or faked already."""
        return self.due + self.released(form) + self.bare + self.faked

    def dig(self, form: Any, opened: float) -> None:
        """What stood on opened land is gone, ground mixes with spoil, land out of use falls due."""
        life, part = self.patch.life, opened / self.patch.area
        for name in ("structure", "composition", "cover", "carbon"):
            setattr(life, name, getattr(life, name) * (1.0 - part))
        life.substrate += part * min(form.spoil_substrate - life.substrate, 0.0)
        life.ceiling += part * min(form.spoil_ceiling - life.ceiling, 0.0)
        released = self.released(form)
        self.due += released
        self.active += opened - released
        self.opened_total += opened

    def fade(self, form: Any) -> None:
        """Fakes die back and show bare land."""
        faded = form.fade * self.faked
        self.faked -= faded
        self.bare += faded

    def treat(self, form: Any, way: str, afforded: float, obeyed: float) -> None:
        """Orders are obeyed and due land goes the chosen way as far as money reaches; the rest of it is left bare."""
        chosen = self.due * afforded if way == "do" else 0.0
        done = self.ordered * obeyed + chosen
        self.ordered -= self.ordered * obeyed
        faked = self.due * afforded if way == "fake" else 0.0
        self.reclaimed += done
        self.faked += faked
        self.bare += max(self.due - chosen - faked, 0.0)
        self.due = 0.0
        life, part, veiled = self.patch.life, done / self.patch.area, faked / self.patch.area
        life.substrate += part * max(form.reclaimed_substrate - life.substrate, 0.0)
        life.ceiling += part * max(1.0 - life.ceiling, 0.0) * form.reclaimed_substrate
        life.structure += part * form.reclaimed_structure * (1.0 - life.structure)
        life.cover += (part + veiled) * max(form.shown_cover - life.cover, 0.0)

    def is_restored(self, form: Any) -> bool:
        """Whether the latest project on the patch was accepted, and the ground is sound."""
        site = self.patch.site
        return bool(site is not None and site.accepted and self.patch.life.substrate >= form.sound_ground)

    def orphan(self) -> None:
        """The land of a bankrupt firm lies bare, and is nobody's but the county's."""
        self.bare += self.active + self.due + self.ordered
        self.active = self.due = self.ordered = 0.0
        self.orphaned = 1
        self.patch.cause, self.patch.holder = Cause.LEGACY_MINE, None
        self.patch.damaged_share = min((self.bare + self.faked) / self.patch.area, 1.0)
