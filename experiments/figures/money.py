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
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.figures.style import COLOURS, PAGE, SMALL, Sheet, blank, foot, stamp_line, wrapped
from experiments.intervals import METHOD, interval
from experiments.money import PRIVATE, RAISED, RETURNED, SOURCES, USED, Source, drawn_on, left_over, whose
from experiments.names import shortened
from model.units import Floats

SLOT = 0.165  # inches: a label
ABOVE, INCOMES_ABOVE, SOURCE = (
    0.55,
    0.75,
    0.175,
)  # inches: words of a panel, of the incomes, one of their lines
BARS = 5  # policies beside one another
FEWEST_SLOTS = 8
NAME_LETTERS, BAR_LETTERS, LETTERS = 27, 14, 40
WORDS = {
    "county": "counties",
    "province": "provinces",
    "programme": "programmes",
    "firm": "firms",
    "fund": "mine funds",
    "investor": "investors",
    "works_private": "share of works",
    "spartina_clearing": "clearing of Spartina",
    "spartina_patrol": "patrols against Spartina",
    "own_budget": "own budgets",
    "compensation_budgeted": "for compensation",
    "surveys_budgeted": "for surveys",
    "carbon_income": "credits",
    "mine_fund_forfeited": "forfeited",
    "offset_paid": "offsets",
    "temporary_land_reclaimed": "temporary land",
    "forfeited_reclamation": "forfeited fees",
    "shore_restoration_fronted": "shore, public part",
    "unspent_returned": "returned unspent",
}
ROOM = 2.3  # of the distance from left to right, for labels on either side
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


def money_flows(flows: pd.DataFrame, manifest: Mapping[str, Any], other: str, caveat: str) -> Sheet:
    """From source to use under the baseline and ``other`` scenario; below, what each scenario draws on.

    ``flows`` are those of :func:`experiments.money.money`.
    """
    scenarios = manifest["scenarios"]
    shown = list(dict.fromkeys((scenarios[0], other)))
    sides = {name: (_sources(flows, name), _uses(flows, name)) for name in shown}
    most = max((sum(node.mean for node in side) for pair in sides.values() for side in pair), default=0.0)
    slots = max(FEWEST_SLOTS, *(len(side) for pair in sides.values() for side in pair))
    scale, word = SCALE if most >= SCALE[0] else (1.0, "")
    # Heights are in labels: half of them are for money.
    high = slots / 2.0 / (most or 1.0)
    deep = [max(1.0, *(_tops(side, high)[1] for side in sides[name])) + 1.2 for name in shown]
    lines = -(-len(scenarios) // BARS)
    incomes = lines * (SOURCE * (len(SOURCES) + 2) + INCOMES_ABOVE)
    heights = [*(SLOT * each + ABOVE for each in deep), incomes]
    figure = blank(PAGE, sum(heights))
    grid = figure.add_gridspec(len(heights), 1, height_ratios=heights)
    for place, name in enumerate(shown):
        axis = figure.add_subplot(grid[place])
        _panel(axis, *sides[name], high, scale)
        axis.set_ylim(deep[place] - 0.9, -0.9)
        baseline = " (baseline)" if name == shown[0] else ""
        axis.set_title(f"{shortened(name, LETTERS)}{baseline}, {word}yuan", loc="left")
    bars = (
        grid[-1]
        .subgridspec(lines, min(BARS, len(scenarios)))
        .subplots(sharex=True, sharey=True, squeeze=False)
    )
    _incomes(list(bars.ravel()), flows, scenarios, scale, word)
    foot(figure, _caption(flows, caveat), stamp_line(manifest))
    return figure


def _incomes(
    axes: Sequence[Axes], flows: pd.DataFrame, scenarios: Sequence[str], scale: float, word: str
) -> None:
    """Source by source, a panel a scenario on one scale."""
    for axis, name in zip(axes, scenarios, strict=False):
        rows = _lines(drawn_on(flows, name) if name in flows.index.get_level_values("scenario") else {})
        for place, node in enumerate(rows):
            _bar(axis, place, node, scale)
        axis.set_yticks(range(len(rows)), [node.name for node in rows])
        axis.set_ylim(len(rows) - 0.4, -0.6)
        axis.set_title(_in_two_lines(name), fontsize=SMALL)
        axis.set_xlabel(f"{word}yuan", fontsize=SMALL)
        axis.tick_params(labelsize=SMALL, labelbottom=True)
        axis.xaxis.set_major_locator(MaxNLocator(2))
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
        axis.margins(x=0.75)
        axis.set_xlim(left=0.0)
    for axis in axes[len(scenarios) :]:
        axis.axis("off")


def _in_two_lines(name: str) -> str:
    """A scenario's name above a narrow panel, broken where its words end."""
    return wrapped(shortened(name, 2 * BAR_LETTERS).replace("_", "_ "), BAR_LETTERS).replace("_ ", "_")


def _lines(found: Mapping[Source, Floats]) -> list[_Node]:
    """Sources in their order, the envelope's followed by their sum, the public ones by theirs."""
    if not found:
        return []
    nodes = [
        _Node(source.name, yuan, PRIVATE_COLOUR if source.private else PUBLIC_COLOUR)
        for source, yuan in found.items()
    ]
    envelope = sum(yuan for source, yuan in found.items() if source.envelope)
    public = sum(yuan for source, yuan in found.items() if not source.private)
    enveloped, publics = sum(s.envelope for s in found), sum(not s.private for s in found)
    return [
        *nodes[:enveloped], _Node("= set beforehand", np.asarray(envelope), PURSE_COLOUR),
        *nodes[enveloped:publics], _Node("= public money", np.asarray(public), PURSE_COLOUR),
        *nodes[publics:],
    ]  # fmt: skip


def _bar(axis: Axes, place: int, node: _Node, scale: float) -> None:
    """A source's mean with its interval, and its number."""
    found = interval(node.yuan[None, :] / scale)
    mean, low, high = (float(value[0]) for value in (found.mean, found.low, found.high))
    axis.barh(place, mean, 0.7, color=node.colour)
    end = mean
    if found.n[0] > 1:
        axis.plot([low, high], [place, place], color="black", linewidth=1.2)
        end = max(mean, high)
    axis.annotate(
        _digits(mean), (end, place), xytext=(3, 0), textcoords="offset points", va="center", fontsize=SMALL
    )


def _sources(flows: pd.DataFrame, scenario: str) -> list[_Node]:
    nodes = _nodes(flows, scenario, RAISED, PUBLIC_COLOUR, "{payer}: {instrument}")
    taken = -np.minimum(left_over(flows, scenario), 0.0)
    rest = [_Node("taken from accounts", taken, REST_COLOUR)] if np.nansum(taken) else []
    return [*nodes, *rest, *_nodes(flows, scenario, PRIVATE, PRIVATE_COLOUR, "{payer}")]


def _uses(flows: pd.DataFrame, scenario: str) -> list[_Node]:
    nodes = _nodes(flows, scenario, USED, PUBLIC_COLOUR, "{instrument}")
    returned = _nodes(flows, scenario, RETURNED, REST_COLOUR, "{instrument}")
    kept = np.maximum(left_over(flows, scenario), 0.0)
    rest = [_Node("left in accounts", kept, REST_COLOUR)] if np.nansum(kept) else []
    return [*nodes, *returned, *rest, *_nodes(flows, scenario, PRIVATE, PRIVATE_COLOUR, "{instrument}")]


def _nodes(flows: pd.DataFrame, scenario: str, part: str, colour: str, called: str) -> list[_Node]:
    """One node for each flow of a part, in the order of the table; those of one payer and instrument are one."""
    rows = flows.loc[scenario]
    rows = pd.DataFrame(rows[rows.index.get_level_values("part") == part]).dropna(axis=1)
    found: dict[tuple[str, str], Floats] = {}
    for (_, payer, _, instrument), yuan in zip(rows.index, rows.to_numpy(np.float64), strict=True):
        found[payer, instrument] = found.get((payer, instrument), 0.0) + yuan
    return [
        _Node(called.format(payer=_words(whose(part, payer)), instrument=_words(instrument)), yuan, colour)
        for (payer, instrument), yuan in found.items()
        if yuan.any()
    ]


def _words(name: str) -> str:
    return WORDS.get(name, name.replace("_", " "))


def _panel(axis: Axes, sources: Sequence[_Node], uses: Sequence[_Node], high: float, scale: float) -> None:
    """One policy; ``high`` is the height of a yuan, in labels, so that labels fit whatever the sums."""
    left, right = _tops(sources, high), _tops(uses, high)
    purse = [sum(n.mean for n in side if n.colour != PRIVATE_COLOUR) * high for side in (sources, uses)]
    if max(purse) > 0.0:
        axis.add_patch(Rectangle((MIDDLE - NODE / 2, 0.0), NODE, max(purse), color=PURSE_COLOUR))
        axis.text(MIDDLE, -0.2, "public purse", ha="center", va="bottom", fontsize=SMALL)
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
    if x == LEFT and node.colour == PRIVATE_COLOUR:  # what private payers give stands where it goes
        told = shortened(node.name, LETTERS)
    else:
        told = f"{shortened(node.name, NAME_LETTERS)}  {_amount(node, scale)}"
    axis.text(place, top + node.mean * high / 2.0, told, ha=side, va="center", fontsize=SMALL)


def _amount(node: _Node, scale: float) -> str:
    found = interval(node.yuan[None, :] / scale)
    mean, low, high = (_digits(value[0]) for value in (found.mean, found.low, found.high))
    return f"{mean} ({low}–{high})" if found.n[0] > 1 else mean


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
        f"Above: money from source to use, summed over all years in real yuan, mean of n = {n} replicates. {bars} "
        f"Blue: public money, that of the centre, provinces and counties together, one pool; orange: private money "
        f"spent on works, reclamation and shore; grey: public money not used. Developers' part, shoreline accounts "
        f"and prepaid fees included, is spend_polluters_yuan of the tables and no part of their private money. "
        f"Below: where each policy's money comes from, with the same intervals; set beforehand are the budgets of "
        f"counties, the centre and provinces. Public and private do not add up: counties buy back by availability "
        f"payments what investors spent. Landscape: {caveat}."
    )
