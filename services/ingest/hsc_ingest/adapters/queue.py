"""Dramatiq on Redis, reduced to a bell: each message names a job, and the job's state is in PostgreSQL.

A message may be lost, or come twice: the sweep rings again for jobs nobody took, and a claim is given once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import Middleware
from hsc_redis import UNAVAILABLE
from hsc_telemetry import context, spans

from hsc_ingest.flows.model import JobKind

log = logging.getLogger(__name__)

# A worker that was killed is missed after this many milliseconds, and its messages are given to others. By default
# that takes minutes, because so few commands look for dead workers; each worker gives some eighty a second.
_HEARTBEAT_MS = 10_000
_LOOK_AT_EVERY_TENTH_COMMAND = 100_000


def broker(redis_url: str, middleware: Sequence[Middleware] = ()) -> RedisBroker:
    """The broker with bounded waits; the namespace keeps its keys apart from others in the same Redis."""
    client = redis.Redis.from_url(
        redis_url, socket_timeout=5, socket_connect_timeout=2, health_check_interval=30, client_name="hsc-ingest"
    )
    return RedisBroker(  # type: ignore[no-untyped-call]
        client=client,
        namespace="ingest",
        middleware=list(middleware),
        heartbeat_timeout=_HEARTBEAT_MS,
        maintenance_chance=_LOOK_AT_EVERY_TENTH_COMMAND,
        dead_message_ttl=3_600_000,
    )


class JobQueue:
    """The ringing end."""

    def __init__(self, redis_broker: RedisBroker) -> None:
        self._broker = redis_broker

    async def announce(self, kind: JobKind, job_ids: Sequence[str]) -> bool:
        """Names the jobs to whoever listens. False while Redis is away: then the sweep names them later."""
        headers = dict(context.outgoing())
        messages = [
            dramatiq.Message[None](queue_name=kind, actor_name=kind, args=(job_id, headers), kwargs={}, options={})
            for job_id in job_ids
        ]

        def enqueue() -> None:
            for message in messages:
                self._broker.enqueue(message)

        try:
            await asyncio.to_thread(enqueue)
        except UNAVAILABLE as error:
            log.warning("jobs wait for the sweep: %s", error, extra={"kind": kind})
            return False
        return True


def declare_actors(redis_broker: RedisBroker, run: Callable[[str], Awaitable[None]]) -> None:
    """The listening end: one queue and one actor for each kind of job; `run` is a coroutine function of a job's id."""

    def acting(kind: JobKind) -> Callable[[str, dict[str, str]], Awaitable[None]]:
        async def act(job_id: str, headers: dict[str, str]) -> None:
            context.bind_metadata(headers)
            with spans.recorded(f"job/{kind}"):
                await run(job_id)

        return act

    for kind in JobKind:
        dramatiq.actor(actor_name=kind, queue_name=kind, broker=redis_broker)(acting(kind))
