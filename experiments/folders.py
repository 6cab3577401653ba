"""Where configs lie: the packaged ones, and those of a user who names a folder with ``--config-dir``.

A group is a folder, an option a file in it: ``funding/transfer/formula.yaml`` is what ``funding/transfer=formula``
chooses. A user's folder adds options to the groups that exist; a name that is already taken is refused rather than
silently preferred. Imports nothing heavy: help and tab completion list these folders.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from experiments.problems import COMMAND_LINE, BadConfig, Problem

_HERE = Path(__file__).resolve().parent
PACKAGED = next(folder for folder in (_HERE / "configs", _HERE.parent / "configs") if folder.is_dir())
PRIMARY = "config"


@dataclass(frozen=True)
class Place:
    """A config file, and what messages call it."""

    path: Path
    shown: str


@lru_cache(maxsize=1)
def groups() -> tuple[str, ...]:
    """Every choice that a config makes, from the folders: ``recovery``, ``funding/transfer``, ``policy`` …"""
    found = {path.parent.relative_to(PACKAGED).as_posix() for path in PACKAGED.glob("*/**/*.yaml")}
    return tuple(sorted(found))


def written(place: Path) -> tuple[int, int]:
    """When a file was last written, in ns, and its size in bytes: another pair, another content.

    Raises ``OSError`` where nothing is there.
    """
    status = place.stat()
    return status.st_mtime_ns, status.st_size


def options(group: str, config_dir: Path | None = None) -> dict[str, Place]:
    """The options of a group by name, the packaged ones and the user's.

    Raises :class:`~experiments.problems.BadConfig` where a user's option has the name of a packaged one.
    """
    ours = {path.stem: Place(path, f"configs/{group}/{path.name}") for path in _files(PACKAGED / group)}
    if config_dir is None:
        return ours
    theirs = {
        path.stem: Place(path, f"{config_dir.name}/{group}/{path.name}")
        for path in _files(config_dir / group)
    }
    taken = sorted(ours.keys() & theirs.keys())
    if taken:
        cure = f"'{taken[0]}' is the name of an option that Shanshui brings. Give the file another name."
        raise BadConfig([Problem(theirs[taken[0]].shown, "", cure)])
    for place in theirs.values():
        _refuse_outside(place, config_dir)
    return {**ours, **theirs}


def user_folder(typed: str | Path) -> Path:
    """The folder that ``--config-dir`` names; raises :class:`BadConfig` where it holds no options."""
    folder = Path(typed).resolve()
    if not folder.is_dir():
        raise BadConfig([Problem(COMMAND_LINE, "--config-dir", f"{typed} is no folder.")])
    if not any(_files(folder / group) for group in groups()):
        cure = f"{typed} holds no options. Put files into folders named like groups, such as experiment/ or policy/."
        raise BadConfig([Problem(COMMAND_LINE, "--config-dir", cure)])
    if (folder / f"{PRIMARY}.yaml").exists():
        cure = "not read: put what differs into experiment/NAME.yaml and choose it with experiment=NAME."
        raise BadConfig([Problem(f"{folder.name}/{PRIMARY}.yaml", "", cure)])
    return folder


def options_as_written(config_dir: Path) -> tuple[tuple[Path, tuple[int, int]], ...]:
    """Every option file of a user's folder and what :func:`written` says of it: equal only while none changes."""
    found = []
    for group in groups():
        for path in _files(config_dir / group):
            with suppress(OSError):  # a link to nothing is refused where it is chosen
                found.append((path, written(path)))
    return tuple(found)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.yaml") if not path.name.startswith("."))


def _refuse_outside(place: Place, config_dir: Path) -> None:
    if not place.path.resolve().is_relative_to(config_dir):
        raise BadConfig(
            [Problem(place.shown, "", "a link out of the config folder. Copy the file there instead.")]
        )
