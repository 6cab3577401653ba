"""A firm fails when what is due stays unpaid for years while its money and credit are gone; or it is closed.

It is closed when none of its mines has worked for as many years while reclamation was overdue, whatever cash it holds:
dug out, it has no bills that could ever ruin it. Claims are met in a stated order: the supervised fund (by its own
rule), then fines, then suppliers, as far as cash reaches. Who has cash has drawn nothing from banks; what was drawn is
their loss. What cash is left goes to the owners, and what remains of the duty is a named public liability of the
firm's home county, met hectare by hectare as the orphaned land is accepted as restored and its ground is sound:
nothing vanishes. What ground is sound is a level of the law, apart from ``evaluation.substrate``, which no decider can
see. Sources: claims of insolvency law in outline; Blackjewel left 33 of 170 permits unsold; firms that are dissolved
leave their land as damage of the past (歷史遺留); that owners take what is left is assumed. Most likely wrong: that no
mine is ever sold on, and that nobody holds owners to the duty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.parameters import sourced
from model.state.state import State
from model.state.sums import sum_by
from model.units import Flags, Rows, Share, Years
from model.vocabulary import Cause

DUST = 1e-12


@dataclass(frozen=True)
class Arrears:
    """Years in arrears or dug out, then the end."""

    writes: ClassVar[tuple[str, ...]] = (
        "firms.arrears_years",
        "firms.bankrupt",
        "mines.active",
        "mines.due",
        "mines.ordered",
        "mines.bare",
        "mines.faked",
        "mines.reclaimed",
        "mines.orphaned",
        "habitats.cause",
        "habitats.damaged_share",
        "habitats.holder",
    )

    years: Years = sourced(
        1, 5, "years in arrears, or dug out with reclamation overdue, until a firm goes", "assumed"
    )
    exhausted: Share = sourced(
        0.0, 0.2, "money left, as a share of what is due, that counts as nothing", "assumed"
    )

    sound_ground: Share = sourced(
        0.3, 0.7, "substrate from which law counts land as restored; the yardstick has its own", "assumed"
    )

    def redeem(self, state: State) -> None:
        """Meet the duty for orphaned land that was accepted on sound ground, by its part of what is still orphaned."""
        m, o = state.mines, state.obligations
        lying = (m.bare + m.faked) * m.orphaned
        restored = np.where(self._restored(state), lying, 0.0)
        home = state.firms.county[m.firm]
        part = sum_by(home, restored, len(state.counties))
        whole = sum_by(home, lying, len(state.counties))
        debtors = state.counties.account
        owed = o.outstanding("orphaned_duty", debtors)
        share = np.minimum(part / np.maximum(whole, DUST) * (1.0 + DUST), 1.0)  # all restored: all met
        o.meet("orphaned_duty", debtors, np.floor(owed * share).astype(np.int64))
        m.reclaimed[:] += restored
        done = restored > 0.0
        m.bare[done] = 0.0
        m.faked[done] = 0.0

    def _restored(self, state: State) -> Flags:
        """Mines whose patch stands accepted as restored by its latest site, on sound ground."""
        h, patch = state.habitats, state.mines.patch
        if len(state.sites) == 0:
            return np.zeros(patch.size, dtype=bool)
        accepted = state.sites.accepted[np.maximum(h.site[patch], 0)] == 1
        treated: Flags = (h.site[patch] >= 0) & accepted & (h.substrate[patch] >= self.sound_ground)
        return treated

    def fail(self, state: State) -> Rows:
        """Count the years that living firms are broke or dug out with duties overdue; who reaches the limit now."""
        f, m, o = state.firms, state.mines, state.obligations
        overdue = o.due("reclamation_duty", f.account)
        due = o.due("fine", f.account) + overdue + o.due("arrears", f.account)
        broke = (due > 0) & (state.ledger.available(f.account) <= due * self.exhausted)
        dug_out = (overdue > 0) & (sum_by(m.firm, m.active, len(f)) <= DUST)
        f.arrears_years[:] = np.where((broke | dug_out) & (f.bankrupt == 0), f.arrears_years + 1, 0)
        return np.flatnonzero(f.arrears_years >= max(self.years, 1))

    def orphan(self, state: State, failed: Rows) -> None:
        """Pay claims from what is left, pass duties to the counties, close accounts, leave the mines to the public."""
        if failed.size == 0:
            return
        f, m = state.firms, state.mines
        f.bankrupt[failed] = 1
        f.arrears_years[failed] = 0
        self._close_accounts(state, failed)
        lost = np.flatnonzero(np.isin(m.firm, failed))
        m.bare[lost] += m.active[lost] + m.due[lost] + m.ordered[lost]
        m.active[lost] = 0.0
        m.due[lost] = 0.0
        m.ordered[lost] = 0.0
        m.orphaned[lost] = 1
        state.habitats.cause[m.patch[lost]] = Cause.LEGACY_MINE
        state.habitats.holder[m.patch[lost]] = -1
        dug = (m.bare + m.faked)[lost] / state.habitats.area[m.patch[lost]]
        state.habitats.damaged_share[m.patch[lost]] = np.minimum(dug, 1.0)

    def _close_accounts(self, state: State, failed: Rows) -> None:
        """Fines, then suppliers, as far as cash reaches; the rest of it to the owners, what was drawn to the banks."""
        f, ledger, o, outside = state.firms, state.ledger, state.obligations, state.accounts
        account, county = f.account[failed], state.counties.account[f.county[failed]]
        claims = {
            "fine_paid": ("fine", outside.taxpayers),
            "claims_of_creditors": ("arrears", outside.contractors),
        }
        for instrument, (kind, payee) in claims.items():
            paid = np.minimum(np.maximum(ledger.balance[account], 0), o.outstanding(kind, account))
            ledger.post(instrument, account, payee, paid)
            o.meet(kind, account, paid)
            o.write_off(kind, account)
        ledger.post("dividends", account, outside.households, np.maximum(ledger.balance[account], 0))
        ledger.post("loan_loss", outside.banks, account, np.maximum(-ledger.balance[account], 0))
        o.create("orphaned_duty", county, o.write_off("reclamation_duty", account))
