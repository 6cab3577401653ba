"""Money from source to use: what fills the public purse, what it is spent on, and what private money adds.

Ribbons are as high as the sums over all years, on one scale for both policies. The purse is one pool, so that no ribbon
leads from one tax to one use. Most likely wrong: that what is left in accounts is saved; it may wait for works.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from experiments.figures.style import COLOURS, blank, foot, stamp_line
from experiments.intervals import METHOD, interval
from experiments.money import PRIVATE, RAISED, USED, left_over
from experiments.names import shortened
from model.units import Floats

WIDTH, SLOT, AROUND = 14.0, 0.24, 1.7  # inches: the figure, a label, words around
FEWEST_SLOTS = 14
LETTERS = 40
WORDS = {
    "county": "counties",
    "city": "cities",
    "province": "provinces",
    "programme": "programmes",
    "firm": "firms",
    "fund": "mine funds",
    "investor": "investors",
    "works_private": "share of works",
    "spartina_clearing": "clearing of Spartina",
    "spartina_patrol": "patrols against Spartina",
}
ROOM = 2.4  # of the distance from left to right, for labels on either side
GAP = 0.15  # of a label's height, between nodes
NODE = 0.03  # of the distance from left to right
PURSE_COLOUR, PUBLIC_COLOUR, PRIVATE_COLOUR, REST_COLOUR = "#444444", COLOURS[0], COLOURS[1], "#999999"
SCALE = (1e6, "million ")  # small flows stand beside great ones
LEFT, MIDDLE, RIGHT = 0.0, 0.5, 1.0


@dataclass(frozen=True)
class _Node:
    """A source or a use: what it is called, its yuan by replicate, and its colour."""

    name: str
    yuan: Floats
    colour: str

    @property
    def mean(self) -> float:
        return float(np.nanmean(self.yuan))


def money_flows(flows: pd.DataFrame, manifest: Mapping[str, Any], other: str, caveat: str) -> Figure:
    """The baseline and ``other`` scenario side by side; ``flows`` are those of :func:`experiments.money.money`."""
    shown = list(dict.fromkeys((manifest["scenarios"][0], other)))
    sides = {name: (_sources(flows, name), _uses(flows, name)) for name in shown}
    most = max((sum(node.mean for node in side) for pair in sides.values() for side in pair), default=0.0)
    slots = max(FEWEST_SLOTS, *(len(side) for pair in sides.values() for side in pair))
    scale, word = SCALE if most >= SCALE[0] else (1.0, "")
    # Heights are in labels: half of them are for money.
    figure = blank(WIDTH, SLOT * slots * 1.35 + AROUND)
    axes = figure.subplots(1, len(shown), squeeze=False)[0]
    high = slots / 2.0 / (most or 1.0)
    deep = max(_tops(side, high)[1] for pair in sides.values() for side in pair)
    for name, axis in zip(shown, axes, strict=True):
        _panel(axis, *sides[name], high, scale)
        axis.set_ylim(max(deep, 1.0) + 0.3, -0.9)
        baseline = " (baseline)" if name == shown[0] else ""
        axis.set_title(f"{shortened(name, LETTERS)}{baseline}, {word}yuan", loc="center")
    foot(figure, _caption(flows, caveat), stamp_line(manifest))
    return figure


def _sources(flows: pd.DataFrame, scenario: str) -> list[_Node]:
    nodes = _nodes(flows, scenario, RAISED, PUBLIC_COLOUR, "{payer}: {instrument}")
    taken = -np.minimum(left_over(flows, scenario), 0.0)
    rest = [_Node("taken from accounts", taken, REST_COLOUR)] if np.nansum(taken) else []
    return [*nodes, *rest, *_nodes(flows, scenario, PRIVATE, PRIVATE_COLOUR, "{payer}: own means")]


def _uses(flows: pd.DataFrame, scenario: str) -> list[_Node]:
    nodes = _nodes(flows, scenario, USED, PUBLIC_COLOUR, "{instrument} ({payer})")
    kept = np.maximum(left_over(flows, scenario), 0.0)
    rest = [_Node("left in accounts", kept, REST_COLOUR)] if np.nansum(kept) else []
    return [*nodes, *rest, *_nodes(flows, scenario, PRIVATE, PRIVATE_COLOUR, "{instrument} ({payer})")]


def _nodes(flows: pd.DataFrame, scenario: str, part: str, colour: str, called: str) -> list[_Node]:
    """One node for each flow of a part, in the order of the table; flows of one name are one."""
    rows = flows.loc[scenario]
    rows = pd.DataFrame(rows[rows.index.get_level_values("part") == part]).dropna(axis=1)
    found: dict[str, Floats] = {}
    for (_, payer, _, instrument), yuan in zip(rows.index, rows.to_numpy(np.float64), strict=True):
        name = called.format(payer=_words(payer), instrument=_words(instrument))
        found[name] = found.get(name, 0.0) + yuan
    return [_Node(name, yuan, colour) for name, yuan in found.items() if yuan.any()]


def _words(name: str) -> str:
    return WORDS.get(name, name.replace("_", " "))


def _panel(axis: Axes, sources: Sequence[_Node], uses: Sequence[_Node], high: float, scale: float) -> None:
    """One policy; ``high`` is the height of a yuan, in labels, so that labels fit whatever the sums."""
    left, right = _tops(sources, high), _tops(uses, high)
    purse = [sum(n.mean for n in side if n.colour != PRIVATE_COLOUR) * high for side in (sources, uses)]
    if max(purse) > 0.0:
        axis.add_patch(Rectangle((MIDDLE - NODE / 2, 0.0), NODE, max(purse), color=PURSE_COLOUR))
        axis.text(MIDDLE, -0.2, "public purse", ha="center", va="bottom", fontsize=8.0)
    private = {id(u): s for u, s in zip(_private(uses), _private(sources), strict=True)}
    starts = {id(node): top for node, top in zip(sources, left[0], strict=True)}
    at = 0.0
    for node, top in zip(sources, left[0], strict=True):
        _node(axis, node, LEFT, top, high, scale)
        if node.colour != PRIVATE_COLOUR:
            at = _ribbon(axis, node, (LEFT + NODE, top), (MIDDLE - NODE / 2, at), high)
    at = 0.0
    for node, top in zip(uses, right[0], strict=True):
        _node(axis, node, RIGHT - NODE, top, high, scale)
        if node.colour != PRIVATE_COLOUR:
            at = _ribbon(axis, node, (MIDDLE + NODE / 2, at), (RIGHT - NODE, top), high, back=True)
        else:
            _ribbon(axis, node, (LEFT + NODE, starts[id(private[id(node)])]), (RIGHT - NODE, top), high)
    axis.set_xlim(LEFT - ROOM, RIGHT + ROOM)
    axis.axis("off")


def _private(nodes: Sequence[_Node]) -> list[_Node]:
    return [node for node in nodes if node.colour == PRIVATE_COLOUR]


def _tops(nodes: Sequence[_Node], high: float) -> tuple[list[float], float]:
    """Where each node begins, and where the last ends: each has room for its label."""
    tops, at = [], 0.0
    for node in nodes:
        room = max(node.mean * high, 1.0)
        tops.append(at + (room - node.mean * high) / 2.0)
        at += room + GAP
    return tops, at


def _node(axis: Axes, node: _Node, x: float, top: float, high: float, scale: float) -> None:
    axis.add_patch(Rectangle((x, top), NODE, node.mean * high, color=node.colour))
    place, side = (x - 0.02, "right") if x == LEFT else (x + NODE + 0.02, "left")
    told = shortened(node.name, LETTERS)
    if x != LEFT or node.colour != PRIVATE_COLOUR:  # what private payers give stands where it goes
        told += f"  {_amount(node, scale)}"
    axis.text(place, top + node.mean * high / 2.0, told, ha=side, va="center", fontsize=7.0)


def _amount(node: _Node, scale: float) -> str:
    found = interval(node.yuan[None, :] / scale)
    mean, low, high = (_digits(value[0]) for value in (found.mean, found.low, found.high))
    return f"{mean} ({low} to {high})" if found.n[0] > 1 else mean


def _digits(value: float) -> str:
    """Three figures, or all before the point: '0.0728', '14,100'."""
    return f"{float(f'{value:.3g}'):,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"


def _ribbon(
    axis: Axes, node: _Node, start: tuple[float, float], end: tuple[float, float], high: float, *, back: bool = False
) -> float:  # fmt: skip
    """A band from one place to another; returns where the next begins at the purse."""
    (x0, y0), (x1, y1), thick, bend = start, end, node.mean * high, (start[0] + end[0]) / 2.0
    points = [
        (x0, y0), (bend, y0), (bend, y1), (x1, y1),
        (x1, y1 + thick), (bend, y1 + thick), (bend, y0 + thick), (x0, y0 + thick), (x0, y0),
    ]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    axis.add_patch(PathPatch(Path(points, codes), facecolor=node.colour, alpha=0.35, linewidth=0))
    return (y0 if back else y1) + thick


def _caption(flows: pd.DataFrame, caveat: str) -> str:
    counts = flows.notna().sum(axis=1)
    n = " to ".join(str(count) for count in dict.fromkeys((int(counts.min()), int(counts.max()))))
    bars = f"In brackets: {METHOD}." if counts.max() > 1 else "One replicate: no interval."
    return (
        f"Money by source and use, summed over all years in real yuan, mean of n = {n} replicates. {bars} Blue: public "
        f"money, that of the centre, provinces, cities and counties together, one pool; orange: private money spent on "
        f"works and reclamation; grey: the public balance. Landscape: {caveat}."
    )
