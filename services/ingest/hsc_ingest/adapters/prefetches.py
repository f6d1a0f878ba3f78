"""What prefetching costs and brings, counted in Redis over all replicas: budgets of sessions, outcomes."""

from __future__ import annotations

import logging

from hsc.status.v1 import status_pb2
from hsc_redis import UNAVAILABLE
from redis.asyncio import Redis

from hsc_ingest import metrics
from hsc_ingest.flows.model import Outcome

log = logging.getLogger(__name__)

_WINDOW_S = 60
_OUTCOMES = "ingest:prefetch"
_TOLD = (Outcome.REQUESTED, Outcome.HIT, Outcome.LATE, Outcome.WASTE)


class SessionBudget:
    """The port `Budget`: so many documents a session and minute. Without Redis everybody may."""

    def __init__(self, redis: Redis, documents_a_minute: int) -> None:
        self._redis = redis
        self._most = documents_a_minute

    async def spend(self, session_id: str, documents: int) -> bool:
        key = f"ingest:budget:{session_id}"
        try:
            async with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.incrby(key, documents)
                pipeline.expire(key, _WINDOW_S, nx=True)
                spent, _ = await pipeline.execute()
        except UNAVAILABLE:
            log.warning("budgets are not counted: Redis cannot be reached")
            return True
        return int(spent) <= self._most


class Outcomes:
    """The port `Outcomes`: this process's share for Prometheus, the sum over all in one hash of a field each."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def count(self, outcome: Outcome, documents: int = 1) -> None:
        if not documents:
            return
        metrics.PREFETCH.labels(outcome).inc(documents)
        try:
            await self._redis.hincrby(_OUTCOMES, outcome, documents)
        except UNAVAILABLE:
            log.warning("a prefetch is not counted: Redis cannot be reached")

    async def totals(self) -> status_pb2.PrefetchStatus:
        requests, hits, late, waste = (
            int(value or 0) for value in await self._redis.hmget(_OUTCOMES, [str(each) for each in _TOLD])
        )
        return status_pb2.PrefetchStatus(requests=requests, hits=hits, late=late, waste=waste)
