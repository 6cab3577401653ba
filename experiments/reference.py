"""What every column, indicator and parameter means, written from the model itself so that it cannot go stale.

    python -m experiments.reference docs

writes ``columns.md``, ``indicators.md``, ``parameters.md`` and ``landscape_tables.md`` into the folder. Units, bounds,
sources and grades come from the declarations in the code, values from the packaged configs. A test holds the pages
against what would be written now.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from experiments.folders import options
from experiments.safe_yaml import read
from experiments.schema import spelt
from model.indicators import ACCUMULATED, ALL_INDICATORS, CONNECTED, SPREAD, Indicator
from model.landscapes.files.columns import NUMBER, WHOLE, WITHOUT
from model.landscapes.files.columns import TABLES as OWN_TABLES
from model.landscapes.files.columns import Column as OwnColumn
from model.landscapes.rules import AssignmentRules
from model.mechanisms import SLOTS, form
from model.mechanisms import options as forms_of
from model.parameters import GRADES, Parameter, parameters_of
from model.state.habitats import Habitats
from model.state.people import Centre, Cities, Counties, Firms, Investors, Mines, Practice, Provinces, Trust
from model.state.projects import Projects, Sites
from model.state.table import Column, Table
from model.state.taking import Coasts, Parcels, Segments

TABLES: tuple[type[Table], ...] = (
    Habitats,
    Centre,
    Provinces,
    Counties,
    Cities,
    Firms,
    Mines,
    Investors,
    Trust,
    Practice,
    Projects,
    Sites,
    Parcels,
    Segments,
    Coasts,
)
MADE = "Written by `python -m experiments.reference docs` from the code and the configs; change those, not this page."
GOOD = {1: "more is better", -1: "less is better", 0: "neither"}
OUTSIDE = "†"
TABLES_TOLD = (
    "`landscape=files landscape.path=FOLDER` reads these files from a folder. Files are UTF-8 with commas and a header",
    "line; the order of columns and rows, and the case of column names, do not matter; columns of other names are left",
    "unread, with a remark. Names (ids, codes) are text: `007`, `NA` and `1e5` stay what they are, capitals and spaces",
    "count. A cell may be empty where the third column says what holds then; *by rule* is drawn anew in each",
    "replicate, as on the other landscapes (`landscape.hold=true`: once). Places are metres in a projected system.",
    "",
    "`landscape.json` may add a name, a caveat that stands under every figure, and the reference system of a GeoJSON",
    'or GeoPackage file that names none: `{"name": "…", "caveat": "…", "crs": "EPSG:32650"}`.',
)
COLUMNS_TOLD = (
    "A column is an array with one value a row; nothing may leave its bounds. *Start* is its value where nothing else",
    "is given. A `code` is a word of `model/vocabulary.py`, a `row` points into another table.",
)
INDICATORS_TOLD = (
    "Each is a pure function of the state at the end of a year, given for every county, city (code) and `all`. A",
    "ratio is summed above and below before it is divided, so that no mean of means appears; where there is nothing to",
    "divide by, it is null.",
    "",
    "*Size* is what a difference between two policies is weighed against: the greater of the two things named, as the",
    "baseline has them on average in the same year and place. A difference matters from `relevance` times its size on",
    "(1 % unless you say `relevance=…`); the reasons stand [below](#why-these-sizes).",
)


def pages() -> dict[str, str]:
    """Name and text of every generated page."""
    return {
        "columns.md": columns(),
        "indicators.md": indicators(),
        "parameters.md": parameters(),
        "landscape_tables.md": tables_page(),
    }


def columns() -> str:
    """Every column of every table of the state."""
    lines = ["# Columns of the state", "", MADE, "", *COLUMNS_TOLD, ""]
    for table in TABLES:
        said = (table.__doc__ or "").strip().splitlines()[0].replace("``", "`")
        lines += [f"## `{table.name}`", "", said, ""]
        lines += _table(("column", "unit", "bounds", "stored as", "start", "meaning"), _columns_of(table))
    return _text(lines)


def _columns_of(table: type[Table]) -> Iterator[tuple[str, ...]]:
    for name, spec in table.columns.items():
        yield f"`{name}`", spec.unit, _bounds(spec), str(spec.dtype), f"{spec.start:g}", spec.meaning


def _bounds(spec: Column) -> str:
    return f"{spelt(spec.bounds[0])} to {spelt(spec.bounds[1])}"


def indicators() -> str:
    """Every indicator with unit and definition."""
    lines = ["# Indicators", "", MADE, "", *INDICATORS_TOLD, ""]
    later = (*CONNECTED, *ACCUMULATED, *SPREAD)
    lines += _table(INDICATOR_HEAD, map(_indicator, (i for i in ALL_INDICATORS if i not in later)))
    lines += [
        "## Computed every few years, along the links",
        "",
        "By county on the county's own links; null for cities.",
        "",
    ]
    lines += _table(INDICATOR_HEAD, map(_indicator, CONNECTED))
    lines += ["## Computed from earlier years and other indicators", ""]
    lines += _table(INDICATOR_HEAD, map(_indicator, (*ACCUMULATED, *SPREAD)))
    lines += ["## Why these sizes", ""]
    sizes = {(_size(each), each.size.why) for each in ALL_INDICATORS if each.size.of != each.name}
    lines += [f"- {size}: {why}." for size, why in sorted(sizes)]
    return _text(lines)


INDICATOR_HEAD = ("indicator", "unit", "better", "definition", "size")


def _indicator(each: Indicator) -> tuple[str, ...]:
    return f"`{each.name}`", each.unit, GOOD[each.good], each.meaning, _size(each)


def _size(each: Indicator) -> str:
    """'its level, 0.01 of `ecological_area_ha`'."""
    size = each.size
    parts = ["its level" if size.own == 1.0 else f"{size.own:g} of its level"]
    if size.of and size.of != each.name:
        parts.append(f"{size.least:g} of `{size.of}`")
    elif size.least and not size.of:
        parts.append(" ".join([f"{size.least:g}", *({each.unit} - {"1", "n"})]))
    return ", ".join(parts)


def parameters() -> str:
    """Every parameter of every form and of the landscapes' rules, with its value, range, source and grade."""
    found = {
        f"{slot}={name}": (parameters_of(form(slot, name)), [_values(slot, name)])
        for slot in SLOTS
        for name in forms_of(slot)
    }
    lands = [_values("landscape", name)["rules"] for name in ("synthetic", "xiamen")]
    found["landscape rules"] = parameters_of(AssignmentRules), lands
    every = [each for group, _ in found.values() for each in group]
    lines = ["# Parameters", "", MADE, "", *_grades(every)]
    for head, (group, values) in found.items():
        if group:
            lines += [f"## `{head}`", "", *_table(HEAD, (_parameter(each, values) for each in group))]
    return _text(lines)


HEAD = ("parameter", "value", "unit", "plausible", "allowed", "grade", "source, remark")


def _grades(every: Sequence[Parameter]) -> list[str]:
    counts = Counter(each.evidence.grade for each in every)
    rows = ((grade, str(counts[grade]), f"{100 * counts[grade] / len(every):.0f} %") for grade in GRADES)
    return [
        f"{len(every)} parameters; one with a value for each ecosystem, mode or zone counts once. *Measured*: found",
        "in a source; *derived*: arithmetic on measured numbers; *recalled*: known, source not confirmed; *assumed*:",
        "ours.",
        "",
        *_table(("grade", "parameters", "share"), rows),
        "*Plausible* is the range to sweep, *allowed* what a config may say at all. Values are those of the option's",
        f"own file; a policy may set others (`configs/policy`). {OUTSIDE} marks a value outside its plausible range.",
        "",
    ]


def _parameter(each: Parameter, values: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    told = list(dict.fromkeys(_value(each, given[each.name]) for given in values))
    evidence = each.evidence
    both = " (synthetic); ".join(told) + " (xiamen)" if len(told) > 1 else told[0]
    remark = f"; {evidence.remark}" if evidence.remark else ""
    plausible = f"{_number(evidence.low)} to {_number(evidence.high)}"
    return (
        f"`{each.name}`",
        both,
        each.unit,
        plausible,
        _allowed(each),
        evidence.grade,
        evidence.source + remark,
    )


def tables_page() -> str:
    """Every table and column of a landscape of one's own."""
    lines = ["# Tables of a landscape of your own", "", MADE, "", *TABLES_TOLD, ""]
    for name, columns_ in OWN_TABLES.items():
        ending = " (or .geojson, .gpkg)" if name == "patches" else ""
        without = f"Without it: {WITHOUT[name]}." if name in WITHOUT else "Required."
        lines += [f"## `{name}.csv`{ending}", "", without, ""]
        lines += _table(("column", "is", "where empty or missing", "meaning"), map(_own_column, columns_))
    return _text(lines)


def _own_column(each: OwnColumn) -> tuple[str, ...]:
    if each.words is not None:
        what = ", ".join(f"`{word}`" for word in each.words.texts())
    elif each.kind in (NUMBER, WHOLE):
        least = "above " if each.above else ""
        what = f"{each.kind}, {least}{spelt(each.low)} to {spelt(each.high)} {each.unit}".rstrip()
    else:
        what = f"name in `{each.to}`" if each.to else each.kind
    return f"`{each.name}`", what, each.otherwise or "**required**", each.meaning


def _allowed(each: Parameter) -> str:
    low, high = each.bounds
    return f"{spelt(low)} to {spelt(high)}" if np.isfinite([low, high]).all() else ""


def _value(each: Parameter, given: Any) -> str:
    """A number, or numbers by word in which equal neighbours of a line are told together."""
    if not isinstance(given, Mapping):
        return _marked(each, given)
    by_value: dict[str, list[str]] = {}
    for word, number in given.items():
        by_value.setdefault(_marked(each, number), []).append(str(word).replace("_", " "))
    return "; ".join(f"{', '.join(words)}: {number}" for number, words in by_value.items()) or "none"


def _marked(each: Parameter, number: Any) -> str:
    inside = each.evidence.low <= float(number) <= each.evidence.high
    return _number(number) + ("" if inside else f" {OUTSIDE}")


def _number(number: float) -> str:
    return f"{number:,.10g}"


def _values(group: str, option: str) -> Mapping[str, Any]:
    place = options(group)[option]
    return dict(read(place.path, place.shown).values)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    body = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return [f"| {' | '.join(head)} |", "|" + "---|" * len(head), *body, ""]


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


def main(folder: Path) -> None:
    """Write every page into ``folder``."""
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
