"""Answers that serve again, in the two-level cache, as receipts without a name; and those that are being written."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TypeVar

from hsc.answer.v1 import answer_pb2
from hsc_redis.cache import TwoLevelCache
from hsc_redis.flights import Flights
from hsc_rpc.background import background, stop
from redis.exceptions import RedisError

from hsc_answer.adapters.wire import answer, receipt_from
from hsc_answer.domain.events import (
    Chunk,
    Cited,
    Done,
    Event,
    Evidence,
    Outcome,
    Receipt,
    Stage,
    Status,
    Timings,
    Usage,
)
from hsc_answer.flows.broadcast import Broadcast

log = logging.getLogger(__name__)

Events = AsyncIterator[Event | Evidence]
Write = Callable[[float], Events]
T = TypeVar("T")

# A replica that writes says so this often, and is dead when it has not said so for FLIGHT_S.
ALIVE_S = 1.0
FLIGHT_S = 3.0
LOOK_S = 0.1
PATIENCE_S = 0.3


class CachedAnswers:
    """Of simultaneous askers of one question one writes, and the others read along.

    With `flights` one writes over all replicas: another one waits at most `wait_s` for the kept answer, and writes
    itself when the first one died, took longer, or wrote nothing to keep. How long it waited is told to who writes.
    """

    def __init__(self, cache: TwoLevelCache, flights: Flights | None = None, wait_s: float = 0.0) -> None:
        self._cache = cache
        self._flights = flights
        self._wait_s = wait_s
        self._written: dict[str, tuple[Broadcast[Event | Evidence], asyncio.Task[None]]] = {}

    async def get_or_write(self, key: str, write: Write) -> Events:
        if key not in self._written and (data := await self._kept(key)) is not None:
            for event in _again(data):
                yield event
            return
        begins = key not in self._written
        if begins:
            shown: Broadcast[Event | Evidence] = Broadcast()
            task = asyncio.create_task(self._write(key, write, shown), name=f"answer {key}")
            self._written[key] = shown, task
            task.add_done_callback(lambda _: self._forget(key, shown))
        shown, task = self._written[key]
        try:
            with shown.reading():
                async for event in shown.all():
                    yield event if begins or not isinstance(event, Done) else _shared(event)
        finally:
            if not shown.readers and not task.done():
                self._forget(key, shown)
                await stop(task)

    async def _write(self, key: str, write: Write, shown: Broadcast[Event | Evidence]) -> None:
        try:
            began = time.monotonic()
            async with self._alone(key) as data:
                if data is not None:
                    for event in _again(data):
                        shown.show(event)
                else:
                    async for event in write(time.monotonic() - began):
                        shown.show(event)
                    if (kept := _worth_keeping(shown.events)) is not None:
                        await self._cache.put(key, kept)
        except Exception as error:
            # Its readers raise it.
            shown.end(error)
        else:
            shown.end()

    @asynccontextmanager
    async def _alone(self, key: str) -> AsyncIterator[bytes | None]:
        """Be the one over all replicas that writes, or yield what another one wrote meanwhile."""
        token, data = await self._turn(key)
        if token is None or self._flights is None:
            yield data
            return
        flights = self._flights

        async def live() -> None:
            while True:
                await asyncio.sleep(ALIVE_S)
                await _asked(flights.renew(key, token))

        try:
            async with background(live(), "answers: the writer lives"):
                yield None
        finally:
            await _asked(flights.end(key, token))

    async def _turn(self, key: str) -> tuple[str | None, bytes | None]:
        """Return the token of our flight, or what another replica kept; neither when nothing can be told in time."""
        if self._flights is None:
            return None, None
        with suppress(TimeoutError):
            async with asyncio.timeout(self._wait_s):
                while (token := await _asked(self._flights.begin(key), failed="")) is None:
                    while await _asked(self._flights.under_way(key)):  # noqa: ASYNC110 it happens elsewhere
                        await asyncio.sleep(LOOK_S)
                    if (data := await self._kept(key)) is not None:
                        return None, data
                return token or None, None
        return None, None

    async def _kept(self, key: str) -> bytes | None:
        async def nothing() -> bytes | None:
            return None

        return await self._cache.get_or_load(key, nothing)

    def _forget(self, key: str, shown: Broadcast[Event | Evidence]) -> None:
        if key in self._written and self._written[key][0] is shown:
            del self._written[key]


async def _asked(command: Awaitable[T], failed: T | None = None) -> T | None:
    """Return Redis' answer, or `failed` when it has none in time: an answer is written without it."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await command
    except (RedisError, OSError, TimeoutError) as error:
        log.warning("answers are written without single flight", extra={"error": type(error).__name__})
        return failed


def _worth_keeping(events: Sequence[Event | Evidence]) -> bytes | None:
    """Return an answer's bytes when it may serve again: what went wrong once must not go on."""
    end, evidence = events[-1], events[0]
    assert isinstance(end, Done)
    assert isinstance(evidence, Evidence)
    if end.outcome is Outcome.NO_MANUAL or end.reason not in ("", "NOT_IN_MANUAL"):
        return None
    citations = tuple(e for e in events if isinstance(e, Cited))
    chunks = tuple(e for e in events if isinstance(e, Chunk))
    return answer(Receipt("", "", "", "", "", evidence, citations, chunks, end, 0)).SerializeToString()


def _again(data: bytes) -> list[Event | Evidence]:
    receipt = receipt_from(answer_pb2.Answer.FromString(data))
    stages = [Status(Stage.READ, f"{len(receipt.evidence.passages)} passages")]
    if receipt.done.outcome is Outcome.ANSWERED:
        stages.append(Status(Stage.CHECKED, f"{len(receipt.citations)} citations"))
    return [receipt.evidence, *stages, *_as_written(receipt), _shared(receipt.done)]


def _as_written(receipt: Receipt) -> Iterator[Event]:
    """Each citation right before the first chunk that rests on it: whoever goes on from half of it counts events."""
    cited = {citation.index: citation for citation in receipt.citations}
    for chunk in receipt.chunks:
        yield from (cited.pop(index) for index in chunk.citation_indexes if index in cited)
        yield chunk
    yield from cited.values()


def _shared(end: Done) -> Done:
    """The end of an answer that was written for another asker: it took no time, and cost nothing."""
    return replace(end, cached=True, usage=Usage(), timings=Timings())
