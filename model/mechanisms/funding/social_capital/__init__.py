"""Private money for public land: who restores benefits (誰修復、誰受益, A10, A16)."""

from __future__ import annotations

from typing import Protocol

from model.intentions import CarbonTerms, Promises, Settled
from model.state.state import State


class SocialCapital(Protocol):
    """``invest`` lets investors take part in proposed projects (a promise; projects call the money), given what carbon
    and counties would pay. ``learn`` draws lessons from what grew and who paid. What is earned others settle."""

    writes: tuple[str, ...]

    def invest(self, state: State, terms: CarbonTerms, promises: Promises) -> None: ...

    def learn(self, state: State, settled: Settled) -> None: ...
