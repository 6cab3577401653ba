"""Habitats as Mesa agents: windows on patches."""

from __future__ import annotations

from typing import ClassVar

from model.agents.window import Window
from model.vocabulary import Ecosystem


class Habitat(Window):
    """A patch of land, shore or sea of one original ecosystem."""

    table_name: ClassVar[str] = "habitats"

    @property
    def id(self) -> str:
        """The patch's own name, the same in every run of its landscape."""
        return str(self.model.state.habitats.ids[self.row].as_py())

    @property
    def condition(self) -> float:
        """Mean of structure and composition, less what was taken for good."""
        return float(0.5 * (self.structure + self.composition) * (1.0 - self.taken_share))

    @property
    def ecosystem_name(self) -> str:
        """Original ecosystem in words."""
        return Ecosystem(self.ecosystem).text
