"""The first page of a results folder: what was asked, by which code, and what came of it.

It is plain JSON and carries a checksum of itself. Two folders with the same configuration hash, code version and
input checksums hold the same numbers; any other folder is another question, and the two are never mixed.

Assumption most likely to be wrong: that the configuration names everything that a run reads (a file that changes
under an unchanged name is caught by its checksum only where the caller lists it among the inputs).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from experiments.design import TABLES, Design, Refused, flat
from experiments.parts import PART, Damaged, Label, folder_of, label_of
from experiments.stamp import Stamp, canonical_json, digest_of, environment, without_private_paths

FORMAT = 1
NAME = "manifest.json"
IDENTITY = ("config_hash", "code_version", "inputs")
SHOWN_KEYS = 5
MOST_BYTES = 64 * 2**20
ANEW = "Make the results anew in another folder."
_KINDS: dict[str, type] = {
    "status": str,
    "config_hash": str,
    "code_version": str,
    "command": str,
    "relevance": float,
    "inputs": dict,
    "runs": dict,
    "files": dict,
    "scenarios": list,
    "keep": list,
}
_COMPARED = ("scenarios", "replicates", "points", "swept", "keep", "config")


def new_manifest(design: Design, stamp: Stamp, files: Mapping[str, bytes]) -> dict[str, Any]:
    """The manifest of a folder in which nothing has run yet; ``files`` are those that will lie there from the start."""
    content = {
        "format": FORMAT,
        "status": "incomplete",
        "config_hash": design.config_hash(),
        "runs": {"planned": design.runs, "done": 0, "failed": 0},
        "scenarios": list(design.scenarios),
        "replicates": design.replicates,
        "replicate_ids": f"0-{design.replicates - 1}",
        "points": len(design.points),
        "swept": design.swept,
        "keep": sorted(design.keep),
        **stamp.as_dict(),
        "environments": [environment()],
        "config": without_private_paths(dict(design.scenarios)),
        "failures": [],
        "files": {name: digest_of(data) for name, data in files.items()},
    }
    # Through JSON and back, so that it compares equal with what is later read (years as keys become text).
    return dict(json.loads(json.dumps(content, allow_nan=False)))


def manifest_bytes(content: Mapping[str, Any]) -> bytes:
    """The manifest as it lies in the folder."""
    whole = {**content, "checksum": digest_of(canonical_json(content).encode())}
    return (json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a results folder.

    Raises :class:`Refused` where there is none, :class:`Damaged` where it is not whole.
    """
    path = folder / NAME
    if not path.is_file():
        raise Refused(f"{folder} is no results folder: it has no {NAME}.")
    if path.stat().st_size > MOST_BYTES:
        raise Damaged(f"{path}: larger than {MOST_BYTES // 2**20} MiB. {ANEW}")
    try:
        content = json.loads(path.read_bytes())
        whole = content.pop("checksum") == digest_of(canonical_json(content).encode())
    except RecursionError as error:
        raise Damaged(f"{path}: no whole manifest (nested too deeply). {ANEW}") from error
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise Damaged(f"{path}: no whole manifest ({error}). {ANEW}") from error
    if not whole:
        raise Damaged(f"{path}: its content does not agree with its checksum. {ANEW}")
    if content.get("format") != FORMAT:
        raise Refused(f"{path}: format {content.get('format')}; this version reads format {FORMAT}.")
    _refuse_misshapen(path, content)
    return dict(content)


def _refuse_misshapen(path: Path, content: Mapping[str, Any]) -> None:
    """Raise :class:`Damaged` for an entry that is missing or of another kind, or a file outside the folder."""
    for key, kind in _KINDS.items():
        if not isinstance(content.get(key), kind):
            raise Damaged(f"{path}: {key} is missing or no {kind.__name__}. {ANEW}")
    if not all(isinstance(content["runs"].get(key), int) for key in ("planned", "done", "failed")):
        raise Damaged(f"{path}: runs must count planned, done and failed. {ANEW}")
    if unknown := sorted({str(table) for table in content["keep"]} - set(TABLES)):
        raise Damaged(f"{path}: keep names {unknown[0]}, which is no table of results. {ANEW}")
    for name, checksum in content["files"].items():
        if not lies_inside(name) or not isinstance(checksum, str):
            raise Damaged(f"{path}: files names {name!r}, which is no file of this folder. {ANEW}")


def lies_inside(name: str) -> bool:
    """Whether a name on record leads to a file of the folder itself: relative, with no step up, none hidden."""
    steps = name.split("/")
    strange = any(each in name for each in "\\:\0")
    return not strange and all(step and not step.startswith(".") for step in steps)


def identity_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What every part of a folder has in common with its manifest."""
    return {name: manifest[name] for name in IDENTITY}


def refuse_other(folder: Path, held: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    """Raise :class:`Refused`, naming what differs and the cure, unless ``held`` and ``asked`` are one question."""
    cure = "Choose another out=, or remove the folder."
    names = held["inputs"].keys() & asked["inputs"].keys()
    changed = sorted(name for name in names if held["inputs"][name] != asked["inputs"][name])
    if changed:  # before the configuration, of which the checksums of a user's own tables are a part
        raise Refused(f"{folder} was made from other input files: {', '.join(changed)} changed since. {cure}")
    if held["config_hash"] != asked["config_hash"]:
        raise Refused(f"{folder} holds results of another configuration: {_differences(held, asked)}. {cure}")
    if held["code_version"] != asked["code_version"]:
        raise Refused(
            f"{folder} was made by model code {held['code_version'][:12]}, this is {asked['code_version'][:12]}: "
            f"numbers of different code are never mixed. {cure}"
        )
    if held["relevance"] != asked["relevance"]:
        raise Refused(
            f"{folder} was asked for with relevance={held['relevance']:g}, this is {asked['relevance']:g}: the "
            f"smallest effect that matters is stated before the results are seen. {cure}"
        )
    if held["inputs"] != asked["inputs"]:
        other = sorted(held["inputs"].keys() ^ asked["inputs"].keys())
        raise Refused(f"{folder} was made from other input files: {', '.join(other)} changed since. {cure}")


def parts_in(folder: Path, table: str) -> list[Path]:
    """The finished parts of one table, and whatever else lies openly among them, by name."""
    place = folder / folder_of(table)
    found = place.iterdir() if place.is_dir() else iter(())
    return sorted(path for path in found if not path.name.startswith("."))


def chunks_in(folder: Path, manifest: Mapping[str, Any]) -> Iterator[tuple[Path, Label]]:
    """Each finished chunk's part of the indicators, with its label, in a folder whose parts are all whole.

    Raises :class:`Damaged` for a part that is not what was written, that belongs to another configuration or code, or
    whose runs another part holds too.
    """
    owner: dict[Any, Path] = {}
    for path in parts_in(folder, "indicators"):
        label = _checked(path, "indicators", manifest)
        twice = next((owner[run] for run in label.runs if run in owner), None)
        if twice:
            raise Damaged(f"{path}: it holds runs that {twice.name} holds too. Remove one of them.")
        owner.update(dict.fromkeys(label.runs, path))
        yield path, label


def sibling_paths(folder: Path, label: Label, manifest: Mapping[str, Any]) -> list[Path]:
    """The chunk's parts of the other tables, each checked.

    Raises :class:`Damaged`, and ``FileNotFoundError`` where one is missing.
    """
    paths = [folder / folder_of(table) / name for table, name in label.siblings.items()]
    for table, path in zip(label.siblings, paths, strict=True):
        if not path.is_file():
            raise FileNotFoundError(path)
        _checked(path, table, manifest)
    return paths


def checksum_in_name(path: Path) -> str:
    """The checksum that a part's name carries."""
    found = PART.fullmatch(path.name)
    return found[1] if found else ""


def _checked(path: Path, table: str, manifest: Mapping[str, Any]) -> Label:
    label = label_of(path)
    if label.table != table or label.identity != identity_of(manifest):
        raise Damaged(f"{path}: a part of other results (another table, configuration or code). Remove it.")
    return label


def _differences(held: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    """The first keys whose values differ, as "key: 20 there, 40 asked"."""
    before, now = (flat({name: manifest[name] for name in _COMPARED}) for manifest in (held, asked))
    keys = [key for key in dict.fromkeys([*now, *before]) if before.get(key) != now.get(key)]
    shown = [f"{key}: {before.get(key, 'nothing')} there, {now.get(key, 'nothing')} asked" for key in keys]
    more = f" and {len(shown) - SHOWN_KEYS} more" if len(shown) > SHOWN_KEYS else ""
    return "; ".join(shown[:SHOWN_KEYS]) + more or "other values of the swept points"


_COMPARED = ("scenarios", "replicates", "points", "swept", "keep", "config")
