"""A firm takes the way that it expects to be cheapest: do it, fake it, or leave it.

    do = c            fake = fake cost + P(fake) (fine + case + c ordered + loss)          leave = P(bare) (same)
    P(bare) = 1 - (1 - b_bare)^years
    P(fake) = 1 - what is then neither found out nor has faded and been seen: each year a part b_fake of what still
              looks green and b_bare of what does not is sanctioned, then a part fade of the green dies back
    case = fine a case / hectares (due, bare, faked) of that mine, which make one case together
    loss = years on the list * profit forgone in one of them / hectares (due, bare, faked) for which it can be listed

with b the believed yearly chance of a sanction, and c the cost of progressive reclamation of the mineral times the
firm's own factor. Ties go to compliance. Land under order is paid first and leaves no choice: what is not paid for
stays under order, and its duty owed. Then genuine work that was chosen, both from the fund unless the blacklist
closes it; what money and fund do not cover is left bare, whatever was wanted. Sources: Becker 1968; Polinsky &
Shavell 2000; progressive cost by assumption (60,000-200,000 yuan/ha). Most likely wrong: firms that are neutral to
risk, and that count the list from a clean sheet though they may be on it already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from model.intentions import Outlook, Reclamation, Threat
from model.parameters import Each, sourced
from model.state.state import State
from model.state.sums import add_each, sum_by
from model.units import Fens, Floats, PerYear, Share, Years, YuanPerHectare, fen
from model.vocabulary import Mineral

YuanByMineral = Annotated[Floats, Each(Mineral, YuanPerHectare)]
DUST = 1e-12


@dataclass(frozen=True)
class LeastCost:
    """Expected-cost minimisation with believed detection."""

    writes: ClassVar[tuple[str, ...]] = (
        "mines.due",
        "mines.ordered",
        "mines.bare",
        "mines.faked",
        "mines.reclaimed",
        "habitats.structure",
        "habitats.substrate",
        "habitats.ceiling",
        "habitats.cover",
        "habitats.composition",
    )

    cost: YuanByMineral = sourced(
        60000.0, 200000.0, "progressive reclamation, far below the legacy cost", "assumed"
    )
    fake_cost: YuanPerHectare = sourced(5000.0, 60000.0, "hydro-seeding, nets, pot plants", "assumed")
    years: Years = sourced(1, 10, "years that a firm expects bare land to stay in sight", "assumed")
    fade: PerYear = sourced(0.05, 0.5, "fakes that die back and show bare land", "assumed", "sweep")
    reclaimed_substrate: Share = sourced(0.5, 0.9, "ground after reclamation with kept topsoil", "assumed")
    reclaimed_structure: Share = sourced(0.0, 0.3, "structure that sowing brings at once", "assumed")
    shown_cover: Share = sourced(0.5, 1.0, "cover of a fake or a fresh sowing", "assumed")

    def decide(self, state: State, threat: Threat, outlook: Outlook) -> Reclamation:
        """Cheapest way for each mine as shares of due land (one of them is 1)."""
        m, f = state.mines, state.firms
        do = self._own_cost(state)
        loss = self._loss(state, threat, outlook)[m.firm]
        sanction = threat.fine + self._case(state, threat, outlook) + threat.order * do + loss
        fake = self.fake_cost + self._found_out(f.belief_bare, f.belief_fake)[m.firm] * sanction
        leave = self._ever(f.belief_bare)[m.firm] * sanction
        cheapest = np.stack([do, fake, leave]).argmin(axis=0)
        done, faked, left = ((cheapest == way).astype(np.float64) for way in range(3))
        return Reclamation(done, faked, left)

    def _case(self, state: State, threat: Threat, outlook: Outlook) -> Floats:
        """Yuan a hectare that a case takes at each mine (m,), spread over all land that makes it; none, no case."""
        at_stake = outlook.due + state.mines.bare + state.mines.faked
        return np.where(at_stake > DUST, threat.fine_per_case / np.maximum(at_stake, DUST), 0.0)

    def _loss(self, state: State, threat: Threat, outlook: Outlook) -> Floats:
        """Yuan a hectare that a listing takes from each firm (f,), spread over all land for which it can be listed."""
        m = state.mines
        at_stake = sum_by(m.firm, outlook.due + m.bare + m.faked, len(state.firms))
        loss: Floats = threat.blacklist_years * outlook.forgone / np.maximum(at_stake, DUST)
        return loss

    def _own_cost(self, state: State) -> Floats:
        """Yuan a hectare of genuine work at each mine: its mineral's, times its firm's own factor."""
        own: Floats = self.cost[state.mines.mineral] * state.firms.cost_factor[state.mines.firm]
        return own

    def _ever(self, yearly: Floats) -> Floats:
        return np.asarray(1.0 - (1.0 - yearly) ** self.years)

    def _found_out(self, seen_bare: Floats, seen_fake: Floats) -> Floats:
        """Believed chance (f,) that a fake is sanctioned in the years in sight, as such or once it died back."""
        green, bare = np.ones_like(seen_fake), np.zeros_like(seen_bare)
        for _ in range(self.years):
            green, bare = green * (1.0 - seen_fake), bare * (1.0 - seen_bare)
            green, bare = green * (1.0 - self.fade), bare + green * self.fade
        return np.asarray(1.0 - (green + bare))

    def act(self, state: State, choice: Reclamation) -> None:
        """Fakes fade; then orders are obeyed and due land goes the chosen way, as far as money reaches."""
        m = state.mines
        faded = self.fade * m.faked
        m.faked[:] -= faded
        m.bare[:] += faded
        for_ordered, for_done, for_faked = self._afforded(state, choice)
        obeyed, chosen = m.ordered * for_ordered, m.due * choice.done * for_done
        done, faked = obeyed + chosen, m.due * choice.faked * for_faked
        self._pay(state, done, faked)
        m.ordered[:] -= obeyed
        m.reclaimed[:] += done
        m.faked[:] += faked
        m.bare[:] += np.maximum(m.due - chosen - faked, 0.0)
        m.due[:] = 0.0
        self._show(state, done, faked)

    def _afforded(self, state: State, choice: Reclamation) -> tuple[Floats, Floats, Floats]:
        """Shares of the ordered, the chosen genuine and the faked work that each mine's firm can pay, in this order:
        genuine work from the fund and from cash and credit; fakes from what cash and credit are left."""
        m, f, ledger = state.mines, state.firms, state.ledger
        own = self._own_cost(state)
        ordered = sum_by(m.firm, m.ordered * own, len(f)) * 100.0
        genuine = sum_by(m.firm, m.due * choice.done * own, len(f)) * 100.0
        staged = sum_by(m.firm, m.due * choice.faked * self.fake_cost, len(f)) * 100.0
        alive = f.bankrupt == 0
        cash, fund = ledger.available(f.account) * alive, self._fund(state) * alive
        for_ordered = _share(cash + fund, ordered)
        obeyed = ordered * for_ordered
        for_done = _share(cash + fund - obeyed, genuine)
        left = cash - np.maximum(obeyed + genuine * for_done - fund, 0.0)
        return for_ordered[m.firm], for_done[m.firm], _share(left, staged)[m.firm]

    def _fund(self, state: State) -> Fens:
        """What each firm may draw from its restoration fund: nothing while the blacklist closes it."""
        f = state.firms
        open_fund: Fens = state.ledger.balance[f.fund] * (f.fund_closed == 0)
        return open_fund

    def _pay(self, state: State, done: Floats, faked: Floats) -> None:
        """Genuine work from the fund first, then from cash; fakes from cash alone; duties of done land are met."""
        m, f, ledger, to = state.mines, state.firms, state.ledger, state.accounts.contractors
        genuine = state.by_firm(fen(done * self._own_cost(state)))
        staged = state.by_firm(fen(faked * self.fake_cost))
        from_fund = np.minimum(genuine, self._fund(state))
        ledger.post("reclamation", f.fund, to, from_fund)
        ledger.post(
            "reclamation", f.account, to, np.minimum(genuine - from_fund, ledger.available(f.account))
        )
        ledger.post("fake_greening", f.account, to, np.minimum(staged, ledger.available(f.account)))
        met = np.zeros(len(f))
        held = m.active + m.due + m.ordered + m.bare + m.faked
        open_ = sum_by(m.firm, held, len(f))
        add_each(met, m.firm, done)
        owed = state.obligations.outstanding("reclamation_duty", f.account)
        share = np.minimum(met / np.maximum(open_, DUST) * (1.0 + DUST), 1.0)  # 0.22 of whole fen loses none
        state.obligations.meet("reclamation_duty", f.account, np.floor(owed * share).astype(np.int64))

    def _show(self, state: State, done: Floats, faked: Floats) -> None:
        """Reclaimed land gets ground and sown plants, faked land only cover, each in proportion to its part."""
        h, patch = state.habitats, state.mines.patch
        part, veiled = done / h.area[patch], faked / h.area[patch]
        h.substrate[patch] += part * np.maximum(self.reclaimed_substrate - h.substrate[patch], 0.0)
        h.ceiling[patch] += part * np.maximum(1.0 - h.ceiling[patch], 0.0) * self.reclaimed_substrate
        h.structure[patch] += part * self.reclaimed_structure * (1.0 - h.structure[patch])
        h.cover[patch] += (part + veiled) * np.maximum(self.shown_cover - h.cover[patch], 0.0)


def _share(means: Floats, wanted: Floats) -> Floats:
    """The part of a bill that means cover, a hair less than they reach; all of a bill of nothing."""
    part = np.minimum(means * (1.0 - 1e-9) / np.maximum(wanted, DUST), 1.0)
    return np.where(wanted > 0.0, part, 1.0)
