"""Readiness: whether what this server cannot work without answers now.

Never liveness: a restart does not bring a database back.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from hsc_rpc.background import stop
from hsc_rpc.health import Health

_EVERY_S = 2.0
_PATIENCE_S = 3.0

Ping = Callable[[], Awaitable[object]]


@asynccontextmanager
async def watched(
    health: Health, pings: Mapping[str, Ping], *, every_s: float = _EVERY_S, patience_s: float = _PATIENCE_S
) -> AsyncIterator[None]:
    """Keeps a condition of `health` for each ping, which raises when there is no answer; known once this begins."""

    async def ask(name: str, ping: Ping) -> None:
        try:
            async with asyncio.timeout(patience_s):
                await ping()
        except Exception as error:
            await health.unmet(name, f"does not answer ({type(error).__name__})")
        else:
            await health.met(name)

    async def keep_asking(name: str, ping: Ping) -> None:
        while True:
            await asyncio.sleep(every_s)
            await ask(name, ping)

    await asyncio.gather(*(ask(name, ping) for name, ping in pings.items()))
    tasks = {asyncio.create_task(keep_asking(name, ping), name=f"readiness of {name}") for name, ping in pings.items()}
    try:
        yield
    finally:
        await asyncio.gather(*(stop(task) for task in tasks))
