"""What satellites see of mines (A11, A19): bare land, never what was greened to be seen from above."""

from __future__ import annotations

from typing import Protocol

from model.intentions import Sighting
from model.state.state import State
from model.state.streams import Chance


class Satellite(Protocol):
    """``look`` reads bare land and detectability, writes nothing and hands on what would be seen of each mine. Whether
    it is called illegal is the business of sanctions."""

    writes: tuple[str, ...]

    def look(self, state: State, chance: Chance) -> Sighting: ...
