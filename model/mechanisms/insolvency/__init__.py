"""When a firm can no longer meet what is due, or has dug out its mines, and who is left with its land (A5)."""

from __future__ import annotations

from typing import Protocol

from model.state.state import State
from model.units import Rows


class Insolvency(Protocol):
    """``redeem`` strikes off the public's duty for orphaned land that was restored; ``fail`` counts years in arrears
    or dug out and hands on the firms that go now; ``orphan`` passes their mines and duties to the public and closes
    their accounts. Where their restoration fund goes is the fund's own rule."""

    writes: tuple[str, ...]

    def redeem(self, state: State) -> None: ...

    def fail(self, state: State) -> Rows: ...

    def orphan(self, state: State, failed: Rows) -> None: ...
