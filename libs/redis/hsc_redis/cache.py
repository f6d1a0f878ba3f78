"""The two-level cache: L1 in the process, L2 in the cache Redis.

L2 may vanish at any time: then the cache is slower, and nothing fails.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from prometheus_client import Counter, Gauge
from redis.asyncio import Redis
from redis.exceptions import RedisError

from hsc_redis.lru import BoundedLru

log = logging.getLogger(__name__)

HITS = Counter("cache_hits_total", "Values found.", ("layer", "cache"))
MISSES = Counter("cache_misses_total", "Values not found.", ("layer", "cache"))
EVICTIONS = Counter("cache_evictions_total", "Values that left L1 to make room.", ("cache",))
BYTES = Gauge("cache_bytes", "What L1 holds.", ("cache",))

# An L2 that does not answer at once is no help; after a failure it is left alone for a while.
L2_PATIENCE_S = 0.1
L2_REST_S = 1.0

Loader = Callable[[], Awaitable[bytes | None]]


class TwoLevelCache:
    """Values are bytes. What a key stands for must not change: put a revision into it where it could."""

    def __init__(self, name: str, l2: Redis | None, *, max_bytes: int, ttl_s: float) -> None:
        self._name = name
        self._l2 = l2
        self._l1 = BoundedLru(max_bytes)
        self._ttl_s = ttl_s
        self._l2_rests_until = 0.0
        self._loading: dict[str, asyncio.Task[bytes | None]] = {}
        self._hits = {layer: HITS.labels(layer, name) for layer in ("l1", "l2")}
        self._misses = {layer: MISSES.labels(layer, name) for layer in ("l1", "l2")}
        self._evictions = EVICTIONS.labels(name)
        self._bytes = BYTES.labels(name)

    async def get_or_load(self, key: str, loader: Loader) -> bytes | None:
        """Return the value from L1, from L2, or from `loader`, which runs once however many ask at the same time.

        None from the loader is passed on and not kept; its exception reaches everybody who waits for it.
        """
        if (value := self.peek(key)) is not None:
            return value
        task = self._loading.get(key)
        if task is None:
            task = self._loading[key] = asyncio.create_task(self._load(key, loader))
            task.add_done_callback(lambda done: self._loaded(key, done))
        # Whoever stops waiting must not take the value from the others.
        return await asyncio.shield(task)

    def peek(self, key: str) -> bytes | None:
        """Return the value where L1 has it."""
        value = self._l1.get(key, time.monotonic())
        (self._misses if value is None else self._hits)["l1"].inc()
        return value

    async def put(self, key: str, value: bytes) -> None:
        """Keep a value that came without being asked for."""
        self._keep(key, value)
        await self._write(key, value)

    async def remove(self, key: str) -> None:
        """Forget a value here and in L2; other processes keep it in their L1 until its time is over."""
        self._l1.remove(key)
        self._bytes.set(self._l1.bytes)
        await self._ask(lambda l2: l2.delete(self._key(key)))

    async def _load(self, key: str, loader: Loader) -> bytes | None:
        value = await self._ask(lambda l2: l2.get(self._key(key)))
        if isinstance(value, bytes):
            self._hits["l2"].inc()
            self._keep(key, value)
            return value
        self._misses["l2"].inc()
        loaded = await loader()
        if loaded is not None:
            self._keep(key, loaded)
            await self._write(key, loaded)
        return loaded

    def _loaded(self, key: str, task: "asyncio.Task[bytes | None]") -> None:
        del self._loading[key]
        if not task.cancelled():
            task.exception()  # seen, even where nobody waits any more

    def _keep(self, key: str, value: bytes) -> None:
        self._evictions.inc(self._l1.put(key, value, time.monotonic() + self._ttl_s))
        self._bytes.set(self._l1.bytes)

    async def _write(self, key: str, value: bytes) -> None:
        await self._ask(lambda l2: l2.set(self._key(key), value, px=max(1, round(self._ttl_s * 1000))))

    def _key(self, key: str) -> str:
        return f"cache:{self._name}:{key}"

    async def _ask(self, command: Callable[[Redis], Awaitable[object]]) -> object:
        if self._l2 is None or time.monotonic() < self._l2_rests_until:
            return None
        try:
            async with asyncio.timeout(L2_PATIENCE_S):
                return await command(self._l2)
        except (RedisError, OSError, TimeoutError) as error:
            self._l2_rests_until = time.monotonic() + L2_REST_S
            log.warning("the cache goes on without L2: %s", error or type(error).__name__, extra={"cache": self._name})
            return None
