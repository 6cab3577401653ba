"""Money from above belongs to one project: promised to it, drawn as its works are paid, spent on nothing else.

Centre and provinces may promise what stands in their accounts and is not promised yet. With every yearly part of the
works a project draws the same share of its grants,

    drawn = floor(granted paid / cost) - drawn before,

which passes from the programme through the province to the county in the year in which the county pays the
contractor: earmarked money never lies about. What was promised to a project that is withdrawn, given up or failed is
promised no more, and free for others. Source: rules of central transfers by project (專項資金). Most likely wrong:
that money comes as fast as works go on.
"""

from __future__ import annotations

import numpy as np

from model.state.projects import Projects, to_lie_ready
from model.state.state import State
from model.state.sums import add_each, is_one_of, shared_by
from model.units import Fens, Flags, Rows
from model.vocabulary import Programme, Stage

DRAWN = ("projects.drawn_central", "projects.drawn_provincial")


def _open(projects: Projects) -> Flags:
    return is_one_of(projects.stage, (Stage.PROPOSED, Stage.UNDER_WAY), len(Stage))


def free_of_programme(state: State, programme: Programme, account: int) -> int:
    """Fen in a programme's account that no open project was promised."""
    p = state.projects
    rows = np.flatnonzero(_open(p) & (p.programme == programme))
    return int(state.ledger.balance[account] - (p.granted_central[rows] - p.drawn_central[rows]).sum())


def free_of_provinces(state: State) -> Fens:
    """Fen in each province's account that no open project was promised."""
    p = state.projects
    rows = np.flatnonzero(_open(p))
    promised = np.zeros(len(state.provinces), dtype=np.int64)
    left = p.granted_provincial[rows] - p.drawn_provincial[rows]
    add_each(promised, state.counties.province[p.county[rows]], left)
    free: Fens = state.ledger.balance[state.provinces.account] - promised
    return free


def means_of_counties(state: State) -> Fens:
    """Fen that each county's purse could still set aside for projects, those with a grant seen to first."""
    p, c = state.projects, state.counties
    waiting = np.flatnonzero((p.stage == Stage.PROPOSED) & (p.granted_central + p.granted_provincial > 0))
    reserved = np.zeros(len(c), dtype=np.int64)
    add_each(reserved, p.county[waiting], to_lie_ready(p)[waiting])
    means = shared_by(c.pool, state.free_money() - reserved)
    return np.maximum(means, 0.0).astype(np.int64)


def draw(state: State, rows: Rows, public: Fens) -> Fens:
    """Pay out what grants bear of ``public``, this year's public part of ``rows``; returns that, in fen.

    ``paid`` of the projects counts this year's part already. Writes the columns named in ``DRAWN``.
    """
    p, ledger, centre = state.projects, state.ledger, state.centre
    central = np.minimum(_due(p.granted_central, p.drawn_central, p, rows), public)
    provincial = np.minimum(_due(p.granted_provincial, p.drawn_provincial, p, rows), public - central)
    p.drawn_central[rows] += central
    p.drawn_provincial[rows] += provincial
    fund = np.where(p.programme[rows] == Programme.AWARD, centre.awards[0], centre.legacy_mines[0])
    county = state.counties.account[p.county[rows]]
    province = state.provinces.account[state.counties.province[p.county[rows]]]
    ledger.post("central_grant", fund, province, central, project=rows)
    ledger.post("central_grant_passed_on", province, county, central, project=rows)
    ledger.post("provincial_match", province, county, provincial, project=rows)
    return central + provincial


def _due(granted: Fens, drawn: Fens, projects: Projects, rows: Rows) -> Fens:
    share = projects.paid[rows] / np.maximum(projects.cost[rows], 1)
    due: Fens = np.floor(granted[rows] * share).astype(np.int64) - drawn[rows]
    return due
