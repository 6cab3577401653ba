"""Mining firms as Mesa agents."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from model.agents.window import Window
from model.units import Rows, yuan


class MiningFirm(Window):
    """A firm with concessions; one that is gone stays as a name that duties can be traced to."""

    table_name: ClassVar[str] = "firms"

    @property
    def name(self) -> str:
        """The firm's id."""
        return str(self.model.state.firms.ids[self.row])

    @property
    def mines(self) -> Rows:
        """Rows of its mines."""
        return np.flatnonzero(self.model.state.mines.firm == self.row)

    @property
    def cash(self) -> float:
        """Money in the account, negative where credit is drawn, in yuan."""
        return float(yuan(self.model.state.ledger.balance[self.account]))
