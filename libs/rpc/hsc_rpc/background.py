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


async def stop(*tasks: "asyncio.Task[None]") -> None:
    """Cancel tasks until they have ended: a library's retry may swallow one cancellation, and then the loop goes on."""
    while pending := {task for task in tasks if not task.done()}:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=PATIENCE_S)
    for task in tasks:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background work had failed", exc_info=error, extra={"task": task.get_name()})
