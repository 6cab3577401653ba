"""What a county's planners see, expect and choose: monitoring, prices of works, strategies, candidates for a plan."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt
from typing import TYPE_CHECKING, Any

from model.vocabulary import Cause, Mode
from tests.oracle.dice import within

if TYPE_CHECKING:
    from tests.oracle.patch import Patch

MINED = (Cause.LEGACY_MINE, Cause.WORKING_MINE)
MODES = (Mode.PROTECTION, Mode.NATURAL_RECOVERY, Mode.ASSISTED, Mode.RECONSTRUCTION)


@dataclass
class Sight:
    """What is seen of a patch."""

    cover: float
    condition: float
    substrate: float


@dataclass
class Quote:
    """What one mode would cost (yuan/ha) and bring."""

    cost: float
    gain: float
    total: float
    visible: float
    dues: float = 0.0
    due_years: int = 0
    escrow: bool = False

    @property
    def outlay(self) -> float:
        """Yuan a hectare of works and of what households are due."""
        return self.cost + self.due_years * self.dues


@dataclass
class Candidate:
    """A patch that a strategy would restore, with mode, price and merit."""

    patch: Patch
    mode: Mode
    cost: float
    escrow: bool
    outlay: float
    merit: float
    upkeep: float
    gain: float
    native: float
    additional: float
    seen: Sight


def survey_error(form: Any) -> float:
    """Standard error of what is seen of one patch: money reduces it."""
    return float(form.error / sqrt(1.0 + form.spend / form.spend_half))


def observe(patch: Patch, form: Any, purpose: str, year: int) -> Sight:
    """Satellites see cover as it is, plots see condition and ground with an error that money reduces."""
    dice, deviation = patch.model.dice, survey_error(form)
    about_condition = dice.normal(f"monitoring/{purpose}/condition", year, patch.key)
    about_ground = dice.normal(f"monitoring/{purpose}/substrate", year, patch.key)
    return Sight(
        patch.life.cover,
        within(patch.condition + deviation * about_condition, 0.0, 1.0),
        within(patch.life.substrate + deviation * about_ground, 0.0, 1.0),
    )


# --- works: four_modes -------------------------------------------------------------------------------------


def price(patch: Patch, seen: Sight, form: Any) -> dict[Mode, Quote]:
    """Cost at the county's experience, and forecast gain after the horizon against leaving the patch alone."""
    alone, then = _forecast(patch, seen, form)
    cost = _cost(patch, form)
    quotes = {}
    for mode in MODES:
        shown = form.planted_cover if mode >= Mode.ASSISTED else 0.0
        quotes[mode] = Quote(
            cost=cost[mode] * patch.county.cost_factor[mode],
            gain=within(then[mode] - alone, 0.0, 1.0),
            total=max(then[mode] - seen.condition, 0.0),
            visible=within(shown - seen.cover, 0.0, 1.0),
        )
    return quotes


def _cost(patch: Patch, form: Any) -> dict[Mode, float]:
    dug = form.mine_cost * patch.damaged_share
    return {
        Mode.PROTECTION: form.protection_cost,
        Mode.NATURAL_RECOVERY: form.natural_cost,
        Mode.ASSISTED: form.assisted_cost[patch.ecosystem],
        Mode.RECONSTRUCTION: dug if patch.cause in MINED else form.reconstruction_cost[patch.ecosystem],
    }


def _forecast(patch: Patch, seen: Sight, form: Any) -> tuple[float, dict[Mode, float]]:
    """Forecast structure if left alone, and under each mode; planting and building may fail outright."""
    pressure, invader, rain = patch.life.pressure, patch.life.invader, patch.seed_rain
    relieved = pressure * (1.0 - form.pressure_removed)
    cleared = invader * (1.0 - form.removal)
    planted = max(seen.condition, form.planted_structure)
    rebuilt = max(seen.substrate, form.rebuilt_substrate)
    helped = rain + form.assisted_rain

    def after(start: float, ground: float, burden: float, arriving: float) -> float:
        return _grown(start, ground, burden, arriving, form.believed_rate[patch.ecosystem], form)

    alone = after(seen.condition, seen.substrate, pressure + invader, rain)
    patrolled = pressure * (1.0 - form.protection_removed)
    assisted = after(planted, seen.substrate, relieved + cleared, helped)
    reconstructed = after(planted, rebuilt, relieved + cleared, helped)
    protected = after(seen.condition, seen.substrate, patrolled + invader, rain)
    natural = after(seen.condition, seen.substrate, relieved + invader, rain)
    survive, hold = 1.0 - form.failure, 1.0 - form.breach
    return alone, {
        Mode.PROTECTION: alone + hold * (protected - alone),
        Mode.NATURAL_RECOVERY: alone + hold * (natural - alone),
        Mode.ASSISTED: alone + survive * (assisted - alone),
        Mode.RECONSTRUCTION: alone + survive * (reconstructed - alone),
    }


def _grown(start: float, ground: float, burden: float, rain: float, rate: float, form: Any) -> float:
    """Logistic growth with seed rain in closed form."""
    carry = 1.0 / (1.0 + exp((form.believed_threshold - ground) / form.believed_width))
    limit = max(max(1.0 - burden, 0.0) * min(ground / form.believed_full, 1.0), 1e-3)
    start = min(start, limit * (1.0 - 1e-9))
    foldings = rate * carry * (1.0 + rain / limit) * form.horizon
    odds = (start + rain) / (limit - start) * exp(min(foldings, 500.0))  # more would only overflow
    return max((limit * odds - rain) / (1.0 + odds), 0.0) * carry


# --- restoration: matched, engineered_first, natural_first -------------------------------------------------


def matched(seen: Sight, quotes: dict[Mode, Quote], form: Any) -> tuple[Mode, float, float]:
    """The cheapest of the modes that do nearly as well as the best; merit is gain per 10,000 yuan."""
    best = max(quote.gain for quote in quotes.values())
    if best < form.smallest_gain:
        return Mode.NONE, 0.0, form.native_share
    enough = [mode for mode in MODES if quotes[mode].gain >= form.enough * best]
    mode = min(enough, key=lambda each: quotes[each].outlay)
    return mode, quotes[mode].gain / max(quotes[mode].outlay, 1.0) * 1e4, form.native_share


def engineered_first(seen: Sight, quotes: dict[Mode, Quote], form: Any) -> tuple[Mode, float, float]:
    """Rebuild stripped ground, plant elsewhere; merit is what shows per 10,000 yuan."""
    if seen.condition >= form.degraded_below:
        return Mode.NONE, 0.0, form.native_share
    mode = Mode.RECONSTRUCTION if seen.substrate < form.stripped_below else Mode.ASSISTED
    return mode, quotes[mode].visible / max(quotes[mode].outlay, 1.0) * 1e4, form.native_share


def natural_first(seen: Sight, quotes: dict[Mode, Quote], form: Any) -> tuple[Mode, float, float]:
    """Fences and time for all that is degraded; merit is what is lacking per 10,000 yuan."""
    if seen.condition >= form.degraded_below:
        return Mode.NONE, 0.0, 1.0
    cost = quotes[Mode.NATURAL_RECOVERY].outlay
    return Mode.NATURAL_RECOVERY, (1.0 - seen.condition) / max(cost, 1.0) * 1e4, 1.0


STRATEGIES = {"Matched": matched, "EngineeredFirst": engineered_first, "NaturalFirst": natural_first}


def candidate(patch: Patch, now: Any, year: int) -> Candidate:
    """What the strategy in force would do with a patch, on what is seen of it."""
    seen = observe(patch, now.monitoring, "plan", year)
    quotes = price(patch, seen, now.works)
    if now.livelihoods.name != "Nothing":
        for mode in (Mode.PROTECTION, Mode.NATURAL_RECOVERY):
            ended = now.works.protection_removed if mode == Mode.PROTECTION else now.works.pressure_removed
            quotes[mode].dues = now.livelihoods.rate * ended * patch.given["opportunity_cost"]
            quotes[mode].due_years = now.works.work_years + now.projects.aftercare
            quotes[mode].escrow = bool(now.livelihoods.escrow)
    mode, merit, native = STRATEGIES[now.restoration.name](seen, quotes, now.restoration)
    chosen = quotes.get(mode, Quote(0.0, 0.0, 0.0, 0.0))
    if now.leadership.name == "Terms" and mode != Mode.NONE:
        shown = patch.county.visible_weight
        merit = (shown * chosen.visible + (1.0 - shown) * chosen.gain) / max(chosen.outlay, 1.0) * 1e4
    return Candidate(
        patch=patch,
        mode=mode,
        cost=chosen.cost,
        escrow=chosen.escrow,
        outlay=chosen.outlay,
        merit=merit,
        upkeep=now.works.upkeep_share * chosen.cost,
        gain=chosen.gain,
        native=native,
        additional=within(chosen.gain / max(chosen.total, 1e-9), 0.0, 1.0),
        seen=seen,
    )
