"""What indicators measure: pure functions of a year's state, each a value for every county, or a numerator and a
denominator.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from model.connectivity import eca_over
from model.state.projects import planned_as
from model.state.sums import add_each, is_one_of, sum_by
from model.units import Flags, Floats, Rows, fen, yuan
from model.view import PatchSum, View
from model.vocabulary import Cause, Ecosystem, Shore, Stage, Zone

OPEN_STAGES = (Stage.UNDER_WAY, Stage.SUBMITTED, Stage.AFTERCARE)

KEPT_SHORES = (Shore.NATURAL, Shore.RECOGNISED)

SOUND_GROUND = 0.45
"""Substrate above the collapse of what stands on it. A yardstick of reports stays where it is when a run varies
``evaluation.substrate``, so that untreated twins and legacy land are counted alike under every policy; a test holds
the packaged values together."""

Parts = tuple[Floats, Floats | None]

VISIBLE = 1e-6  # ha: less is rounding, no violation


def ecological(view: View) -> Parts:
    """Area times condition of ecological land and water, and its area, in ha."""
    return view.of_patches[PatchSum.WHOLE], view.of_patches[PatchSum.AREA]


def ecological_area(view: View) -> Floats:
    """Hectares of ecological land and water."""
    return view.of_patches[PatchSum.AREA]


def mean_condition(ecosystem: Ecosystem) -> Callable[[View], Parts]:
    """Area times condition of an ecosystem, and its area, in ha."""

    def measure(view: View) -> Parts:
        weighted, area = view.by_ecosystem
        return weighted[ecosystem], area[ecosystem]

    return measure


def claimed(view: View) -> Floats:
    """Hectares ever accepted on what was observed, each once."""
    return view.sum_sites(view.state.sites.accepted == 1)


def effective(view: View) -> Floats:
    """Hectares that are effectively restored now, each once."""
    return view.sum_sites(view.state.sites.effective == 1)


def additional(view: View) -> Floats:
    """Hectares effectively restored whose untreated twin is not on the reference path, or stands on unsound ground."""
    sites = view.state.sites
    twin_on_path = (sites.twin_structure >= sites.reference) & (sites.twin_substrate >= SOUND_GROUND)
    return view.sum_sites((sites.effective == 1) & ~twin_on_path)


def gap(view: View) -> Floats:
    """Area of patches that were accepted and are not effectively restored now, each once."""
    h, sites = view.state.habitats, view.state.sites
    gap = np.zeros(h.rows, dtype=bool)
    gap[sites.patch[sites.accepted == 1]] = True
    gap[sites.patch[sites.effective == 1]] = False
    return view.sum(h.area, gap)


def undegraded(view: View) -> Floats:
    """Hectares claimed where no accepted site began below the end of the reference path, each once: land that works
    cannot have restored, so that it never counts as effective.

    Every accepted site of a patch must be such: by the latest alone, land that an earlier one may yet earn the title
    for would count here. A path that starts above its end comes down to it; one that nobody evaluates stays put.
    """
    h, sites = view.state.habitats, view.state.sites
    accepted = sites.accepted == 1
    was_whole = (sites.reference < sites.start_structure) | (sites.start_structure >= 1.0)
    found = np.zeros(h.rows, dtype=bool)
    found[sites.patch[accepted]] = True
    found[sites.patch[accepted & ~was_whole]] = False
    found[sites.patch[sites.effective == 1]] = False  # the yardstick's limit may be raised during a run
    return view.sum(h.area, found)


def bloom_risk(view: View) -> Parts:
    """Hectares of lakes and bays whose load stock is above the critical load, and of all of them."""
    h = view.state.habitats
    still = h.waters[h.ecosystem[h.waters] != Ecosystem.RIVER]
    area = h.area[still]
    return view.sum_rows(still, area * (h.load_stock[still] > 1.0)), view.sum_rows(still, area)


def gain(view: View) -> Floats:
    """Hectares of condition that treated patches have above their untreated twins."""
    h, sites = view.state.habitats, view.state.sites
    rows = np.flatnonzero(view.latest)
    patch = sites.patch[rows]
    twin = 0.5 * (sites.twin_structure + sites.twin_composition)[rows] * (1.0 - h.taken_share[patch])
    return sum_by(h.county[patch], h.area[patch] * (view.condition[patch] - twin), view.counties)


def legacy(view: View) -> Floats:
    """Mined hectares of legacy mines that are not accepted as restored on sound ground."""
    h, sites = view.state.habitats, view.state.sites
    stock = h.cause == Cause.LEGACY_MINE
    done = sites.patch[(sites.accepted == 1) & view.current]
    stock[done] &= h.substrate[done] < SOUND_GROUND
    rows = np.flatnonzero(stock)
    return view.sum_rows(rows, h.area[rows] * h.damaged_share[rows])


def under_restoration(view: View) -> Floats:
    """Hectares of projects at work, handed in or in aftercare."""
    sites = view.state.sites
    is_open = is_one_of(view.state.projects.stage, OPEN_STAGES, len(Stage))
    return view.sum_sites(view.latest & is_open[sites.project])


def on_the_way(view: View) -> Floats:
    """Treated hectares on the reference path for their age, by any of their sites, each once: what was restored and is
    treated again stays restored. A path that does not rise began at its end: such land was not degraded, and is cared
    for rather than restored."""
    sites, h = view.state.sites, view.state.habitats
    on_path = (sites.begun >= 0) & (h.structure[sites.patch] >= sites.reference)
    return view.sum_sites(on_path & (sites.reference > sites.start_structure))


def given_up(view: View) -> Floats:
    """Hectares whose works failed acceptance for good."""
    return view.sum_sites(_given_up(view))


def wrongly_given_up(view: View) -> Floats:
    """Hectares whose works failed acceptance for good and had not failed in truth."""
    return view.sum_sites(_given_up(view) & (view.state.sites.failed == 0))


def _given_up(view: View) -> Flags:
    """Sites that failed acceptance for good."""
    return np.asarray((view.state.projects.stage == Stage.FAILED)[view.state.sites.project])


def relapsed(view: View) -> Floats:
    """Hectares of closed projects that are worse than when works began."""
    return view.sum_sites(_relapsed(view))


def relapsed_projects(view: View) -> Floats:
    """Number of projects with a patch that is closed and worse than when works began."""
    return _as_planned(view, view.state.sites.project[_relapsed(view)])


def _relapsed(view: View) -> Flags:
    """Sites of closed projects, the latest of their patch, that are worse than when works began."""
    sites = view.state.sites
    lower = view.condition[sites.patch] < sites.start_condition
    closed = view.state.projects.stage[sites.project] == Stage.CLOSED
    return view.latest & lower & closed


def shoreline(view: View) -> Parts:
    """Kilometres of natural and recognised mainland shore, and of all mainland shore."""
    h, segments = view.state.habitats, view.state.segments
    rows = view.on_shore[h.island[view.on_shore] == 0]
    natural = rows[is_one_of(h.shore[rows], KEPT_SHORES, len(Shore))]
    on_kept = is_one_of(h.shore[segments.patch], KEPT_SHORES, len(Shore)) & (h.island[segments.patch] == 0)
    kept = view.sum_rows(natural, h.shoreline[natural]) - view.sum_segments(segments.built * on_kept)
    return kept, mainland_shore(view)


def mainland_shore(view: View) -> Floats:
    """Kilometres of mainland shore."""
    h = view.state.habitats
    rows = view.on_shore[h.island[view.on_shore] == 0]
    return view.sum_rows(rows, h.shoreline[rows])


def shore_restored(view: View) -> Floats:
    """Kilometres of restored shore that is recognised as natural again."""
    h = view.state.habitats
    rows = view.on_shore[h.shore[view.on_shore] == Shore.RECOGNISED]
    return view.sum_rows(rows, h.shoreline[rows])


def mangrove(view: View) -> Floats:
    """Hectares under native cover in mangrove patches, less what was taken."""
    h, rows = view.state.habitats, view.state.habitats.coastal
    rows = rows[h.ecosystem[rows] == Ecosystem.MANGROVE]
    standing = h.area[rows] * (1.0 - h.taken_share[rows]) * h.cover[rows] * h.native_share[rows]
    return view.sum_rows(rows, standing)


def spartina(view: View) -> Floats:
    """Hectares under Spartina on land that was not taken."""
    h, rows = view.state.habitats, np.flatnonzero(view.state.habitats.invader > 0.0)
    covered = h.invader[rows] * h.area[rows] * (1.0 - h.taken_share[rows])
    return view.sum_rows(rows, covered)


def red_line_condition(inside: bool) -> Callable[[View], Parts]:
    """Area times condition of ecological land inside the red line or outside, and its area, in ha."""

    def measure(view: View) -> Parts:
        weighted, area = view.by_red_line
        return weighted[int(inside)], area[int(inside)]

    return measure


def corridors_cut(view: View) -> Floats:
    """Patches on the map of corridors from which land was taken."""
    return view.sum_rows(view.taken, view.state.corridors[view.taken])


def degraded(view: View) -> Parts:
    """Hectares of ecological land in poor condition (SDG 15.3.1), and of all of it."""
    return view.of_patches[PatchSum.DEGRADED], view.of_patches[PatchSum.LAND]


def carbon(view: View) -> Floats:
    """Tonnes of carbon that stand on all patches."""
    return np.asarray(view.of_patches[PatchSum.CARBON])


def red_line_loss(view: View) -> Floats:
    """Hectares inside the red line that were taken for good."""
    h = view.state.habitats
    rows = view.taken[h.zone[view.taken] == Zone.RED_LINE]
    return view.sum_rows(rows, h.area[rows] * h.taken_share[rows])


def credited(view: View) -> Floats:
    """Tonnes of carbon sold as credits so far."""
    sites, h = view.state.sites, view.state.habitats
    tonnes = sites.carbon_credited * h.area[sites.patch]
    return sum_by(h.county[sites.patch], tonnes, view.counties)


def grown(view: View) -> Floats:
    """Carbon that stands on treated patches above what stood there when works began, where an investor takes part."""
    sites, h = view.state.sites, view.state.habitats
    shared = view.state.projects.investor[sites.project] >= 0
    rows = np.flatnonzero(view.latest & shared)
    patch = sites.patch[rows]
    grown = np.maximum(h.carbon[patch] - sites.carbon_start[rows], 0.0)
    return sum_by(h.county[patch], grown * h.area[patch], view.counties)


def ecosystem_product(view: View) -> Floats:
    """Yuan of ecological products of the year that nobody has paid for yet."""
    return view.state.counties.ecosystem_product - view.paid("carbon_income")


def trust(view: View) -> Parts:
    """Sum over investors of what they believe of each county, and their number."""
    belief = view.state.trust_by_pair()
    return belief.sum(axis=0), np.full(view.counties, float(len(belief)))


def unfunded(view: View) -> Floats:
    """Duties of living mining firms beyond their funds, and what bankrupt ones left to the counties."""
    s = view.state
    live = s.obligations.outstanding("reclamation_duty", s.firms.account)
    held = s.ledger.balance[s.firms.fund]
    orphaned = s.obligations.outstanding("orphaned_duty", s.counties.account)
    return np.asarray(view.sum_firms(yuan(np.maximum(live - held, 0))) + yuan(orphaned))


def unpaid_loss(view: View) -> Floats:
    """Income that households forgo for projects, less what they were paid, in yuan by county of the project."""
    p = view.state.projects
    forgone = np.zeros(view.counties, dtype=np.int64)
    add_each(forgone, p.county, p.forgone)
    return np.asarray(yuan(forgone) - view.paid("forgone_income"))


def settled_use(view: View) -> Floats:
    """Income at the start from use that care has ended for good, in yuan by county.

    area x opportunity cost x (1 - pressure that would return / pressure on the untreated twin), of patches on which
    works have begun. What households lose beyond :func:`unpaid_loss` where none of them found other work, and at most
    that: after a project closes, the loss while use comes back is reckoned by all of the income, a part of which is in
    here. Shore that cities rebuilt without a project carries less use, too; it has no site and counts nothing.
    """
    h, sites = view.state.habitats, view.state.sites
    rows = np.flatnonzero(view.latest)
    patch, twin = sites.patch[rows], sites.twin_pressure[rows]
    ended = 1.0 - h.pressure_potential[patch] / np.where(twin > 0.0, twin, 1.0)
    income = h.area[patch] * h.opportunity_cost[patch] * (twin > 0.0)
    return np.asarray(yuan(fen(view.sum_rows(patch, income * np.clip(ended, 0.0, 1.0)))))


def abandoned(view: View) -> Floats:
    """Duties for temporary land that developers left to the counties."""
    s = view.state
    return np.asarray(yuan(s.obligations.outstanding("abandoned_land", s.counties.account)))


def backlog(view: View) -> Floats:
    """Hectares out of use that working mines have not reclaimed."""
    m = view.state.mines
    return view.sum_mines(m.due + m.ordered + m.bare + m.faked)


def overdue(view: View) -> Flags:
    """Mines with land that lies bare; at the year's end what is due is what an order that nobody followed up made due
    anew, and it lies as it lay."""
    m = view.state.mines
    return np.asarray((m.bare > VISIBLE) | (m.due > VISIBLE))


def opened(view: View) -> Floats:
    """Hectares that mines have ever opened."""
    return sum_by(view.county_of_mine, view.state.mines.opened_total, view.counties)


def reclaimed(view: View) -> Floats:
    """Hectares of mines, living or orphaned, that were reclaimed."""
    return sum_by(view.county_of_mine, view.state.mines.reclaimed, view.counties)


def projects_at(stage: Stage) -> Callable[[View], Floats]:
    """Number of projects of which all or a part is at a stage of life."""
    return lambda view: _as_planned(view, np.flatnonzero(view.state.projects.stage == stage))


def _as_planned(view: View, rows: Rows) -> Floats:
    """Number of projects that ``rows`` of their table belong to; with its remainders a project counts once."""
    planned = np.unique(planned_as(view.state.projects)[rows])
    return np.bincount(view.state.projects.county[planned], minlength=view.counties).astype(np.float64)


def bay_load(view: View) -> Floats:
    """Load that reaches the bays in a year."""
    h = view.state.habitats
    rows = h.waters[h.ecosystem[h.waters] == Ecosystem.BAY]
    return view.sum_rows(rows, h.load[rows])


def connected(view: View) -> tuple[Floats, float]:
    """ECA in ha of each county on its own links, and of the whole landscape."""
    habitat = np.where(view.habitat, view.weighted, 0.0)
    whole, counties = eca_over(view.state.ways(view.cutoff), habitat)
    return np.array([county.area for county in counties]), whole.area


def gini(values: Floats) -> float:
    """Gini coefficient of non-negative ``values`` (n,), population formula (no n/(n-1)); 0 where all are 0.

    Raises ``ValueError`` for a negative value: the index has no meaning there.
    """
    values = np.sort(np.asarray(values, dtype=np.float64))
    if values.size and values[0] < 0.0:
        raise ValueError(
            f"Gini of a negative value ({values[0]:g}): it is defined for shares of something there is"
        )
    total = values.sum()
    if total == 0.0:
        return 0.0
    rank = np.arange(1, values.size + 1)
    return float((2.0 * rank - values.size - 1.0) @ values / (values.size * total))
