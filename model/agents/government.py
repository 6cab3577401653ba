"""Governments as Mesa agents."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from model.agents.window import Window
from model.units import Rows, yuan


class Centre(Window):
    """The central government: it decides whose applications win its programmes' money."""

    table_name: ClassVar[str] = "centre"

    @property
    def programme_money(self) -> float:
        """Money in the accounts of its programmes, promised or not, in yuan."""
        return float(yuan(self.model.state.ledger.balance[[self.awards, self.legacy_mines]].sum()))


class Province(Window):
    """A provincial government: it adds to what the centre grants and to what counties bring."""

    table_name: ClassVar[str] = "provinces"

    @property
    def code(self) -> str:
        """Two-digit code."""
        return str(self.model.state.provinces.ids[self.row])

    @property
    def counties(self) -> Rows:
        """Rows of its counties."""
        return np.flatnonzero(self.model.state.counties.province == self.row)

    @property
    def budget(self) -> float:
        """Money in the account, promised or not, in yuan."""
        return float(yuan(self.model.state.ledger.balance[self.account]))


class County(Window):
    """A county government: it plans, pays, inspects and excuses."""

    table_name: ClassVar[str] = "counties"

    @property
    def code(self) -> str:
        """Six-digit code."""
        return str(self.model.state.counties.ids[self.row])

    @property
    def patches(self) -> Rows:
        """Rows of the patches in the county."""
        return np.flatnonzero(self.model.state.habitats.county == self.row)

    @property
    def budget(self) -> float:
        """Money in the account, promised or not, in yuan."""
        return float(yuan(self.model.state.ledger.balance[self.account]))


class City(Window):
    """A city: its counties share the first four digits of its code, it keeps the account of their shoreline."""

    table_name: ClassVar[str] = "cities"

    @property
    def code(self) -> str:
        """Four-digit code."""
        return str(self.model.state.cities.ids[self.row])

    @property
    def counties(self) -> Rows:
        """Rows of its counties."""
        return np.flatnonzero(self.model.state.counties.city == self.row)

    @property
    def coasts(self) -> Rows:
        """Rows of its shoreline accounts: the mainland, the islands."""
        return np.flatnonzero(self.model.state.coasts.city == self.row)

    @property
    def budget(self) -> float:
        """Money in the account, in yuan."""
        return float(yuan(self.model.state.ledger.balance[self.account]))
