"""Arithmetic at the speed of the machine: the one decorator for functions that Numba compiles.

Compiled code is kept on disk under the hash of *all* of the model's source. Numba itself looks only at the
file of the function it compiles, so after an edit to a helper in another file the old machine code would
run. Where nothing is writable (no home, read-only, full) the code is compiled anew in each process and
nothing else changes.

Floating point keeps its order (no ``fastmath``); dividing by zero gives infinity or not-a-number as in
NumPy. With ``parallel=True`` a loop over ``prange`` may only write to its own element: a sum inside it
would depend on the number of threads. Most likely to be wrong: that a processor of the same name gives the
same last bit.
"""

# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import os
import pickle
import re
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, overload

from filelock import FileLock
from numba import njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache, UserProvidedCacheLocator

from model.state.code_version import code_version

__all__ = ["code_version", "kernel"]

Function = TypeVar("Function", bound=Callable[..., Any])

KEPT_VERSIONS = 3
VERSION_NAME = re.compile("[0-9a-f]{16}")
LOCK_SECONDS = 10.0


@overload
def kernel(function: Function) -> Function: ...
@overload
def kernel(*, parallel: bool) -> Callable[[Function], Function]: ...
def kernel(function: Function | None = None, *, parallel: bool = False) -> Any:
    """Compile ``function`` at its first call: ``@kernel`` or ``@kernel(parallel=True)``."""

    def compiled(python: Function) -> Any:
        dispatcher: Any = njit(parallel=parallel, error_model="numpy")(python)
        # No cache for what was typed at a prompt, nor where NUMBA_DISABLE_JIT leaves plain Python.
        typed_in = not Path(python.__code__.co_filename).exists()
        if hasattr(dispatcher, "enable_caching") and not typed_in and cache_folder() is not None:
            dispatcher._cache = _Cache(python)
        return dispatcher

    return compiled if function is None else compiled(function)


@lru_cache(maxsize=1)
def cache_folder() -> Path | None:
    """Where this version's machine code is kept, ``None`` where nothing can be written.

    Below ``$XDG_CACHE_HOME/shanshui/kernels`` or ``~/.cache/shanshui/kernels``; the three used last stay.
    """
    try:
        stated = os.environ.get("XDG_CACHE_HOME", "")
        home = Path(stated) if Path(stated).is_absolute() else Path.home() / ".cache"
        folder = home / "shanshui" / "kernels" / code_version()[:16]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
        os.utime(folder)
        _forget_old_versions(folder.parent)
    except (OSError, RuntimeError):  # RuntimeError: no HOME and a user without an entry
        return None
    return folder


def _forget_old_versions(folder: Path) -> None:
    with suppress(OSError):  # another process may be clearing up too
        versions = [path for path in folder.iterdir() if VERSION_NAME.fullmatch(path.name)]
        versions.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in versions[KEPT_VERSIONS:]:
            shutil.rmtree(path, ignore_errors=True)


class _Locator(UserProvidedCacheLocator):
    """Numba's own place-finder, sent to our folder."""

    def __init__(self, function: Any, file: str) -> None:
        self._py_file = file
        self._lineno = function.__code__.co_firstlineno
        self._cache_path = str(Path(str(cache_folder())) / self.get_suitable_cache_subpath(file))

    @classmethod
    def from_function(cls, function: Any, file: str) -> _Locator:
        return cls(function, file)


class _Entry(CompileResultCacheImpl):
    def __init__(self, function: Any) -> None:
        self._locator_classes = [_Locator]
        super().__init__(function)


class _Cache(FunctionCache):
    """Numba's cache, which here may fail without ending the run, and is written by one process at a time.

    Without the lock two processes that compile two signatures of one function give both the same file name.
    """

    _impl_class = _Entry

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except OSError:
            return None
        except (EOFError, pickle.UnpicklingError):  # cut short by a power failure
            with suppress(OSError):
                self.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            self._impl.locator.ensure_cache_path()
            with FileLock(Path(self.cache_path).parent / "lock", timeout=LOCK_SECONDS):
                super().save_overload(sig, data)
        except (OSError, EOFError, pickle.UnpicklingError):
            return
