"""What projects will still owe households until their care ends, as the plan foresaw it."""

from __future__ import annotations

import numpy as np

from model.state.state import State
from model.state.sums import add_each
from model.units import Fens, Years
from model.vocabulary import Stage


def dues_ahead(state: State, aftercare: Years) -> Fens:
    """Fen that each project, (projects,), will owe households while it is worked at and in ``aftercare`` years of care.

    A proposal is counted as if it began now, and what was handed in as if it were accepted; what is over or was given
    up owes nothing. This year's dues are not among them: they were settled before projects start.
    """
    p = state.projects
    age = state.year - p.since.astype(np.int64)
    by_stage = {
        Stage.PROPOSED: p.duration + aftercare,
        Stage.UNDER_WAY: np.maximum(p.duration - age, 0) + aftercare,
        Stage.SUBMITTED: aftercare,
        Stage.AFTERCARE: np.maximum(aftercare - age, 0),
    }
    years = np.select([p.stage == stage for stage in by_stage], list(by_stage.values()), 0)
    ahead: Fens = p.dues * years
    return ahead


def dues_of_counties(state: State, aftercare: Years) -> Fens:
    """Fen that the projects which each county, (counties,), has begun will owe households."""
    p = state.projects
    total = np.zeros(len(state.counties), dtype=np.int64)
    add_each(total, p.county, np.where(p.stage == Stage.PROPOSED, 0, dues_ahead(state, aftercare)))
    return total
