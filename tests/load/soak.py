"""A long day in short: `python tests/load/soak.py [--minutes 20] [--keys 50]`.

Visitors come at ten times a day's rate (5 keys a second) for 20 minutes, or for 144, which is a day's work. Every
ten seconds the memory and the descriptors of each process are written down. It exits 1 where an answer was wrong,
a process was started again, or the last fifth of the time held more than the second fifth, when all was warm.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

import psutil  # noqa: E402
import uvloop  # noqa: E402
from hsc_local.stack import Running, running  # noqa: E402
from load.crowd import crowd, products, truths  # noqa: E402
from load.people import visits  # noqa: E402
from load.processes import OURS, family  # noqa: E402
from load.record import Record  # noqa: E402
from load.run import sample_questions  # noqa: E402
from support.folders import open_folder  # noqa: E402

PERIOD_S, TOLD_EVERY = 10.0, 12
# A heap that is fragmented, a pool that breathes.
SPARE_BYTES, SPARE_SHARE, SPARE_DESCRIPTORS = 24_000_000, 0.15, 12


@dataclass
class Held:
    """What one process and its children held, sample by sample."""

    resident: list[int] = field(default_factory=list)
    descriptors: list[int] = field(default_factory=list)

    def look(self, processes: Sequence[psutil.Process]) -> None:
        """Take one more sample."""
        resident = descriptors = 0
        for process in processes:
            with suppress(psutil.NoSuchProcess):  # a child that ended between the two looks
                resident += process.memory_info().rss
                descriptors += process.num_fds()
        self.resident.append(resident)
        self.descriptors.append(descriptors)

    def grown(self) -> list[str]:
        """What is more at the end than when all was warm."""
        found = []
        before, after = _fifths(self.resident)
        if after > before * (1 + SPARE_SHARE) + SPARE_BYTES:
            found.append(f"{before / 1e6:.0f} MB became {after / 1e6:.0f} MB")
        before, after = _fifths(self.descriptors)
        if after > before + SPARE_DESCRIPTORS:
            found.append(f"{before:.0f} descriptors became {after:.0f}")
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--keys", type=float, default=50, help="keystrokes a second")
    parser.add_argument("--into", type=Path, default=Path("build/load"))
    options = parser.parse_args()
    held = {name: Held() for name in OURS}
    print(
        f"{options.minutes:g} minutes; the machine is busy with other work: {psutil.cpu_percent(3):.0f} %", flush=True
    )
    with open_folder() as folder, running(folder / "home") as up:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            record = runner.run(soak(up, options.minutes * 60, options.keys, held))
        restarts = {name: count for name in OURS if (count := up.restarts(name))}
    record.write(options.into, "soak")
    print(record.as_table())
    print("\n| process | MB, warm | MB, at the end | descriptors, warm | at the end |\n|---|---|---|---|---|")
    for name, each in held.items():
        (warm, end), (warm_fds, end_fds) = _fifths(each.resident), _fifths(each.descriptors)
        print(f"| {name} | {warm / 1e6:.0f} | {end / 1e6:.0f} | {warm_fds:.0f} | {end_fds:.0f} |")
    faults = [f"{name}: {fault}" for name, each in held.items() for fault in each.grown()]
    faults += [f"{name} was started again {count} times" for name, count in restarts.items()]
    faults += [f"a wrong answer: {wrong}" for wrong in record.wrongs]
    print("\n" + ("\n".join(faults) or "Flat: nothing grew, nothing was started again, no answer was wrong."))
    sys.exit(1 if faults else 0)


async def soak(up: Running, seconds: float, keys_per_s: float, held: dict[str, Held]) -> Record:
    """The visitors come, and what the processes hold is written down meanwhile."""
    known = await truths(up.url, sample_questions(60))
    named = await asyncio.to_thread(products, up.address)
    plan = visits(named, list(known), keys_per_s=keys_per_s, seconds=seconds, asking=0.2, seed=1)
    async with crowd(up.url, plan, known) as visitors:
        watching = asyncio.create_task(_watch(up, held, visitors.record), name="watching")
        try:
            return await visitors.gone(seconds)
        finally:
            watching.cancel()


async def _watch(up: Running, held: dict[str, Held], record: Record) -> None:
    for sample in count():
        for name, each in held.items():
            each.look(family(up, name))
        if sample % TOLD_EVERY == 0:
            said = f"{len(record.keys):,} keys, {record.failures} calls failed, {len(record.wrongs)} wrong answers"
            print(f"· {sample * PERIOD_S / 60:3.0f} min  {said}", file=sys.stderr, flush=True)
        await asyncio.sleep(PERIOD_S)


def _fifths(samples: list[int]) -> tuple[float, float]:
    """The medians of the second fifth and of the last."""
    fifth = max(1, len(samples) // 5)
    return median(samples[fifth : 2 * fifth] or samples), median(samples[-fifth:])


if __name__ == "__main__":
    main()
