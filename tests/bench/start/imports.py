"""What a door imports before it can begin, package by package.

    python tests/bench/start/imports.py [MODULE…]

A package's time is that of its own modules, without what they import; the interpreter's tracing makes all of it
slower by about a third, so the shares count, and the whole is measured without tracing.
"""

import re
import subprocess
import sys
from collections import defaultdict

DOORS = (
    "hsc_catalog.main",
    "hsc_prediction.main",
    "hsc_answer.main",
    "hsc_ingest.main",
    "hsc_ingest.worker",
    "hsc_wsbridge.main",
    "hsc_local.web",
    "hsc_local.__main__",
)
_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")
_TIMED = "import time; began = time.process_time(); import {0}; print(time.process_time() - began)"


def seconds(module: str, rounds: int = 3) -> float:
    """CPU seconds of the import in a fresh interpreter, the best of some."""
    command = (sys.executable, "-c", _TIMED.format(module))
    return min(float(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(rounds))


def shares(module: str) -> dict[str, float]:
    """Share of the import by top-level package, the heaviest first."""
    command = (sys.executable, "-X", "importtime", "-c", f"import {module}")
    trace = subprocess.run(command, capture_output=True, check=True, text=True).stderr
    own: dict[str, int] = defaultdict(int)
    for found in _LINE.finditer(trace):
        own[found[2].partition(".")[0]] += int(found[1])
    whole = sum(own.values())
    return {name: spent / whole for name, spent in sorted(own.items(), key=lambda item: -item[1])}


def main(modules: list[str]) -> None:
    """One line a door."""
    for module in modules:
        took = seconds(module)
        heaviest = list(shares(module).items())[:8]
        print(
            f"{module:22}{took * 1e3:6.0f} ms  ",
            ", ".join(f"{name} {share * took * 1e3:.0f}" for name, share in heaviest),
        )


if __name__ == "__main__":
    main(sys.argv[1:] or list(DOORS))
