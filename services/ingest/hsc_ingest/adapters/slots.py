"""So many at a time at one host, over all workers, kept in Redis."""

from __future__ import annotations

import asyncio
import logging
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from hsc_redis import UNAVAILABLE
from hsc_rpc.background import background
from redis.asyncio import Redis

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.05

# A sorted set a host: tokens by the millisecond at which they lapse, by the clock of Redis. KEYS: the set; ARGV: token,
# lease in ms, limit. Gives 1 when the token is held from now on; a token that is held already is prolonged.
_TAKE = """
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('zremrangebyscore', KEYS[1], '-inf', now)
if not redis.call('zscore', KEYS[1], ARGV[1]) and redis.call('zcard', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
redis.call('zadd', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('pexpire', KEYS[1], ARGV[2])
return 1
"""


class HostSlots:
    """The fetcher's port `Slots`. A worker that dies gives its slots up after `lease_s`."""

    def __init__(self, redis: Redis, limit: int, lease_s: float) -> None:
        self._redis = redis
        self._limit = limit
        self._lease_s = lease_s
        self._take = redis.register_script(_TAKE)

    @asynccontextmanager
    async def enter(self, host: str) -> AsyncIterator[None]:
        """Waits for a slot as long as the caller does, and not at all without Redis."""
        key, token = f"ingest:host:{host}", uuid.uuid4().hex
        try:
            while True:
                if await self._held(key, token):
                    break
                await asyncio.sleep(_LOOK_EVERY_S * random.uniform(0.5, 1.5))  # noqa: S311 - not a secret
        except UNAVAILABLE:
            log.warning("slots of a host are not counted: Redis cannot be reached")
            yield
            return
        try:
            async with background(self._keep(key, token), "slot at a host"):
                yield
        finally:
            with suppress(*UNAVAILABLE):
                await self._redis.zrem(key, token)

    async def _held(self, key: str, token: str) -> bool:
        return bool(await self._take(keys=[key], args=[token, round(self._lease_s * 1000), self._limit]))

    async def _keep(self, key: str, token: str) -> None:
        while True:
            await asyncio.sleep(self._lease_s / 3)
            with suppress(*UNAVAILABLE):
                await self._held(key, token)
