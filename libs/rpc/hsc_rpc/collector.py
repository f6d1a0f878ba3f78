"""Python's collector of rings, for processes that hold thousands of calls open."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hsc_rpc.background import background

# With 9,000 sockets open every key leaves other objects in the place of those before. Python counts only what is there
# more than before, and they pile up to walks of a tenth of a second; so the young are walked by the clock.
_EVERY_S = 0.1
# So many of these between two walks over everything, each of which takes a whole second then: five minutes at least.
_SELDOM = 3_000


@asynccontextmanager
async def settled() -> AsyncIterator[None]:
    """Enter after a start: what it brought stays and is not walked again, and what comes is walked in small parts.

    Calls that have ended are freed without any walk: tests insist.
    """
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _SELDOM)
    async with background(_walk_the_young(), "walk the young"):
        yield


async def _walk_the_young() -> None:
    while True:
        await asyncio.sleep(_EVERY_S)
        gc.collect(1)
