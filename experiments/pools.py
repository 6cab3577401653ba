"""Workers die: killed by hand, by a system short of memory, by a crash in compiled code. The runs must not.

Chunks run side by side in any `concurrent.futures` executor. Where a worker dies, what the pool had in hand is run
again by itself in a fresh pool, first by the chunk, then by the run, so that a run which kills its worker is found
and named, and the others are done.

Assumption most likely to be wrong: that a run which kills its worker twice, alone, would do so for ever.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TypeVar

from experiments.chunks import ChunkOutcome, Job, failure
from experiments.design import Design, RunKey, RunTask
from experiments.parts import CannotWrite, interrupts_held

Chunk = Sequence[RunKey]
MakePool = Callable[[int], AbstractContextManager[Executor]]
_End = TypeVar("_End")
Outcomes = Generator[ChunkOutcome, None, _End]

TRIES_ALONE = 2
MOST_DEATHS = 8


@dataclass
class _Deaths:
    """How many workers died since one last finished something."""

    in_a_row: int = 0


def in_pools(job: Job, design: Design, chunks: list[Chunk], workers: int, pool: MakePool) -> Outcomes[None]:
    """Side by side as long as no worker dies; what was in hand when one did is run alone, then side by side again."""
    waiting, deaths = deque(chunks), _Deaths()
    while waiting:
        suspects = yield from _side_by_side(job, design, waiting, workers, pool, deaths)
        hopeless = yield from _one_by_one(job, design, suspects, pool, deaths)
        if deaths.in_a_row >= MOST_DEATHS:
            died = RuntimeError(
                f"not tried: workers died {MOST_DEATHS} times in a row; workers=1 may show why"
            )
            for chunk in (*hopeless, *waiting):
                yield ChunkOutcome(failures=[failure(key, died) for key in chunk])
            return


def _side_by_side(
    job: Job, design: Design, waiting: deque[Chunk], workers: int, pool: MakePool, deaths: _Deaths
) -> Outcomes[list[Chunk]]:
    """Yield outcomes and empty ``waiting``; where the pool breaks, return the chunks that it had in hand."""
    flying: dict[Future[ChunkOutcome], Chunk] = {}
    broken = False
    with pool(workers) as executor:
        while (waiting or flying) and not broken:
            while waiting and len(flying) < 2 * workers:
                future = _submit(executor, job, design.tasks(waiting[0]))
                flying[future] = waiting.popleft()
            finished = wait(flying, return_when=FIRST_COMPLETED).done
            if any(map(_died, finished)):
                broken, finished = True, wait(flying).done
            for future in finished:
                if not _died(future):
                    deaths.in_a_row = 0
                    yield _outcome_of(future, flying.pop(future))
    deaths.in_a_row += broken
    return list(flying.values())


def _one_by_one(
    job: Job, design: Design, suspects: list[Chunk], pool: MakePool, deaths: _Deaths
) -> Outcomes[list[Chunk]]:
    """One chunk at a time, then one run at a time: a run that kills its worker again and again has failed.

    Where workers die whatever they are given, return what was not tried.
    """
    waiting = deque((chunk, 0) for chunk in suspects)
    while waiting and deaths.in_a_row < MOST_DEATHS:
        with pool(1) as executor:
            died = False
            while waiting and not died:
                chunk, tries = waiting.popleft()
                future = _submit(executor, job, design.tasks(chunk))
                died = _died(future)
                deaths.in_a_row = deaths.in_a_row + 1 if died else 0
                if not died:
                    yield _outcome_of(future, chunk)
                elif len(chunk) > 1:
                    waiting.extendleft(([key], 0) for key in reversed(chunk))
                elif tries + 1 < TRIES_ALONE:
                    waiting.appendleft((chunk, tries + 1))
                else:
                    error = RuntimeError("the worker died of this run: killed, out of memory, or crashed")
                    yield ChunkOutcome(failures=[failure(chunk[0], error)])
    return [chunk for chunk, _ in waiting]


def _died(future: Future[ChunkOutcome]) -> bool:
    """Whether the worker died; waits for a future that is still under way."""
    return isinstance(future.exception(), BrokenExecutor)


def _outcome_of(future: Future[ChunkOutcome], chunk: Chunk) -> ChunkOutcome:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, CannotWrite):
        raise error
    return ChunkOutcome(failures=[failure(key, error) for key in chunk])


# --- the pool of spawned processes --------------------------------------------------------------------


@contextmanager
def spawned(workers: int) -> Iterator[Executor]:
    """A pool of fresh processes that ends with this block, and with this process, however either ends.

    Each worker watches one end of a pipe whose other end only this process holds: when it closes, or this process
    is killed, the worker leaves. A killed parent's workers would otherwise wait for ever.
    """
    context = get_context("spawn")
    watched, held = context.Pipe(duplex=False)
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_work, initargs=(watched,))
    try:
        yield executor
    except BaseException:
        held.close()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        held.close()
        watched.close()


def _begin_work(lifeline: Connection) -> None:
    # The workers are the parallelism; threads of kernels within them would only stand in each other's way.
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")
    threading.Thread(target=_leave_with_parent, args=(lifeline,), daemon=True).start()


def _leave_with_parent(lifeline: Connection) -> None:
    with suppress(EOFError, OSError):
        lifeline.recv_bytes()
    os._exit(1)


def _submit(executor: Executor, job: Job, tasks: Sequence[RunTask]) -> Future[ChunkOutcome]:
    """Submit; where the pool is broken already, the future says so.

    Ctrl-C is held back meanwhile, because a pool may start workers now and they keep the mask they are born with: so
    the terminal's Ctrl-C reaches this process alone, which then ends its workers in order.
    """
    with interrupts_held():
        try:
            return executor.submit(job, tasks)
        except BrokenExecutor as error:
            lost: Future[ChunkOutcome] = Future()
            lost.set_exception(error)
            return lost
