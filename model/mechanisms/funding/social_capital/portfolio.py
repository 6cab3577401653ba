"""Investors share a project's cost where carbon, weighed by risk, pays at their hurdle, or ask the county for the rest.

With yearly carbon income C as forecast (the yield of bare land times what is missing), belief y about yields, trust q
that the county pays, relative risk aversion g and coefficient of variation v of carbon income, an investor of hurdle
h sees value in carbon, and asks the payment a year that makes up for what is missing. An offer is spent in equal parts
over W years of works, and N payments follow acceptance, for which one more year goes by:

    carbon = y C a(h, T) (1 + v^2)^(-g/2)
    ask = max(offer a(h, W) / W - carbon, 0) / (a(h, N) (1 + h)^-(W + 1) q^(1 + g/2)),     a: annuity, at year ends

the certainty equivalents of a lognormal income and of one that comes with chance q (variance q(1-q), taken as
lognormal). This is a reverse auction: an ask above the county's ceiling is no bid; who asks least a yuan borne goes
first (of those who ask nothing, who gains most; then by the county's rank and by keys), and is promised what it
asked. A county's room ends with the first ask that does not fit. A project has one investor, who bids only what
capital is left for. Nobody asks for more than it needs, though at first price it would pay to. Beliefs follow own
evidence, then lean toward those of contacts (DeGroot 1974), so a county in arrears loses trust with its creditors
first and with their neighbours next. Sources: carbon forests of Sanming 11.9 tCO2/ha/yr; risk aversion 1-4. Most
likely wrong: honest asks, that all works are accepted at once, that carbon pays from the first year, and that each
project is judged alone, as if an investor had no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np

from model.finance import annuity_factors, deferred_annuity, spread_cost
from model.intentions import CarbonTerms, Promises, Settled
from model.parameters import Each, sourced
from model.state.kernel import kernel
from model.state.projects import own_part, private_paid, project_keys, years_to_acceptance
from model.state.state import State
from model.state.sums import add_each, is_one_of, sum_by
from model.units import Fens, Floats, PerYear, Ratio, Rows, Share, TonnesPerHectareYear
from model.vocabulary import Ecosystem, Mode, Stage

YieldByEcosystem = Annotated[Floats, Each(Ecosystem, TonnesPerHectareYear)]


@dataclass(frozen=True)
class Portfolio:
    """Asks at which risk-adjusted net present value is nil."""

    writes: ClassVar[tuple[str, ...]] = (
        "projects.private",
        "projects.investor",
        "projects.promised",
        "investors.belief_yield",
        "trust.belief",
    )

    offered: Share = sourced(0.0, 0.9, "private share 0.40 in Longyan's soil programme", "derived")
    believed_yield: YieldByEcosystem = sourced(
        0.0, 4.0, "tC/ha/yr of bare land: Sanming tickets 3.2, mangrove burial 1.5-2.3", "derived"
    )
    yield_spread: Ratio = sourced(0.0, 1.0, "coefficient of variation of carbon income", "assumed", "sweep")
    weight: PerYear = sourced(0.0, 0.9, "weight of this year's own evidence", "assumed")
    hearsay: PerYear = sourced(0.0, 0.9, "weight of what contacts believe", "assumed", "sweep")

    def invest(self, state: State, terms: CarbonTerms, promises: Promises) -> None:
        """Settle who takes part in which proposed project; protection earns nothing and is not offered."""
        p = state.projects
        open_ = np.flatnonzero(
            (p.stage == Stage.PROPOSED) & (p.mode != Mode.PROTECTION) & (p.investor < 0) & (p.cost > 0)
        )
        offer = np.floor(own_part(p)[open_] * self.offered).astype(np.int64)  # of what no grant bears
        open_, offer = open_[offer > 0], offer[offer > 0]
        if open_.size == 0 or len(state.investors) == 0:
            return
        spent = spread_cost(state.investors.hurdle_rate[:, None], p.duration[open_])
        # By the yuan borne, and not in fen: so projects that ask alike stay ties to the last bit.
        missing = spent - self._worth_of_carbon(state, open_, terms) / offer
        price = self._price(state, open_, missing, promises.years)
        asked = np.ceil(price * offer)
        investor, place = np.nonzero(asked <= promises.ceiling[open_])
        bid = (investor, place)
        keys = project_keys(p, state.sites, state.habitats.keys)[open_]
        beyond = np.minimum(missing[bid], 0.0) * offer[place]
        rank = (-p.priority[open_][place], beyond, price[bid])  # the last counts first
        best = np.lexsort((state.investors.keys[investor], keys[place], *rank))
        taker, payment = _settle_bids(
            investor[best],
            place[best],
            asked[bid][best].astype(np.int64),
            offer,
            p.county[open_],
            self._unpromised(state),
            promises.room.copy(),
        )
        taken = taker >= 0
        p.investor[open_[taken]] = taker[taken]
        p.private[open_[taken]] = offer[taken]
        p.promised[open_[taken]] = payment[taken]

    def _worth_of_carbon(self, state: State, projects: Rows, terms: CarbonTerms) -> Floats:
        """Risk-adjusted present value of each project's carbon to each investor, in fen, (investors, projects)."""
        who = state.investors
        counted = np.minimum(who.horizon, terms.years)
        by_carbon = who.belief_yield * annuity_factors(who.hurdle_rate, counted)
        by_carbon *= (1.0 + self.yield_spread**2) ** (-0.5 * who.risk_aversion)
        worth: Floats = by_carbon[:, None] * self._carbon_income(state, terms)[projects]
        return worth

    def _price(self, state: State, projects: Rows, missing: Floats, years: int) -> Floats:
        """Yuan a year that each investor asks for a yuan borne of each project, (investors, projects): what makes up
        for the ``missing`` part of it; 0 where nothing is missing, infinite where no promise would do."""
        who = state.investors
        kept = state.trust_by_pair()[:, state.projects.county[projects]]
        of_one = kept ** (1.0 + 0.5 * who.risk_aversion[:, None])
        of_one *= deferred_annuity(
            who.hurdle_rate[:, None], years_to_acceptance(state.projects)[projects], years
        )
        never = np.full(missing.shape, np.inf)
        price: Floats = np.divide(missing, of_one, out=never, where=of_one > 0.0)
        return np.where(missing <= 0.0, 0.0, price)

    def _carbon_income(self, state: State, terms: CarbonTerms) -> Floats:
        """Forecast carbon income of each project a year, in fen, to the investor."""
        sites, area = state.sites, state.habitats.area
        tonnes = self._forecast(state, np.arange(sites.rows)) * area[sites.patch]
        return sum_by(sites.project, tonnes * terms.by_tonne, len(state.projects))

    def _forecast(self, state: State, rows: Rows) -> Floats:
        """Growth in tC/ha/yr that the yields of bare land let hope for on sites (rows): what stands grows no more."""
        sites = state.sites
        bare = self.believed_yield[state.habitats.ecosystem[sites.patch[rows]]]
        return np.asarray(bare * (1.0 - sites.observed_start[rows]))

    def _unpromised(self, state: State) -> Fens:
        """Capital of each investor that no project waits for, in fen."""
        p = state.projects
        left = state.ledger.available(state.investors.account)
        live = (p.investor >= 0) & is_one_of(p.stage, (Stage.PROPOSED, Stage.UNDER_WAY), len(Stage))
        add_each(left, p.investor[live], -(p.private[live] - private_paid(p)[live]))
        return np.asarray(left)

    def learn(self, state: State, settled: Settled) -> None:
        """Own evidence on payments and growth first, then what contacts believe."""
        contacts, trust = state.network.contacts, state.trust_by_pair()
        trust += self.weight * self._surprise(state, settled)
        trust += self.hearsay * contacts.pull_of_neighbours(trust)
        np.clip(trust, 0.0, 1.0, out=trust)
        yields = state.investors.belief_yield
        yields += self.weight * self._yield_surprise(state)
        yields += self.hearsay * contacts.pull_of_neighbours(yields[:, None])[:, 0]
        np.maximum(yields, 0.0, out=yields)

    def _surprise(self, state: State, settled: Settled) -> Floats:
        """Share of what was owed that was paid, against belief, (investors, counties); 0 where nothing was owed."""
        p, trust = state.projects, state.trust_by_pair()
        pair = p.investor[settled.projects], p.county[settled.projects]
        owed, paid = np.zeros(trust.shape, dtype=np.int64), np.zeros(trust.shape, dtype=np.int64)
        np.add.at(owed, pair, settled.owed)
        np.add.at(paid, pair, settled.paid)
        return np.where(owed > 0, paid / np.maximum(owed, 1) - trust, 0.0)

    def _yield_surprise(self, state: State) -> Floats:
        """Measured over forecast growth of each investor's own sites, against belief; 0 where nothing was forecast."""
        sites, h, who = state.sites, state.habitats, state.investors
        owner = state.projects.investor[sites.project]
        current = h.site[sites.patch] == np.arange(sites.rows)
        rows = np.flatnonzero((owner >= 0) & current & (sites.begun >= 0) & (sites.begun < state.year))
        patch = sites.patch[rows]
        age = state.year - sites.begun[rows].astype(np.int64)
        forecast = self._forecast(state, rows) * age * h.area[patch]
        grown = np.where(forecast > 0.0, np.maximum(h.carbon[patch] - sites.carbon_start[rows], 0.0), 0.0)
        hoped = sum_by(owner[rows], forecast, len(who))
        found = sum_by(owner[rows], grown * h.area[patch], len(who))
        return np.where(hoped > 0.0, found / np.where(hoped > 0.0, hoped, 1.0) - who.belief_yield, 0.0)


@kernel
def _settle_bids(
    investor: Any, project: Any, asked: Any, offer: Any, county: Any, left: Any, room: Any
) -> Any:
    """Investor (-1 none) and payment of each project, from bids (``investor``, ``project``, ``asked``) in their order.

    Capital ``left`` of investors and ``room`` of counties shrink on the way; an ask that a county has no room for
    ends its room.
    """
    taker = np.full(offer.size, -1, dtype=np.int64)
    payment = np.zeros(offer.size, dtype=np.int64)
    for k in range(investor.size):
        i, j = investor[k], project[k]
        if taker[j] >= 0 or offer[j] > left[i]:
            continue
        if asked[k] > room[county[j]]:
            room[county[j]] = 0
            continue
        taker[j], payment[j] = i, asked[k]
        left[i] -= offer[j]
        room[county[j]] -= asked[k]
    return taker, payment
