"""Events between processes, over one listening connection a process.

Redis forgets an event that nobody hears. So whoever may have missed one is told to RESYNC, that is to ask for the
present state: when listening begins, after every loss of the connection, and when it did not read fast enough.
"""

import asyncio
import enum
import json
import logging
import random
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import Context
from typing import Any, Final

from prometheus_client import Counter
from redis.asyncio import Redis
from redis.asyncio.client import PubSub as Wire
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

RESYNCS = Counter("pubsub_resyncs_total", "How often subscribers were told to ask for the state.", ("cause",))

# A connection on which nothing is heard for two of these is taken for dead.
SILENCE_S = 5.0
RECONNECT_S = 0.5


class Resync(enum.Enum):
    """The type of RESYNC."""

    RESYNC = enum.auto()


RESYNC: Final = Resync.RESYNC
Event = Mapping[str, Any]


class Subscription:
    """The events of one channel for one reader: an endless async iterator of events and RESYNC."""

    def __init__(self, max_events: int) -> None:
        self._events: deque[Event | Resync] = deque()
        self._max_events = max_events
        self._filled = asyncio.Event()

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> Event | Resync:
        while not self._events:
            self._filled.clear()
            await self._filled.wait()
        return self._events.popleft()

    async def get(self, timeout_s: float) -> Event | Resync | None:
        """Return what comes next, or None when nothing came for so long."""
        try:
            async with asyncio.timeout(timeout_s):
                return await anext(self)
        except TimeoutError:
            return None

    def _put(self, event: Event) -> None:
        if len(self._events) >= self._max_events:
            self._resync("overflow")
            return
        self._events.append(event)
        self._filled.set()

    def _resync(self, cause: str) -> None:
        # What is queued is part of the state that will be asked for.
        RESYNCS.labels(cause).inc()
        self._events.clear()
        self._events.append(RESYNC)
        self._filled.set()


class PubSub:
    """Publishes and listens. Made by `open_pubsub`."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._subscriptions: dict[str, set[Subscription]] = {}
        self._live: set[str] = set()
        self._wire: Wire | None = None
        self._listening: asyncio.Task[None] | None = None
        self._heard = True

    async def publish(self, channel: str, event: Event) -> bool:
        """Tell everybody who listens now. Returns whether Redis took it: what must not be lost is in the database."""
        try:
            await self._redis.publish(channel, json.dumps(event, ensure_ascii=False, separators=(",", ":")))
        except (RedisError, OSError) as error:
            log.warning("an event was not published: %s", error, extra={"channel": channel})
            return False
        return True

    @asynccontextmanager
    async def subscribe(self, channel: str, max_events: int = 100) -> AsyncIterator[Subscription]:
        """Listen to a channel. The first thing that comes is RESYNC, once nothing can be missed any more."""
        subscription = Subscription(max_events)
        readers = self._subscriptions.setdefault(channel, set())
        readers.add(subscription)
        try:
            if channel in self._live:
                subscription._resync("begin")
            elif len(readers) == 1:
                await self._begin(channel)
            yield subscription
        finally:
            readers.discard(subscription)
            if not readers and self._subscriptions.get(channel) is readers:
                del self._subscriptions[channel]
                self._live.discard(channel)
                if self._wire is not None:
                    with suppress(RedisError, OSError):
                        await self._wire.unsubscribe(channel)

    async def close(self) -> None:
        """Stop listening."""
        if self._listening is not None:
            # Again and again: the client's own retries may swallow one.
            while not self._listening.done():
                self._listening.cancel()
                await asyncio.wait({self._listening}, timeout=RECONNECT_S)

    async def _begin(self, channel: str) -> None:
        if self._listening is None:
            self._listening = asyncio.create_task(
                # Its log lines are not those of the call that happened to be the first to listen.
                self._listen_for_ever(),
                name="pubsub",
                context=Context(),
            )
        elif self._wire is not None:
            # Where this fails, the listener sees it too, connects anew and subscribes to all.
            with suppress(RedisError, OSError):
                await self._wire.subscribe(channel)

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as wire:
                    await self._listen(wire)
            except (RedisError, OSError) as error:
                # An outage is told once, not at every attempt to end it.
                log.log(logging.WARNING if self._heard else logging.DEBUG, "listening was interrupted: %s", error)
                self._heard = False
            finally:
                self._wire = None
                self._live.clear()
            await asyncio.sleep(RECONNECT_S * random.uniform(0.5, 1.5))  # noqa: S311 spreads the replicas, no secret

    async def _listen(self, wire: Wire) -> None:
        # A channel of no events keeps the connection in its mode while nobody listens to any other.
        await wire.subscribe("hsc.idle", *self._subscriptions)
        self._wire = wire
        if late := set(self._subscriptions) - {_text(name) for name in wire.channels}:
            await wire.subscribe(*late)
        silent = False
        while True:
            message = await wire.get_message(timeout=SILENCE_S)
            if message is None:
                if silent:
                    raise RedisError(f"nothing was heard for {2 * SILENCE_S:.0f} s")
                silent = True
                await wire.ping()
                continue
            silent = False
            self._heard = True
            self._hear(message)

    def _hear(self, message: Mapping[str, Any]) -> None:
        kind = message["type"]
        if kind == "pong":
            return
        channel = _text(message["channel"])
        readers = self._subscriptions.get(channel, set())
        if kind == "subscribe":
            if readers:
                self._live.add(channel)
            for reader in readers:
                reader._resync("begin")
        elif kind == "message":
            try:
                event = json.loads(message["data"])
            except ValueError:
                log.warning("an event is not JSON", extra={"channel": channel})
                return
            for reader in readers:
                reader._put(event)


def _text(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name


@asynccontextmanager
async def open_pubsub(redis: Redis) -> AsyncIterator[PubSub]:
    """Publish and listen through `redis`, whose pool gives one connection to listening."""
    pubsub = PubSub(redis)
    try:
        yield pubsub
    finally:
        await pubsub.close()
