"""What is reported: each indicator is a pure function of the year's state, with a unit and one line of
definition.

An indicator gives a value for each county, or a numerator and a denominator; sums over counties make cities
and the total, so a mean of means never appears. An empty group's mean is null. ``docs/indicators.md`` is
generated from here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from model.connectivity import eca_over
from model.state.habitats import ECOLOGICAL
from model.state.sums import is_one_of, sum_by
from model.units import Floats, yuan
from model.view import PRIVATE_SPENDING, PUBLIC_SPENDING, View
from model.vocabulary import Cause, Ecosystem, Shore, Stage, Zone

OPEN_STAGES = (Stage.UNDER_WAY, Stage.SUBMITTED, Stage.AFTERCARE)
DEGRADED_BELOW = 0.5
SOUND_GROUND = 0.45
"""Substrate above the collapse of what stands on it. A yardstick of reports stays where it is when a run varies
``evaluation.substrate``, so that untreated twins and legacy land are counted alike under every policy; a test holds
the packaged values together."""
Parts = tuple[Floats, Floats | None]


@dataclass(frozen=True)
class Indicator:
    """Name with unit as suffix, unit, definition, which way is good (+1, -1, 0: neither), and the measure.

    ``scale`` multiplies a ratio (100 for per cent).
    """

    name: str
    unit: str
    meaning: str
    good: int
    measure: Callable[[View], Parts] | None = None
    scale: float = 1.0


def _total(measure: Callable[[View], Floats]) -> Callable[[View], Parts]:
    return lambda view: (measure(view), None)


def _ecological(view: View) -> Parts:
    return view.sum(view.weighted, view.habitat), view.sum(view.state.habitats.area, view.habitat)


def _mean_condition(ecosystem: Ecosystem) -> Callable[[View], Parts]:
    def measure(view: View) -> Parts:
        weighted, area = view.by_ecosystem
        return weighted[ecosystem], area[ecosystem]

    return measure


def _claimed(view: View) -> Floats:
    return view.sum_sites(view.state.sites.accepted == 1)


def _effective(view: View) -> Floats:
    return view.sum_sites(view.state.sites.effective == 1)


def _additional(view: View) -> Floats:
    sites = view.state.sites
    twin_on_path = (sites.twin_structure >= sites.reference) & (sites.twin_substrate >= SOUND_GROUND)
    return view.sum_sites((sites.effective == 1) & ~twin_on_path)


def _gap(view: View) -> Floats:
    """Area of patches that were accepted and are not effectively restored now, each once."""
    h, sites = view.state.habitats, view.state.sites
    gap = np.zeros(h.rows, dtype=bool)
    gap[sites.patch[sites.accepted == 1]] = True
    gap[sites.patch[sites.effective == 1]] = False
    return view.sum(h.area, gap)


def _bloom_risk(view: View) -> Parts:
    h = view.state.habitats
    still = h.is_ecosystem(Ecosystem.LAKE, Ecosystem.BAY)
    return view.sum(h.area, still & (h.load_stock > 1.0)), view.sum(h.area, still)


def _gain(view: View) -> Floats:
    h, sites = view.state.habitats, view.state.sites
    rows = np.flatnonzero(view.latest)
    patch = sites.patch[rows]
    twin = 0.5 * (sites.twin_structure + sites.twin_composition)[rows] * (1.0 - h.taken_share[patch])
    return sum_by(h.county[patch], h.area[patch] * (view.condition[patch] - twin), view.counties)


def _legacy(view: View) -> Floats:
    h, sites = view.state.habitats, view.state.sites
    stock = h.cause == Cause.LEGACY_MINE
    done = sites.patch[(sites.accepted == 1) & view.current]
    stock[done] &= h.substrate[done] < SOUND_GROUND
    return view.sum(h.area * h.damaged_share, stock)


def _open(view: View) -> Floats:
    sites = view.state.sites
    is_open = is_one_of(view.state.projects.stage, OPEN_STAGES, len(Stage))
    return view.sum_sites(view.latest & is_open[sites.project])


def _on_the_way(view: View) -> Floats:
    sites, h = view.state.sites, view.state.habitats
    sound = h.structure[sites.patch] >= sites.reference
    return view.sum_sites(view.latest & sound)


def _relapsed(view: View) -> Floats:
    sites = view.state.sites
    lower = view.condition[sites.patch] < sites.start_condition
    closed = view.state.projects.stage[sites.project] == Stage.CLOSED
    return view.sum_sites(view.latest & lower & closed)


def _shoreline(view: View) -> Parts:
    h = view.state.habitats
    mainland = h.island == 0
    kept = mainland & ((h.shore == Shore.NATURAL) | (h.shore == Shore.RECOGNISED))
    segments = view.state.segments
    built = view.sum_segments(segments.built * kept[segments.patch])
    whole = view.sum(h.shoreline, mainland & (h.shore != Shore.NONE))
    return view.sum(h.shoreline, kept) - built, whole


def _mangrove(view: View) -> Floats:
    h, rows = view.state.habitats, view.state.habitats.coastal
    rows = rows[h.ecosystem[rows] == Ecosystem.MANGROVE]
    standing = h.area[rows] * (1.0 - h.taken_share[rows]) * h.cover[rows] * h.native_share[rows]
    return sum_by(h.county[rows], standing, view.counties)


def _spartina(view: View) -> Floats:
    h, rows = view.state.habitats, np.flatnonzero(view.state.habitats.invader > 0.0)
    covered = h.invader[rows] * h.area[rows] * (1.0 - h.taken_share[rows])
    return sum_by(h.county[rows], covered, view.counties)


def _red_line_condition(inside: bool) -> Callable[[View], Parts]:
    def measure(view: View) -> Parts:
        weighted, area = view.by_red_line
        return weighted[int(inside)], area[int(inside)]

    return measure


def _corridors_cut(view: View) -> Floats:
    h, rows = view.state.habitats, np.flatnonzero(view.state.corridors)
    return sum_by(h.county[rows], h.taken_share[rows] > 0.0, view.counties)


def _degraded(view: View) -> Parts:
    h = view.state.habitats
    where = view.habitat & view.land
    return view.sum(h.area, where & (view.condition < DEGRADED_BELOW)), view.sum(h.area, where)


def _red_line_loss(view: View) -> Floats:
    h = view.state.habitats
    return view.sum(h.area * h.taken_share, (h.zone == Zone.RED_LINE) & (h.taken_share > 0.0))


def _credited(view: View) -> Floats:
    sites, h = view.state.sites, view.state.habitats
    tonnes = sites.carbon_credited * h.area[sites.patch]
    return sum_by(h.county[sites.patch], tonnes, view.counties)


def _grown(view: View) -> Floats:
    """Carbon that stands on treated patches above what stood there when works began, where an investor takes part."""
    sites, h = view.state.sites, view.state.habitats
    shared = view.state.projects.investor[sites.project] >= 0
    rows = np.flatnonzero(view.latest & shared)
    patch = sites.patch[rows]
    grown = np.maximum(h.carbon[patch] - sites.carbon_start[rows], 0.0)
    return sum_by(h.county[patch], grown * h.area[patch], view.counties)


def _trust(view: View) -> Parts:
    belief = view.state.trust_by_pair()
    return belief.sum(axis=0), np.full(view.counties, float(len(belief)))


def _unfunded(view: View) -> Floats:
    """Duties of living mining firms beyond their funds, and what bankrupt ones left to the counties."""
    s = view.state
    live = s.obligations.outstanding("reclamation_duty", s.firms.account)
    held = s.ledger.balance[s.firms.fund]
    orphaned = s.obligations.outstanding("orphaned_duty", s.counties.account)
    return np.asarray(view.sum_firms(yuan(np.maximum(live - held, 0))) + yuan(orphaned))


def _abandoned(view: View) -> Floats:
    """Duties for temporary land that developers left to the counties."""
    s = view.state
    return np.asarray(yuan(s.obligations.outstanding("abandoned_land", s.counties.account)))


def _opened(view: View) -> Floats:
    return sum_by(view.county_of_mine, view.state.mines.opened_total, view.counties)


def _projects_at(stage: Stage) -> Callable[[View], Floats]:
    def measure(view: View) -> Floats:
        p = view.state.projects
        return np.bincount(p.county[p.stage == stage], minlength=view.counties).astype(np.float64)

    return measure


def _bay_load(view: View) -> Floats:
    h = view.state.habitats
    return view.sum(h.load, h.ecosystem == Ecosystem.BAY)


VISIBLE = 1e-6  # ha: less is rounding, no violation

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "condition_mean",
        "1",
        "area-weighted condition of all ecological land and water",
        1,
        _ecological,
    ),
    *(
        Indicator(
            f"condition_{e.text}_mean",
            "1",
            f"area-weighted condition of {e.text.replace('_', ' ')}",
            1,
            _mean_condition(e),
        )
        for e in ECOLOGICAL
        if e != Ecosystem.BAY
    ),
    Indicator(
        "bay_condition_mean",
        "1",
        "area-weighted condition of the bays",
        1,
        _mean_condition(Ecosystem.BAY),
    ),
    Indicator(
        "area_under_restoration_ha",
        "ha",
        "patches of projects at work, handed in or in aftercare",
        0,
        _total(_open),
    ),
    Indicator(
        "area_restored_claimed_ha",
        "ha",
        "patches ever accepted on what was observed, each once",
        0,
        _total(_claimed),
    ),
    Indicator(
        "area_restored_effective_ha",
        "ha",
        "degraded when works began, now on the reference path, on sound ground,"
        " composition not falling, held for years after aftercare, each hectare once",
        1,
        _total(_effective),
    ),
    Indicator(
        "area_restored_additional_ha",
        "ha",
        "effectively restored area whose untreated twin is not on the reference path",
        1,
        _total(_additional),
    ),
    Indicator(
        "area_claimed_gap_ha",
        "ha",
        "accepted and not effectively restored now",
        -1,
        _total(_gap),
    ),
    Indicator(
        "condition_gain_ha",
        "ha",
        "condition of treated patches above that of their untreated twins, times area",
        1,
        _total(_gain),
    ),
    Indicator(
        "area_gbf2_ha",
        "ha",
        "under effective restoration (GBF target 2): begun and on the reference path",
        1,
        _total(_on_the_way),
    ),
    Indicator(
        "area_relapsed_ha",
        "ha",
        "closed sites now below the condition at which works began",
        -1,
        _total(_relapsed),
    ),
    Indicator("degraded_share", "1", "ecological land with condition below 0.5 (SDG 15.3.1)", -1, _degraded),
    Indicator(
        "legacy_mines_ha",
        "ha",
        "orphaned and abandoned mines not accepted as restored, or accepted on unsound ground",
        -1,
        _total(_legacy),
    ),
    Indicator(
        "mining_backlog_ha",
        "ha",
        "due, bare or faked land of working mines",
        -1,
        _total(lambda v: v.sum_mines(v.state.mines.due + v.state.mines.bare + v.state.mines.faked)),
    ),
    Indicator("mining_opened_ha", "ha", "land ever opened by the model's mines", 0, _total(_opened)),
    Indicator(
        "natural_shoreline_pct",
        "%",
        "natural and recognised restored mainland shore of all mainland shore",
        1,
        _shoreline,
        100.0,
    ),
    Indicator(
        "spartina_ha",
        "ha",
        "area under Spartina",
        -1,
        _total(_spartina),
    ),
    Indicator(
        "mangrove_ha",
        "ha",
        "native green cover of mangrove patches, what was taken left out",
        1,
        _total(_mangrove),
    ),
    Indicator(
        "shoreline_occupied_km",
        "km",
        "natural shore built on since the start, on the mainland and on islands",
        -1,
        _total(lambda v: v.sum_segments(v.state.segments.built)),
    ),
    Indicator(
        "shoreline_restored_km",
        "km",
        "restored shore recognised as natural again",
        1,
        _total(lambda v: v.sum(v.state.habitats.shoreline, v.state.habitats.shore == Shore.RECOGNISED)),
    ),
    Indicator("bay_load", "load unit/yr", "loads that reach the bays", -1, _total(_bay_load)),
    Indicator(
        "bloom_risk_share",
        "1",
        "lake and bay area whose load stock is above the critical load",
        -1,
        _bloom_risk,
    ),
    Indicator(
        "red_line_loss_ha", "ha", "land inside the red line taken for good", -1, _total(_red_line_loss)
    ),
    Indicator(
        "condition_red_line_mean",
        "1",
        "area-weighted condition of ecological land inside the red line",
        1,
        _red_line_condition(True),
    ),
    Indicator(
        "condition_outside_mean",
        "1",
        "area-weighted condition of ecological land outside the red line",
        1,
        _red_line_condition(False),
    ),
    Indicator(
        "corridor_cuts_n",
        "n",
        "patches on the map of corridors (the best-linked tenth) from which land was taken",
        -1,
        _total(_corridors_cut),
    ),
    Indicator(
        "land_unreclaimed_ha",
        "ha",
        "temporary land that its developer left unreclaimed",
        -1,
        _total(lambda v: v.sum_parcels(v.state.parcels.bare)),
    ),
    Indicator(
        "abandoned_land_yuan",
        "yuan",
        "duties for temporary land that developers left to the counties",
        -1,
        _total(_abandoned),
    ),
    Indicator(
        "prepaid_fees_yuan",
        "yuan",
        "reclamation fees held in jointly controlled accounts",
        0,
        _total(lambda v: yuan(v.state.ledger.balance[v.state.counties.prepaid_account])),
    ),
    Indicator(
        "carbon_tC",
        "tC",
        "carbon in biomass and soil above bare ground",
        1,
        _total(lambda v: v.sum(v.state.habitats.carbon * v.state.habitats.area)),
    ),
    Indicator("carbon_credited_tC", "tC", "carbon sold as credits so far", 0, _total(_credited)),
    Indicator(
        "carbon_grown_shared_tC",
        "tC",
        "carbon measured above the start of works on patches that an investor shares: what credits are made of",
        0,
        _total(_grown),
    ),
    Indicator(
        "violations_n",
        "n",
        "mines with bare or faked land overdue, seen or not",
        -1,
        _total(lambda v: v.sum_mines((v.state.mines.bare > VISIBLE) | (v.state.mines.faked > VISIBLE))),
    ),
    Indicator(
        "violations_bare_n",
        "n",
        "of them with bare land",
        -1,
        _total(lambda v: v.sum_mines(v.state.mines.bare > VISIBLE)),
    ),
    Indicator(
        "violations_fake_n",
        "n",
        "of them with faked land",
        -1,
        _total(lambda v: v.sum_mines(v.state.mines.faked > VISIBLE)),
    ),
    Indicator(
        "violations_seen_n",
        "n",
        "mines with violations seen by any channel this year",
        0,
        _total(lambda v: v.sum_mines(v.state.mines.seen_bare | v.state.mines.seen_fake)),
    ),
    Indicator(
        "violations_sanctioned_n",
        "n",
        "mines sanctioned this year",
        0,
        _total(lambda v: v.sum_mines(v.state.mines.sanctioned_bare | v.state.mines.sanctioned_fake)),
    ),
    Indicator(
        "violations_bare_seen_n",
        "n",
        "mines with bare land seen this year",
        0,
        _total(lambda v: v.sum_mines(v.state.mines.seen_bare)),
    ),
    Indicator(
        "violations_fake_seen_n",
        "n",
        "mines with faked land seen this year",
        0,
        _total(lambda v: v.sum_mines(v.state.mines.seen_fake)),
    ),
    Indicator(
        "violations_bare_sanctioned_n",
        "n",
        "mines sanctioned for bare land this year",
        0,
        _total(lambda v: v.sum_mines(v.state.mines.sanctioned_bare)),
    ),
    Indicator(
        "violations_fake_sanctioned_n",
        "n",
        "mines sanctioned for faked land this year",
        0,
        _total(lambda v: v.sum_mines(v.state.mines.sanctioned_fake)),
    ),
    Indicator(
        "clipped_n",
        "n",
        "values of patches brought back to their bounds since the start: above 0 a rate is too extreme",
        0,
        _total(lambda v: v.state.counties.clipped.astype(np.float64)),
    ),
    Indicator(
        "bankruptcies_n",
        "n",
        "firms bankrupt since the start",
        -1,
        _total(lambda v: v.sum_firms(v.state.firms.bankrupt)),
    ),
    Indicator(
        "mine_funds_yuan",
        "yuan",
        "held in mine restoration funds",
        0,
        _total(lambda v: v.sum_firms(yuan(v.state.ledger.balance[v.state.firms.fund]))),
    ),
    Indicator(
        "unfunded_obligations_yuan",
        "yuan",
        "reclamation duties of mines beyond the funds held, and orphaned duties",
        -1,
        _total(_unfunded),
    ),
    Indicator(
        "unfunded_per_opened",
        "yuan/ha",
        "unfunded obligations by hectare ever opened",
        -1,
        lambda v: (_unfunded(v), _opened(v)),
    ),
    Indicator(
        "spend_public_yuan",
        "yuan/yr",
        "public money spent this year: works, upkeep, availability, forgone income, surveys, inspectors hired",
        0,
        _total(lambda v: v.paid(*PUBLIC_SPENDING)),
    ),
    Indicator(
        "spend_private_yuan",
        "yuan/yr",
        "private money spent on works and reclamation this year",
        0,
        _total(lambda v: v.paid(*PRIVATE_SPENDING)),
    ),
    Indicator(
        "invested_yuan",
        "yuan/yr",
        "investors' money spent on works this year",
        0,
        _total(lambda v: v.paid("works_private")),
    ),
    Indicator(
        "carbon_income_yuan",
        "yuan/yr",
        "paid for carbon credits this year, to investors and counties",
        0,
        _total(lambda v: v.paid("carbon_income")),
    ),
    Indicator(
        "availability_paid_yuan",
        "yuan/yr",
        "availability payments made to investors this year",
        0,
        _total(lambda v: v.paid("availability_payment")),
    ),
    Indicator(
        "availability_arrears_yuan",
        "yuan",
        "availability payments that counties owe and have not made",
        -1,
        _total(
            lambda v: yuan(v.state.obligations.outstanding("arrears", v.state.counties.account)),
        ),
    ),
    Indicator(
        "trust_mean",
        "1",
        "mean belief of investors that the county keeps a promised payment",
        1,
        _trust,
    ),
    Indicator(
        "compensation_paid_yuan",
        "yuan/yr",
        "horizontal compensation paid to other counties this year",
        0,
        _total(lambda v: v.paid("horizontal_compensation")),
    ),
    Indicator(
        "compensation_received_yuan",
        "yuan/yr",
        "horizontal compensation received from other counties this year",
        0,
        _total(lambda v: v.received("horizontal_compensation")),
    ),
    Indicator(
        "forgone_income_paid_yuan",
        "yuan/yr",
        "paid to households for sparing land this year",
        0,
        _total(lambda v: v.paid("forgone_income")),
    ),
    Indicator(
        "spend_inspection_yuan",
        "yuan/yr",
        "public money spent on inspectors beyond those in post this year",
        0,
        _total(lambda v: v.paid("inspection")),
    ),
    Indicator(
        "public_balance_yuan",
        "yuan",
        "in county accounts",
        0,
        _total(lambda v: yuan(v.state.ledger.balance[v.state.counties.account])),
    ),
    Indicator(
        "projects_failed_n",
        "n",
        "projects that failed acceptance for good",
        -1,
        _total(_projects_at(Stage.FAILED)),
    ),
    Indicator(
        "projects_abandoned_n",
        "n",
        "projects that a new leader gave up, planned or under way",
        -1,
        _total(_projects_at(Stage.ABANDONED)),
    ),
)

CONNECTED: tuple[Indicator, ...] = (
    Indicator("eca_ha", "ha", "equivalent connected area of habitat (area times condition)", 1),
    Indicator("pc", "1", "probability of connectivity: ECA squared over area squared", 1),
)
"""Evaluated every few years along the links; by county on the county's own links; no value for cities."""

ACCUMULATED: tuple[Indicator, ...] = (
    Indicator("spend_public_total_yuan", "yuan", "public money spent since the start", 0),
    Indicator("spend_private_total_yuan", "yuan", "private money spent since the start", 0),
    Indicator("private_per_public", "1", "private by public money since the start", 0),
    Indicator(
        "cost_per_effective_ha", "yuan/ha", "public money since the start by hectare effective now", -1
    ),
    Indicator(
        "cost_per_gain",
        "yuan/ha",
        "public money since the start by hectare of condition gained against untreated twins",
        -1,
    ),
    Indicator(
        "red_line_effect",
        "1",
        "change of mean condition since the start inside the red line, less the change outside it",
        1,
    ),
)
"""Computed from earlier years and other indicators."""

SPREAD: tuple[Indicator, ...] = (
    Indicator("gini_spend", "1", "Gini over counties of public money since the start", -1),
    Indicator("gini_gain", "1", "Gini over counties of effectively restored area", -1),
)
"""Over counties, so of the whole landscape only."""

ALL_INDICATORS = (*INDICATORS, *CONNECTED, *ACCUMULATED, *SPREAD)


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
