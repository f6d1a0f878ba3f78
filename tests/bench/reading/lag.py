"""How late the worker's event loop is while a manual is decoded and stored: goal p99 below 20 ms.

python tests/bench/reading/lag.py MANUAL.pdf…
The child reads as ever; the loop beside it sleeps a millisecond at a time and notes how much later it woke up, and
how much of that the loop's own thread worked: the rest was the machine's, busy with others. The same is noted while
nothing is done. The database is one of the tests' own.
"""

import asyncio
import hashlib
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import hsc_audit
from hsc_ingest.adapters.manuals import Manuals
from hsc_ingest.adapters.parsing import ManualParser
from hsc_postgres import migrate, open_pool

sys.path.insert(0, str(Path(__file__).parents[2]))
from support import postgres

ROUNDS = 5
PERIOD_S = 0.001


@asynccontextmanager
async def watched(late: list[tuple[float, float]]) -> AsyncIterator[None]:
    """Notes how many seconds too late each wake-up was, and how many the loop's thread worked meanwhile."""

    async def watch() -> None:
        loop = asyncio.get_running_loop()
        while True:
            due, worked = loop.time() + PERIOD_S, time.thread_time()
            await asyncio.sleep(PERIOD_S)
            late.append((max(0.0, loop.time() - due), time.thread_time() - worked))

    task = asyncio.create_task(watch())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


def told(what: str, late: list[tuple[float, float]]) -> str:
    lines = [f"{what}, {len(late)} wake-ups"]
    for name, column in zip(("late", "own work"), zip(*late, strict=True), strict=True):
        ranked = sorted(column)
        p50, p99, worst = (ranked[int(share * (len(ranked) - 1))] * 1000 for share in (0.5, 0.99, 1))
        lines.append(f"  {name:<10} p50 {p50:6.1f} ms   p99 {p99:6.1f} ms   worst {worst:6.1f} ms")
    return "\n".join(lines)


async def measure(path: Path, database: str) -> None:
    idle: list[tuple[float, float]] = []
    decoding: list[tuple[float, float]] = []
    storing: list[tuple[float, float]] = []
    await migrate(database, "ingest", files("hsc_ingest") / "migrations", hsc_audit.MIGRATIONS)
    async with open_pool(database, schema="ingest") as pool, ManualParser() as parser:
        manuals = Manuals(pool)
        await parser.warm()
        async with watched(idle):
            await asyncio.sleep(2)
        for number in range(ROUNDS):
            manual_id = hashlib.sha256(f"{path} {number}".encode()).hexdigest()
            async with watched(decoding):
                transcript = await parser.parse(path)
            async with watched(storing):
                await manuals.store(manual_id, transcript, 1)
    for what, late in (("idle", idle), ("reading and decoding", decoding), ("storing", storing)):
        print(told(f"{path.name}: {what}", late))


def main(paths: list[str]) -> None:
    with postgres.running() as server:
        for path in paths:
            asyncio.run(measure(Path(path), server.create_database()))


if __name__ == "__main__":
    main(sys.argv[1:])
