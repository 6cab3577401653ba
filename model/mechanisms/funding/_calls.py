"""What central calls have in common: a yearly budget, applicants within their means, parts of one project.

A programme's account is filled from taxpayers through the centre each year; what stands idle in it beyond some years'
budgets goes back to them, as unspent public money does.
"""

from __future__ import annotations

import numpy as np

from model.state.grants import means_of_counties
from model.state.ledger import split
from model.state.projects import own_part, to_lie_ready
from model.state.state import State
from model.state.sums import running_by, sum_by
from model.units import Fens, Flags, Floats, Ints, Rows, fen
from model.vocabulary import Programme, Stage

GRANTED = (
    "projects.programme",
    "projects.award",
    "projects.granted_central",
)


def budget(state: State, per_hectare: float) -> int:
    """A year's budget of a programme, in fen: the land's part of a national one."""
    return int(fen(per_hectare * state.counties.area.sum()))


def provide(state: State, fund: int, budget: int) -> None:
    """A year's budget of a programme, in fen: taxpayers pay the centre, the centre the programme's account."""
    ledger, accounts = state.ledger, state.accounts
    ledger.post("national_taxes", accounts.taxpayers, accounts.centre, budget)
    ledger.post("programme_budget", accounts.centre, fund, budget)


def give_back(state: State, account: int, idle: int, kept: int) -> None:
    """What of an account's ``idle`` fen lies beyond ``kept`` returns to taxpayers."""
    state.ledger.post("unspent_returned", account, state.accounts.taxpayers, max(idle - kept, 0))


def eligible(state: State) -> Rows:
    """Proposals that no programme supports yet."""
    p = state.projects
    return np.flatnonzero((p.stage == Stage.PROPOSED) & (p.programme == Programme.NONE))


def ranked(state: State, rows: Rows, merit: Floats) -> Rows:
    """Places of ``rows`` with the highest ``merit`` first; ties go by county id, then in the order of the plan."""
    return np.lexsort((rows, state.counties.keys[state.projects.county[rows]], -merit))


def share_of(state: State, rows: Rows, share: Floats | float) -> Fens:
    """What a programme that bears ``share`` of the public cost would grant to each of ``rows``, in fen."""
    granted: Fens = np.floor(own_part(state.projects)[rows] * share).astype(np.int64)
    return granted


def within_means(state: State, rows: Rows, granted: Fens) -> Flags:
    """Which of ``rows``, best first, their counties could begin at once if ``granted`` fen came from above."""
    county = state.projects.county[rows]
    pool = state.counties.pool[county]
    order = np.argsort(pool, kind="stable")
    own = (to_lie_ready(state.projects)[rows] - granted)[order]
    fits = np.zeros(rows.size, dtype=bool)
    fits[order] = running_by(pool[order], own) <= means_of_counties(state)[county[order]]
    return fits


def forecast(state: State) -> Floats:
    """Hectares of condition that each project promised on its own patches, (projects,)."""
    sites = state.sites
    gain = state.habitats.area[sites.patch] * sites.promised
    return sum_by(sites.project, gain, len(state.projects))


def fitting(amounts: Fens, money: int) -> Flags:
    """Which of the applications, best first, the money lasts for; nobody jumps the queue."""
    fits: Flags = np.cumsum(amounts) <= money
    return fits


def promise(state: State, rows: Rows, granted: Fens, programme: Programme, award: Ints | int) -> None:
    """Write a grant into projects."""
    p = state.projects
    p.programme[rows] = programme
    p.award[rows] = award
    p.granted_central[rows] = granted


def make_one(state: State, rows: Rows) -> None:
    """Let projects share one design, tender and supervision: the dearest of them, split by their works.

    Partners who have joined already bear the same share of what is left, and are promised as much less; so does a
    province that has promised its match, which keeps the difference.
    """
    p = state.projects
    works = p.cost[rows] - p.fixed_cost[rows]
    fixed = split(int(p.fixed_cost[rows].max()), works.astype(np.float64))
    left = (works + fixed) / np.maximum(p.cost[rows], 1)
    for column in (p.private, p.promised, p.granted_provincial):
        column[rows] = np.floor(column[rows] * left).astype(np.int64)
    p.fixed_cost[rows] = fixed
    p.cost[rows] = works + fixed
