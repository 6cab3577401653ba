"""The words of the world: what land can be, what damages it, how it is helped and who answers for it.

Codes are stored in one-byte columns; names (lower case) stand in configs, tables and figures. The order is
part of the file format: add new words at the end.
"""

from __future__ import annotations

from enum import IntEnum


class Word(IntEnum):
    """A word with a stable code; its lower-case name is what users type and read."""

    @property
    def text(self) -> str:
        """The word as configs and tables spell it."""
        return self.name.lower()

    @classmethod
    def texts(cls) -> tuple[str, ...]:
        """All words of the list, in code order."""
        return tuple(word.text for word in cls)


class Ecosystem(Word):
    """The original class of a patch: the reference that its condition is held against, never reclassified."""

    FOREST = 0
    GRASSLAND = 1
    FARMLAND = 2
    WETLAND = 3
    LAKE = 4
    RIVER = 5
    SANDY_LAND = 6
    MANGROVE = 7
    TIDAL_FLAT = 8
    BAY = 9
    BUILT = 10


class Zone(Word):
    """Use control by zone (三區三線, A1)."""

    RED_LINE = 0
    PERMANENT_FARMLAND = 1
    URBAN_GROWTH = 2
    GENERAL = 3


class Shore(Word):
    """State of a shore segment (A6)."""

    NONE = 0
    NATURAL = 1
    ARTIFICIAL = 2
    RECOGNISED = 3


class Cause(Word):
    """What damaged the patch; it decides the ceiling to which the ground recovers by itself."""

    NONE = 0
    LEGACY_MINE = 1
    WORKING_MINE = 2
    CONSTRUCTION = 3
    SEA_RECLAMATION = 4
    INVASION = 5
    POLLUTION = 6
    DESERTIFICATION = 7
    CLEARING = 8


class Mode(Word):
    """The four ways to restore (保護保育、自然恢復、輔助再生、生態重建, A12), and doing nothing."""

    NONE = 0
    PROTECTION = 1
    NATURAL_RECOVERY = 2
    ASSISTED = 3
    RECONSTRUCTION = 4


class Mineral(Word):
    """What a concession extracts."""

    GRANITE = 0
    KAOLIN = 1
    LIMESTONE = 2
    COAL = 3
    IRON = 4


class Stage(Word):
    """Whole-life states of a project (A14)."""

    PROPOSED = 0
    FUNDED = 1
    UNDER_WAY = 2
    SUBMITTED = 3
    AFTERCARE = 4
    CLOSED = 5
    FAILED = 6
    ABANDONED = 7


class ParcelStage(Word):
    """What has become of a parcel of temporary land (A4)."""

    IN_USE = 0
    RECLAIMED = 1
    LEFT = 2
    RESTORED = 3


class Programme(Word):
    """Whose call a project has won: an award to projects of whole systems (A7), the programme for legacy mines (A8)."""

    NONE = 0
    AWARD = 1
    LEGACY_MINES = 2


class Benefit(Word):
    """A benefit of a patch that can be sold or counted once (the claim registry)."""

    SHORELINE = 0
    CARBON = 1
    ROCK = 2
