"""What is reported: each indicator is a pure function of the year's state, with a unit and one line of
definition.

An indicator gives a value for each county, or a numerator and a denominator; sums over counties make cities
and the total, so a mean of means never appears. An empty group's mean is null. ``docs/indicators.md`` is
generated from here.

Each has a *size* too: what a difference in it is weighed against before anybody calls it relevant. It stands here,
beside unit and direction, so that it is stated before anything is run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from model import measures
from model.state.habitats import ECOLOGICAL
from model.units import Floats, yuan
from model.view import POLLUTERS_SPENDING, PRIVATE_SPENDING, PUBLIC_SPENDING, View
from model.vocabulary import Ecosystem, Stage


@dataclass(frozen=True)
class Size:
    """What a difference is weighed against: the greater of ``own`` times the indicator's own level and ``least`` times
    the level of the indicator ``of`` (where that is ``""``: times one of the indicator's unit).

    Levels are the baseline's means in the same year and place. The second part speaks where the indicator is near
    nothing, so that a share of it would say nothing. No size is an absolute sum of money or area: it grows with the
    landscape and changes with the currency as the indicator does. ``why``: the reason, for the docs.
    """

    own: float
    least: float
    of: str
    why: str


LAND, SHORE = "ecological_area_ha", "shoreline_km"

SIZES = {
    "ha": Size(1.0, 0.01, LAND, "what policies restore is hundredths of the ecological land"),
    "km": Size(1.0, 0.01, SHORE, "what is built on or restored is hundredths of the shore"),
    "1": Size(1.0, 0.1, "", "a share runs from 0 to 1, and a tenth of that is small"),
    "%": Size(1.0, 10.0, "", "a tenth of the scale is small"),
    "n": Size(1.0, 10.0, "", "a hundredth of ten is one case more in ten futures"),
    "yuan": Size(1.0, 0.1, "spend_public_total_yuan", "small against the public money spent so far"),
    "yuan/yr": Size(1.0, 0.1, "spend_public_yuan", "small against the public money of the year"),
    "yuan/ha": Size(1.0, 0.0, "", "a price is never near nothing"),
    "tC": Size(1.0, 0.001, "carbon_tC", "credits are hundredths of the carbon that stands"),
    "load unit/yr": Size(1.0, 0.0, "", "where land drains into a bay its load is never near nothing"),
}
"""Size by unit; an indicator of which that would be the wrong measure has a size of its own."""

REACHED = "a policy reaches the damaged land, about a tenth of all, and the rest of the sum stays as it is"
WHOLE_LAND = Size(0.1, 0.0, "", REACHED)
CONDITION = Size(0.1, 0.05, "", REACHED)
NARROW = Size(1.0, 0.001, LAND, "mines, coastal strips and takings are thousandths of the ecological land")


@dataclass(frozen=True)
class Indicator:
    """Name with unit as suffix, unit, definition, which way is good (+1, -1, 0: neither), and the measure.

    ``scale`` multiplies a ratio (100 for per cent). ``own_size``: its size where that of its unit does not fit.
    """

    name: str
    unit: str
    meaning: str
    good: int
    measure: Callable[[View], measures.Parts] | None = None
    scale: float = 1.0
    own_size: Size | None = None

    @property
    def size(self) -> Size:
        """What a difference in it is weighed against."""
        return self.own_size or SIZES[self.unit]


def _total(measure: Callable[[View], Floats]) -> Callable[[View], measures.Parts]:
    return lambda view: (measure(view), None)


def _paid(name: str, meaning: str, *instruments: str) -> Indicator:
    """What is paid by some instruments in a year."""
    return Indicator(name, "yuan/yr", meaning, 0, _total(lambda view: view.paid(*instruments)))


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "condition_mean",
        "1",
        "area-weighted condition of all ecological land and water",
        1,
        measures.ecological,
        own_size=CONDITION,
    ),
    *(
        Indicator(
            f"condition_{e.text}_mean",
            "1",
            f"area-weighted condition of {e.text.replace('_', ' ')}",
            1,
            measures.mean_condition(e),
            own_size=CONDITION,
        )
        for e in ECOLOGICAL
        if e != Ecosystem.BAY
    ),
    Indicator(
        "bay_condition_mean",
        "1",
        "area-weighted condition of the bays",
        1,
        measures.mean_condition(Ecosystem.BAY),
        own_size=CONDITION,
    ),
    Indicator(
        "area_under_restoration_ha",
        "ha",
        "patches of projects at work, handed in or in aftercare",
        0,
        _total(measures.under_restoration),
    ),
    Indicator(
        "area_restored_claimed_ha",
        "ha",
        "patches ever accepted on what was observed, each once",
        0,
        _total(measures.claimed),
    ),
    Indicator(
        "area_restored_effective_ha",
        "ha",
        "by public projects: degraded when works began, now on the reference path, on sound ground,"
        " composition not falling, held for years after aftercare, each hectare once; what firms reclaim is apart",
        1,
        _total(measures.effective),
    ),
    Indicator(
        "area_restored_additional_ha",
        "ha",
        "effectively restored area whose untreated twin is not on the reference path",
        1,
        _total(measures.additional),
    ),
    Indicator(
        "area_claimed_gap_ha",
        "ha",
        "accepted and not effectively restored now",
        -1,
        _total(measures.gap),
    ),
    Indicator(
        "area_claimed_undegraded_ha",
        "ha",
        "patches accepted though never degraded: structure stood at the limit of the reference path when works of"
        " every accepted site began; each once, none ever effective",
        -1,
        _total(measures.undegraded),
    ),
    Indicator(
        "condition_gain_ha",
        "ha",
        "condition of treated patches above that of their untreated twins, times area",
        1,
        _total(measures.gain),
    ),
    Indicator(
        "area_gbf2_ha",
        "ha",
        "under effective restoration (GBF target 2): structure below the path's end when works began, and on the path",
        1,
        _total(measures.on_the_way),
    ),
    Indicator(
        "area_given_up_ha",
        "ha",
        "patches whose works ever failed acceptance for good, each once; they may be planned anew",
        -1,
        _total(measures.given_up),
    ),
    Indicator(
        "area_given_up_sound_ha",
        "ha",
        "of them, patches whose works had not failed in truth, each once",
        -1,
        _total(measures.wrongly_given_up),
    ),
    Indicator(
        "area_relapsed_ha",
        "ha",
        "closed sites now below the condition at which works began",
        -1,
        _total(measures.relapsed),
    ),
    Indicator(
        "degraded_share", "1", "ecological land with condition below 0.5 (SDG 15.3.1)", -1, measures.degraded
    ),
    Indicator(
        "legacy_mines_ha",
        "ha",
        "orphaned and abandoned mines not accepted as restored, or accepted on unsound ground",
        -1,
        _total(measures.legacy),
        own_size=NARROW,
    ),
    Indicator(
        "mining_backlog_ha",
        "ha",
        "due, ordered, bare or faked land of working mines",
        -1,
        _total(measures.backlog),
        own_size=NARROW,
    ),
    Indicator(
        "mining_reclaimed_ha",
        "ha",
        "land of the model's mines that was ever reclaimed: by its firm, or by the county where it was orphaned",
        1,
        _total(measures.reclaimed),
        own_size=NARROW,
    ),
    Indicator(
        "mining_ordered_ha",
        "ha",
        "land of working mines under order to be reclaimed and not yet reclaimed, found this year or not paid for",
        -1,
        _total(lambda v: v.sum_mines(v.state.mines.ordered)),
        own_size=NARROW,
    ),
    Indicator(
        "mining_opened_ha",
        "ha",
        "land ever opened by the model's mines",
        0,
        _total(measures.opened),
        own_size=NARROW,
    ),
    Indicator(
        "natural_shoreline_pct",
        "%",
        "natural and recognised restored mainland shore of all mainland shore",
        1,
        measures.shoreline,
        100.0,
    ),
    Indicator(
        "spartina_ha",
        "ha",
        "area under Spartina",
        -1,
        _total(measures.spartina),
        own_size=NARROW,
    ),
    Indicator(
        "spartina_cleared_ha",
        "ha",
        "Spartina cleared under plans of bays since the start, what came back counted again",
        0,
        _total(lambda v: v.state.counties.spartina_cleared),
    ),
    Indicator(
        "mangrove_ha",
        "ha",
        "native green cover of mangrove patches, what was taken left out",
        1,
        _total(measures.mangrove),
        own_size=NARROW,
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
        _total(measures.shore_restored),
    ),
    Indicator("bay_load", "load unit/yr", "loads that reach the bays", -1, _total(measures.bay_load)),
    Indicator(
        "bloom_risk_share",
        "1",
        "lake and bay area whose load stock is above the critical load",
        -1,
        measures.bloom_risk,
    ),
    Indicator(
        "red_line_loss_ha",
        "ha",
        "land inside the red line taken for good",
        -1,
        _total(measures.red_line_loss),
        own_size=NARROW,
    ),
    Indicator(
        "condition_red_line_mean",
        "1",
        "area-weighted condition of ecological land inside the red line",
        1,
        measures.red_line_condition(True),
        own_size=CONDITION,
    ),
    Indicator(
        "condition_outside_mean",
        "1",
        "area-weighted condition of ecological land outside the red line",
        1,
        measures.red_line_condition(False),
        own_size=CONDITION,
    ),
    Indicator(
        "corridor_cuts_n",
        "n",
        "patches on the map of corridors (the best-linked tenth) from which land was taken",
        -1,
        _total(measures.corridors_cut),
    ),
    Indicator(
        "land_unreclaimed_ha",
        "ha",
        "temporary land that its developer left unreclaimed",
        -1,
        _total(lambda v: v.sum_parcels(v.state.parcels.bare)),
        own_size=NARROW,
    ),
    Indicator(
        "abandoned_land_yuan",
        "yuan",
        "duties for temporary land that developers left to the counties",
        -1,
        _total(measures.abandoned),
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
        _total(measures.carbon),
        own_size=WHOLE_LAND,
    ),
    Indicator(
        "carbon_credited_tC",
        "tC",
        "carbon sold as credits so far",
        0,
        _total(measures.credited),
    ),
    Indicator(
        "carbon_grown_shared_tC",
        "tC",
        "carbon measured above the start of works on patches that an investor shares: what credits are made of",
        0,
        _total(measures.grown),
    ),
    Indicator(
        "gep_yuan",
        "yuan/yr",
        "gross ecosystem product of the year, what was sold as carbon credits left out",
        1,
        _total(measures.ecosystem_product),
        own_size=WHOLE_LAND,
    ),
    Indicator(
        "violations_n",
        "n",
        "mines with bare or faked land overdue, seen or not, ordered in vain or not",
        -1,
        _total(lambda v: v.sum_mines(measures.overdue(v) | (v.state.mines.faked > measures.VISIBLE))),
    ),
    Indicator(
        "violations_bare_n",
        "n",
        "of them with bare land",
        -1,
        _total(lambda v: v.sum_mines(measures.overdue(v))),
    ),
    Indicator(
        "violations_fake_n",
        "n",
        "of them with faked land",
        -1,
        _total(lambda v: v.sum_mines(v.state.mines.faked > measures.VISIBLE)),
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
        LAND,
        "ha",
        "ecological land and water: all but farmland and built land",
        0,
        _total(measures.ecological_area),
    ),
    Indicator(
        SHORE,
        "km",
        "mainland shore",
        0,
        _total(measures.mainland_shore),
    ),
    Indicator(
        "bankruptcies_n",
        "n",
        "firms gone with duties unmet: bankrupt, or closed when dug out",
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
        _total(measures.unfunded),
    ),
    Indicator(
        "unfunded_per_opened",
        "yuan/ha",
        "unfunded obligations by hectare ever opened",
        -1,
        lambda v: (measures.unfunded(v), measures.opened(v)),
    ),
    _paid(
        "spend_public_yuan",
        "public money spent this year: works, upkeep, shore, coasts cleared, availability, forgone income, surveys,"
        " inspectors hired",
        *PUBLIC_SPENDING,
    ),
    _paid(
        "spend_private_yuan",
        "private money spent on works and on mines' reclamation this year, spend_polluters_yuan left out",
        *PRIVATE_SPENDING,
    ),
    _paid(
        "spend_polluters_yuan",
        "spent this year on land and shore with the money of who took them: builders' reclamation, forfeited fees"
        " included, and shore restored with what applicants paid; mines' reclamation is in spend_private_yuan",
        *POLLUTERS_SPENDING,
    ),
    _paid("spend_works_yuan", "public money spent on works of projects this year", "works"),
    _paid("spend_upkeep_yuan", "public money spent on aftercare this year", "upkeep"),
    _paid("spend_surveys_yuan", "public money spent on surveys this year", "monitoring"),
    _paid(
        "spend_shore_yuan",
        "public money put up for restored shore beyond what applicants paid this year",
        "shore_restoration_fronted",
    ),
    _paid(
        "spend_bay_plans_yuan",
        "public money spent on clearing coasts of Spartina and on patrols against it this year",
        "spartina_clearing",
        "spartina_patrol",
    ),
    _paid("grants_central_yuan", "part of the works' public money that the centre granted", "central_grant"),
    _paid(
        "grants_provincial_yuan", "part of the works' public money that provinces granted", "provincial_match"
    ),
    _paid("invested_yuan", "investors' money spent on works this year", "works_private"),
    _paid(
        "carbon_income_yuan", "paid for carbon credits this year, to investors and counties", "carbon_income"
    ),
    _paid(
        "availability_paid_yuan", "availability payments made to investors this year", "availability_payment"
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
        measures.trust,
    ),
    _paid(
        "compensation_paid_yuan",
        "horizontal compensation paid to other counties this year",
        "horizontal_compensation",
    ),
    Indicator(
        "compensation_received_yuan",
        "yuan/yr",
        "horizontal compensation received from other counties this year",
        0,
        _total(lambda v: v.received("horizontal_compensation")),
    ),
    _paid("forgone_income_paid_yuan", "paid to households for sparing land this year", "forgone_income"),
    Indicator(
        "livelihood_loss_unpaid_yuan",
        "yuan/yr",
        "income that works on land cost households this year, in care and until use is back, less what they were paid",
        -1,
        _total(measures.unpaid_loss),
    ),
    Indicator(
        "livelihood_settled_yuan",
        "yuan/yr",
        "income from use that care has ended for good, an upper bound of what households lose this year beyond their"
        " unpaid loss: nothing where they found other work; shore that cities rebuilt without a project is left out",
        0,
        _total(measures.settled_use),
    ),
    _paid(
        "spend_inspection_yuan",
        "public money spent on inspectors beyond those in post this year",
        "inspection",
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
        "projects that failed acceptance for good, all or a part; each counts once, with its remainders",
        -1,
        _total(measures.projects_at(Stage.FAILED)),
    ),
    Indicator(
        "projects_abandoned_n",
        "n",
        "projects that a new leader gave up, planned or under way, all or a part;"
        " each counts once, with its remainders",
        -1,
        _total(measures.projects_at(Stage.ABANDONED)),
    ),
    Indicator(
        "projects_relapsed_n",
        "n",
        "projects with a patch that is closed and now below the condition at which works began;"
        " each counts once, with its remainders",
        -1,
        _total(measures.relapsed_projects),
    ),
)

CONNECTED: tuple[Indicator, ...] = (
    Indicator(
        "eca_ha",
        "ha",
        "equivalent connected area of habitat (area times condition)",
        1,
        own_size=WHOLE_LAND,
    ),
    Indicator(
        "pc",
        "1",
        "probability of connectivity: ECA squared over area squared",
        1,
        own_size=WHOLE_LAND,
    ),
)
"""Evaluated every few years along the links; by county on the county's own links; no value for cities."""

ACCUMULATED: tuple[Indicator, ...] = (
    Indicator("spend_public_total_yuan", "yuan", "public money spent since the start", 0),
    Indicator("spend_private_total_yuan", "yuan", "private money spent since the start", 0),
    Indicator(
        "livelihood_loss_unpaid_total_yuan",
        "yuan",
        "income that works on land has cost households since the start, less what they were paid for it",
        -1,
    ),
    Indicator(
        "livelihood_settled_total_yuan",
        "yuan",
        "income from use that care has ended for good, since the start: an upper bound of what households lost beyond"
        " their unpaid loss",
        0,
    ),
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
        0,
        own_size=CONDITION,
    ),
)
"""Computed from earlier years and other indicators."""

TOTALS: Mapping[str, str] = {
    "spend_public_yuan": "spend_public_total_yuan",
    "spend_private_yuan": "spend_private_total_yuan",
    "livelihood_loss_unpaid_yuan": "livelihood_loss_unpaid_total_yuan",
    "livelihood_settled_yuan": "livelihood_settled_total_yuan",
}
"""Money of a year -> its sum since the start."""

SPREAD: tuple[Indicator, ...] = (
    Indicator("gini_spend", "1", "Gini over counties of public money since the start", -1),
    Indicator("gini_gain", "1", "Gini over counties of effectively restored area", -1),
)
"""Over counties, so of the whole landscape only."""

ALL_INDICATORS = (*INDICATORS, *CONNECTED, *ACCUMULATED, *SPREAD)
