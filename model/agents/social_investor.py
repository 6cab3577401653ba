"""Social investors as Mesa agents."""

from __future__ import annotations

from typing import ClassVar

from model.agents.window import Window
from model.units import yuan


class SocialInvestor(Window):
    """Somebody with capital who takes part in restoration that pays."""

    table_name: ClassVar[str] = "investors"

    @property
    def name(self) -> str:
        """The investor's id."""
        return str(self.model.state.investors.ids[self.row])

    @property
    def capital(self) -> float:
        """Money not yet spent, in yuan."""
        return float(yuan(self.model.state.ledger.balance[self.account]))
