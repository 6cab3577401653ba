"""Awards to single projects of single counties, one by one, by what each promises on its own patches.

The same money as for whole-basin projects, in the way it was given before them: every proposal competes for itself,

    rank = own gain / cost,

keeps its own fixed cost and is judged without a look beyond its patches. Source: subsidies by department and element
that Shan-Shui projects were made to replace. Most likely wrong: that departments know which proposal is best.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.mechanisms.funding import _calls as calls
from model.parameters import sourced
from model.state.grants import free_of_programme
from model.state.state import State
from model.state.streams import Chance
from model.units import Rows, Share, Years, YuanPerHectareYear
from model.vocabulary import Programme


@dataclass(frozen=True)
class ProjectByProject:
    """Competitive awards to scattered projects."""

    writes: ClassVar[tuple[str, ...]] = calls.GRANTED

    per_hectare: YuanPerHectareYear = sourced(
        0.0, 100.0, "10 billion yuan a year since 2016 on the country's 960 million ha", "derived", "sweep"
    )
    central_share: Share = sourced(0.363, 0.392, "as whole-basin projects, to compare", "derived")
    carried: Years = sourced(2, 10, "idle money is recalled after two years", "recalled")

    def grant(self, state: State, chance: Chance) -> None:
        """Fill the account, rank all proposals, award the best."""
        fund, budget = int(state.centre.awards[0]), calls.budget(state, self.per_hectare)
        calls.provide(state, fund, budget)
        rows = self._ranked(state)
        granted = calls.share_of(state, rows, self.central_share)
        won = calls.fitting(granted, free_of_programme(state, Programme.AWARD, fund)) & (granted > 0)
        number = int(state.projects.award.max(initial=0)) + 1 + np.arange(int(won.sum()))
        calls.promise(state, rows[won], granted[won], Programme.AWARD, number)
        idle = free_of_programme(state, Programme.AWARD, fund)
        calls.give_back(state, fund, idle, self.carried * budget)

    def _ranked(self, state: State) -> Rows:
        """Proposals that their counties could begin with the award, best value first."""
        rows = calls.eligible(state)
        merit = calls.forecast(state)[rows] / np.maximum(state.projects.cost[rows], 1)
        rows = rows[calls.ranked(state, rows, merit)]
        return rows[calls.within_means(state, rows, calls.share_of(state, rows, self.central_share))]
