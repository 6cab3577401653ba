"""Restoration projects and their sites: passive records of what was promised, paid, done and found.

A *project* is one decision of one county: a mode, a budget, a stage of life (A14). A *site* is one patch
under one project; planting cohorts, acceptance and the test of effective restoration belong to the site. A
patch's latest site is ``habitats.site``; no patch is in two open projects. Beside every site lives its
*untreated twin*: the same patch under the same weather, seed rain and loads, on which no works were ever done.
What a site gains is counted against it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model import units as u
from model.state.kernel import kernel
from model.state.table import Table, column
from model.vocabulary import Stage

Indices = NDArray[np.int32]
GREATEST_KEY = np.uint64(2**64 - 1)


class Projects(Table):
    """One row a project, never removed once it has been funded."""

    name = "projects"

    county: NDArray[np.int16] = column(u.Index, "i2", "row of the county that runs it")
    mode: NDArray[np.int8] = column(u.Code, "i1", "how it restores")
    stage: NDArray[np.int8] = column(u.Code, "i1", "where in its life it stands")
    since: NDArray[np.int16] = column(u.CalendarYear, "i2", "year in which the stage began", -1)
    proposed: NDArray[np.int16] = column(u.CalendarYear, "i2", "year of the plan", -1)
    duration: NDArray[np.int16] = column(u.Years, "i2", "years of works", 1)
    priority: u.Floats = column(u.Signed, "f8", "rank in the plan, higher first")
    area: u.Floats = column(u.Hectares, "f8", "area of its sites")
    cost: u.Fens = column(u.Fen, "i8", "cost of the works, fixed cost included")
    fixed_cost: u.Fens = column(u.Fen, "i8", "part of it that does not depend on area")
    upkeep: u.Fens = column(u.Fen, "i8", "cost of a year of aftercare")
    paid: u.Fens = column(u.Fen, "i8", "paid for the works so far")
    private: u.Fens = column(u.Fen, "i8", "part of the cost that an investor bears")
    investor: Indices = column(u.Index, "i4", "row of that investor, -1 none", -1)
    programme: NDArray[np.int8] = column(u.Code, "i1", "central programme whose call it has won")
    award: NDArray[np.int32] = column(u.Count, "i4", "number of the award that it is part of, 0 none")
    granted_central: u.Fens = column(u.Fen, "i8", "part of the cost that the centre has promised")
    granted_provincial: u.Fens = column(u.Fen, "i8", "part of the cost that the province has promised")
    drawn_central: u.Fens = column(u.Fen, "i8", "of it drawn so far")
    drawn_provincial: u.Fens = column(u.Fen, "i8", "of it drawn so far")
    reworks: NDArray[np.int16] = column(u.Count, "i2", "times it was sent back")
    remainder_of: Indices = column(
        u.Index,
        "i4",
        "row of the project that was accepted without its sites, -1 where it was planned so",
        -1,
    )
    upkept: NDArray[np.int8] = column(u.Flag, "i1", "1 where this year's upkeep was paid")
    cared_years: NDArray[np.int16] = column(u.Years, "i2", "years of aftercare that were paid")
    escrow: u.Fens = column(
        u.Fen, "i8", "kept for households, all of it before works begin, what is left of it later"
    )
    compensated: u.Floats = column(
        u.Share, "f8", "part of the relief from use that households accept, paid or made to", 1.0
    )
    forgone: u.Fens = column(
        u.Fen, "i8", "income that relief from use costs households this year, made up for or not"
    )
    promised: u.Fens = column(u.Fen, "i8", "availability payment a year promised to the investor")
    promised_until: NDArray[np.int16] = column(
        u.CalendarYear, "i2", "last year of that promise, -1 before acceptance", -1
    )
    arrears: u.Fens = column(u.Fen, "i8", "availability payments earned and not paid")


class Sites(Table):
    """One row a patch under a project."""

    name = "sites"

    patch: Indices = column(u.Index, "i4", "row of the patch")
    project: Indices = column(u.Index, "i4", "row of the project")
    previous: Indices = column(u.Index, "i4", "row of the patch's site before this one, -1 none", -1)
    mode: NDArray[np.int8] = column(u.Code, "i1", "how it is restored")
    begun: NDArray[np.int16] = column(u.CalendarYear, "i2", "year in which works began, -1 not yet", -1)
    failed: NDArray[np.int8] = column(u.Flag, "i1", "1 where the works of the present attempt failed")
    native_planted: u.Floats = column(u.Share, "f8", "native part of what is planted", 1.0)
    additional: u.Floats = column(u.Share, "f8", "share of forecast recovery that would not happen untreated")
    start_condition: u.Floats = column(u.Share, "f8", "true condition when works began, for reporting only")
    start_structure: u.Floats = column(u.Share, "f8", "true structure when works began, for reporting only")
    observed_start: u.Floats = column(u.Share, "f8", "condition that the plan observed")
    promised: u.Floats = column(u.Share, "f8", "condition that works were forecast to add within the horizon")
    reference: u.Floats = column(u.Share, "f8", "structure on the reference path at the site's age")
    composition_before: u.Floats = column(u.Share, "f8", "composition a year ago")
    twin_structure: u.Floats = column(u.Share, "f8", "structure of the untreated twin")
    twin_composition: u.Floats = column(u.Share, "f8", "composition of the untreated twin")
    twin_substrate: u.Floats = column(u.Share, "f8", "substrate of the untreated twin")
    twin_ceiling: u.Floats = column(u.Share, "f8", "ceiling of the untreated twin's substrate")
    twin_cover: u.Floats = column(u.Share, "f8", "cover of the untreated twin")
    twin_native_share: u.Floats = column(u.Share, "f8", "native share of the untreated twin")
    twin_pressure: u.Floats = column(u.Share, "f8", "pressure on the untreated twin, as when works began")
    twin_invader: u.Floats = column(u.Share, "f8", "invader on the untreated twin, as when works began")
    twin_carbon: u.Floats = column(
        u.TonnesPerHectare, "f8", "carbon of the untreated twin, lost in disturbances only"
    )
    held: NDArray[np.int16] = column(u.Years, "i2", "consecutive years at or above the effective standard")
    accepted: NDArray[np.int8] = column(u.Flag, "i1", "1 once accepted on what was observed")
    effective: NDArray[np.int8] = column(u.Flag, "i1", "1 while effectively restored")
    carbon_start: u.Floats = column(u.TonnesPerHectare, "f8", "carbon stock when works began")
    carbon_credited: u.Floats = column(
        u.TonnesPerHectare, "f8", "carbon sold since, never above what was measured"
    )


TWIN_COLUMNS = (
    "structure",
    "composition",
    "substrate",
    "ceiling",
    "cover",
    "native_share",
    "pressure",
    "invader",
    "carbon",
)
"""Columns of patches that a twin carries for itself; all others it shares with its patch."""


def private_paid(projects: Projects) -> u.Fens:
    """What investors have paid of each project so far, in fen: their share of what was paid, rounded down."""
    share = projects.paid / np.maximum(projects.cost, 1)
    part: u.Fens = np.floor(projects.private * share).astype(np.int64)
    return part


def project_keys(projects: Projects, sites: Sites, patch_keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A key of each project that no order of rows changes: the least of its patches' keys."""
    return _least_keys(sites.project, sites.patch, patch_keys, len(projects))


@kernel
def _least_keys(project: Indices, patch: Indices, patch_keys: Any, projects: int) -> Any:
    keys = np.full(projects, GREATEST_KEY)
    for k in range(project.size):
        keys[project[k]] = min(keys[project[k]], patch_keys[patch[k]])
    return keys


def years_to_acceptance(projects: Projects) -> u.Ints:
    """Years from the decision until works are accepted at the first try: those of works, and one to be judged in."""
    return np.asarray(projects.duration.astype(np.int64) + 1)


def planned_as(projects: Projects) -> Indices:
    """Row of the project as it was planned: for remainders, and theirs, the one that they came from; else its own."""
    rows: Indices = _first_of_line(projects.remainder_of)
    return rows


@kernel
def _first_of_line(before: Indices) -> Any:
    """Row at which each row's line begins: ``before`` it in the line stands an earlier row, or none (-1)."""
    first = np.arange(before.size)
    for k in range(before.size):
        if before[k] >= 0:
            first[k] = first[before[k]]
    return first


CARED_FOR = (Stage.UNDER_WAY, Stage.SUBMITTED, Stage.AFTERCARE)
"""Stages in which land is spared, and households are to be paid for it."""


def to_lie_ready(projects: Projects) -> u.Fens:
    """Fen that the county must have before each proposal can begin: its own part, and what is kept for households."""
    ready: u.Fens = own_part(projects) + projects.escrow
    return ready


def own_part(projects: Projects) -> u.Fens:
    """What is left of each project's cost for its county: neither an investor's nor granted from above, in fen."""
    left: u.Fens = projects.cost - projects.private - projects.granted_central - projects.granted_provincial
    return left


def own_unpaid(projects: Projects) -> u.Fens:
    """What its county still has to pay of each project's works, in fen."""
    drawn = projects.drawn_central + projects.drawn_provincial
    left: u.Fens = own_part(projects) - (projects.paid - private_paid(projects) - drawn)
    return left


def withdraw_proposals(projects: Projects, sites: Sites, latest_site: NDArray[np.int32]) -> None:
    """Forget projects that were proposed and never funded, with their sites; the other rows move up.

    ``latest_site`` (a column of patches that points at sites) is corrected in place.
    """
    kept = projects.stage != Stage.PROPOSED
    if kept.all():
        return
    kept_sites = kept[sites.project]
    moved = np.cumsum(kept_sites) - 1
    pointing = latest_site >= 0
    latest_site[pointing] = moved[latest_site[pointing]]
    number = np.cumsum(kept) - 1
    projects.keep(kept)
    sites.keep(kept_sites)
    with projects.opened(["remainder_of"]):
        parted = projects.remainder_of >= 0
        projects.remainder_of[parted] = number[projects.remainder_of[parted]]
    with sites.opened(["project", "previous"]):
        sites.project[:] = number[sites.project]
        known = sites.previous >= 0
        sites.previous[known] = moved[sites.previous[known]]
