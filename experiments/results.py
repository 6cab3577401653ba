"""Finished results, read back: every file is held against its checksum before a single number is shown.

Assumption most likely to be wrong: that a reader wants nothing of results that are not finished.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from experiments.design import Refused, RunKey
from experiments.manifest import checksum_in_name, chunks_in, parts_in, read_manifest, sibling_paths
from experiments.parts import PART, Damaged, folder_of
from experiments.stamp import digest_of


@dataclass(frozen=True)
class Results:
    """A finished results folder whose every file is what was written."""

    folder: Path
    manifest: dict[str, Any]
    runs: frozenset[RunKey]

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Check the folder and look inside.

        Raises :class:`Refused` for a folder that holds no results or unfinished ones, :class:`Damaged`, naming the
        file, where anything is missing, cut short, changed, or of other results.
        """
        folder = Path(folder).absolute()
        manifest = read_manifest(folder)
        if manifest["status"] != "finished":
            counts = manifest["runs"]
            raise Refused(
                f"{folder}: {counts['done']} of {counts['planned']} runs are recorded as done; "
                f"nothing is shown before all are. Continue with: {manifest['command']}"
            )
        for name, checksum in manifest["files"].items():
            _check_file(folder, name, checksum)
        runs: set[RunKey] = set()
        for _, label in chunks_in(folder, manifest):
            sibling_paths(folder, label, manifest)
            runs.update(label.runs)
        _check_complete(folder, manifest, runs)
        return cls(folder, manifest, frozenset(runs))

    @property
    def scenarios(self) -> list[str]:
        """The scenarios in their order; the first is the baseline."""
        return list(self.manifest["scenarios"])

    def design(self) -> pd.DataFrame:
        """One row a point: ``point`` and the values of the swept keys."""
        return cast("pd.DataFrame", pq.read_table(self.folder / "design.parquet").to_pandas())

    def indicators(self, county: str | None = None) -> pd.DataFrame:
        """One row a run, year and county, in canonical order; of one ``county`` ("all": the total) or of every one."""
        return self.table("indicators", county)

    def flows(self) -> pd.DataFrame:
        """Who paid whom, for what, in each year of each run, in fen."""
        return self.table("flows")

    def projects(self) -> pd.DataFrame:
        """The projects of each run."""
        return self.table("projects")

    def maps(self) -> pd.DataFrame:
        """The patches of each run in the years that were kept."""
        return self.table("maps")

    def comparison(self) -> pd.DataFrame:
        """The paired differences to the baseline, as ``comparison.csv`` has them."""
        path = self.folder / "comparison.csv"
        if not path.is_file():
            raise Refused(f"{self.folder} holds no comparison; `compare` makes one.")
        texts = {"scenario": str, "indicator": str, "method": str, "verdict": str}
        missing = {name: [""] for name in ("mean", "low", "high", "share_harmed", "relevant")}
        return pd.read_csv(path, dtype=texts, keep_default_na=False, na_values=missing)

    def table(self, name: str, county: str | None = None) -> pd.DataFrame:
        """A stored table, its runs in the order of the design and each run's rows as the model gave them."""
        if name != "indicators" and name not in self.manifest["keep"]:
            raise Refused(
                f"{self.folder} holds no {name}: they were not kept. Make results with keep=[{name}]."
            )
        filters = None if county is None else [("county", "=", county)]
        tables = [
            pq.read_table(path, filters=filters, partitioning=None) for path in parts_in(self.folder, name)
        ]
        if not tables:
            raise Refused(f"{self.folder} holds no {name}: no run was successful.")
        return cast(
            "pd.DataFrame",
            _in_order(_joined(tables, self.folder / folder_of(name)), self.scenarios).to_pandas(),
        )


def _check_file(folder: Path, name: str, checksum: str) -> None:
    path = folder / name
    if not path.is_file():
        raise Damaged(f"{path}: it is missing.")
    # A part is held against its own name when its label is read; here its name only has to be the one on record.
    if not PART.fullmatch(path.name) and digest_of(path.read_bytes()) != checksum:
        raise Damaged(
            f"{path}: its content is not what was written. Give the command of {folder.name} again to re-make it."
        )


def _check_complete(folder: Path, manifest: dict[str, Any], runs: set[RunKey]) -> None:
    tables = ("indicators", *manifest["keep"])
    present = {
        part.relative_to(folder).as_posix(): checksum_in_name(part)
        for name in tables
        for part in parts_in(folder, name)
    }
    strange = sorted(path for path, checksum in present.items() if manifest["files"].get(path) != checksum)
    if strange:
        raise Damaged(f"{folder / strange[0]}: not on record in the manifest. Remove it.")
    if len(runs) != manifest["runs"]["done"]:
        raise Damaged(f"{folder}: the parts hold {len(runs)} runs, the manifest {manifest['runs']['done']}.")


def _joined(tables: list[pa.Table], place: Path) -> pa.Table:
    first = tables[0].column_names
    other = next((table for table in tables if table.column_names != first), None)
    if other is not None:
        raise Damaged(
            f"{place}: its parts differ in their columns: {sorted(set(first) ^ set(other.column_names))}."
        )
    # A column that is null throughout one chunk has no kind there; the others know it.
    return pa.concat_tables(
        [table.replace_schema_metadata() for table in tables], promote_options="permissive"
    )


def _in_order(table: pa.Table, scenarios: list[str]) -> pa.Table:
    """Rows by point, scenario and replicate; Arrow's sort is stable, so a run's own order stays."""
    place = pc.index_in(table["scenario"], value_set=pa.array(scenarios, pa.string()))
    keys = pa.table({"point": table["point"], "scenario": place, "replicate": table["replicate"]})
    return table.take(pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names]))
