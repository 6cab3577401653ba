"""When a difference between two policies is called better or worse: the one place of these words.

An effect is shown only where its whole interval lies beyond zero *and* beyond a smallest relevant effect that was
stated before the runs: ``relevance`` (a share that the asker chooses) times the indicator's size
(:class:`model.indicators.Size`), which follows the landscape, the place and the currency. Where the whole interval lies
within plus and minus that effect, the two are as good as equal: too small to matter. This is the test of equivalence by
intervals (Schuirmann 1987), at 2.5 % a side and so stricter than the customary 5 %. All else is not decided.

Assumption most likely to be wrong: that one share suits every reader; who loses the hectare may call it relevant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiments.names import DIRECTIONS, INDICATORS
from model.indicators import Size
from model.units import Floats

BETTER, WORSE, MORE, LESS = "better", "worse", "more", "less"
SMALL, SAME, OPEN = "too small to matter", "no difference", "not decided"
CLEAR, AHEAD = "clear within the model", "ahead, not shown to matter"  # of a ranking
SIZES = {name: indicator.size for name, indicator in INDICATORS.items()}
OWN_LEVEL = Size(1.0, 0.0, "", "its own level")


@dataclass(frozen=True)
class Criteria:
    """By what differences are judged: which way of each indicator is good, and what is large enough to matter.

    ``ways``: indicator -> +1 where more is better, -1 where less is, 0 (or absent) where neither. ``relevance``: the
    smallest relevant effect as a share of an indicator's size; 0: whatever lies beyond zero matters. ``sizes``: by
    indicator; one that is absent is weighed against its own level.
    """

    ways: Mapping[str, int]
    relevance: float = 0.0
    sizes: Mapping[str, Size] = field(default_factory=dict)

    def way(self, indicator: str) -> int:
        """Which way of the indicator is the better one; 0: neither."""
        return self.ways.get(indicator, 0)

    def needed(self, indicator: str) -> list[str]:
        """The indicator, and the one against which it is weighed where it is near nothing."""
        return list(dict.fromkeys(name for name in (indicator, self._size(indicator).of) if name))

    def smallest(self, indicator: str, level: Callable[[str], Floats]) -> Floats:
        """The smallest relevant effect, in the indicator's unit; ``level``: indicator -> the baseline's mean."""
        size = self._size(indicator)
        other = _known(level(size.of)) if size.of else 1.0
        return np.asarray(
            self.relevance * np.maximum(size.own * _known(level(indicator)), size.least * other)
        )

    def _size(self, indicator: str) -> Size:
        return self.sizes.get(indicator, OWN_LEVEL)


def stated(manifest: Mapping[str, Any]) -> Criteria:
    """The criteria that were stated when the results of ``manifest`` were asked for."""
    return Criteria(DIRECTIONS, float(manifest["relevance"]), SIZES)


def verdicts(low: ArrayLike, high: ArrayLike, relevant: ArrayLike, way: ArrayLike) -> NDArray[np.str_]:
    """What intervals (NaN: none) say of differences, given the smallest relevant effects and the better ways."""
    low, high, relevant, way = np.broadcast_arrays(low, high, relevant, way)
    known = np.isfinite(low) & np.isfinite(high)
    more, less = known & (low > relevant), known & (high < -relevant)
    gain = np.where(more, way, -way)
    return np.select(
        [
            known & (low == 0.0) & (high == 0.0),
            (more | less) & (gain > 0),
            (more | less) & (gain < 0),
            more,
            less,
            known & (-relevant <= low) & (high <= relevant),
        ],
        [SAME, BETTER, WORSE, MORE, LESS, SMALL],
        OPEN,
    )


def verdict_of(low: float, high: float, relevant: float, way: int) -> str:
    """As :func:`verdicts`, of one difference."""
    return str(verdicts(low, high, relevant, way))


def _known(level: Floats) -> Floats:
    """How large a level is; what has no value counts as nothing."""
    return np.abs(np.nan_to_num(level))
