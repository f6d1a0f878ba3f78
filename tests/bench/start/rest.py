"""What each process of the stack holds and burns while nobody asks anything.

Memory is PSS: shared pages are counted once, split over those that share them.
"""

import time
from collections.abc import Callable

import psutil
from figures import Figure
from hsc_local.stack import Running

MEMORY, CPU = "Memory at rest", "CPU at rest"


def memory(up: Running, when: str) -> list[Figure]:
    """Megabytes of each child with its own children, and of all together."""
    found = {name: sum(_of(each, _megabytes) for each in family) for name, family in _families(up).items()}
    figures = [Figure(MEMORY, f"{name}, {when}", size, "MB") for name, size in sorted(found.items())]
    return [*figures, Figure(MEMORY, f"all together, {when}", sum(found.values()), "MB")]


def cpu(up: Running, seconds: float) -> list[Figure]:
    """Percent of one core, of each child with its own children and of all together."""
    families = _families(up)
    before = {name: sum(_of(each, _spent) for each in family) for name, family in families.items()}
    time.sleep(seconds)
    share = {
        name: max(0.0, (sum(_of(each, _spent) for each in family) - before[name]) / seconds * 100)
        for name, family in families.items()
    }
    busy = sorted((item for item in share.items() if item[1] >= 0.1), key=lambda item: -item[1])
    figures = [Figure(CPU, name, percent, "% of a core") for name, percent in busy]
    return [*figures, Figure(CPU, "all together", sum(share.values()), "% of a core")]


def _families(up: Running) -> dict[str, list[psutil.Process]]:
    found = {}
    for name in up.home.listed_children():
        root = psutil.Process(up.pid(name))
        found[name] = [root, *root.children(recursive=True)]
    found["supervisor"] = [psutil.Process(up.supervisor_pid)]
    return found


def _of(process: psutil.Process, measured: Callable[[psutil.Process], float]) -> float:
    try:
        return measured(process)
    except psutil.NoSuchProcess:
        return 0.0


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_full_info().pss) / 1e6


def _spent(process: psutil.Process) -> float:
    return float(sum(process.cpu_times()[:2]))
