"""Every run of a design is made once, whoever makes it and however often the machine stops in between.

The runs that the store does not have yet are cut into chunks; a chunk runs in this process or in a pool, and is
finished when the store has given its files their names. Nothing that a run computes depends on who made it, in what
company or in what order.

Assumption most likely to be wrong: that `simulate` keeps to that bargain (the tests hold the model to it).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass

from experiments.chunks import Failure, Job, RunResult, Simulate
from experiments.design import Design
from experiments.parts import CannotWrite
from experiments.pools import Chunk, MakePool, Outcomes, in_pools, spawned
from experiments.store import Store
from model.state.code_version import code_version

__all__ = ["CannotWrite", "Outcome", "RunResult", "Simulate", "cut", "execute"]

CHUNKS_A_WORKER = 8
MOST_RUNS_A_CHUNK = 64
MOST_ROWS_A_CHUNK = 200_000


@dataclass(frozen=True)
class Outcome:
    """The state of a design after the engine: ``planned`` = ``done`` + ``failed``; ``made`` were made this time."""

    planned: int
    done: int
    made: int
    failures: Sequence[Failure]

    @property
    def failed(self) -> int:
        """Number of runs that failed."""
        return len(self.failures)


def execute(
    design: Design,
    simulate: Simulate,
    store: Store,
    *,
    workers: int = 1,
    warm: Callable[[], None] | None = None,
    pool: MakePool | None = None,
    code: Callable[[], str] = code_version,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Make the runs of ``design`` that ``store`` does not have yet, by ``simulate(config, replicate)``.

    ``workers=1`` runs in this process, more in a pool of spawned processes; ``pool`` gives another executor for a
    number of workers. ``warm`` is called once in each worker before its first run; ``code`` tells a worker's version
    of the model, which must be the store's. ``progress`` is told, after each
    chunk, how many runs are done and failed. Runs that failed before are tried again. The tables are the same
    whatever the workers, chunks and order.

    Raises ``KeyboardInterrupt`` (workers stopped, finished parts in place, to be continued), :class:`CannotWrite`
    (likewise), ``TypeError`` for a ``simulate`` that no other process could import.
    """
    _refuse_local(simulate)
    job = Job(simulate, warm, store.folder, store.tables, store.identity, code)
    missing = [key for key in design.run_keys() if key not in store.done]
    chunks = cut(missing, workers, design.rows_per_run)
    before, failures = len(store.done), list[Failure]()
    if missing:
        store.begin()
    try:
        with closing(_outcomes(job, design, chunks, workers, pool)) as outcomes:
            for outcome in outcomes:
                store.commit(outcome.parts, outcome.runs)
                failures.extend(outcome.failures)
                if progress:
                    progress(len(store.done), len(failures))
    except (KeyboardInterrupt, CannotWrite):
        with suppress(CannotWrite):
            store.end(failures)
        raise
    place = {key: number for number, key in enumerate(missing)}
    failures.sort(key=lambda item: place[item["point"], item["scenario"], item["replicate"]])
    store.end(failures)
    return Outcome(design.runs, len(store.done), len(store.done) - before, failures)


def cut(keys: Chunk, workers: int, rows_per_run: int = 1) -> list[Chunk]:
    """Chunks of runs: few files for many runs, little lost when one is, and nothing that does not fit in memory."""
    fair = -(-len(keys) // (CHUNKS_A_WORKER * workers))
    size = max(1, min(fair, MOST_RUNS_A_CHUNK, MOST_ROWS_A_CHUNK // max(rows_per_run, 1)))
    return [keys[first : first + size] for first in range(0, len(keys), size)]


def _outcomes(
    job: Job, design: Design, chunks: list[Chunk], workers: int, pool: MakePool | None
) -> Outcomes[None]:
    if pool is None and workers == 1:
        for chunk in chunks:
            yield job(design.tasks(chunk))
    else:
        yield from in_pools(job, design, chunks, max(1, min(workers, len(chunks))), pool or spawned)


def _refuse_local(simulate: Simulate) -> None:
    name = getattr(simulate, "__qualname__", "")
    if "<" in name:
        raise TypeError(
            f"simulate={name} cannot be sent to another process: define it at the top of a module"
        )
