"""The rooms of the model: each folder is one mechanism of the world or the policy, each file in it one form
of it.

A form is a frozen dataclass of parameters (``Parameter`` fields declared with ``sourced``) with one verb. It
lives in a file named like the option that users type (``matched.py`` holds ``Matched``); ``none.py`` holds
``Nothing``. A form says in ``writes`` which columns it writes (``"habitats.structure"``); all others are
closed while it works. Rooms never import one another.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

SLOTS: tuple[str, ...] = (
    "people",
    "markets",
    "leadership",
    "monitoring",
    "works",
    "restoration",
    "planning",
    "funding/own_budget",
    "funding/transfer",
    "funding/award",
    "funding/legacy_programme",
    "funding/match",
    "funding/carbon_market",
    "funding/availability",
    "funding/social_capital",
    "funding/livelihoods",
    "funding/compensation",
    "funding/mine_fund",
    "funding/prepaid_fee",
    "projects",
    "extraction",
    "reclamation",
    "insolvency",
    "development",
    "shoreline",
    "bay_plan",
    "enforcement/satellite",
    "enforcement/ground",
    "enforcement/central_rounds",
    "enforcement/citizens",
    "enforcement/sanctions",
    "disturbance",
    "invasion",
    "water",
    "recovery",
    "carbon",
    "evaluation",
    "products",
    "learning",
)
"""Every choice that a config makes: the folders under ``model/mechanisms`` that hold forms."""


def room(slot: str) -> ModuleType:
    """The package of a slot. Raises ``KeyError`` for a slot that is not in :data:`SLOTS`."""
    if slot not in SLOTS:
        raise KeyError(f"no slot {slot!r}; there are {', '.join(SLOTS)}")
    return import_module(f"{__name__}.{slot.replace('/', '.')}")


@cache
def options(slot: str) -> tuple[str, ...]:
    """Names of the forms of a slot, from the files of its folder: what ``slot=…`` accepts."""
    found = (module.name for module in pkgutil.iter_modules(room(slot).__path__) if not module.ispkg)
    return tuple(sorted(name for name in found if not name.startswith("_")))


@cache
def form(slot: str, option: str) -> type[Any]:
    """The class of an enumerated form. Raises ``KeyError`` where the slot has no such option."""
    if option not in options(slot):
        raise KeyError(f"{slot} has no form {option!r}; it has {', '.join(options(slot))}")
    module = import_module(f"{room(slot).__name__}.{option}")
    found: type[Any] = getattr(module, _class_name(option))
    return found


def _class_name(option: str) -> str:
    return "Nothing" if option == "none" else "".join(part.title() for part in option.split("_"))


def slot_attribute(slot: str) -> str:
    """The last word of a slot, by which the model's year speaks of it (``funding/transfer`` -> ``transfer``)."""
    return slot.rsplit("/", 1)[-1]
