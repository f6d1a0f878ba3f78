"""prefetch: many who follow one manual ask for it once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

from hsc.ingest.v1 import ingest_pb2
from hsc_prediction.flows.prefetch import Budget, ManualState, Prefetch
from support.wait import until

READY = ManualState("td17", ingest_pb2.MANUAL_STATE_READY, pages=61)


class SlowIngest:
    """Answers when `told` says so; what it was asked is kept."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.told = asyncio.Event()

    async def prefetch(self, product_id: str, session_id: str, language: str) -> ManualState | None:
        self.asked.append(session_id)
        await self.told.wait()
        return READY


class Silence:
    """Tells nothing of manuals; how many listen is counted."""

    def __init__(self) -> None:
        self.listening = 0

    @asynccontextmanager
    async def listen(self, product_id: str) -> AsyncIterator[AsyncIterator[ManualState | None]]:
        async def states() -> AsyncIterator[ManualState | None]:
            self.listening += 1
            yield None

        yield states()


async def first_state(prefetch: Prefetch, session_id: str) -> ManualState:
    async with aclosing(prefetch.follow("td17", session_id, "en")) as states:  # type: ignore[type-var]
        async for state in states:
            return state
    raise AssertionError("nothing was told")


async def test_who_comes_while_a_manual_is_asked_for_waits_for_the_same_answer_though_the_first_asker_leaves() -> None:
    ingest, silence = SlowIngest(), Silence()
    prefetch = Prefetch(ingest, silence, Budget(each=3))
    first = asyncio.create_task(first_state(prefetch, "ada"))
    second = asyncio.create_task(first_state(prefetch, "grace"))
    await until(lambda: silence.listening == 2)
    first.cancel()
    ingest.told.set()
    assert await second == READY
    assert ingest.asked == ["ada"]
