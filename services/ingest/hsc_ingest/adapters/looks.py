"""Looks around makers' sites: asked for by the server, done by a worker, for workers alone reach the outside.

The request is a message of the queue, the answer a key in Redis that lapses. Neither is a job: a look that is lost is
asked for again by the person who waits for it.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from hsc.ingest.v1 import ingest_pb2
from hsc_rpc.errors import unavailable
from redis.asyncio import Redis

from hsc_ingest.adapters.messages import proposal_message
from hsc_ingest.domain.proposals import Proposal

_QUEUE = "look"
_PATIENCE_S = 55.0
_LOOK_EVERY_S = 0.1
_ANSWER_TTL_S = 60


class Looks:
    """The asking end."""

    def __init__(self, redis: Redis, redis_broker: RedisBroker) -> None:
        self._redis = redis
        self._broker = redis_broker

    async def ask(self, product_id: str) -> ingest_pb2.ProposeDocumentsResponse:
        """Waits for what a worker found. Raises Failure: NO_WORKER."""
        look_id = uuid.uuid4().hex
        args = (look_id, product_id, time.time() + _PATIENCE_S)
        message = dramatiq.Message[None](queue_name=_QUEUE, actor_name=_QUEUE, args=args, kwargs={}, options={})
        await asyncio.to_thread(self._broker.enqueue, message)
        for _ in range(round(_PATIENCE_S / _LOOK_EVERY_S)):
            if (answer := await self._redis.getdel(_key(look_id))) is not None:
                return ingest_pb2.ProposeDocumentsResponse.FromString(b64decode(answer))
            await asyncio.sleep(_LOOK_EVERY_S)
        raise unavailable("NO_WORKER", "No worker looked around the maker's site in time; try again in a minute.")


class LookDesk:
    """The answering end; `look` gives the proposals for a product's id."""

    def __init__(self, redis: Redis, look: Callable[[str], Awaitable[list[Proposal]]]) -> None:
        self._redis = redis
        self._look = look

    async def answer(self, look_id: str, product_id: str, until: float) -> None:
        """Nothing is done for those who have stopped waiting."""
        if time.time() < until:
            found = ingest_pb2.ProposeDocumentsResponse(documents=map(proposal_message, await self._look(product_id)))
            await self._redis.set(_key(look_id), b64encode(found.SerializeToString()), ex=_ANSWER_TTL_S)


def declare_look(redis_broker: RedisBroker, answer: Callable[[str, str, float], Awaitable[None]]) -> None:
    """The worker's actor; `answer` is a coroutine function like LookDesk.answer."""

    async def act(look_id: str, product_id: str, until: float) -> None:
        await answer(look_id, product_id, until)

    dramatiq.actor(actor_name=_QUEUE, queue_name=_QUEUE, broker=redis_broker)(act)


def _key(look_id: str) -> str:
    return f"ingest:look:{look_id}"
