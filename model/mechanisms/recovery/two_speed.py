"""Land recovers at two speeds, and not where the ground cannot carry it.

Structure S returns in decades, driven by propagules m and held by a ceiling K; composition C follows the
community that arrives, in centuries; the substrate below both builds under structure, erodes where cover is
missing, and by itself never rises above the ceiling that the damage left. With g(substrate) logistic,

    S' = (min(S + r g (S + m) max(1 - S/K, 0), max(S, K)) - l max(S - K, 0)) / (1 + mu (1 - g))
    K  = max(1 - pressure - load effect - invader, 0) * clip(substrate / full, floor, 1)
    m  = m0 + m1 (1 - exp(-sum_j p_ij A_j condition_j / A0)), the patch's own propagules included at a share
    C' = min(C + k C_source max(native * min(1, 1.5 S) - C, 0)^2, S')
    G' = G + (build S' + abiotic) max(ceiling - G, 0) - erosion exp(-shelter max(S', cover)) G
    cover' = cover + rate (max(green max(S', herbs min(G / herb ground, 1) room), invader) - cover)
    native' = native + return C_source S' (1 - native)

Sources: logistic growth with immigration (Hanski 1999 for the seed rain), second-order approach of
composition fitted to Rozendaal et al. 2019, alternative stable states of ground and vegetation after Rietkerk
et al. 2004, soil loss falling exponentially with cover as in RUSLE2 (so that herbs hold good soil). Calibrated in
docs/recovery.md. Most likely wrong: one threshold of substrate for all ecosystems.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Annotated, Any, ClassVar

import numpy as np

from model.parameters import Each, sourced
from model.state.kernel import kernel
from model.state.state import State
from model.units import Floats, Hectares, PerYear, Ratio, Share
from model.vocabulary import Ecosystem

RateByEcosystem = Annotated[Floats, Each(Ecosystem, PerYear)]
ShareByEcosystem = Annotated[Floats, Each(Ecosystem, Share)]
TWIN_LIVES = ("twin_structure", "twin_composition", "twin_substrate", "twin_cover", "twin_native_share")
LEAST = 1e-9  # keeps S / K finite where nothing can stand
FITTED = "fitted to Poorter et al. 2021 and Rozendaal et al. 2019 (structure 0.8, composition 0.34 at 20 yr)"


@dataclass(frozen=True)
class TwoSpeed:
    """Structure and composition over substrate, with seed rain from neighbours."""

    writes: ClassVar[tuple[str, ...]] = (
        "habitats.structure",
        "habitats.composition",
        "habitats.substrate",
        "habitats.cover",
        "habitats.native_share",
        "habitats.seed_rain",
        "habitats.source_composition",
        "counties.clipped",
        *(f"sites.{name}" for name in TWIN_LIVES),
    )

    growth_rate: RateByEcosystem = sourced(
        0.02, 0.40, FITTED + "; wetland and waters to Moreno-Mateos 2012", "derived"
    )
    background_rain: Ratio = sourced(0.001, 0.02, "isolated cleared forest reaches 0.41 in 20 yr", "assumed")
    maximal_rain: Ratio = sourced(0.10, 0.30, "cleared forest among sources reaches 0.8 in 20 yr", "derived")
    source_area: Hectares = sourced(
        50.0, 1000.0, "half-way saturation of seed rain; no source found", "assumed"
    )
    own_share: Share = sourced(0.0, 1.0, "sources inside the patch's own cell", "assumed")
    pool_area: Hectares = sourced(0.0, 50.0, "long-distance arrival from the region", "assumed")
    pool_composition: Share = sourced(0.2, 0.9, "composition of long-distance arrivals", "assumed")
    composition_rate: PerYear = sourced(0.03, 0.06, FITTED, "derived")
    substrate_full: Share = sourced(0.6, 0.9, "substrate from which structure is not limited", "assumed")
    ceiling_floor: Share = sourced(0.0, 0.05, "pioneers on the barest ground", "assumed")
    threshold: Share = sourced(0.25, 0.35, "midpoint of what the ground can carry", "assumed", "sweep")
    threshold_width: Share = sourced(0.03, 0.08, "steepness of that threshold", "assumed", "sweep")
    mortality: PerYear = sourced(0.15, 0.40, "turf on spoil dies back within a decade", "assumed")
    dieback: PerYear = sourced(0.05, 0.20, "return of what stands above its ceiling", "assumed")
    build_rate: PerYear = sourced(
        0.05, 0.20, "tropical soils reach 90 % in under 10 yr (Poorter 2021)", "derived"
    )
    abiotic_rate: PerYear = sourced(0.0, 0.01, "weathering and deposition", "assumed", "sweep")
    erosion_rate: RateByEcosystem = sourced(
        0.0, 0.10, "bare red soil; waters do not erode", "assumed", "sweep"
    )
    shelter: Ratio = sourced(
        2.5, 6.0, "RUSLE2: exp(-b cover), b 0.025 between rills to over 0.05 on steep land", "measured"
    )
    cover_rate: PerYear = sourced(0.3, 0.9, "herbs close within a few years", "recalled")
    green_share: ShareByEcosystem = sourced(
        0.0, 1.0, "how much of it a satellite can see as green", "assumed"
    )
    herb_cover: Share = sourced(0.4, 0.9, "cover of fast herbs on good soil", "assumed")
    herb_substrate: Share = sourced(0.2, 0.6, "substrate from which herbs close", "assumed")
    native_return: PerYear = sourced(0.0, 0.03, "natives under exotic stands", "assumed")
    load_sensitivity: ShareByEcosystem = sourced(
        0.0, 0.9, "lakes regain 0.34, coasts 0.24 of their loss in decades (McCrackin 2017)", "derived"
    )

    def live(self, state: State) -> None:
        """Seed rain from last year's neighbours first, then each patch for itself; writes in place.

        Clipping at 0 and 1 happens only where a rate is extreme; it is counted in ``counties.clipped``.
        """
        self.sow(state)
        h = state.habitats
        _live(
            h.ecosystem, h.county, h.pressure, h.load_stock, h.invader, h.ceiling, h.seed_rain, h.source_composition,
            h.structure, h.composition, h.substrate, h.cover, h.native_share,
            state.counties.clipped, *self._parameters(),
        )  # fmt: skip
        self._live_twins(state)

    def _live_twins(self, state: State) -> None:
        """The untreated twin of every site lives the same year, without the works."""
        h, sites = state.habitats, state.sites
        rows = np.flatnonzero(sites.begun >= 0)
        patch = sites.patch[rows]
        lives = [getattr(sites, name)[rows] for name in TWIN_LIVES]
        _live(
            h.ecosystem[patch], h.county[patch], sites.twin_pressure[rows], h.load_stock[patch],
            sites.twin_invader[rows], sites.twin_ceiling[rows], h.seed_rain[patch], h.source_composition[patch],
            *(*lives, state.counties.clipped, *self._parameters()),
        )  # fmt: skip
        for name, lived in zip(TWIN_LIVES, lives, strict=True):
            getattr(sites, name)[rows] = lived

    def _parameters(self) -> tuple[Any, ...]:
        return (
            self.growth_rate,
            self.erosion_rate,
            self.load_sensitivity,
            self.green_share,
            self._scalars(),
        )

    def begin(self, state: State) -> None:
        """Before a run: seeds rain once, cover shows what is there, waters stand where their burden leaves them."""
        self.sow(state)
        h = state.habitats
        _begin(
            h.ecosystem, h.pressure, h.load_stock, h.invader, h.substrate, h.structure, h.composition, h.cover,
            self.green_share, self.load_sensitivity, self._scalars(),
        )  # fmt: skip

    def sow(self, state: State) -> None:
        """What arrives at each patch from its neighbours and itself: amount and composition."""
        h, links = state.habitats, state.network.dispersal
        _rain(
            links.indptr, links.indices, links.weight, *_propagules(h.area, h.structure, h.composition, h.taken_share),
            (self.background_rain, self.maximal_rain, self.source_area, self.own_share),
            self.pool_area, self.pool_area * self.pool_composition, h.seed_rain, h.source_composition,
        )  # fmt: skip

    def _scalars(self) -> tuple[float, ...]:
        return (
            self.composition_rate, self.substrate_full, self.ceiling_floor, self.threshold, self.threshold_width,
            self.mortality, self.dieback, self.build_rate, self.abiotic_rate, self.cover_rate, self.herb_cover,
            self.herb_substrate, self.native_return, self.shelter,
        )  # fmt: skip


@kernel
def _propagules(area: Any, structure: Any, composition: Any, taken: Any) -> tuple[Floats, Floats]:
    """Area times condition of each patch, and that times the composition which it sends out."""
    propagules, carried = np.empty(area.size), np.empty(area.size)
    for i in range(area.size):
        propagules[i] = area[i] * (0.5 * (structure[i] + composition[i]) * (1.0 - taken[i]))
        carried[i] = propagules[i] * composition[i]
    return propagules, carried


@kernel
def _rain(
    indptr: Any, indices: Any, probability: Any, propagules: Any, carried: Any, rain: Any,
    pool: float, pool_carried: float, seed_rain: Any, source_composition: Any,
) -> None:  # fmt: skip
    background, maximal, half, own = rain
    for i in range(propagules.size):
        arriving = own * propagules[i]
        carrying = own * carried[i]
        for k in range(indptr[i], indptr[i + 1]):
            j = indices[k]
            arriving += probability[k] * propagules[j]
            carrying += probability[k] * carried[j]
        seed_rain[i] = background + maximal * (1.0 - exp(-arriving / half))
        whole = arriving + pool
        source_composition[i] = (carrying + pool_carried) / whole if whole > 0.0 else 0.0


@kernel
def _room(pressure: float, stock: float, sensitivity: float, invader: float) -> float:
    """What pressure, loads and an invader leave of a patch's full structure."""
    return max(1.0 - pressure - sensitivity * stock / (1.0 + stock) - invader, 0.0)


@kernel
def _limit(room: float, ground: float, full: float, floor: float) -> float:
    return max(room * min(max(ground / full, floor), 1.0), LEAST)


@kernel
def _green(share: float, structure: float, room: float, ground: float, invader: float, herbs: Any) -> float:
    """Cover that a patch comes to show: its structure, else fast herbs, or what an invader covers."""
    herb, herb_ground = herbs
    return max(share * max(structure, herb * min(ground / herb_ground, 1.0) * room), invader)


@kernel
def _begin(
    ecosystem: Any, pressure: Any, load_stock: Any, invader: Any, substrate: Any,
    structure: Any, composition: Any, cover: Any, green_share: Any, load_sensitivity: Any, scalars: Any,
) -> None:  # fmt: skip
    full, floor, herbs = scalars[1], scalars[2], (scalars[10], scalars[11])
    for i in range(structure.size):
        e = ecosystem[i]
        room = _room(pressure[i], load_stock[i], load_sensitivity[e], invader[i])
        if load_sensitivity[e] > 0.0:
            structure[i] = min(structure[i], _limit(room, substrate[i], full, floor))
            composition[i] = min(composition[i], structure[i])
        cover[i] = _green(green_share[e], structure[i], room, substrate[i], invader[i], herbs)


@kernel
def _live(
    ecosystem: Any, county: Any, pressure: Any, load_stock: Any, invader: Any, ceiling: Any, rain: Any, source: Any,
    structure: Any, composition: Any, substrate: Any, cover: Any, native: Any, clipped: Any,
    growth_rate: Any, erosion_rate: Any, load_sensitivity: Any, green_share: Any, scalars: Any,
) -> None:  # fmt: skip
    (k_composition, full, floor, midpoint, width, mortality, dieback, build, abiotic, cover_rate, herb, herb_ground,
     native_return, shelter) = scalars  # fmt: skip
    for i in range(structure.size):
        e = ecosystem[i]
        ground, s, c = substrate[i], structure[i], composition[i]
        room = _room(pressure[i], load_stock[i], load_sensitivity[e], invader[i])
        limit = _limit(room, ground, full, floor)
        carry = 1.0 / (1.0 + exp((midpoint - ground) / width))
        grown = s + growth_rate[e] * carry * (s + rain[i]) * max(1.0 - s / limit, 0.0)
        # Growth ends at the ceiling: a whole year's seed rain at once would leap over a low one.
        grown = min(grown, max(s, limit)) - dieback * max(s - limit, 0.0)
        new = grown / (1.0 + mortality * (1.0 - carry))
        if new < 0.0 or new > 1.0:
            clipped[county[i]] += 1
            new = min(max(new, 0.0), 1.0)
        gap = max(native[i] * min(1.0, 1.5 * s) - c, 0.0)
        composition[i] = min(c + k_composition * source[i] * gap * gap, new)
        structure[i] = new
        missing = max(ceiling[i] - ground, 0.0)
        lost = erosion_rate[e] * exp(-shelter * max(new, cover[i]))
        soil = ground + (build * new + abiotic) * missing - lost * ground
        if soil < 0.0 or soil > 1.0:
            clipped[county[i]] += 1
            soil = min(max(soil, 0.0), 1.0)
        substrate[i] = soil
        cover[i] += cover_rate * (
            _green(green_share[e], new, room, ground, invader[i], (herb, herb_ground)) - cover[i]
        )
        native[i] += native_return * source[i] * new * (1.0 - native[i])
