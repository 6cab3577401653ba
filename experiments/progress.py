"""How far the runs are and how long the rest may take, for whoever waits.

On a terminal one line that renews itself; into a pipe a line now and then; with ``quiet`` nothing. Always on standard
error: standard output belongs to the answer.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

LINES_IN_A_PIPE = 10


class Progress:
    """Called with the runs done and failed so far; ``done`` at the start are those of an earlier process."""

    def __init__(
        self,
        planned: int,
        done: int = 0,
        *,
        quiet: bool = False,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.planned = planned
        self.quiet = quiet
        self.stream = stream or sys.stderr
        self.clock = clock
        self._first, self._started = done, clock()
        self._told = done
        self._open_line = False

    def __call__(self, done: int, failed: int = 0) -> None:
        """Tell of ``done`` and ``failed`` runs, where it is time to."""
        settled = done + failed
        if self.quiet:
            return
        if self.stream.isatty():
            self.stream.write(f"\r{self.line(done, failed)}\x1b[K")
            self._open_line = True
        elif settled == self.planned or settled - self._told >= self.planned / LINES_IN_A_PIPE:
            self.stream.write(f"{self.line(done, failed)}\n")
            self._told = settled
        self.stream.flush()

    def line(self, done: int, failed: int = 0) -> str:
        """For example "12 of 40 runs, 1 failed, about 3 min left"."""
        words = [f"{done} of {self.planned} runs"]
        if failed:
            words.append(f"{failed} failed")
        made, left = done + failed - self._first, self.planned - done - failed
        if made > 0 and left > 0:
            words.append(f"about {_in_words((self.clock() - self._started) / made * left)} left")
        return ", ".join(words)

    def close(self) -> None:
        """End the line, so that what comes next does not overwrite it."""
        if self._open_line:
            self.stream.write("\n")
            self.stream.flush()
            self._open_line = False


def _in_words(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
