"""What all tests share: how Hypothesis searches, and a Matplotlib that needs no screen."""

import os

from hypothesis import settings

os.environ.setdefault("MPLBACKEND", "Agg")

# A loaded machine is no bug, so no example has a deadline; in CI the same examples come every time.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")
