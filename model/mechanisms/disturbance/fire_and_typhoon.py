"""Fire takes single woods and grasslands; a damaging typhoon takes a county's low and coastal land in one
year.

Severity is the same number for a patch under every policy; how much it destroys is not: a stand of natives in
good condition loses less. Loss = severity (1 - resistance native condition), applied after the year's growth.
Sources: share of forest burnt a year in China 1988-2010; damaging coastal events by assumption. Most likely
wrong: typhoons that know county borders.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np

from model.parameters import Each, sourced
from model.state.kernel import kernel
from model.state.state import State
from model.state.streams import Chance, uniform_from
from model.units import Elevation, Flags, Floats, Probability, Share
from model.vocabulary import Ecosystem

TWIN_STANDS = ("twin_structure", "twin_composition", "twin_cover", "twin_carbon")
ShareByEcosystem = Annotated[Floats, Each(Ecosystem, Share)]
ProbabilityByEcosystem = Annotated[Floats, Each(Ecosystem, Probability)]


@dataclass(frozen=True)
class FireAndTyphoon:
    """Independent fires, typhoons common to a county."""

    writes: ClassVar[tuple[str, ...]] = (
        "habitats.structure",
        "habitats.composition",
        "habitats.cover",
        "habitats.carbon",
        *(f"sites.{name}" for name in TWIN_STANDS),
    )

    fire_probability: ProbabilityByEcosystem = sourced(
        0.0, 0.005, "forest: 79,500 ha/yr of 195 million ha burnt, China 1988-2010", "derived"
    )
    fire_severity: Share = sourced(0.3, 0.9, "greatest loss in a burnt patch", "assumed")
    typhoon_probability: Probability = sourced(
        0.05, 0.20, "damaging event a year at the coast", "assumed", "sweep"
    )
    typhoon_severity: ShareByEcosystem = sourced(
        0.0, 0.5, "greatest loss in a struck patch; open water does not break", "assumed"
    )
    typhoon_elevation: Elevation = sourced(10.0, 200.0, "land below is exposed", "assumed")
    resistance: Share = sourced(0.0, 0.9, "loss avoided by natives in full condition", "assumed")

    def strike(self, state: State, chance: Chance) -> None:
        """Draw for every patch and county, then damage those struck."""
        h, counties = state.habitats, state.counties
        storm = chance.uniform("disturbance/typhoon", state.year, counties.keys) < self.typhoon_probability
        storm &= state.coastal_counties
        stands = (h.native_share, h.structure, h.composition, h.cover, h.carbon)
        self._hit(state.year, chance, h.keys, (h.ecosystem, h.county, h.elevation), storm, stands)
        self._strike_twins(state, chance, storm)

    def _strike_twins(self, state: State, chance: Chance, storm: Flags) -> None:
        """The untreated twin of a site meets the same fire and the same storm."""
        h, sites = state.habitats, state.sites
        rows = np.flatnonzero(sites.begun >= 0)
        patch = sites.patch[rows]
        place = (h.ecosystem[patch], h.county[patch], h.elevation[patch])
        stands = [getattr(sites, name)[rows] for name in TWIN_STANDS]
        self._hit(state.year, chance, h.keys[patch], place, storm, (sites.twin_native_share[rows], *stands))
        for name, left in zip(TWIN_STANDS, stands, strict=True):
            getattr(sites, name)[rows] = left

    def _hit(
        self, year: int, chance: Chance, keys: Any, place: tuple[Any, Any, Any], storm: Flags, stands: Any
    ) -> None:
        _strike(
            chance.stream_key("disturbance/fire", year, 0),
            chance.stream_key("disturbance/severity", year, 0),
            keys, *place, storm,
            self.fire_probability, self.fire_severity, self.typhoon_severity, self.typhoon_elevation, self.resistance,
            *stands,
        )  # fmt: skip


@kernel
def _strike(
    fire_stream: Any, severity_stream: Any, keys: Any, ecosystem: Any, county: Any, elevation: Any, storm: Any,
    fire_probability: Any, fire_severity: float, typhoon_severity: Any, exposed: float, resistance: float,
    native: Any, structure: Any, composition: Any, cover: Any, carbon: Any,
) -> None:  # fmt: skip
    for i in range(structure.size):
        burnt = uniform_from(fire_stream, keys[i]) < fire_probability[ecosystem[i]]
        struck = county[i] >= 0 and storm[county[i]] and elevation[i] < exposed
        if not (burnt or struck):
            continue
        worst = max(fire_severity if burnt else 0.0, typhoon_severity[ecosystem[i]] if struck else 0.0)
        severity = worst * uniform_from(severity_stream, keys[i])
        condition = 0.5 * (structure[i] + composition[i])
        kept = 1.0 - severity * (1.0 - resistance * native[i] * condition)
        structure[i] *= kept
        composition[i] *= kept
        cover[i] *= kept
        carbon[i] *= kept
