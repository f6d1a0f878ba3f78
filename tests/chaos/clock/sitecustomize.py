"""For the processes of a stack under test: each gets a clock of its own, which it reads in its own scratch folder.

Python imports this module at its start where it finds it; the libraries of a process cannot be exchanged later, so it
begins anew with libfaketime before all others. A child of such a process has its parent's clock.
"""

import os
import select
import sys
import time

_library, _scratch = os.environ.get("HSC_CHAOS_CLOCKS"), os.environ.get("TMPDIR")

if "LD_PRELOAD" in os.environ:
    # Python sleeps until a moment of the clock that does not jump, and libfaketime takes it for one of the other clock.
    time.sleep = lambda seconds: select.select((), (), (), seconds) and None
elif _library and _scratch:
    os.environ |= {
        "LD_PRELOAD": _library,
        "FAKETIME_TIMESTAMP_FILE": os.path.join(_scratch, "clock"),  # noqa: PTH118 at every start of Python
        "FAKETIME_CACHE_DURATION": "1",
        # What counts elapsed seconds does not jump when a clock is set, nor do the dates of files.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
    os.execv(sys.executable, sys.orig_argv)
