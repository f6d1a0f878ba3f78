"""Marks in Redis that are set once over all replicas."""

import asyncio
import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

PATIENCE_S = 0.3


class RedisMarks:
    """What is marked is forgotten after `ttl_s`."""

    def __init__(self, redis: "Redis", name: str, ttl_s: int) -> None:
        self._redis = redis
        self._name = name
        self._ttl_s = ttl_s

    async def first(self, key: str) -> bool:
        """Set the mark; False when it is set already, and when that cannot be told."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                return bool(await self._redis.set(f"{self._name}:{key}", b"1", nx=True, ex=self._ttl_s))
        except (RedisError, TimeoutError) as error:
            log.warning("a mark was not set", extra={"mark": self._name, "error": type(error).__name__})
            return False
