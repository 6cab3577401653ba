"""What a run hands to those who look: its patches at a moment, and the projects of its whole life, as plain tables.

Words stand for codes and county codes for rows, so that nobody needs the model to read them. Columns are copied: Arrow
would share their memory, and a table of the start would show the end. Most likely wrong: that a reader takes the place
of a rule-assigned patch for the place of a real one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from model.state.projects import private_paid
from model.state.state import State
from model.vocabulary import Cause, Ecosystem, Mode, Programme, Stage, Word, Zone

MEASURED = (
    "condition",
    "structure",
    "composition",
    "substrate",
    "cover",
    "invader",
    "pressure",
    "taken_share",
)


def patch_table(state: State) -> pa.Table:
    """One row a patch at the end of ``state.year``.

    year, patch (id), x_m, y_m, area_ha, ecosystem, zone, county (code), cause of damage, restored (effectively, now),
    and the shares of ``MEASURED``.
    """
    h = state.habitats
    return pa.table(
        {
            "year": pa.array(np.full(len(h), state.year, dtype=np.int64)),
            "patch": h.ids,
            "x_m": h.x.copy(),
            "y_m": h.y.copy(),
            "area_ha": h.area.copy(),
            "ecosystem": _spelt(Ecosystem, h.ecosystem),
            "zone": _spelt(Zone, h.zone),
            "county": _codes(state, h.county),
            "cause": _spelt(Cause, h.cause),
            "restored": _restored(state),
            **{name: getattr(h, name).copy() for name in MEASURED},
        }
    )


def project_table(state: State) -> pa.Table:
    """One row a project that was proposed and not withdrawn.

    project (number), remainder_of (number of the project that was accepted without its sites, null where it was planned
    so; what was agreed and paid stands there), county (code), mode, stage and the year since when, proposed (year),
    duration_yr, area_ha, reworks_n, investor (id, null for none), programme and award (number, 0 for none); in fen:
    cost, its fixed part, yearly upkeep, paid so far by all payers, the investor's part and what of it is paid, what
    centre and province granted and what of that was drawn.
    """
    p = state.projects
    held = np.where(p.investor >= 0, p.investor, len(state.investors))
    return pa.table(
        {
            "project": np.arange(len(p), dtype=np.int64),
            "remainder_of": pa.array(p.remainder_of, pa.int64(), mask=p.remainder_of < 0),
            "county": _codes(state, p.county),
            "mode": _spelt(Mode, p.mode),
            "stage": _spelt(Stage, p.stage),
            "since": p.since.copy(),
            "proposed": p.proposed.copy(),
            "duration_yr": p.duration.copy(),
            "area_ha": p.area.copy(),
            "reworks_n": p.reworks.copy(),
            "investor": pa.array([*state.investors.ids, None], pa.string()).take(pa.array(held)),
            "cost_fen": p.cost.copy(),
            "fixed_cost_fen": p.fixed_cost.copy(),
            "upkeep_fen": p.upkeep.copy(),
            "paid_fen": p.paid.copy(),
            "private_fen": p.private.copy(),
            "private_paid_fen": private_paid(p),
            "programme": _spelt(Programme, p.programme),
            "award": p.award.copy(),
            "granted_central_fen": p.granted_central.copy(),
            "drawn_central_fen": p.drawn_central.copy(),
            "granted_provincial_fen": p.granted_provincial.copy(),
            "drawn_provincial_fen": p.drawn_provincial.copy(),
        }
    )


def _restored(state: State) -> Any:
    """Flags of the patches of which a site counts as effectively restored."""
    restored = np.zeros(len(state.habitats), dtype=bool)
    restored[state.sites.patch[state.sites.effective == 1]] = True
    return restored


def _spelt(words: type[Word], codes: Any) -> pa.Array:
    return pa.array(words.texts(), pa.string()).take(pa.array(codes))


def _codes(state: State, rows: Any) -> pa.Array:
    return pa.array(state.counties.ids, pa.string()).take(pa.array(rows))
