"""The yearly record of a run: indicators by county, summed to cities and the whole, and what accumulates over
years."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.indicators import ALL_INDICATORS, CONNECTED, INDICATORS, SPREAD, TOTALS
from model.measures import connected, gini
from model.units import FEN_PER_YUAN, Floats
from model.view import View

WHOLE = "all"


class Record:
    """Numerators and denominators of every year, by county; the table is made when it is asked for.

    ``cities``: code of each county's city.
    """

    def __init__(self, counties: list[str], cities: list[str], area: Floats) -> None:
        self.counties = counties
        self.cities = cities
        self.area = area
        self.years: list[int] = []
        self.parts: list[NDArray[np.float64]] = []
        self.eca: list[NDArray[np.float64]] = []

    def take(self, view: View, with_connectivity: bool) -> None:
        """Measure all indicators of the year and, where asked, ECA along the links."""
        blank = np.full(len(self.counties), np.nan)
        rows = []
        for indicator in INDICATORS:
            assert indicator.measure is not None
            above, below = indicator.measure(view)
            rows.append((above, blank if below is None else below))
        self.years.append(view.state.year)
        self.parts.append(np.array(rows, dtype=np.float64))
        local, whole = connected(view) if with_connectivity else (blank, np.nan)
        self.eca.append(np.append(local, whole))

    def table(self) -> pd.DataFrame:
        """One row a year and county, city or ``all``; columns year, county, then one an indicator. Null: no value."""
        blocks = np.array(self.parts).reshape(len(self.years), len(INDICATORS), 2, len(self.counties))
        summed = self._with_sums(np.nan_to_num(blocks))
        plain: Any = np.isnan(blocks[:, :, 1, :]).all(axis=(0, 2))
        columns: dict[str, Any] = {
            "year": np.repeat(np.asarray(self.years, dtype=np.int64), len(self.labels)),
            "county": np.tile(np.asarray(self.labels, dtype=object), len(self.years)),
        }
        for k, indicator in enumerate(INDICATORS):
            above, below = summed[:, k, 0].ravel(), summed[:, k, 1].ravel()
            columns[indicator.name] = above if plain[k] else indicator.scale * _ratio(above, below)
        return self._extended(pd.DataFrame(columns))[["year", "county", *(i.name for i in ALL_INDICATORS)]]

    @property
    def labels(self) -> list[str]:
        """County codes, then city codes, then ``all``."""
        return [*self.counties, *sorted(set(self.cities)), WHOLE]

    def _with_sums(self, values: Floats) -> Floats:
        """Values by county (last axis), then their sums by city and over all, in the order of the labels."""
        names, city = np.unique(self.cities, return_inverse=True)
        order = np.argsort(city, kind="stable")
        first = np.searchsorted(city[order], np.arange(names.size))
        by_city = np.add.reduceat(values[..., order], first, axis=-1)
        return np.concatenate([values, by_city, values.sum(axis=-1, keepdims=True)], axis=-1)

    def _extended(self, table: pd.DataFrame) -> pd.DataFrame:
        """Add connectivity, accumulated and spread indicators."""
        cities = len(set(self.cities))
        eca = np.array(self.eca).reshape(len(self.years), len(self.counties) + 1)
        padded = np.insert(eca, [len(self.counties)] * cities, np.nan, axis=1)
        area = np.insert(np.append(self.area, self.area.sum()), [len(self.counties)] * cities, np.nan)
        table[CONNECTED[0].name] = padded.ravel()
        table[CONNECTED[1].name] = _ratio(padded**2, np.tile(area**2, (len(self.years), 1))).ravel()
        for yearly, total in TOTALS.items():
            fen = table[yearly].mul(FEN_PER_YUAN).round()  # whole numbers add up exactly
            table[total] = fen.groupby(table["county"]).cumsum() / FEN_PER_YUAN
        public, private = (table[f"spend_{kind}_total_yuan"].to_numpy() for kind in ("public", "private"))
        table["private_per_public"] = _ratio(private, public)
        table["cost_per_gain"] = _ratio(public, table["condition_gain_ha"].to_numpy())
        table["cost_per_effective_ha"] = _ratio(public, table["area_restored_effective_ha"].to_numpy())
        table["red_line_effect"] = self._since_start(table["condition_red_line_mean"]) - self._since_start(
            table["condition_outside_mean"]
        )
        for spread, source in zip(
            SPREAD, ("spend_public_total_yuan", "area_restored_effective_ha"), strict=True
        ):
            table[spread.name] = self._spread(table[source].to_numpy())
        return table

    def _since_start(self, values: pd.Series) -> Floats:
        """Each value less that of its county, city or whole in the first year."""
        by_year = values.to_numpy().reshape(len(self.years), len(self.labels))
        change: Floats = (by_year - by_year[0]).ravel()
        return change

    def _spread(self, values: Floats) -> Floats:
        by_year = values.reshape(len(self.years), len(self.labels))
        spread = np.full_like(by_year, np.nan)
        spread[:, -1] = [gini(row[: len(self.counties)]) for row in by_year]
        return spread.ravel()


def _ratio(above: Floats, below: Floats) -> Floats:
    """``above / below``, not a number where there is nothing to divide by."""
    filled = np.where(below > 0.0, below, 1.0)
    return np.where(below > 0.0, above / filled, np.nan)
