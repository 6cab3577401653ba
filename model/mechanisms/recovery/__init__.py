"""How a patch lives its year: structure, composition, substrate and cover answer to ground, pressure and
neighbours."""

from __future__ import annotations

from typing import Protocol

from model.state.state import State


class Recovery(Protocol):
    """Reads links, pressure, loads, invaders and the ground; writes structure, composition, substrate, cover and the
    seed rain. Leaves what people do (pressure, planting, taking) alone. ``begin`` makes what is fast agree with the
    given state, once, before a run."""

    writes: tuple[str, ...]

    def begin(self, state: State) -> None: ...

    def live(self, state: State) -> None: ...
