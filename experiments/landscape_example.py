"""What a folder of one's own landscape looks like: a small invented land, written as the tables that it is read from.

It runs at once (``landscape=files landscape.path=FOLDER``) and gives the same numbers as the first replicate of the
land that it was written from, so that whoever edits it knows what the edit did.
"""

from __future__ import annotations

from pathlib import Path

from experiments.build import config
from experiments.parts import put_in_place, write_hidden
from experiments.places import landscape_of
from experiments.problems import COMMAND_LINE, BadConfig, Problem, shown
from experiments.reference import tables_page
from model.landscapes.files.writing import files_of

WORDS = ("landscape=synthetic", "landscape.patches=200")
CRS = "metres from the corner of an invented land"
LAST = "patches"  # what a folder without is no landscape


def write_example(folder: Path, kind: str) -> Path:
    """Write the example into ``folder``, which must be new or empty; ``kind`` is the format of its patches.

    Raises :class:`~experiments.problems.BadConfig` for a folder that holds anything,
    :class:`~experiments.parts.CannotWrite`.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        cure = "is there already and not empty. Name a new folder."
        raise BadConfig([Problem(COMMAND_LINE, "out", cure, shown(str(folder)))])
    asked = config(WORDS).config
    files = files_of(landscape_of(asked["landscape"], asked["seed"], replicate=0), kind, CRS)
    files["README.md"] = tables_page().encode()
    _make(folder)
    for name in sorted(files, key=lambda each: each.startswith(LAST)):
        put_in_place(write_hidden(folder, files[name]), folder / name)
    return folder


def _make(folder: Path) -> None:
    from experiments.parts import CannotWrite

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"Cannot make the folder {folder}: {error.strerror}.") from error
