"""Text becomes numbers, words and references, each cell by what its column declares, or is refused with its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from model.landscapes.files.columns import FLAG, NUMBER, REFERENCE, TEXT, WHOLE, WORD, Column
from model.landscapes.files.faults import MOST_TOLD, Faults
from model.landscapes.files.raw import Raw
from model.units import Flags, Rows

LONGEST_TEXT = 500  # characters
ALIKE = 0.75  # of two names, for one to be a slip of the other
SHOWN = 8  # columns
MANY = 2_000  # names among which the nearest is still looked for
PLAIN_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
WHOLE_NUMBER = r"^[+-]?[0-9]{1,10}(\.0*)?$"
YES, NO = ("1", "true", "1.0"), ("0", "false", "0.0")


@dataclass(frozen=True, eq=False)
class Cells:
    """A column of n cells: ``values`` (n,), text as a pyarrow array, and which of them were ``stated``."""

    values: Any
    stated: Flags


def named(raw: Raw, columns: Sequence[Column], faults: Faults, given: Sequence[str] = ()) -> Raw:
    """The table under the columns' own names, whatever their case; ``given`` are known from elsewhere if missing.

    Notes required columns that are missing, and names that look like a slip of a column that is.
    """
    own = {column.name.casefold(): column.name for column in columns}
    found: dict[str, pa.Array] = {}
    for name, cells in raw.columns.items():
        plain = own.get(name.casefold(), name)
        if plain in found:
            faults.add(raw.file, f"the column {plain!r} stands twice. Remove one of them.", row=_head(raw))
        found[plain] = cells
    strangers = [name for name in found if name not in own.values()]
    missing = [column for column in columns if column.name not in found]
    slips = {slip: column for column in missing for slip in [_slip(column.name, strangers)] if slip}
    for column in missing:
        slip = next((name for name, meant in slips.items() if meant is column), "")
        unread = f" Not read are: {', '.join(strangers[:SHOWN])}." if strangers else ""
        hint = f" Rename '{slip}'." if slip else unread
        if column.required and column.name not in given:
            unit = f", in {column.unit}" if column.unit else ""
            cure = f"this column is missing ({column.meaning}{unit}).{hint}"
            faults.add(raw.file, cure, column.name, _head(raw))
        elif slip:
            faults.add(
                raw.file, f"no such column. Is it {column.name}? Rename or remove it.", slip, _head(raw)
            )
    return Raw(raw.file, raw.noun, raw.numbers, found, raw.shapes)


def strangers_of(raw: Raw, columns: Sequence[Column]) -> list[str]:
    """Names of the columns that are not read."""
    return [name for name in raw.columns if name not in {column.name for column in columns}]


def cells_of(raw: Raw, column: Column, faults: Faults, known: Mapping[str, pa.Array]) -> Cells:
    """The cells of a column, read as it declares; faulty cells are noted and count as not stated.

    ``known``: the names that a reference may point to, by table. A column that is missing states nothing.
    """
    if column.name not in raw.columns:
        return Cells(_blank(column, len(raw)), np.zeros(len(raw), dtype=bool))
    text = raw.columns[column.name]
    filled = pc.not_equal(text, "").to_numpy(zero_copy_only=False)
    if column.required and not filled.all():
        faults.rows(raw, np.flatnonzero(~filled), column.name, f"empty. It must be {_may_be(column)}.")
    read = {TEXT: _text, NUMBER: _number, WHOLE: _whole, FLAG: _flag, WORD: _word, REFERENCE: _reference}
    values, good = read[column.kind](raw, column, text, filled, faults, known)
    return Cells(values, filled & good)


def repeated(raw: Raw, column: str, values: pa.Array, faults: Faults) -> None:
    """Note names that stand in an earlier row already."""
    again = np.flatnonzero(pd.Index(values.to_numpy(zero_copy_only=False)).duplicated())
    again = again[pc.not_equal(values, "").to_numpy(zero_copy_only=False)[again]]
    if again.size:
        faults.rows(raw, again, column, "stands in an earlier row already. Each name once.")


def _head(raw: Raw) -> str:
    return "row 1" if raw.noun == "row" else ""


def _slip(name: str, strangers: Sequence[str]) -> str:
    """The unread name that was probably meant to be ``name``, or ""."""
    lower = {stranger.casefold(): stranger for stranger in strangers}
    stem = [low for low in lower if len(low) > 3 and (name.startswith(low) or low.startswith(name + "_"))]
    near = stem or get_close_matches(name.casefold(), lower, n=1, cutoff=ALIKE)
    return lower[near[0]] if near else ""


def _may_be(column: Column) -> str:
    """What a cell of the column may be, in words."""
    if column.words is not None:
        return f"one of {', '.join(column.words.texts())}"
    if column.kind == FLAG:
        return "1 or 0"
    if column.kind in (NUMBER, WHOLE):
        least = f"above {column.low:,.12g} and at most" if column.above else f"from {column.low:,.12g} to"
        unit = f" {column.unit}" if column.unit else ""
        return f"a {column.kind} {least} {column.high:,.12g}{unit}"
    return f"a name in {column.to}" if column.kind == REFERENCE else "text"


def _blank(column: Column, rows: int) -> Any:
    if column.kind == TEXT:
        return pa.array([""] * rows, pa.string())
    return np.zeros(rows, dtype=np.float64 if column.kind == NUMBER else np.int64)


def _text(
    raw: Raw, column: Column, text: pa.Array, filled: Flags, faults: Faults, _: Any
) -> tuple[Any, Flags]:
    controls = pc.match_substring_regex(text, r"[\x00-\x1f\x7f]").to_numpy(zero_copy_only=False)
    faults.rows(
        raw, np.flatnonzero(controls), column.name, "holds a line break or a tab. Names are one line."
    )
    long = pc.utf8_length(text).to_numpy(zero_copy_only=False) > LONGEST_TEXT
    faults.rows(raw, np.flatnonzero(long), column.name, f"longer than {LONGEST_TEXT} characters.")
    return text, ~controls & ~long


def _number(
    raw: Raw, column: Column, text: pa.Array, filled: Flags, faults: Faults, _: Any
) -> tuple[NDArray[np.float64], Flags]:
    values, plain = _parsed(text, PLAIN_NUMBER)
    inside = plain & np.isfinite(values) & (values <= column.high)
    inside &= (values > column.low) if column.above else (values >= column.low)
    comma = pc.match_substring_regex(text, r"^\s*[+-]?[0-9]+,[0-9]+\s*$").to_numpy(zero_copy_only=False)
    cure = f"must be {_may_be(column)}."
    faults.rows(raw, np.flatnonzero(filled & comma), column.name, f"{cure} Write a point, not a comma.")
    faults.rows(raw, np.flatnonzero(filled & ~inside & ~comma), column.name, cure)
    return np.where(inside, values, 0.0), inside


def _whole(
    raw: Raw, column: Column, text: pa.Array, filled: Flags, faults: Faults, _: Any
) -> tuple[NDArray[np.int64], Flags]:
    values, plain = _parsed(text, WHOLE_NUMBER)
    inside = plain & (values >= column.low) & (values <= column.high)
    faults.rows(raw, np.flatnonzero(filled & ~inside), column.name, f"must be {_may_be(column)}.")
    return np.where(inside, values, 0.0).astype(np.int64), inside


def _parsed(text: pa.Array, pattern: str) -> tuple[NDArray[np.float64], Flags]:
    """Numbers, 0 where the text is none."""
    bare = pc.utf8_ltrim(pc.utf8_trim_whitespace(text), characters="+")
    plain = pc.match_substring_regex(bare, pattern)
    values = pc.cast(pc.if_else(plain, bare, "0"), pa.float64())
    return values.to_numpy(zero_copy_only=False), plain.to_numpy(zero_copy_only=False)


def _flag(
    raw: Raw, column: Column, text: pa.Array, filled: Flags, faults: Faults, _: Any
) -> tuple[NDArray[np.int64], Flags]:
    lower = pc.utf8_lower(pc.utf8_trim_whitespace(text))
    yes = pc.is_in(lower, pa.array(YES)).to_numpy(zero_copy_only=False)
    good = yes | pc.is_in(lower, pa.array(NO)).to_numpy(zero_copy_only=False)
    faults.rows(raw, np.flatnonzero(filled & ~good), column.name, "must be 1 or 0.")
    return yes.astype(np.int64), good


def _word(
    raw: Raw, column: Column, text: pa.Array, filled: Flags, faults: Faults, _: Any
) -> tuple[NDArray[np.int64], Flags]:
    assert column.words is not None
    words = column.words.texts()
    plain = pc.replace_substring_regex(pc.utf8_lower(pc.utf8_trim_whitespace(text)), r"[\s-]+", "_")
    code = pc.fill_null(pc.index_in(plain, pa.array(words)), -1).to_numpy(zero_copy_only=False)
    cure = f"must be {_may_be(column)}."
    faults.rows(raw, np.flatnonzero(filled & (code < 0)), column.name, cure, words)
    return code.astype(np.int64), code >= 0


def _reference(
    raw: Raw, column: Column, text: pa.Array, filled: Flags, faults: Faults, known: Mapping[str, pa.Array]
) -> tuple[NDArray[np.int64], Flags]:
    if column.to not in known:  # its table is missing or has no names: told there
        return np.zeros(len(raw), dtype=np.int64), np.zeros(len(raw), dtype=bool)
    names = known[column.to]
    row = pc.fill_null(pc.index_in(text, names), -1).to_numpy(zero_copy_only=False)
    strange = np.flatnonzero(filled & (row < 0))
    if strange.size:
        _note_strange(raw, column, strange, names, faults)
    return row.astype(np.int64), row >= 0


def _note_strange(raw: Raw, column: Column, rows: Rows, names: pa.Array, faults: Faults) -> None:
    """Names that are in no row of the other table; a spreadsheet may have cut zeros or spaces off them."""
    listed = names.to_pylist()
    alike = {_bare(name): name for name in listed}
    cure = f"no such name in the table '{column.to}'."
    for row in rows[:MOST_TOLD].tolist():
        given = raw.columns[column.name][row].as_py()
        meant = alike.get(_bare(given))
        near = listed if meant is None and len(listed) <= MANY else ()
        hint = f" Is it '{meant}'? Names are text, zeros and spaces count." if meant else ""
        faults.add(raw.file, cure + hint, column.name, raw.label(row), given, given, near)
    faults.count += max(rows.size - MOST_TOLD, 0)


def _bare(name: str) -> str:
    return name.strip().casefold().lstrip("0").removesuffix(".0")
