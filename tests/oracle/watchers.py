"""Who looks at mines: satellites, inspectors within staff and money, central rounds, neighbours; and who excuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.oracle.books import fen

if TYPE_CHECKING:
    from tests.oracle.county import County
    from tests.oracle.mine import Mine
    from tests.oracle.model import OracleModel

VISIBLE = 1e-6  # ha: less is no violation


@dataclass
class Round:
    """Ground checks as the rhythm shares them out, and the counties that are visited from above."""

    rate: dict[County, float]
    visited: set[County]


def announce(model: OracleModel, form: Any, intended: float) -> Round:
    """Campaigns come to everybody in their years, steady rounds by lot; checks gather where a round is."""
    if form.name == "Nothing":
        return Round(dict.fromkeys(model.counties, intended), set())
    if form.name == "Steady":
        numbers = {
            c: model.dice.uniform("enforcement/central_rounds", model.year, c.key) for c in model.counties
        }
        visited, part = {c for c, number in numbers.items() if number < form.visits}, form.visits
    else:
        visited, part = set(model.counties if model.year % form.every == 0 else ()), 1.0 / form.every
    peak = min(intended * min(form.factor, 1.0 / part), 1.0)
    rest = (intended - part * peak) / (1.0 - part)
    return Round({c: peak if c in visited else rest for c in model.counties}, visited)


def hire(county: County, form: Any) -> None:
    """Buy the checks that inspectors in post cannot do, with money that nothing else waits for."""
    mines = sum(1 for mine in county.model.mines if mine.patch.county is county and not mine.orphaned)
    wanted, in_post = form.rate * mines, county.inspectors * form.checks
    price, free = form.wage / form.checks, county.free
    bought = min(max(wanted - in_post, 0.0), free / 100.0 / price)
    county.model.ledger.pay(
        "inspection", county.account, "outside:households", min(fen(bought * price), free)
    )
    county.staffed = min(in_post + bought, wanted) / wanted if wanted > 0.0 else 1.0


def look_at(mine: Mine, now: Any, round_: Round, year: int) -> None:
    """What any channel sees of the mine, and whether it would be called illegal."""
    dice, key, county = mine.patch.model.dice, mine.patch.key, mine.patch.county
    checked = dice.uniform("enforcement/ground", year, key) < round_.rate[county] * county.staffed
    found = checked and dice.uniform("enforcement/power", year, key) < now.ground.power
    from_space = dice.uniform("enforcement/satellite", year, key) < _from_space(mine, now.satellite)
    told_bare, told_fake, publicity = _told(mine, now.citizens, year)
    watched = not mine.orphaned and not mine.firm.bankrupt
    bare, fake = watched and mine.bare > VISIBLE, watched and mine.faked > VISIBLE
    mine.seen_bare = int(bare and (from_space or found or told_bare))
    mine.seen_fake = int(fake and (found or told_fake))
    excuse = county.leniency * (1.0 - now.sanctions.audit) * (1.0 - now.sanctions.litigation)
    if (bare and told_bare) or (fake and told_fake):
        excuse *= 1.0 - publicity
    excused = county not in round_.visited and dice.uniform("enforcement/judged", year, key) < excuse
    mine.sanctioned_bare = int(mine.seen_bare and not excused)
    mine.sanctioned_fake = int(mine.seen_fake and not excused)


def _from_space(mine: Mine, form: Any) -> float:
    single = form.detection if mine.bare >= form.threshold else form.detection_small
    return float(1.0 - (1.0 - single * mine.patch.detectability) ** form.rounds)


def _told(mine: Mine, form: Any, year: int) -> tuple[bool, bool, float]:
    """Whether neighbours would report bare land, and a fake; and how public that is."""
    if form.name == "Nothing":
        return False, False, 0.0
    county = mine.patch.county
    density = county.population / max(county.area, 1e-9)
    near = density / (density + form.half_density)
    drawn = mine.patch.model.dice.uniform("enforcement/citizens", year, mine.patch.key)
    return drawn < form.rate * near, drawn < form.rate_fake * near, form.publicity
