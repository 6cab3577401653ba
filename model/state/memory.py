"""What a large landscape's passing arrays took goes back to the system.

Arrays that live for a phase leave holes between those that stay, and the C library keeps holes for later, as Arrow does
with what its strings took. A million patches' making and planning would so hold half as much again as the model does.
Most likely to be wrong: that other systems than glibc's give memory back by themselves.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

import pyarrow as pa

LARGE = 100_000  # patches; below, holes are too small to matter


def give_back(rows: int) -> None:
    """Give unused memory back, where ``rows`` patches are so many that it is worth the while."""
    if rows >= LARGE:
        pa.default_memory_pool().release_unused()
        with suppress(OSError, AttributeError, TypeError):  # no glibc: nothing to tell
            ctypes.CDLL(None).malloc_trim(0)
