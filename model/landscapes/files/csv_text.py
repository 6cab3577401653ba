"""Tables as spreadsheets save them: UTF-8 text, commas, one header line; nothing in them is interpreted.

"NA", "007" and "1e5" stay what was typed. A spreadsheet runs a cell that begins with = + - or @; whoever writes such
text puts an apostrophe before it, and one is taken off again when it is read:

    written = ' + text   for text that is apostrophes (or none) and then = + - @ or a tab;  read = the inverse

so every text of one line survives the way there and back. Most likely wrong: that nobody separates columns by
semicolons (such a file is refused with the cure, not guessed at).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from model.landscapes.files.faults import Faults
from model.landscapes.files.raw import Raw

RUNS_IN_A_SHEET = ("=", "+", "-", "@", "\t", "\r")
BLOCK = 1 << 24  # bytes; a row is shorter
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
SAVE_AS = "Save it as 'CSV UTF-8 (comma delimited)'."


def read_csv(file: str, data: bytes, faults: Faults) -> Raw | None:
    """The table in the bytes of a CSV file; ``None``, with the faults noted, where there is none."""
    if (cure := _no_text(data)) or (cure := _no_table(data)):
        faults.add(file, cure)
        return None
    names = _header(data)
    if cure := _bad_header(names):
        faults.add(file, cure, row="row 1")
        return None
    skipped: list[arrow_csv.InvalidRow] = []
    data = data if b"\n" in data else data + b"\n"
    try:
        table = arrow_csv.read_csv(pa.BufferReader(data), **_options(names, skipped))
    except pa.ArrowInvalid as error:
        faults.add(file, f"not readable as CSV: {str(error).splitlines()[0]}.")
        return None
    for row in skipped:
        cure = f"{row.actual_columns} cells where the header has {row.expected_columns}. Is a comma or a quotation mark"
        faults.add(file, f"{cure} missing or too many?", row=f"row {row.number}")
    return _without_empty_rows(file, table.combine_chunks(), [int(row.number) for row in skipped])


def guarded(text: str) -> str:
    """Text as it is written into a CSV file, so that no spreadsheet runs it."""
    return f"'{text}" if text.lstrip("'").startswith(RUNS_IN_A_SHEET) else text


def _unguarded(column: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(column, r"^'('*[=+\-@\t\r])", r"\1")


def _no_text(data: bytes) -> str:
    """Why these bytes are no UTF-8 text, or ""."""
    if data[:2] in UTF_16 or b"\0" in data[:4096]:
        return f"not UTF-8 but UTF-16 or no text at all. {SAVE_AS}"
    if b"\0" in data:
        return f"holds a null byte at position {data.index(0)}. {SAVE_AS}"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return f"line {line} is not UTF-8 (byte {error.start}). {SAVE_AS}"
    return ""


def _no_table(data: bytes) -> str:
    first = data.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0]
    if not first:
        return "empty. It needs a header line and one line a row."
    if b"," not in first and (b";" in first or b"\t" in first):
        return (
            f"its columns are separated by {'semicolons' if b';' in first else 'tabs'}, not commas. {SAVE_AS}"
        )
    return ""


def _header(data: bytes) -> list[str]:
    text = io.StringIO(data[:BLOCK].decode("utf-8-sig", errors="ignore"), newline="")
    return [name.strip() for name in next(csv.reader(text), [])]


def _bad_header(names: list[str]) -> str:
    twice = sorted({name for name in names if names.count(name) > 1 and name})
    if twice:
        return f"the column {twice[0]!r} stands twice. Remove one of them."
    if not any(names):
        return "empty. The first line must name the columns."
    if any("\n" in name or "\r" in name for name in names):
        return "a line break within a column's name. Remove it."
    return ""


def _options(names: list[str], skipped: list[arrow_csv.InvalidRow]) -> Mapping[str, object]:
    """Everything is text; a row of another length is kept aside."""
    unnamed = [name or f"\0{k}" for k, name in enumerate(names)]

    def aside(row: arrow_csv.InvalidRow) -> str:
        skipped.append(row)
        return "skip"

    return {
        "read_options": arrow_csv.ReadOptions(
            use_threads=False, block_size=BLOCK, column_names=unnamed, skip_rows=1
        ),
        "parse_options": arrow_csv.ParseOptions(
            newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=aside
        ),
        "convert_options": arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(unnamed, pa.string()),
            strings_can_be_null=False,
            quoted_strings_can_be_null=False,
        ),
    }


def _without_empty_rows(file: str, table: pa.Table, skipped: list[int]) -> Raw:
    """Rows with anything in them, each with its number in the file."""
    numbers = np.delete(np.arange(2, table.num_rows + len(skipped) + 2), np.array(skipped, dtype=int) - 2)
    full = np.zeros(table.num_rows, dtype=bool)
    for column in table.columns:
        full |= pc.not_equal(column, "").to_numpy()
    kept = table if full.all() else table.filter(pa.array(full))
    columns = {
        name: _unguarded(_whole(kept.column(name))) for name in kept.column_names if not name.startswith("\0")
    }
    return Raw(file, "row", numbers[full], columns)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())
