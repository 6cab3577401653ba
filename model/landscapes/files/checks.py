"""What one cell cannot know of another: parts are no larger than the whole, codes do not clash, metres are metres."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from model.landscapes.files.cells import Cells
from model.landscapes.files.crs import REPROJECT, looks_like_degrees, within_degrees
from model.landscapes.files.faults import Faults
from model.landscapes.files.raw import Raw
from model.vocabulary import Shore

MOST_COUNTIES = 32_000
WHOLE = "all"  # what tables call the sum over counties


def patches(raw: Raw, cells: dict[str, Cells], faults: Faults) -> None:
    """Composition within structure, a state for every shore, and metres for places."""
    both = cells["structure"].stated & cells["composition"].stated
    over = np.flatnonzero(both & (cells["composition"].values > cells["structure"].values))
    faults.rows(
        raw, over, "composition", "more than the structure that bears it. At most as much as structure."
    )
    long = cells["shoreline_km"].stated & (cells["shoreline_km"].values > 0)
    stateless = long & cells["shore"].stated & (cells["shore"].values == Shore.NONE)
    cure = "none, but shoreline_km is above 0. Write natural, artificial or recognised."
    faults.rows(raw, np.flatnonzero(stateless), "shore", cure)
    whole = cells["x_m"].stated & cells["y_m"].stated & cells["area_ha"].stated
    x, y = cells["x_m"].values[whole], cells["y_m"].values[whole]
    if looks_like_degrees(x, y, cells["area_ha"].values[whole]) or (raw.shapes and within_degrees(x, y)):
        row = int(np.flatnonzero(whole)[0])
        place = f"{x[0]:g}, {y[0]:g}"
        cure = f"places look like degrees ({place}), and metres are needed in all rows. {REPROJECT}."
        faults.add(raw.file, cure, "x_m, y_m", raw.label(row))


def counties(raw: Raw, cells: dict[str, Cells], faults: Faults) -> None:
    """Codes of counties and cities that tables of results can tell apart."""
    if len(raw) > MOST_COUNTIES:
        faults.add(raw.file, f"{len(raw):,} counties; at most {MOST_COUNTIES:,}.")
    if not {"code", "city"} <= raw.columns.keys():
        return
    taken = pa.concat_arrays([pc.unique(raw.columns["city"]), pa.array([WHOLE])])
    clash = pc.is_in(raw.columns["code"], taken).to_numpy(zero_copy_only=False)
    clash &= pc.not_equal(raw.columns["code"], "").to_numpy(zero_copy_only=False)
    cure = f"also the code of a city, or '{WHOLE}', which means the sum. Give the county another code."
    faults.rows(raw, np.flatnonzero(clash), "code", cure)
    whole = pc.equal(raw.columns["city"], WHOLE).to_numpy(zero_copy_only=False)
    faults.rows(raw, np.flatnonzero(whole), "city", f"'{WHOLE}' means the sum of all. Give another code.")


def dispersal(raw: Raw, cells: dict[str, Cells], faults: Faults) -> None:
    """Probability or distance, one of the two, in every row."""
    given = [name for name in ("probability", "distance_m") if name in raw.columns]
    if len(given) != 1:
        has = "both" if given else "neither"
        faults.add(
            raw.file, f"has {has} of the columns probability and distance_m. Give one of them.", row="row 1"
        )
        return
    empty = pc.equal(raw.columns[given[0]], "").to_numpy(zero_copy_only=False)
    faults.rows(raw, np.flatnonzero(empty), given[0], "empty. Fill it, or remove the row for no link.")


def mines(raw: Raw, cells: dict[str, Cells], area: Cells, faults: Faults) -> None:
    """One concession a patch, open within its area, overdue within what is open."""
    patch, opened = cells["patch"], cells["opened_ha"]
    rows = np.flatnonzero(patch.stated)
    again = np.delete(rows, np.unique(patch.values[rows], return_index=True)[1])
    faults.rows(
        raw, again, "patch", "has a mine in an earlier row. One concession a patch: join or split them."
    )
    known = patch.stated & opened.stated
    known[known] &= area.stated[patch.values[known]]
    large = np.zeros(len(raw), dtype=bool)
    large[known] = opened.values[known] > area.values[patch.values[known]] * (1.0 + 1e-9)
    faults.rows(raw, np.flatnonzero(large), "opened_ha", "more than the area of its patch.")
    overdue = cells["backlog_ha"].stated & opened.stated & (cells["backlog_ha"].values > opened.values)
    faults.rows(raw, np.flatnonzero(overdue), "backlog_ha", "more than opened_ha, of which it is a part.")
