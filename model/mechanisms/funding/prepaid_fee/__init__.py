"""The reclamation fee that developers prepay into a jointly controlled account before they take land (A4)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Takings
from model.state.state import State


class PrepaidFee(Protocol):
    """``prepay`` moves money for this year's parcels from developers into the account of their county; ``settle`` pays
    interest, releases the fee of parcels that were given back and forfeits that of parcels left. Whether a parcel is
    given back is the business of development; a mine's restoration fund is another instrument."""

    writes: tuple[str, ...]

    def prepay(self, state: State, takings: Takings) -> None: ...

    def settle(self, state: State) -> None: ...
