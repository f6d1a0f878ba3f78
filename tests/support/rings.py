"""What is freed by itself, without Python's collector of rings."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from support.wait import until


@asynccontextmanager
async def freed_without_collector(kind: type) -> AsyncIterator[None]:
    """Waits at the end until no more objects of that type are there than were before."""
    gc.collect()
    gc.disable()
    try:
        before = _alive(kind)
        yield
        await until(lambda: _alive(kind) <= before)
    finally:
        gc.enable()


def _alive(kind: type) -> int:
    return sum(isinstance(each, kind) for each in gc.get_objects())
