"""Somebody local must call it illegal; then a fine, an order to reclaim after all, and years on a public list.

    excused = leniency (1 - audit) (1 - litigation) (1 - publicity of what reported it),   0 where a central round is

    fine = per case (a mine that is sanctioned in a year, for bare land, fakes or both) + per hectare bare and faked

Fines go to the general budget and fund no restoration; land under order, bare or faked, must be reclaimed next year
where somebody follows the order up, else it is due anew and the firm chooses again; whether somebody does is a habit
of the place, drawn once for each mine, so that orders repeated for decades do not add up to obedience; a listed firm
gets no new rights, pays more for its credit, may be kept from its restoration fund, and its case is told in other
counties. Sources: at most 30,000 yuan a case before 2019, up to twice the restoration cost under the 2025 law; fines
must be handed over to the treasury (Administrative Penalty Law, recalled); five-year permit bar; joint punishment and
disclosure (A5); public-interest litigation by procurators (A19). Most likely wrong: that excuses fall on big and small
cases alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.intentions import Findings, Rounds, Sighting, Threat
from model.mechanisms.enforcement.sanctions._cases import RECORDED, record, seen, violating
from model.parameters import sourced
from model.state.state import State
from model.state.streams import Chance
from model.units import (
    Fens,
    Flag,
    Flags,
    Floats,
    PerYear,
    Probability,
    Share,
    Years,
    Yuan,
    YuanPerHectare,
    fen,
)


@dataclass(frozen=True)
class Ladder:
    """Judgement, fine, order, list."""

    writes: ClassVar[tuple[str, ...]] = (
        *RECORDED,
        "mines.bare",
        "mines.faked",
        "mines.ordered",
        "mines.due",
        "firms.blacklisted_until",
        "firms.fund_closed",
    )

    audit: Share = sourced(
        0.0, 1.0, "part of local leniency that officials' audits undo (A18)", "assumed", "sweep"
    )
    litigation: Share = sourced(
        0.0, 0.5, "excused cases that procurators take to court (A19)", "assumed", "sweep"
    )
    fine_per_case: Yuan = sourced(
        0.0, 30000.0, "mine geo-environment rules before 2019: at most 30,000 yuan a case", "measured"
    )
    fine: YuanPerHectare = sourced(
        0.0, 934000.0, "0 to 2 times 467,000 yuan/ha (2025 law, to be verified)", "recalled"
    )
    order: Flag = sourced(0, 1, "1: sanctioned land must be reclaimed", "measured")
    carried_out: Probability = sourced(
        0.0,
        1.0,
        "mines whose orders somebody follows up; a fifth of all damage was restored by 2016",
        "assumed",
        "sweep",
    )
    blacklist: Years = sourced(0, 10, "five-year permit bar (before 2019)", "measured")
    credit_premium: PerYear = sourced(
        0.0, 0.2, "interest on a listed firm's debt beyond others'", "assumed", "sweep"
    )
    close_fund: Flag = sourced(0, 1, "1: a listed firm may not draw on its restoration fund (A5)", "assumed")
    disclosure: Share = sourced(
        0.0,
        1.0,
        "weight of a case in other counties' firms' eyes; 0: the list is kept secret",
        "assumed",
        "sweep",
    )

    def threaten(self) -> Threat:
        """What firms can read in the law."""
        return Threat(self.fine, self.fine_per_case, self.order * self.carried_out, self.blacklist)

    def sanction(
        self, state: State, chance: Chance, rounds: Rounds, sightings: Sequence[Sighting]
    ) -> Findings:
        """Judge what was seen, sanction what was judged; every draw is made for every mine, violating or not."""
        bare, fake = seen(state, sightings)
        judged = self._judged(state, chance, rounds, sightings)
        findings = Findings(bare, fake, bare & judged, fake & judged, self.disclosure)
        record(state, findings)
        self._charge_debts(state)
        self._fine_and_order(state, chance, findings)
        self._list(state, findings)
        return findings

    def _judged(self, state: State, chance: Chance, rounds: Rounds, sightings: Sequence[Sighting]) -> Flags:
        """Whether what was seen is called illegal."""
        m = state.mines
        county = state.habitats.county[m.patch]
        excuse = state.counties.leniency[county] * (1.0 - self.audit) * (1.0 - self.litigation)
        excuse = excuse * self._kept_quiet(state, sightings)
        excuse = np.where(rounds.visited[county], 0.0, excuse)
        drawn = chance.uniform("enforcement/judged", state.year, state.habitats.keys[m.patch])
        return np.asarray(drawn >= excuse)

    def _kept_quiet(self, state: State, sightings: Sequence[Sighting]) -> Floats:
        """Part of the leniency that is left after the publicity of each channel that saw the mine."""
        bare, fake = violating(state)
        left = np.ones(len(state.mines))
        for each in sightings:
            left *= np.where((bare & each.bare) | (fake & each.fake), 1.0 - each.publicity, 1.0)
        return left

    def _charge_debts(self, state: State) -> None:
        """Firms that were on the list already pay more for what they owe to banks."""
        f, ledger = state.firms, state.ledger
        debt = np.maximum(-ledger.balance[f.account], 0) * (f.blacklisted_until >= state.year)
        dearer = np.floor(debt * self.credit_premium).astype(np.int64) * (f.bankrupt == 0)
        paid = np.minimum(dearer, ledger.available(f.account))
        ledger.post("credit_premium", f.account, state.accounts.banks, paid)

    def _fine_and_order(self, state: State, chance: Chance, findings: Findings) -> None:
        """Fine each case, as far as it can be paid; land under order, or due anew where nobody follows it up."""
        m = state.mines
        bare = np.where(findings.sanctioned_bare, m.bare, 0.0)
        faked = np.where(findings.sanctioned_fake, m.faked, 0.0)
        case = findings.sanctioned_bare | findings.sanctioned_fake
        fines: Fens = fen((bare + faked) * self.fine + case * self.fine_per_case)
        state.obligations.create("fine", state.firms.account, state.by_firm(fines))
        self._collect(state)
        if self.order:
            m.bare[:] -= bare
            m.faked[:] -= faked
            # one draw for good: where nobody follows orders up, another order a year later changes nothing
            drawn = chance.uniform("enforcement/order", state.start_year, state.habitats.keys[m.patch])
            followed = drawn < self.carried_out
            m.ordered[:] += np.where(followed, bare + faked, 0.0)
            m.due[:] += np.where(followed, 0.0, bare + faked)

    def _collect(self, state: State) -> None:
        """Firms pay the fines that they owe to the general budget, as far as cash and credit reach."""
        f, ledger, o = state.firms, state.ledger, state.obligations
        owed = o.outstanding("fine", f.account)
        paid = np.minimum(owed, ledger.available(f.account)) * (f.bankrupt == 0)
        ledger.post("fine_paid", f.account, state.accounts.taxpayers, paid)
        o.meet("fine", f.account, paid)

    def _list(self, state: State, findings: Findings) -> None:
        """Sanctioned firms are listed for years; next year's fund is closed to who is listed then."""
        m, f = state.mines, state.firms
        hit = np.unique(m.firm[findings.sanctioned_bare | findings.sanctioned_fake])
        f.blacklisted_until[hit] = np.maximum(f.blacklisted_until[hit], state.year + self.blacklist)
        f.fund_closed[:] = (f.blacklisted_until > state.year) & bool(self.close_fund)
