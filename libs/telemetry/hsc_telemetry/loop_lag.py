"""How late the event loop is: what blocks it delays every call of the process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from prometheus_client import Histogram

LAG = Histogram(
    "event_loop_lag_seconds",
    "How much later than asked a sleeping task woke up.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
)
PERIOD_S = 0.25


@asynccontextmanager
async def watched(period_s: float = PERIOD_S) -> AsyncIterator[None]:
    """Measure the running loop's lag for as long as the context lasts."""
    task = asyncio.create_task(_measure(period_s), name="loop lag")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _measure(period_s: float) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + period_s
        await asyncio.sleep(period_s)
        LAG.observe(max(0.0, loop.time() - due))
