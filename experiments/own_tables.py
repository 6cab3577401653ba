"""A user's own landscape: where its folder lies, whether it may be read, and its tables, kept while a worker lives.

A path that was typed is trusted; one that a config file names is looked for beside that file and must not lead out of
its folder. The files' checksums become part of the configuration, so that a changed table is another question and a
worker that finds other bytes than were asked about refuses them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from experiments.forms import instance
from experiments.problems import COMMAND_LINE, BadConfig, Problem, nearest, shown
from model.landscapes.files.faults import BadTables
from model.landscapes.files.folder import content, survey, unread
from model.landscapes.files.land import FileRules, Land, land_of
from model.landscapes.files.reading import Tables, read_tables

KEY = "landscape.path"
NO_PATH = "Name the folder of your tables: landscape.path=FOLDER; `shanshui landscape example out=FOLDER` writes one."
KEPT_LANDS = 2


def surveyed(config: Mapping[str, Any], where: str, config_dir: Path | None) -> dict[str, Any]:
    """The config of ``landscape=files`` with its folder found: ``path`` made absolute, ``files`` with the SHA-256 of
    each, ``patches`` with about how many there are.

    ``where`` says who named the path. Raises :class:`~experiments.problems.BadConfig`.
    """
    folder, within = _folder(config["path"], where, config_dir)
    if not folder.is_dir():
        cure = "a file; name the folder that holds it." if folder.exists() else f"no such folder. {NO_PATH}"
        raise BadConfig([Problem(where, KEY, cure, shown(config["path"]))])
    try:
        found = survey(folder, within)
    except BadTables as bad:
        raise refused(bad, folder.name) from None
    return {**config, "path": str(folder), "files": found.digests, "patches": found.patches}


def land(config: Mapping[str, Any]) -> Land:
    """The tables of a surveyed config, read and checked once. Raises :class:`~experiments.problems.BadConfig`."""
    return _land(config["path"], *(json.dumps(config[key], sort_keys=True) for key in ("files", "rules")))


def remarks(config: Mapping[str, Any]) -> list[str]:
    """What a user should know of the tables: columns that nobody reads, and what is left to rules."""
    found = land(config)
    told = [f"{name}: no table of ours, not read." for name in unread(Path(config["path"]))]
    told += [
        f"{file}: not read: {', '.join(shown(name) for name in names[:10])}{' …' if len(names) > 10 else ''}."
        for file, names in found.tables.unread.items()
    ]
    if found.left_open:
        told.append(
            f"left open by the tables and drawn by rule, wholly or in part: {', '.join(found.left_open)}."
        )
    return told


def refused(bad: BadTables, folder: str) -> BadConfig:
    """Faults of tables as the command line tells them."""
    problems = [
        Problem(
            f"{folder}/{fault.file}, {fault.row}"
            if fault.row
            else f"{folder}/{fault.file}".removesuffix(f"/{folder}"),
            fault.column,
            fault.cure + (nearest(fault.word, fault.known) if fault.known else ""),
            "" if fault.given is None else shown(fault.given),
        )
        for fault in bad.faults
    ]
    if bad.count > len(bad.faults):
        more = f"{bad.count - len(bad.faults)} more faults. Mend these first; the rest is told then."
        problems.append(Problem(folder, "", more))
    return BadConfig(problems)


@lru_cache(KEPT_LANDS)
def _land(path: str, files: str, rules: str) -> Land:
    try:
        return land_of(_tables(path, files), instance(FileRules, json.loads(rules), year=0))
    except BadTables as bad:
        raise refused(bad, Path(path).name) from None


@lru_cache(KEPT_LANDS)
def _tables(path: str, files: str) -> Tables:
    """The tables alone, which a sweep over rules reads once."""
    folder = Path(path)
    return read_tables(folder.name, content(folder, json.loads(files)))


def _folder(path: Any, where: str, config_dir: Path | None) -> tuple[Path, Path | None]:
    """The folder that ``path`` means, and the one that it must not lead out of (``None`` where it was typed)."""
    if not path:
        raise BadConfig([Problem(where, KEY, NO_PATH)])
    if where == COMMAND_LINE or config_dir is None:
        return Path(path).expanduser().absolute(), None
    base = (config_dir.parent / re.sub(r", line \d+$", "", where)).parent
    folder = (base / path).resolve()
    if Path(path).is_absolute() or not folder.is_relative_to(base.resolve()):
        cure = "leads out of this file's folder. Put the tables below it, or type the path: landscape.path=FOLDER."
        raise BadConfig([Problem(where, KEY, cure, shown(path))])
    return folder, base.resolve()
