"""Questions put to the model: configured, run, compared and told.

Mesa's tutorials name a project's own file `model.py`; in a notebook's folder it would silently take
the place of our `model` package, so what was found is checked before anything else is imported.
"""

from pathlib import Path

import model

_here = Path(__file__).resolve().parent
_found = Path(model.__file__ or "nowhere").resolve()

if _found.parent != _here.parent / "model":
    raise ImportError(
        f"Shanshui's package `model` is hidden by {_found}. "
        "Rename that file or folder, or start Python in another working folder."
    )
