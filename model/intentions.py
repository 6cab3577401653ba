"""What a phase of the year hands to the next: small records of arrays, made in one phase, read in later ones.

Rows are patch rows unless said otherwise; every array of a record has the same length. Nothing here outlives
the year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.units import Fens, Flags, Floats, Rows


@dataclass(frozen=True)
class Prices:
    """Phase 1: price index by mineral (real, 1 at the start) and the carbon price in yuan/tCO2."""

    mineral: Floats
    carbon: float


@dataclass(frozen=True)
class CarbonTerms:
    """Phase 4: what an investor would earn, in fen by tonne of carbon grown, on each site, for so many years."""

    by_tonne: Floats
    years: int


@dataclass(frozen=True)
class Promises:
    """Phase 4: what counties call for bids on: the highest availability payment that would be accepted for each project
    (0: none is offered) and what each county may still promise for all of them, in fen a year, for so many years."""

    ceiling: Fens
    room: Fens
    years: int


@dataclass(frozen=True)
class Settled:
    """Phase 10: availability payments earned by projects (rows), old arrears included, and what of it was paid."""

    projects: Rows
    owed: Fens
    paid: Fens


@dataclass(frozen=True)
class Observation:
    """Phases 2 and 9: what agencies see of ``rows``; every value in [0, 1], none of it the truth.

    ``error`` is the standard error of one patch's condition, as the survey's design has it.
    """

    rows: Rows
    cover: Floats
    condition: Floats
    substrate: Floats
    error: float


@dataclass(frozen=True)
class Quotes:
    """Phase 3: for each of the four modes (axis 0) and each observed row (axis 1), what works would cost and bring.

    ``cost`` and ``upkeep`` in yuan/ha and yuan/ha/yr, ``gain`` in condition after the planning horizon against leaving
    the patch alone, ``total`` the same against today, ``visible`` in cover one year on. ``relief`` is the share of use
    that a mode ends, (4,), ``dues`` what households are to be paid for that a year, in yuan/ha, for ``due_years``,
    all of it laid by beforehand where ``escrow`` is; ``fixed`` in yuan a project, ``years`` of works.
    """

    rows: Rows
    cost: Floats
    upkeep: Floats
    gain: Floats
    total: Floats
    visible: Floats
    relief: Floats
    dues: Floats
    fixed: Floats
    years: int
    due_years: int = 0
    escrow: bool = False

    @property
    def outlay(self) -> Floats:
        """Yuan/ha of works and of all that households will be due, by mode and row."""
        return self.cost + self.due_years * self.dues


@dataclass(frozen=True)
class Choice:
    """Phase 3: the mode chosen for each row (0: leave it), with its quote and the merit by which plans rank it.

    ``cost`` is that of works in yuan/ha, ``dues`` what households are due beside it a year, for ``due_years``.
    ``gain`` is the forecast gain in condition against leaving the patch alone, ``additional`` its share of the rise.
    """

    rows: Rows
    mode: NDArray[np.int8]
    cost: Floats
    dues: Floats
    fixed: Floats
    upkeep: Floats
    merit: Floats
    additional: Floats
    gain: Floats
    native: Floats
    condition: Floats
    years: int
    due_years: int
    escrow: bool

    @property
    def outlay(self) -> Floats:
        """Yuan/ha of works and of all that households will be due."""
        return self.cost + self.due_years * self.dues


@dataclass(frozen=True)
class Sales:
    """Phase 5, firms: this year's sales and mining taxes of each firm, in fen."""

    sales: Fens
    taxes: Fens


@dataclass(frozen=True)
class Threat:
    """Phase 3, firms: what the law threatens for land left or faked: fine in yuan/ha, and in yuan a case (a mine and
    year); the chance that it must be reclaimed all the same, and years on the blacklist."""

    fine: float
    fine_per_case: float
    order: float
    blacklist_years: int


@dataclass(frozen=True)
class Outlook:
    """Phase 3, firms: yuan that a year on the blacklist would take from each firm (f,), and hectares of each mine (m,)
    that fall due for reclamation this year."""

    forgone: Floats
    due: Floats


@dataclass(frozen=True)
class Reclamation:
    """Phase 3, firms: for each mine, the shares of due land to be reclaimed, faked and left bare (they sum to 1)."""

    done: Floats
    faked: Floats
    left: Floats


@dataclass(frozen=True)
class Takings:
    """Phase 5: land taken for good by construction and refused by review, in ha per row; beside them, in an array of
    their own, the rows of the parcels of temporary land that go with it."""

    rows: Rows
    area: Floats
    refused: Floats
    parcels: Rows


@dataclass(frozen=True)
class Rounds:
    """Phase 7: for each county the chance of a ground check of a mine this year where nothing lacks, and whether
    central inspectors visit it."""

    rate: Floats
    visited: Flags


@dataclass(frozen=True)
class Sighting:
    """Phase 7: for each mine, whether one channel would see bare land and fakes if there are any. ``publicity`` is the
    part of local leniency that being seen this way undoes."""

    bare: Flags
    fake: Flags
    publicity: float


@dataclass(frozen=True)
class Findings:
    """Phase 7: for each mine, whether bare land and fakes were seen and whether a sanction followed. ``disclosed`` is
    the weight that a case has in the eyes of firms of other counties."""

    seen_bare: Flags
    seen_fake: Flags
    sanctioned_bare: Flags
    sanctioned_fake: Flags
    disclosed: float


def unseen(mines: int) -> Sighting:
    """What a channel sees of so many mines where nobody looks."""
    nothing = np.zeros(mines, dtype=bool)
    return Sighting(nothing, nothing, 0.0)


BLOCK = 1 << 14  # rows: their quotes fit into the processor's own memory


def blocks(rows: Rows) -> Iterator[Rows]:
    """``rows`` (n,) in parts of at most ``BLOCK``; one empty part of nothing."""
    return (rows[first : first + BLOCK] for first in range(0, max(rows.size, 1), BLOCK))


def joined(choices: Iterable[Choice]) -> Choice:
    """One choice of several, their rows one after the other."""
    pieces: dict[str, list[Any]] = {each.name: [] for each in fields(Choice)}
    for choice in choices:
        for name, values in pieces.items():
            values.append(getattr(choice, name))
    of_all: dict[str, Any] = {name: pieces.pop(name)[0] for name in ("years", "due_years", "escrow")}
    together: dict[str, Any] = {name: np.concatenate(values) for name, values in pieces.items()}
    return Choice(**together, **of_all)


def chosen(
    seen: Observation, quotes: Quotes, mode: NDArray[np.int8], merit: Floats, native: Floats
) -> Choice:
    """The choice of ``mode`` (0: none) for each observed row, with that mode's quote; all arrays (n,).

    ``additional`` is the share of the forecast gain that would not come without the works.
    """
    place = (np.maximum(mode.astype(np.int64) - 1, 0), np.arange(mode.size))
    total = quotes.total[place]
    additional = np.clip(quotes.gain[place] / np.maximum(total, 1e-9), 0.0, 1.0)
    return Choice(
        rows=seen.rows,
        mode=mode,
        cost=quotes.cost[place],
        dues=quotes.dues[place],
        fixed=quotes.fixed[place[0]],
        upkeep=quotes.upkeep[place],
        merit=merit,
        additional=additional,
        gain=quotes.gain[place],
        native=native,
        condition=seen.condition,
        years=quotes.years,
        due_years=quotes.due_years,
        escrow=quotes.escrow,
    )
