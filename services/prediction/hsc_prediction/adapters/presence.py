"""Who is online, counted in Redis over all replicas: a sorted set of sessions by when they were last seen.

Each replica writes those whose typing streams are open here; what nobody wrote for a while is gone. So a session that
has streams on two replicas counts once, and those of a replica that died go by themselves. "When" is by the clock of
Redis, the one they all have. A session's id opens its conversation, so its digest stands in.
"""

import asyncio
import hashlib
import logging
import uuid
from collections import Counter

from redis.asyncio import Redis
from redis.exceptions import RedisError

from hsc_prediction import metrics

log = logging.getLogger(__name__)

KEY = "prediction:online"
EVERY_S = 1.0
# Longer than a replica that is busy stays silent.
GONE_S = 10.0
# Keystrokes come between.
_AT_ONCE = 250


class Presence:
    """The port `Presence`."""

    def __init__(self, redis: Redis, every_s: float = EVERY_S) -> None:
        self._redis = redis
        self._every_s = every_s
        self._here: Counter[str] = Counter()
        self._left: set[str] = set()

    def enter(self, session_id: str) -> str:
        """Count a stream in; the seat it returns is for `leave`. A stream without a session is somebody of its own."""
        seat = hashlib.sha256((session_id or uuid.uuid4().hex).encode()).hexdigest()[:16]
        self._here[seat] += 1
        return seat

    def leave(self, seat: str) -> None:
        """Count it out."""
        self._here[seat] -= 1
        if self._here[seat] <= 0:
            del self._here[seat]
            self._left.add(seat)

    async def run(self) -> None:
        """Tell Redis, and Prometheus how many there are. Never returns. Without Redis only those here are known."""
        while True:
            try:
                metrics.USERS_ONLINE.set(await self._told())
            except (RedisError, OSError):
                metrics.USERS_ONLINE.set(len(self._here))
                log.warning("only those online here are counted: Redis does not answer")
            await asyncio.sleep(self._every_s)

    async def _told(self) -> int:
        here = list(self._here)
        now, _ = await self._redis.time()
        if left := self._left.copy():
            # Where one is also elsewhere, that replica says so in a moment; one that came back is written below.
            await self._redis.zrem(KEY, *left)
            self._left -= left
        for start in range(0, len(here), _AT_ONCE):
            await self._redis.zadd(KEY, dict.fromkeys(here[start : start + _AT_ONCE], now))
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zremrangebyscore(KEY, "-inf", now - GONE_S)
            pipe.expire(KEY, round(4 * GONE_S))
            pipe.zcard(KEY)
            return int((await pipe.execute())[-1])
