"""Questions asked, counted in Redis with forward decay.

Whoever answers a question publishes `{"product_id": …}` on `question.asked`; each replica that hears it adds to the
sorted set
`prediction:asked`. A question weighs 2^(age of the service / half-life), so that older ones fade without ever being
rewritten
(Cormode et al., "Forward Decay", ICDE 2009). All replicas hear all questions, which scales every count alike; what
counts is the
share. The set holds the most asked products only and goes when nothing was asked for half a year.
"""

import logging
import time
from collections.abc import Mapping
from typing import Any

from hsc_redis.pubsub import PubSub
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

KEY = "prediction:asked"
CHANNEL = "question.asked"
KEPT = 10_000
HALF_LIFE_S = 14 * 86_400.0
# Doubles overflow 2^1023: good for 39 years of half-lives from here.
EPOCH_S = 1_767_225_600.0
TTL_S = 180 * 86_400


class RedisAsked:
    """Reads and raises the counts."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def counts(self) -> Mapping[str, float]:
        """Decayed questions by product, of the most asked; OSError where Redis does not answer."""
        try:
            rows: Any = await self._redis.zrange(KEY, 0, KEPT - 1, desc=True, withscores=True)
        except RedisError as error:
            raise OSError(str(error)) from error
        now = _weight(time.time())
        return {product_id.decode("utf-8", "replace"): score / now for product_id, score in rows}

    async def listen(self, pubsub: PubSub) -> None:
        """Count every question that is told of. Never returns."""
        async with pubsub.subscribe(CHANNEL, max_events=1000) as events:
            async for event in events:
                product_id = event.get("product_id") if isinstance(event, Mapping) else None
                if isinstance(product_id, str) and 0 < len(product_id) <= 200:
                    try:
                        await self._count(product_id)
                    except (RedisError, OSError):
                        log.warning("a question was not counted")

    async def _count(self, product_id: str) -> None:
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zincrby(KEY, _weight(time.time()), product_id)
            pipe.zremrangebyrank(KEY, 0, -KEPT - 1)
            pipe.expire(KEY, TTL_S)
            await pipe.execute()


def _weight(now_s: float) -> float:
    return float(2.0 ** min(1000.0, (now_s - EPOCH_S) / HALF_LIFE_S))
