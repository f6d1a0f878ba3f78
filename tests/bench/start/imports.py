"""What a door imports before it can begin, package by package.

    python tests/bench/start/imports.py [MODULE…]

A package's time is that of its own modules, without what they import; the interpreter's tracing makes all of it
slower by about a third, so the shares count, and the whole is measured without tracing.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

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


def keeping_bytecode(folder: Path) -> dict[str, str]:
    """The environment in which Python keeps what it compiled in this folder, whatever the caller's says of it."""
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder)}


def compiling_always(folder: Path) -> dict[str, str]:
    """The environment in which Python finds nothing compiled, and keeps nothing."""
    return {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(folder / "none")}


def seconds(module: str, environment: Mapping[str, str], rounds: int = 3) -> float:
    """CPU seconds of the import in a fresh interpreter, the best of some."""
    command = (sys.executable, "-c", _TIMED.format(module))
    variables = {**os.environ, **environment}
    return min(
        float(subprocess.run(command, env=variables, capture_output=True, check=True).stdout) for _ in range(rounds)
    )


def shares(module: str, environment: Mapping[str, str]) -> dict[str, float]:
    """Share of the import by top-level package, the heaviest first."""
    command = (sys.executable, "-X", "importtime", "-c", f"import {module}")
    variables = {**os.environ, **environment}
    trace = subprocess.run(command, env=variables, capture_output=True, check=True, text=True).stderr
    own: dict[str, int] = defaultdict(int)
    for found in _LINE.finditer(trace):
        own[found[2].partition(".")[0]] += int(found[1])
    whole = sum(own.values())
    return {name: spent / whole for name, spent in sorted(own.items(), key=lambda item: -item[1])}


def main(modules: list[str]) -> None:
    """One line a door."""
    with tempfile.TemporaryDirectory(prefix="hsc-bench-") as folder:
        kept = keeping_bytecode(Path(folder))
        for module in modules:
            took = seconds(module, kept)
            heaviest = [f"{name} {share * took * 1e3:.0f}" for name, share in shares(module, kept).items()][:10]
            print(f"{module:22}{took * 1e3:6.0f} ms  ", ", ".join(heaviest))


if __name__ == "__main__":
    main(sys.argv[1:] or list(DOORS))
