"""What the tables of one's own land may say: every column with its unit, its bounds, and what holds where it is silent.

Units, bounds and meanings of what a patch carries are those of :class:`~model.state.habitats.Habitats`. A column may be
missing and a cell empty unless it is required; what is left open is drawn by the rules of the other landscapes, or is
the plain value that stands here. Most likely wrong: average people everywhere, where nobody says how near they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from model import units as u
from model.state.habitats import Habitats
from model.units import bounds_of, unit_of
from model.vocabulary import Cause, Ecosystem, Mineral, Shore, Word, Zone

BY_RULE = "by rule"
MOST_PEOPLE = 3.0

TEXT, NUMBER, WHOLE, FLAG, WORD, REFERENCE = "text", "number", "whole number", "1 or 0", "word", "reference"


@dataclass(frozen=True)
class Column:
    """One column of a file. ``kind``: what its cells are; ``to``: the file that a reference points into.

    ``otherwise`` says what holds where a cell is empty, "" for a column that must be filled; ``above`` bars the lower
    bound itself; ``habitat`` is the column of the patches that it fills.
    """

    name: str
    kind: str
    meaning: str
    otherwise: str = ""
    unit: str = ""
    low: float = 0.0
    high: float = 0.0
    above: bool = False
    words: type[Word] | None = None
    to: str = ""
    habitat: str = ""

    @property
    def required(self) -> bool:
        """Whether a table without the column is refused."""
        return not self.otherwise


def _of_habitat(
    name: str, habitat: str, otherwise: str = "", kind: str = NUMBER, meaning: str = "", **more: Any
) -> Column:
    """A column of patches with the unit, the bounds and (unless given) the meaning that the model declares."""
    declared = Habitats.columns[habitat]
    unit = "" if declared.unit in ("1", "flag", "code", "row") else declared.unit
    told = meaning or declared.meaning
    return Column(name, kind, told, otherwise, unit, *declared.bounds, habitat=habitat, **more)


def _number(name: str, kind: Any, meaning: str, otherwise: str = "", above: bool = False) -> Column:
    return Column(name, NUMBER, meaning, otherwise, unit_of(kind), *bounds_of(kind), above)


PATCHES = (
    Column("id", TEXT, "name of the patch, unique; text, so that 007 and NA stay what they are"),
    _of_habitat("area_ha", "area", above=True),
    _of_habitat("x_m", "x"),
    _of_habitat("y_m", "y"),
    _of_habitat("ecosystem", "ecosystem", kind=WORD, words=Ecosystem),
    _of_habitat("county", "county", kind=REFERENCE, meaning="code of the county", to="counties"),
    _of_habitat("zone", "zone", "general", WORD, words=Zone),
    _of_habitat("cause", "cause", "none; working_mine where a mine lies", WORD, words=Cause),
    _of_habitat("elevation_m", "elevation", "0"),
    _of_habitat("slope_degree", "slope", "0"),
    _of_habitat("catchment", "catchment", "-1", WHOLE),
    _of_habitat("bay", "bay", "none", REFERENCE, "name of the bay that the patch is part of", to="bays"),
    _of_habitat("island", "island", "0", FLAG),
    _of_habitat("shoreline_km", "shoreline", "0"),
    _of_habitat("shore", "shore", "natural where shoreline_km is above 0, else none", WORD, words=Shore),
    _of_habitat("damaged_share", "damaged_share", "1"),
    Column("people", NUMBER, "settlement nearby, 1 on average; presses on the land and its waters", "1",
           high=MOST_PEOPLE),
    _of_habitat("invader", "invader", "0"),
    _of_habitat("structure", "structure", BY_RULE),
    _of_habitat("composition", "composition", BY_RULE),
    _of_habitat("substrate", "substrate", BY_RULE),
    _of_habitat("ceiling", "ceiling", BY_RULE),
    _of_habitat("cover", "cover", BY_RULE),
    _of_habitat("native_share", "native_share", BY_RULE),
    _of_habitat("planted_share", "planted_share", "0"),
    _of_habitat("planted_yr", "planted_years", "by rule where planted, else 0", WHOLE),
    _of_habitat("carbon_tC_ha", "carbon", BY_RULE),
    _of_habitat("pressure", "pressure", BY_RULE),
    _of_habitat("pressure_potential", "pressure_potential", BY_RULE),
    _of_habitat("opportunity_cost_yuan_ha", "opportunity_cost", BY_RULE),
    _of_habitat("load_stock", "load_stock", "by rule in lakes, rivers and bays, else 0"),
    _of_habitat("detectability", "detectability", BY_RULE),
)  # fmt: skip

COUNTIES = (
    Column("code", TEXT, "name of the county in other tables, unique; no city has it"),
    Column("name", TEXT, "name in figures and sentences"),
    Column("name_zh", TEXT, "Chinese name", "the name"),
    Column("city", TEXT, "code of the city whose government stands above it"),
    Column("province", TEXT, "code of the province"),
    _number("population", u.Persons, "inhabitants"),
)
FIRMS = (
    Column("id", TEXT, "name of the mining firm, unique"),
    Column("county", REFERENCE, "home county", to="counties"),
)
MINES = (
    Column("patch", REFERENCE, "the patch that is one concession; each patch once", to="patches"),
    Column("firm", REFERENCE, "who holds it", to="firms"),
    Column("mineral", WORD, "what is dug", words=Mineral),
    _number("opened_ha", u.Hectares, "open at the start, at most the patch's area"),
    _number("backlog_ha", u.Hectares, "of it overdue for reclamation", "0"),
)
BAYS = (
    Column("name", TEXT, "name of the bay in other tables, unique"),
    Column("name_zh", TEXT, "Chinese name", "the name"),
)
BAY_EXCHANGE = (
    Column("bay", REFERENCE, "one bay", to="bays"),
    Column("other_bay", REFERENCE, "its neighbour; each pair once", to="bays"),
    Column("rate_per_year", NUMBER, "share of the water that they swap in a year", high=1.0),
)
DISPERSAL = (
    Column("from", REFERENCE, "one patch", to="patches"),
    Column("to", REFERENCE, "the other; links go both ways, each pair once is enough", to="patches"),
    Column("probability", NUMBER, "chance that a propagule crosses; or give distance_m", "from distance_m",
           high=1.0, above=True),
    Column("distance_m", NUMBER, "distance that a propagule crosses; or give probability", "probability is given",
           "m", 0.0, 1e7),
)  # fmt: skip
RIVERS = (
    Column("from", REFERENCE, "the patch that drains; each patch once", to="patches"),
    Column("to", REFERENCE, "the patch that it drains into", to="patches"),
    Column("fraction", NUMBER, "share of its water that arrives there", "1", high=1.0),
)
COAST = (
    Column("from", REFERENCE, "one coastal patch", to="patches"),
    Column("to", REFERENCE, "another to which an invader spreads; each pair once", to="patches"),
)

TABLES: dict[str, tuple[Column, ...]] = {
    "patches": PATCHES,
    "counties": COUNTIES,
    "firms": FIRMS,
    "mines": MINES,
    "bays": BAYS,
    "bay_exchange": BAY_EXCHANGE,
    "rivers": RIVERS,
    "dispersal": DISPERSAL,
    "coast": COAST,
}
"""Every table with its columns."""

KEYS = {"patches": "id", "counties": "code", "firms": "id", "bays": "name"}
"""The column whose names other tables refer to."""

WITHOUT = {
    "firms": "nobody digs",
    "mines": "nobody digs",
    "bays": "no bay mixes its waters",
    "bay_exchange": "bays keep their waters to themselves",
    "rivers": "each patch keeps its own load",
    "dispersal": "links by distance between centroids, as on the other landscapes",
    "coast": "coastal patches within `rules.coast_reach` of one another",
}
"""What holds where a table is missing; patches and counties must be there."""
