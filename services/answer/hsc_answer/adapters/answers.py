"""Answers that serve again, in the two-level cache, as receipts without a name."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace

from hsc.answer.v1 import answer_pb2
from hsc_redis.cache import TwoLevelCache

from hsc_answer.adapters.wire import answer, receipt_from
from hsc_answer.domain.events import Chunk, Cited, Done, Event, Evidence, Outcome, Receipt, Stage, Status, Timings

Events = AsyncIterator[Event | Evidence]


class CachedAnswers:
    """Of simultaneous askers of one question the first writes and streams; the others get the whole at its end."""

    def __init__(self, cache: TwoLevelCache) -> None:
        self._cache = cache

    async def get_or_write(self, key: str, write: Callable[[], Events]) -> Events:
        live: asyncio.Queue[Event | Evidence | None] = asyncio.Queue()

        async def load() -> bytes | None:
            events: list[Event | Evidence] = []
            async for event in write():
                events.append(event)
                live.put_nowait(event)
            return _kept(events)

        task = asyncio.create_task(self._cache.get_or_load(key, load), name="answer cache")
        task.add_done_callback(lambda _: live.put_nowait(None))
        streamed = False
        while (event := await live.get()) is not None:
            streamed = True
            yield event
        data = await task
        if streamed:
            return
        if data is None:  # another wrote it, and it was not one to keep
            async for event in write():
                yield event
            return
        for event in _again(receipt_from(answer_pb2.Answer.FromString(data))):
            yield event


def _kept(events: Sequence[Event | Evidence]) -> bytes | None:
    """Return an answer's bytes when it may serve again: what went wrong once must not go on."""
    end, evidence = events[-1], events[0]
    assert isinstance(end, Done)
    assert isinstance(evidence, Evidence)
    if end.outcome is Outcome.NO_MANUAL or (end.outcome is Outcome.ANSWERED and end.reason):
        return None
    citations = tuple(e for e in events if isinstance(e, Cited))
    chunks = tuple(e for e in events if isinstance(e, Chunk))
    return answer(Receipt("", "", "", "", "", evidence, citations, chunks, end, 0)).SerializeToString()


def _again(receipt: Receipt) -> list[Event | Evidence]:
    stages = [Status(Stage.READ, f"{len(receipt.evidence.passages)} passages")]
    if receipt.done.outcome is Outcome.ANSWERED:
        stages.append(Status(Stage.CHECKED, f"{len(receipt.citations)} citations"))
    end = replace(receipt.done, cached=True, timings=Timings())
    return [receipt.evidence, *stages, *receipt.citations, *receipt.chunks, end]
