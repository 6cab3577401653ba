"""Which rules a number was made by: one hash over every line of the model's source.

``version = sha256(path, text of each .py file below model/)``, in the order of the paths, line ends made
equal, so a checkout, a wheel and another platform agree. A change in the docs or in ``experiments/`` leaves
it; a changed comment in ``model/`` does not, and that is the price of never missing a changed rule.
Packaged tables have hashes of their own. Most likely to be wrong: that no rule of the model lives outside
``model/``.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

MODEL = Path(__file__).resolve().parents[1]


def source_version(folder: Path) -> str:
    """Hexadecimal sha256 over the Python sources below ``folder``; hidden files do not count."""
    digest = hashlib.sha256()
    sources = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.py")}
    for name in sorted(sources):
        if any(part.startswith(".") for part in name.split("/")):
            continue
        text = sources[name].read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name}\0{len(text)}\0".encode())
        digest.update(text)
    return digest.hexdigest()


@lru_cache(maxsize=1)
def code_version() -> str:
    """The version of the running model: 64 hexadecimal digits, read once a process."""
    return source_version(MODEL)
