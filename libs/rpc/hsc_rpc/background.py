"""Work beside the calls: begun with what needs it, ended with it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

log = logging.getLogger(__name__)

PATIENCE_S = 0.5


@asynccontextmanager
async def background(work: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """Run `work` for as long as the context lasts."""
    task = asyncio.create_task(work, name=name)
    try:
        yield
    finally:
        await stop(task)


async def stop(task: "asyncio.Task[None]") -> None:
    """Cancel a task until it has ended: a library's retry may swallow one cancellation, and then the loop goes on."""
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=PATIENCE_S)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("background work had failed", exc_info=error, extra={"task": task.get_name()})
