"""Questions asked, counted in Redis with forward decay.

Whoever answers a question publishes `{"product_id": …}` on `question.asked`; each replica that hears it adds to the sorted set
`prediction:asked`. A question weighs 2^(age of the service / half-life), so that older ones fade without ever being rewritten
(Cormode et al., "Forward Decay", ICDE 2009). All replicas hear all questions, which scales every count alike; what counts is the
share. The set holds the most asked products only and goes when nothing was asked for half a year.
"""

import json
import logging
import time
from collections.abc import Mapping
from math import log2

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
            rows = await self._redis.zrange(KEY, 0, KEPT - 1, desc=True, withscores=True)
        except RedisError as error:
            raise OSError(str(error)) from error
        now = _weight(time.time())
        return {_text(product_id): score / now for product_id, score in rows}

    async def heard(self, message: bytes | str) -> None:
        """Count a question; a message that is none is left out."""
        try:
            product_id = json.loads(message)["product_id"]
        except (ValueError, KeyError, TypeError):
            log.warning("a message on %s is not a question", CHANNEL)
            return
        if not isinstance(product_id, str) or not 0 < len(product_id) <= 200:
            return
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zincrby(KEY, _weight(time.time()), product_id)
            pipe.zremrangebyrank(KEY, 0, -KEPT - 1)
            pipe.expire(KEY, TTL_S)
            await pipe.execute()


def _weight(now_s: float) -> float:
    return float(2.0 ** min(1000.0, max(log2(1e-3), (now_s - EPOCH_S) / HALF_LIFE_S)))


def _text(value: bytes | str) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
