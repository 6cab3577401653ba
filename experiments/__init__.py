"""Questions put to the model: configured, run, compared and told.

Mesa's tutorials name a project's own file `model.py`; in a notebook's folder it would silently take
the place of our `model` package. So we look where `model` would come from before anything runs.
"""

from importlib.util import find_spec
from pathlib import Path

_expected = Path(__file__).resolve().parents[1] / "model" / "__init__.py"
_spec = find_spec("model")
_found = Path(_spec.origin).resolve() if _spec and _spec.origin else None

if _found != _expected:
    raise ImportError(
        f"Shanshui's package `model` is hidden by {_found or 'a folder of that name'}: "
        "rename that file or folder, or start Python in another working folder."
    )
