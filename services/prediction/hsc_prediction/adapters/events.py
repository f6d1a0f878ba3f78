"""What other services tell over Redis pub/sub: the progress of manuals (`manual.<product_id>`), questions asked."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from google.protobuf import json_format
from hsc.prediction.v1 import prediction_pb2
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from hsc_prediction.adapters import popularity
from hsc_prediction.adapters.ingest import FINAL
from hsc_prediction.flows.prefetch import ManualState

log = logging.getLogger(__name__)

CONFIRM_S = 2.0
PAUSE_S = 0.5
# Messages one listener may be behind; beyond that the oldest goes, since only the newest state counts.
BEHIND = 64

Heard = Callable[[bytes], Awaitable[None]]


class Events:
    """One subscription connection for the process; `run` reads it."""

    def __init__(self, redis: Redis, question: Heard) -> None:
        self._redis = redis
        self._question = question
        self._pubsub: PubSub | None = None
        self._listeners: dict[str, set[asyncio.Queue[bytes | None]]] = defaultdict(set)
        self._confirmed: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def run(self) -> None:
        """Never returns; a lost connection ends every listener and is opened again."""
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(popularity.CHANNEL)
                    self._pubsub = pubsub
                    async for message in pubsub.listen():
                        await self._take(message)
            except (RedisError, OSError):
                log.warning("the events of other services are not heard")
            finally:
                self._pubsub = None
                self._hang_up()
            await asyncio.sleep(PAUSE_S)

    @asynccontextmanager
    async def listen(self, product_id: str) -> AsyncIterator[AsyncIterator[ManualState]]:
        """The progress of a product's manuals from now on; OSError where nothing can be heard."""
        channel = f"manual.{product_id}"
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(BEHIND)
        listeners = self._listeners[channel]
        listeners.add(queue)
        try:
            await self._subscribe(channel)
            yield _states(queue)
        finally:
            listeners.discard(queue)
            if not listeners:
                self._listeners.pop(channel, None)
                self._confirmed.pop(channel, None)
                await self._unsubscribe(channel)

    async def _subscribe(self, channel: str) -> None:
        confirmed = self._confirmed[channel]
        if confirmed.is_set():
            return
        if self._pubsub is None:
            raise OSError("not connected")
        try:
            await self._pubsub.subscribe(channel)
            await asyncio.wait_for(confirmed.wait(), CONFIRM_S)
        except (RedisError, TimeoutError) as error:
            raise OSError("cannot subscribe") from error

    async def _unsubscribe(self, channel: str) -> None:
        try:
            if self._pubsub is not None:
                await self._pubsub.unsubscribe(channel)
        except (RedisError, OSError):
            log.warning("cannot unsubscribe; the connection is opened again")

    async def _take(self, message: dict[str, object]) -> None:
        name = message["channel"]
        channel = name.decode() if isinstance(name, bytes) else str(name)
        data = message["data"]
        if message["type"] == "subscribe" and channel in self._listeners:
            self._confirmed[channel].set()
        elif message["type"] == "message" and isinstance(data, bytes):
            if channel == popularity.CHANNEL:
                await self._question(data)
            for queue in self._listeners.get(channel, ()):
                _push(queue, data)

    def _hang_up(self) -> None:
        self._confirmed.clear()
        for queues in self._listeners.values():
            for queue in queues:
                _push(queue, None)


def _push(queue: "asyncio.Queue[bytes | None]", data: bytes | None) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(data)


async def _states(queue: "asyncio.Queue[bytes | None]") -> AsyncIterator[ManualState]:
    while (data := await queue.get()) is not None:
        try:
            event = json_format.Parse(data, prediction_pb2.ManualEvent(), ignore_unknown_fields=True)
        except (json_format.ParseError, UnicodeDecodeError):
            log.warning("a message about a manual cannot be read")
            continue
        final = event.state in FINAL
        yield ManualState(
            event.product_id, event.state, final, event.pages, event.bytes, event.error, event.reason
        )
    raise OSError("the connection was lost")
