"""Area and centroid of what is drawn on a map: the shoelace formula over rings, holes taken off.

    2 A = sum (x_k y_k+1 - x_k+1 y_k),   6 A c_x = sum (x_k + x_k+1) (x_k y_k+1 - x_k+1 y_k)

with the origin moved to each ring's first corner, so that large coordinates cost no digits. Most likely wrong: rings
that cross themselves, whose parts count against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from model.landscapes.files.raw import Shapes
from model.units import Floats

MOST_CORNERS = 20_000_000
SQUARE_METRES = 1e4  # in a hectare


class NoShape(ValueError):
    """A geometry that is neither polygon nor point; the message says what it is."""


class Drawing:
    """Collects the rings and points of n patches."""

    def __init__(self) -> None:
        self.rings: list[Floats] = []
        self.owner: list[int] = []
        self.outer: list[bool] = []
        self.points: dict[int, Floats] = {}
        self.corners = 0

    def polygon(self, patch: int, rings: Sequence[Any]) -> None:
        """One polygon of a patch: its outline, then its holes, each (k, 2 or more) in m.

        Raises :class:`NoShape` for a ring with fewer than three corners or a coordinate that is no finite number.
        """
        for number, ring in enumerate(rings):
            corners = coordinates(ring)
            if len(corners) < 3:
                raise NoShape("a ring with fewer than three corners")
            self.corners += len(corners)
            if self.corners > MOST_CORNERS:
                raise NoShape(f"corner {MOST_CORNERS + 1:,} of the file; simplify the outlines")
            self.rings.append(corners)
            self.owner.append(patch)
            self.outer.append(number == 0)

    def point(self, patch: int, place: Any) -> None:
        """The centroid of a patch that is drawn as a point."""
        self.points[patch] = coordinates([place])[0]

    def shapes(self, patches: int) -> Shapes:
        """Area and centroid of each patch (patches,); not a number where nothing is drawn."""
        area, moment = np.zeros(patches), np.zeros((patches, 2))
        if self.rings:
            signed, about = _moments(self.rings)
            sign = np.where(self.outer, 1.0, -1.0) * np.sign(signed)
            np.add.at(area, self.owner, sign * signed)
            np.add.at(moment, self.owner, sign[:, None] * about)
        with np.errstate(divide="ignore", invalid="ignore"):
            centre = moment / area[:, None]
        hectares = np.full(patches, np.nan)
        drawn = np.unique(np.array(self.owner, dtype=np.int64))
        hectares[drawn] = area[drawn] / SQUARE_METRES
        for patch, place in self.points.items():
            centre[patch] = place
        return Shapes(hectares, centre[:, 0].copy(), centre[:, 1].copy())


def coordinates(places: Any) -> Floats:
    """Places (k, 2) from rows of two or more numbers (or numbers as text). Raises :class:`NoShape`."""
    try:
        pairs = np.array([place[:2] for place in places], dtype=np.float64).reshape(-1, 2)
    except (TypeError, ValueError, KeyError, IndexError) as error:
        raise NoShape("coordinates that are no pairs of numbers") from error
    if not np.isfinite(pairs).all():
        raise NoShape("a coordinate that is not a finite number")
    return pairs


def _moments(rings: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Signed area (r,) in m2 and area times centroid (r, 2) of each ring."""
    sizes = np.array([len(ring) for ring in rings])
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    corner = np.concatenate(rings)
    origin = corner[first]
    corner = corner - np.repeat(origin, sizes, axis=0)
    after = np.arange(1, len(corner) + 1)
    after[first + sizes - 1] = first
    following = corner[after]
    cross = corner[:, 0] * following[:, 1] - following[:, 0] * corner[:, 1]
    area = np.add.reduceat(cross, first) / 2.0
    moment = np.add.reduceat((corner + following) * cross[:, None], first, axis=0) / 6.0
    return area, moment + origin * area[:, None]
