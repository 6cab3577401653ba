"""All that a brief says, as plain data, from finished results alone: nothing here knows how a page looks."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from experiments.brief.cost import BORNE, PAYING, price
from experiments.brief.entries import (
    Bought,
    Compared,
    Cost,
    County,
    Flow,
    Outcome,
    Price,
    Ranked,
    Restored,
    Worse,
    Yardstick,
)
from experiments.brief.levers import Lever, levers, switched_off
from experiments.compare import (
    ALL,
    Difference,
    Ranking,
    by_county,
    difference_of,
    rank_stability,
)
from experiments.criteria import BETTER, OPEN, SAME, SMALL, WORSE, Criteria, stated
from experiments.figures.comparison import shown_beside
from experiments.figures.counties import MOST_COUNTIES
from experiments.figures.differences import WANTED
from experiments.figures.restored import SHOWN
from experiments.money import money
from experiments.names import (
    ADDITIONAL,
    DIRECTIONS,
    HOUSEHOLDS,
    INDICATORS,
    PUBLIC_TOTAL,
    TOGETHER,
)
from experiments.payers import with_sums
from experiments.places import caveat, county_names
from experiments.results import Results
from experiments.telling import sentences
from experiments.traced import INDICATORS as TABLE
from experiments.traced import (
    Estimate,
    Measure,
    Name,
    Number,
    Sentence,
    counted,
    difference,
    level,
    share,
)
from model.units import Floats

FLOWS = "flows.parquet"
MANIFEST = "manifest.json"
MEASURES = 10
ALSO = ("mining_backlog_ha", "mining_reclaimed_ha", "degraded_share", HOUSEHOLDS)
"""Compared beside the key measures: what a gain elsewhere may hide."""

CHEAP = (PUBLIC_TOTAL, TOGETHER)
"""Ranked by the least, for who would decide by money alone; of itself neither way is the better one."""


class Content:
    """What there is to say of the finished ``results`` of a comparison, ranked by ``headline``.

    Raises ``ValueError`` where no replicate has the headline under every scenario.
    """

    def __init__(self, results: Results, headline: str) -> None:
        self.results = results
        self.manifest: dict[str, Any] = results.manifest
        self.headline = Measure(headline)
        self.definition = INDICATORS[headline].meaning
        self.table = with_sums(results.indicators())
        self.years = (int(self.table["year"].min()), int(self.table["year"].max()))
        self.scenarios = [Name(name) for name in results.scenarios]
        self.baseline = self.scenarios[0]
        self.others = self.scenarios[1:]
        land = self.manifest["config"][self.baseline.text]["landscape"]
        self.landscape = Name(str(land["form"]))
        self.caveat = caveat(land, self.manifest["seed"])
        self.county_names = county_names(land, self.manifest["seed"])
        self.criteria = stated(self.manifest)
        self.answer: list[Sentence] = sentences(results, headline)
        self.ranking: Ranking = rank_stability(self._whole, self.baseline.text, headline, self.criteria)

    @property
    def best(self) -> Name:
        """The scenario ranked first."""
        return Name(self.ranking.best)

    @property
    def relevance(self) -> Number:
        """The smallest relevant effect, as a share of an indicator's size."""
        return share(self.manifest["relevance"], MANIFEST, {}, "relevance", "value")

    @cached_property
    def ranked(self) -> list[Ranked]:
        """The scenarios, the best first."""
        rows = self.ranking.table.to_dict("records")
        way = DIRECTIONS[self.headline.column]
        found = []
        for row in sorted(rows, key=lambda each: -each["mean"] * way):
            where = self._rows(scenario=row["scenario"])
            name, best, again = (
                self.headline.column,
                float(row["share_best_replicates"]),
                float(row["share_best_resamples"]),
            )
            found.append(
                Ranked(
                    Name(row["scenario"]),
                    level(self.ranking.values[row["scenario"]], name, where),
                    share(best, TABLE, where, name, "best"),
                    share(again, TABLE, where, name, "best resampled"),
                    self._change(row["scenario"], name),
                    self._change(row["scenario"], ADDITIONAL),
                )
            )
        return found

    @cached_property
    def compared(self) -> list[Compared]:
        """Key measures of each other scenario against the baseline."""
        wanted = [name for name in dict.fromkeys((self.headline.column, *WANTED)) if DIRECTIONS[name]]
        key = [name for name in wanted if self._last[name].notna().any()][:MEASURES]
        return [
            Compared(
                Measure(name),
                self._baseline_at(self.years[0], name),
                self._baseline_at(self.years[1], name),
                [(other, self._difference(other, name)) for other in self.others],
            )
            for name in dict.fromkeys((*key, *ALSO))
        ]

    @cached_property
    def worse(self) -> list[Worse]:
        """Every measure that has a better way and in which the policy ranked first is worse than the baseline."""
        if self.best == self.baseline:
            return []
        changes = {name: self._difference(self.best, name) for name, way in DIRECTIONS.items() if way}
        return [
            Worse(Measure(name), INDICATORS[name].meaning, self._baseline_at(self.years[1], name), change)
            for name, change in changes.items()
            if change.verdict == WORSE
        ]

    @cached_property
    def yardsticks(self) -> list[Yardstick]:
        """The best scenario by each key measure that can be ranked, and the cheapest."""
        least = dict.fromkeys(CHEAP, -1)
        criteria = Criteria({**self.criteria.ways, **least}, self.criteria.relevance, self.criteria.sizes)
        found = []
        for name in (*(each.measure.column for each in self.compared), *CHEAP):
            try:
                ranking = rank_stability(self._whole, self.baseline.text, name, criteria)
            except ValueError:  # no replicate has it everywhere
                continue
            same = None if ranking.words == OPEN else ranking.best == self.ranking.best
            tied = [Name(each) for each in ranking.tied]
            found.append(Yardstick(Measure(name), Name(ranking.best), tied, ranking.words, same))
        return found

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """Counties by what happens to the headline there, by scenario."""
        found = []
        for other in self.others:
            rows = self._by_county[self._by_county["scenario"] == other.text]
            verdicts = [self._of_county(row).verdict for row in rows.to_dict("records")]
            where = {**self._rows(scenario=other.text, county="each"), "minus": self.baseline.text}
            small = verdicts.count(SMALL) + verdicts.count(SAME)
            numbers = {word: verdicts.count(word) for word in (BETTER, WORSE)}
            numbers |= {SMALL: small, OPEN: verdicts.count(OPEN)}
            found.append(
                Outcome(
                    other,
                    *(
                        counted(number, TABLE, {**where, "county": verdict}, self.headline.column, "count")
                        for verdict, number in numbers.items()
                    ),
                )
            )
        return found

    @cached_property
    def shown(self) -> Name:
        """The scenario that maps, money and counties show beside the baseline."""
        return Name(shown_beside(self._whole, self.baseline.text, self.headline.column, self.criteria))

    @cached_property
    def counties(self) -> list[County]:
        """Each county under the scenario shown, the greatest gain first; of many those that differ most."""
        rows = self._by_county[self._by_county["scenario"] == self.shown.text]
        most = rows["mean"].abs().sort_values(ascending=False, kind="stable").index[:MOST_COUNTIES]
        way = DIRECTIONS[self.headline.column]
        order = (
            (rows.loc[rows.index.isin(most), "mean"] * way).sort_values(ascending=False, kind="stable").index
        )
        return [
            County(
                Name(self.county_names.get(row["county"], row["county"])),
                self._of_county(row),
                self._change(self.shown.text, ADDITIONAL, row["county"]),
                self._difference(self.shown, PUBLIC_TOTAL, row["county"]),
                self._difference(self.shown, HOUSEHOLDS, row["county"]),
            )
            for row in rows.loc[order].to_dict("records")
        ]

    @property
    def counties_left_out(self) -> int:
        """Counties in which the headline has no value, so that no difference can be given."""
        return len(self._by_county[self._by_county["scenario"] == self.shown.text]) - len(self.counties)

    @cached_property
    def costs(self) -> list[Cost]:
        """What each payer bears, by scenario."""
        return [
            Cost(
                scenario,
                [level(self._of(scenario, name), name, self._rows(scenario.text)) for name in BORNE],
            )
            for scenario in self.scenarios
        ]

    @cached_property
    def gained(self) -> list[Measure]:
        """In what gains are told and priced: the headline, and area that would not have come untreated."""
        return [Measure(name) for name in dict.fromkeys((self.headline.column, ADDITIONAL))]

    @cached_property
    def bought(self) -> list[Bought]:
        """What each other scenario gains, and at whose cost."""
        return [
            Bought(
                other,
                [self._difference(other, each.column) for each in self.gained],
                [self._difference(other, name) for name in PAYING],
            )
            for other in self.others
        ]

    @cached_property
    def prices(self) -> list[Price]:
        """By unit of a gain, where there is one by what matters; under the baseline by unit of all there is."""
        found = []
        for scenario in self.scenarios:
            for measure in self.gained:
                gained = scenario != self.baseline
                if gained and self._difference(scenario, measure.column).verdict != BETTER:
                    continue
                by_payer = [self._price(scenario, name, measure.column) for name in PAYING]
                found.append(Price(scenario, measure, gained, by_payer))
        return [each for each in found if any(each.by_payer)]

    @cached_property
    def restored(self) -> list[Restored]:
        """Area claimed, restored effectively and additionally, and claimed though never degraded, at the end."""
        return [
            Restored(
                scenario,
                [
                    (Measure(name), level(self._of(scenario, name), name, self._rows(scenario.text)))
                    for name in SHOWN
                ],
            )
            for scenario in self.scenarios
        ]

    @cached_property
    def flows(self) -> list[Flow]:
        """What was paid, by part of the way from source to use; nothing where flows were not kept."""
        if "flows" not in self.manifest["keep"]:
            return []
        table = money(self.results)
        found = []
        for part, payer, payee, instrument in dict.fromkeys([key[1:] for key in table.index]):
            paid = [self._paid(table, name.text, (part, payer, payee, instrument)) for name in self.scenarios]
            found.append(Flow(part, payer, payee, instrument, paid))
        return found

    @cached_property
    def levers(self) -> tuple[list[Lever], int]:
        """Settings in which the scenarios differ, with what each number rests on."""
        return levers(self.manifest["config"])

    @cached_property
    def switched_off(self) -> list[str]:
        """Slots that are empty in every scenario."""
        return switched_off(self.manifest["config"])

    @cached_property
    def grades(self) -> list[tuple[str, Number]]:
        """Share of the parameters in force by what they rest on."""
        return [
            (grade, share(value, MANIFEST, {}, f"grades.{grade}", "value"))
            for grade, value in self.manifest["grades"].items()
        ]

    # --- the tables ------------------------------------------------------------------------------------

    @cached_property
    def _whole(self) -> pd.DataFrame:
        return self.table[self.table["county"] == ALL]

    @cached_property
    def _last(self) -> pd.DataFrame:
        rows = self.table[self.table["year"] == self.years[1]]
        return rows.set_index(["county", "replicate", "scenario"])

    @cached_property
    def _by_county(self) -> pd.DataFrame:
        headline = self.headline.column
        return by_county(self.table, self.county_names, self.baseline.text, headline, self.criteria)

    def _rows(self, scenario: str, county: str = ALL) -> dict[str, str | int]:
        return {"scenario": scenario, "county": county, "year": self.years[1]}

    def _values(self, name: str, county: str = ALL) -> pd.DataFrame:
        """An indicator in the last year: replicates down, scenarios across."""
        return self._last[name].xs(county, level="county").unstack("scenario")

    def _of(self, scenario: Name, name: str) -> Floats:
        return self._values(name)[scenario.text].to_numpy(float)

    def _baseline_at(self, year: int, name: str) -> Estimate:
        rows = self._whole[(self._whole["year"] == year) & (self._whole["scenario"] == self.baseline.text)]
        where = {**self._rows(self.baseline.text), "year": year}
        return level(rows.sort_values("replicate")[name].to_numpy(float), name, where)

    def _change(self, scenario: str, name: str, county: str = ALL) -> Estimate | None:
        """The difference to the baseline, where there is one."""
        if scenario == self.baseline.text or not self._values(name, county).notna().any(axis=None):
            return None
        return self._difference(Name(scenario), name, county)

    def _difference(self, scenario: Name, name: str, county: str = ALL) -> Estimate:
        wide = self._values(name, county)
        apart = (wide[scenario.text] - wide[self.baseline.text]).to_numpy(float)
        names = (scenario.text, self.baseline.text)
        relevant = float(self.criteria.smallest(name, lambda each: self._level(each, county)))
        found = difference_of(apart, names, name, self.criteria.way(name), relevant)
        return difference(found, name, self.years[1], county)

    def _level(self, name: str, county: str) -> Floats:
        """The baseline's mean in the last year."""
        return np.asarray(self._values(name, county)[self.baseline.text].mean())

    def _of_county(self, row: dict[Any, Any]) -> Estimate:
        found = Difference(
            row["scenario"],
            self.baseline.text,
            self.headline.column,
            row["mean"],
            row["low"],
            row["high"],
            int(row["n"]),
            row["share_harmed"],
            row["method"],
            row["relevant"],
            self.criteria.way(self.headline.column),
        )
        return difference(found, self.headline.column, self.years[1], row["county"])

    def _price(self, scenario: Name, payer: str, name: str) -> Estimate | None:
        """What a payer bears by unit of a measure; beside the baseline the more of one by the gain in the other."""
        borne, had, where = self._of(scenario, payer), self._of(scenario, name), self._rows(scenario.text)
        if scenario != self.baseline:
            borne = borne - self._of(self.baseline, payer)
            had = DIRECTIONS[name] * (had - self._of(self.baseline, name))
            where["minus"] = self.baseline.text
        return price(borne, had, (payer, name), where)

    def _paid(self, table: pd.DataFrame, scenario: str, key: tuple[str, ...]) -> Estimate | None:
        if (scenario, *key) not in table.index:
            return None
        _, payer, payee, instrument = key
        rows = {"scenario": scenario, "payer": payer, "payee": payee, "instrument": instrument}
        yuan = table.to_numpy(float)[table.index.get_loc((scenario, *key))]
        return level(yuan, "amount_fen / 100", rows, FLOWS)
