"""Work beside the calls."""

import asyncio

from hsc_rpc.background import background


async def test_background_work_ends_with_its_context_though_it_swallows_a_cancellation() -> None:
    ended = asyncio.Event()
    begun = asyncio.Event()

    async def stubborn() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

    async with background(stubborn(), "stubborn"):
        await begun.wait()
    assert ended.is_set()
