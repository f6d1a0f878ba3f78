"""Changes of documents as events, and the budgets of sessions, in Redis."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from google.protobuf.json_format import MessageToDict
from hsc_redis import UNAVAILABLE, PubSub
from redis.asyncio import Redis

from hsc_ingest.adapters.messages import document_message
from hsc_ingest.flows.model import Document

log = logging.getLogger(__name__)

# Whoever missed an event learns the state this much later at most.
_ASK_EVERY_S = 2.0
_BUDGET_WINDOW_S = 60


def channel(product_id: str) -> str:
    """Where changes of a product's documents are told, each as JSON of hsc.ingest.v1.WatchManualResponse."""
    return f"manual.{product_id}"


class DocumentEvents:
    """The port `Events` over pub/sub."""

    def __init__(self, pubsub: PubSub) -> None:
        self._pubsub = pubsub

    async def publish(self, document: Document) -> None:
        await self._pubsub.publish(
            channel(document.product_id), MessageToDict(document_message(document, preferred=False))
        )

    @asynccontextmanager
    async def subscribe(self, product_id: str) -> AsyncIterator[AsyncIterator[None]]:
        async with self._pubsub.subscribe(channel(product_id)) as subscription:

            async def changes() -> AsyncIterator[None]:
                while True:
                    await subscription.get(_ASK_EVERY_S)
                    yield

            yield changes()


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
                pipeline.expire(key, _BUDGET_WINDOW_S, nx=True)
                spent, _ = await pipeline.execute()
        except UNAVAILABLE:
            log.warning("budgets are not counted: Redis cannot be reached")
            return True
        return int(spent) <= self._most
