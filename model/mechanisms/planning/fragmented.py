"""Every county plans for its own patches, in windows of years, without a look across its border.

Candidates of the same county, mode and neighbourhood are bundled into projects of a size the county can pay for; the
bundles are ranked by merit per yuan, fixed costs and what households are due included. The negative list (A14) keeps
projects off permanent farmland, and lets nothing inside the red line be rebuilt unless it was mined; working mines
are their firms' duty. A county may keep a reserve: projects for legacy mines alone, listed beyond its means, that
wait for a programme's money (項目儲備庫). A county whose new leader dropped the plan makes another in that first
year, for its own patches, from its own purse and for the years that are left of the window; what others propose
stays as it is, and so do the purses. Source: five-year plans of county governments, which are adjusted between.
Most likely wrong: that plans follow one rank and no politics, and that a new plan is ready in a leader's first year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from model.intentions import Choice
from model.parameters import sourced
from model.state.kernel import kernel
from model.state.projects import withdraw_proposals
from model.state.state import State
from model.state.sums import is_one_of, running_by, shared_by, sum_by
from model.units import Count, Flag, Flags, Floats, Kilometres, Ratio, Rows, Share, Years, fen, yuan
from model.vocabulary import Cause, Mode, Stage, Zone

ENGAGED = (Stage.FUNDED, Stage.UNDER_WAY, Stage.SUBMITTED, Stage.AFTERCARE)
MINED = (Cause.LEGACY_MINE, Cause.WORKING_MINE)


@dataclass(frozen=True)
class Fragmented:
    """Counties plan alone."""

    writes: ClassVar[tuple[str, ...]] = ("habitats.site", "counties.pool")

    window: Years = sourced(3, 10, "five-year plans", "measured")
    retry_after: Years = sourced(5, 20, "years before a patch is treated again", "assumed")
    block: Kilometres = sourced(2.0, 50.0, "patches closer than this share one project", "assumed")
    largest_project: Share = sourced(
        0.05, 1.0, "greatest project, as a share of a window's income", "assumed"
    )
    overbooking: Ratio = sourced(1.0, 3.0, "value of proposals against the money expected", "assumed")
    most_sites: Count = sourced(1, 500, "most patches in one project", "assumed")
    negative_list: Flag = sourced(
        0, 1, "1: the negative list of whole-life management holds (A14)", "measured"
    )
    mine_reserve: Flag = sourced(
        0, 1, "1: legacy mines wait on a list of their own, as calls ask", "recalled"
    )

    def survey(self, state: State) -> Rows:
        """Ecological patches that counties which plan this year may treat: all counties at the start of a window, and
        in the years between those that have just lost their plan. They pay for it as for all surveys, by their area."""
        planning = self._window_opens(state) | self._lost_plan(state)
        if not planning.any():
            return np.zeros(0, dtype=np.int64)
        h = state.habitats
        listed = (h.zone == Zone.PERMANENT_FARMLAND) & (self.negative_list == 1)
        open_land = planning[h.county] & h.ecological & ~listed & (h.holder < 0)
        return np.flatnonzero(open_land & ~self._engaged(state))

    def _years_left(self, state: State) -> Years:
        """Years of the window that are not over, this one included."""
        window = max(self.window, 1)
        return window - (state.year - state.start_year - 1) % window

    def _window_opens(self, state: State) -> bool:
        return self._years_left(state) == max(self.window, 1)

    def _lost_plan(self, state: State) -> Flags:
        """Counties of which projects were given up this year: their new leaders dropped the plan, (counties,)."""
        p = state.projects
        lost = np.zeros(len(state.counties), dtype=bool)
        lost[p.county[(p.stage == Stage.ABANDONED) & (p.since == state.year)]] = True
        return lost

    def _engaged(self, state: State) -> Flags:
        """Patches in an open project, or treated too recently."""
        h, sites, projects = state.habitats, state.sites, state.projects
        engaged = np.zeros(h.rows, dtype=bool)
        stage = projects.stage[sites.project]
        recent = (sites.begun >= 0) & (state.year - sites.begun < self.retry_after)
        busy = is_one_of(stage, ENGAGED, len(Stage)) | recent
        engaged[sites.patch[busy]] = True
        return engaged

    def plan(self, state: State, choice: Choice) -> None:
        """Propose anew; at the start of a window what was never funded is withdrawn first, and purses are shared.

        Between windows whoever plans has lost all that it had proposed, so there is nothing to withdraw.
        """
        if choice.rows.size == 0:
            return
        if self._window_opens(state):
            withdraw_proposals(state.projects, state.sites, state.habitats.site)
            state.counties.pool[:] = self._pools(state)
        wanted = np.flatnonzero(self._allowed(state, choice))
        if wanted.size:
            self._propose(state, choice, wanted)

    def _pools(self, state: State) -> Rows:
        """The county whose purse each county shares: its own."""
        return np.arange(len(state.counties))

    def _window_income(self, state: State) -> Floats:
        """Yuan that each county's purse takes in over a window, (counties,)."""
        c = state.counties
        return np.asarray(shared_by(c.pool, yuan(c.income)) * self.window)

    def _window_means(self, state: State) -> Floats:
        """Yuan that each purse can spend until the window ends, (counties,): what it has saved and what it takes in.

        What comes in at the end of the window's last year can only be spent after it.
        """
        own = yuan(state.counties.income * (self._years_left(state) - 1) + state.free_money())
        return np.asarray(shared_by(self._purse(state), own))

    def _purse(self, state: State) -> Rows:
        """The purse that each county's plan counts on, (counties,): the pool's, but its own when it plans alone."""
        c = state.counties
        return c.pool.astype(np.int64) if self._window_opens(state) else np.arange(len(c))

    def _allowed(self, state: State, choice: Choice) -> Flags:
        h, rows = state.habitats, choice.rows
        rebuilt_in_red = (choice.mode == Mode.RECONSTRUCTION) & (h.zone[rows] == Zone.RED_LINE)
        rebuilt_in_red &= ~is_one_of(h.cause[rows], MINED, len(Cause)) & (self.negative_list == 1)
        means = self._window_means(state)[h.county[rows]]
        price = choice.outlay * h.area[rows] + choice.fixed
        affordable = (price > 0.0) & (price <= means)  # what nobody offers has no price
        allowed: Flags = (choice.mode != Mode.NONE) & (choice.merit > 0.0) & affordable & ~rebuilt_in_red
        return allowed

    def _propose(self, state: State, choice: Choice, wanted: Rows) -> None:
        """Bundle, rank against each county's means, and write down the projects with their sites."""
        h = state.habitats
        patch = choice.rows[wanted]
        outlay = choice.outlay[wanted] * h.area[patch]
        order, bundle = self._bundle(state, patch, choice.mode[wanted], choice.merit[wanted], outlay)
        wanted, patch, outlay = wanted[order], patch[order], outlay[order]
        first = np.unique(bundle, return_index=True)[1]
        works = sum_by(bundle, choice.cost[wanted] * h.area[patch], first.size)
        fixed = choice.fixed[wanted][first]
        price = sum_by(bundle, outlay, first.size) + fixed
        merit = sum_by(bundle, choice.merit[wanted] * outlay, first.size) / price
        kept = self._within_means(state, h.county[patch[first]], merit, price)
        kept |= self._reserved(state, patch[first])
        count = int(kept.sum())
        rows = state.projects.append(
            count,
            county=h.county[patch[first]][kept],
            mode=choice.mode[wanted][first][kept],
            since=np.full(count, state.year),
            proposed=np.full(count, state.year),
            duration=np.full(count, choice.years),
            priority=merit[kept],
            area=sum_by(bundle, h.area[patch], first.size)[kept],
            cost=fen(works + fixed)[kept],
            fixed_cost=fen(fixed)[kept],
            upkeep=fen(sum_by(bundle, choice.upkeep[wanted] * h.area[patch], first.size))[kept],
            escrow=fen(price - works - fixed)[kept] * choice.escrow,
        )
        inside = np.flatnonzero(kept[bundle])
        self._list_sites(state, choice, wanted[inside], rows[(np.cumsum(kept) - 1)[bundle[inside]]])

    def _list_sites(self, state: State, choice: Choice, wanted: Rows, project: Rows) -> None:
        state.sites.append(
            wanted.size,
            patch=choice.rows[wanted],
            project=project,
            mode=choice.mode[wanted],
            native_planted=choice.native[wanted],
            additional=choice.additional[wanted],
            promised=choice.gain[wanted],
            observed_start=choice.condition[wanted],
        )

    def _bundle(
        self, state: State, patch: Rows, mode: np.ndarray, merit: Floats, outlay: Floats
    ) -> tuple[Rows, Rows]:
        """An order of the candidates and the number of the bundle of each, best merit first within a neighbourhood.

        A bundle holds candidates of one county, mode and block, up to a share of a window's income and a count; a
        candidate that is dearer than that stands alone, and so do the mines of the reserve among themselves.
        """
        h = state.habitats
        county = h.county[patch].astype(np.int64)
        side = max(self.block, 1e-3) * 1000.0
        tile_x = np.floor(h.x[patch].astype(np.float64) / side).astype(np.int64)
        tile_y = np.floor(h.y[patch].astype(np.float64) / side).astype(np.int64)
        reserved = self._reserved(state, patch)
        place = _numbered(county, mode.astype(np.int64), reserved.astype(np.int64), tile_y, tile_x)
        order = np.lexsort((h.keys[patch], -merit, place))
        elsewhere = np.ones(order.size, dtype=bool)
        elsewhere[1:] = np.diff(place[order]) != 0
        largest = self.largest_project * self._window_income(state)[county]
        return order, _fill(elsewhere, outlay[order], largest[order], max(self.most_sites, 1))

    def _reserved(self, state: State, patch: Rows) -> Flags:
        """Patches that wait on the list of legacy mines."""
        reserved: Flags = (state.habitats.cause[patch] == Cause.LEGACY_MINE) & (self.mine_reserve == 1)
        return reserved

    def _within_means(self, state: State, county: np.ndarray, merit: Floats, cost: Floats) -> Flags:
        """Which bundles fit, best merit first, into the money that each purse can expect in the window."""
        expected = self.overbooking * self._window_means(state)[county]
        pool = self._purse(state)[county]
        order = np.lexsort((-merit, pool))
        kept = np.zeros(county.size, dtype=bool)
        kept[order] = running_by(pool[order], cost[order]) <= expected[order]
        return kept


def _numbered(*marks: Rows) -> Rows:
    """One number for each combination of ``marks`` (k, each (n,)), in their lexicographic order, (n,)."""
    above = [mark - mark.min() for mark in marks]
    return np.asarray(np.ravel_multi_index(above, [int(mark.max()) + 1 for mark in above]))


@kernel
def _fill(elsewhere: Any, cost: Any, largest: Any, most: int) -> Any:
    """Number of the bundle of each candidate: a new one begins elsewhere, or where the next no longer fits in."""
    bundle = np.zeros(cost.size, dtype=np.int64)
    number, sites, spent = -1, 0, 0.0
    for k in range(cost.size):
        if elsewhere[k] or sites >= most or spent + cost[k] > largest[k]:
            number, sites, spent = number + 1, 0, 0.0
        bundle[k] = number
        sites += 1
        spent += cost[k]
    return bundle
