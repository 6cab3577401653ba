"""Satellites see bare land, ground checks see fakes too; then somebody local must call it illegal, and it
must be paid.

    seen from space in a year: 1 - (1 - p d)^rounds, d the mine's own detectability, p small below the check size
    ground check of a mine in a year: its rate, multiplied in the years of a campaign and divided between them
    sanction: seen and not excused by the county's leniency; central rounds excuse nobody

Four independent rounds would be near-perfect detection, which nobody has: detectability stays with the site.
A sanction is a fine by hectare, an order (bare and faked land falls due again), and years on the blacklist.
Sources: four rounds a year and 10 mu (2024, 2023 notices); accuracy 0.84 (McKenna 2020); 30,000 yuan before
2019, up to twice the restoration cost under the 2025 law. Most likely wrong: the chance of detection itself,
which no source gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Findings, Threat
from model.parameters import sourced
from model.state.state import State
from model.state.streams import Chance
from model.units import (
    Count,
    Fens,
    Flag,
    Flags,
    Floats,
    Hectares,
    Probability,
    Ratio,
    Share,
    Years,
    YuanPerHectare,
    fen,
)

VISIBLE = 1e-6  # ha: less is no violation but rounding


@dataclass(frozen=True)
class Inspections:
    """Satellite rounds, ground checks, central rounds, and the pipeline of sanctions."""

    writes: ClassVar[tuple[str, ...]] = (
        "mines.seen",
        "mines.sanctioned",
        "mines.bare",
        "mines.faked",
        "mines.due",
        "firms.blacklisted_until",
        "counties.income",
    )

    rounds: Count = sourced(0, 12, "four mine-patch rounds a year (2024 notice)", "measured")
    satellite: Probability = sourced(
        0.5, 0.95, "a round above the threshold, for the best visible site", "assumed", "sweep"
    )
    satellite_small: Probability = sourced(0.0, 0.3, "a round below the threshold", "assumed", "sweep")
    threshold: Hectares = sourced(0.667, 0.667, "field checks mandatory from 10 mu (2023 notice)", "measured")
    ground: Probability = sourced(0.0, 0.8, "ground check of a mine in a year", "assumed", "sweep")
    ground_power: Probability = sourced(0.5, 1.0, "a check finds what is there, fakes too", "assumed")
    campaign_every: Years = sourced(0, 10, "years between central rounds; 0 or 1: steady", "assumed", "sweep")
    campaign_factor: Ratio = sourced(
        1.0, 10.0, "ground checks in a campaign year against the mean", "assumed"
    )
    audit: Share = sourced(
        0.0, 1.0, "part of local leniency that audits and litigation undo (A18)", "assumed", "sweep"
    )
    fine: YuanPerHectare = sourced(
        0.0, 934000.0, "0 to 2 times 467,000 yuan/ha (2025 law, to be verified)", "recalled"
    )
    order: Flag = sourced(0, 1, "1: sanctioned land must be reclaimed", "measured")
    blacklist: Years = sourced(0, 10, "five-year permit bar (before 2019)", "measured")

    def threaten(self) -> Threat:
        """What firms can read in the law."""
        return Threat(self.fine, bool(self.order), self.blacklist)

    def inspect(self, state: State, chance: Chance) -> Findings:
        """Look, judge, sanction; every draw is made for every mine, violating or not."""
        m = state.mines
        keys = state.habitats.keys[m.patch]
        bare, faked = m.bare > VISIBLE, m.faked > VISIBLE
        watched = (m.orphaned == 0) & (state.firms.bankrupt[m.firm] == 0)
        from_space = chance.uniform("enforcement/satellite", state.year, keys) < self._from_space(state)
        checked = chance.uniform("enforcement/ground", state.year, keys) < self._ground_rate(state.year)
        found = checked & (chance.uniform("enforcement/power", state.year, keys) < self.ground_power)
        seen_bare = watched & bare & (from_space | found)
        seen_fake = watched & faked & found
        judged = self._judged(state, chance)
        findings = Findings(seen_bare, seen_fake, seen_bare & judged, seen_fake & judged)
        m.seen[:] = seen_bare | seen_fake
        m.sanctioned[:] = findings.sanctioned_bare | findings.sanctioned_fake
        self._sanction(state, findings)
        return findings

    def _from_space(self, state: State) -> Floats:
        m = state.mines
        single = np.where(m.bare >= self.threshold, self.satellite, self.satellite_small)
        seen: Floats = 1.0 - (1.0 - single * state.habitats.detectability[m.patch]) ** self.rounds
        return seen

    def _central_round(self, year: int) -> bool:
        return self.campaign_every > 1 and year % self.campaign_every == 0

    def _ground_rate(self, year: int) -> float:
        """Chance of a ground check this year; the mean over a rhythm is ``ground`` as long as no year saturates."""
        if self.campaign_every <= 1:
            return self.ground
        peak = min(self.ground * self.campaign_factor, 1.0)
        rest = (self.ground * self.campaign_every - peak) / (self.campaign_every - 1)
        return peak if self._central_round(year) else max(rest, 0.0)

    def _judged(self, state: State, chance: Chance) -> Flags:
        """Whether what was seen is called illegal: local leniency excuses, audits and central rounds do not."""
        m = state.mines
        county = state.habitats.county[m.patch]
        excuse = state.counties.leniency[county] * (1.0 - self.audit)
        excuse = np.where(self._central_round(state.year), 0.0, excuse)
        drawn = chance.uniform("enforcement/judged", state.year, state.habitats.keys[m.patch])
        return np.asarray(drawn >= excuse)

    def _sanction(self, state: State, findings: Findings) -> None:
        """Fine by hectare to the county, land due again, no new rights for years."""
        m, f = state.mines, state.firms
        bare = np.where(findings.sanctioned_bare, m.bare, 0.0)
        faked = np.where(findings.sanctioned_fake, m.faked, 0.0)
        fines: Fens = fen((bare + faked) * self.fine)
        state.obligations.create("fine", f.account, state.by_firm(fines))
        self._collect(state)
        if self.order:
            m.bare[:] -= bare
            m.faked[:] -= faked
            m.due[:] += bare + faked
        hit = np.unique(m.firm[(bare + faked) > 0.0])
        f.blacklisted_until[hit] = np.maximum(f.blacklisted_until[hit], state.year + self.blacklist)

    def _collect(self, state: State) -> None:
        """Firms pay the fines that they owe to their home county, as far as cash and credit reach."""
        f, ledger, o = state.firms, state.ledger, state.obligations
        owed = o.outstanding("fine", f.account)
        paid = np.minimum(owed, ledger.available(f.account)) * (f.bankrupt == 0)
        ledger.post("fine_paid", f.account, state.counties.account[f.county], paid)
        o.meet("fine", f.account, paid)
        np.add.at(state.counties.income, f.county, paid)
