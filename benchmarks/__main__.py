"""``python -m benchmarks``: the table of speed and memory, each figure beside its reference in this one run."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator

from benchmarks import ecology, whole
from benchmarks.measure import Row


def rows() -> Iterator[Row]:
    """All rows, in the order of docs/performance.md."""
    yield from ecology.rows()
    yield whole.oracle()
    yield whole.growth()
    yield whole.memory()
    with tempfile.TemporaryDirectory() as folder:
        yield whole.workers(folder)
    yield whole.real()
    yield whole.start_up()


def main() -> None:
    """Print the rows as a Markdown table, each as soon as it is measured."""
    sys.stdout.write("| what | figure | reference | ratio | target |\n|---|---|---|---|---|\n")
    for row in rows():
        sys.stdout.write(f"| {row.what} | {row.figure} | {row.reference} | {row.ratio} | {row.target} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
