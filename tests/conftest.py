"""What all tests share: how Hypothesis searches, a Matplotlib that needs no screen, and Ctrl-C that is heard."""

import os
import signal

from hypothesis import settings

os.environ.setdefault("MPLBACKEND", "Agg")

# A shell starts what runs in the background, or under nohup, deaf to Ctrl-C, and the processes that it starts as well.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A loaded machine is no bug, so no example has a deadline; in CI the same examples come every time.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")
