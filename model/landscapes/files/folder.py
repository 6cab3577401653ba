"""The files of one's own land: which there are, and that each is a plain file of bearable size.

Files come from elsewhere, so each is looked at before it is opened: no pipe, no device, nothing larger than its kind
may be and, where a folder is to hold all (``within``), no link out of it. What was looked at is known by its SHA-256,
and read again only as that.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from model.landscapes.files.columns import TABLES
from model.landscapes.files.faults import BadTables, Fault, Faults
from model.landscapes.files.geopackage import count_features, no_geopackage

MEBIBYTE = 2**20
MOST_BYTES = {
    ".csv": 512 * MEBIBYTE,
    ".gpkg": 512 * MEBIBYTE,
    ".geojson": 128 * MEBIBYTE,
    ".json": MEBIBYTE // 16,
}
MOST_PATCHES, MOST_ROWS = 2_000_000, 20_000_000
PATCHES, ABOUT = ("patches.csv", "patches.geojson", "patches.gpkg"), "landscape.json"
KNOWN = (*PATCHES, *(f"{table}.csv" for table in TABLES if table != "patches"), ABOUT)
REQUIRED = "counties.csv"
READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
EXAMPLE = "`shanshui landscape example out=FOLDER` writes a folder that works"


@dataclass(frozen=True)
class Survey:
    """What a folder holds: SHA-256 of each file that is read, and about how many patches."""

    digests: dict[str, str]
    patches: int


def survey(folder: Path, within: Path | None = None) -> Survey:
    """Look at every file of a folder without reading what it says.

    Raises :class:`~model.landscapes.files.faults.BadTables` for what is missing, no plain file, too large, or a link
    that leads out of ``within``.
    """
    faults = Faults()
    there = _listed(folder, faults)
    faults.refuse()
    digests, patches = {}, 0
    for name in sorted(there & set(KNOWN)):
        data = _bytes_of(folder, name, within, faults)
        if data is None:
            continue
        digests[name] = hashlib.sha256(data).hexdigest()
        rows = _rows(name, data)
        most = MOST_PATCHES if name in PATCHES else MOST_ROWS
        if rows > most:
            faults.add(name, f"about {rows:,} rows; at most {most:,} are read. Give fewer, larger patches.")
        if name in PATCHES:
            patches = rows
    faults.refuse()
    return Survey(digests, max(patches, 1))


def unread(folder: Path) -> list[str]:
    """Names of the tables in a folder that nobody reads."""
    names = sorted(each.name for each in folder.iterdir() if not each.name.startswith("."))
    return [name for name in names if Path(name).suffix.lower() in MOST_BYTES and name not in KNOWN]


def content(folder: Path, digests: dict[str, str]) -> dict[str, bytes]:
    """The bytes of each surveyed file. Raises ``BadTables`` where a file is not what it was."""
    faults = Faults()
    found = {}
    for name, digest in digests.items():
        data = _bytes_of(folder, name, None, faults)
        if data is not None and hashlib.sha256(data).hexdigest() != digest:
            faults.add(name, "changed since the question was asked. Ask again.")
        found[name] = data or b""
    faults.refuse()
    return found


def _listed(folder: Path, faults: Faults) -> set[str]:
    """Names of the files in the folder that concern us, with what is missing or misspelt noted."""
    try:
        names = {each.name for each in folder.iterdir() if not each.name.startswith(".")}
    except OSError as error:
        raise BadTables((Fault(folder.name, "", "", f"cannot be read ({error.strerror})."),), 1) from None
    ours = {name for name in names if Path(name).suffix.lower() in MOST_BYTES}
    for name in sorted(ours - set(KNOWN)):
        near = get_close_matches(name.lower(), [each for each in KNOWN if each not in names], n=1, cutoff=0.8)
        if near:
            faults.add(name, f"no such table. Is it {near[0]}? Rename or remove it.")
    present = [name for name in PATCHES if name in names]
    if not present:
        faults.add(folder.name, f"holds no {', '.join(PATCHES[:-1])} or {PATCHES[-1]}; {EXAMPLE}.")
    if len(present) > 1:
        faults.add(folder.name, f"holds {' and '.join(present)}. Keep one of them.")
    if REQUIRED not in names:
        faults.add(folder.name, f"holds no {REQUIRED}; {EXAMPLE}.")
    return ours


def _bytes_of(folder: Path, name: str, within: Path | None, faults: Faults) -> bytes | None:
    path = folder / name
    try:
        if within is not None and not path.resolve(strict=True).is_relative_to(within.resolve()):
            faults.add(
                name, "a link out of the folder of the config that names it. Copy the file there instead."
            )
            return None
        if not stat.S_ISREG(path.stat().st_mode):
            faults.add(name, "not a regular file. Tables are plain files.")
            return None
        # Without waiting, should the file have become a pipe by now.
        with os.fdopen(os.open(path, READ), "rb") as file:
            most = MOST_BYTES[path.suffix]
            size = os.fstat(file.fileno()).st_size
            data = b"" if size > most else file.read(most + 1)
    except OSError as error:
        faults.add(name, f"cannot be read ({error.strerror}).")
        return None
    if max(size, len(data)) > most:
        faults.add(
            name,
            f"{size / MEBIBYTE:,.0f} MiB; at most {most // MEBIBYTE} MiB are read. Simplify or split it.",
        )
        return None
    if name.endswith(".gpkg"):
        _note_other_than_geopackage(path, data, faults)
    return data


def _note_other_than_geopackage(path: Path, data: bytes, faults: Faults) -> None:
    if cure := no_geopackage(data):
        faults.add(path.name, cure)
    log = path.with_name(f"{path.name}-wal")
    if log.is_file() and log.stat().st_size:
        faults.add(path.name, f"still open elsewhere ({log.name} holds unsaved rows). Close it in the GIS.")


def _rows(name: str, data: bytes) -> int:
    """About how many rows a file has, from its bytes alone."""
    if name.endswith(".csv"):
        return max(data.count(b"\n") + (not data.endswith(b"\n")) - 1, 0)
    if name.endswith(".geojson"):
        return data.count(b'"geometry"')
    return count_features(data) if name.endswith(".gpkg") and not no_geopackage(data) else 0
