"""Conversations in Redis, under the digest of their id: who reads the keys cannot open a conversation."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

from hsc_rpc.errors import unavailable
from redis.asyncio import Redis
from redis.exceptions import RedisError

from hsc_answer.flows.ports import Turn

log = logging.getLogger(__name__)

MOST_TURNS = 200
PATIENCE_S = 0.5


def digest(session_id: str) -> str:
    """The name under which a conversation is kept."""
    return hashlib.sha256(session_id.encode()).hexdigest() if session_id else ""


class RedisSessions:
    """A conversation is forgotten `ttl_s` after its last question."""

    def __init__(self, redis: "Redis", ttl_s: int) -> None:
        self._redis = redis
        self._ttl_s = ttl_s

    async def turns(self, session_id: str) -> Sequence[Turn]:
        try:
            async with asyncio.timeout(PATIENCE_S):
                values = await self._redis.lrange(f"session:{digest(session_id)}", 0, -1)
        except (RedisError, TimeoutError) as error:
            raise unavailable("SESSIONS_UNAVAILABLE", "Conversations cannot be read right now.") from error
        return [Turn(**json.loads(value)) for value in values]

    async def append(self, session_id: str, turn: Turn) -> Turn | None:
        key = f"session:{digest(session_id)}"
        try:
            async with asyncio.timeout(PATIENCE_S), self._redis.pipeline() as pipe:
                pipe.lrange(key, -1, -1)
                pipe.rpush(key, json.dumps(asdict(turn)))
                pipe.ltrim(key, -MOST_TURNS, -1)
                pipe.expire(key, self._ttl_s)
                before, *_ = await pipe.execute()
        except (RedisError, TimeoutError) as error:
            log.warning("a turn of a conversation was not kept", extra={"error": type(error).__name__})
            return None
        return Turn(**json.loads(before[0])) if before else None

    async def take_back(self, session_id: str, turn: Turn) -> None:
        with _translated():
            await self._redis.lrem(f"session:{digest(session_id)}", 0, json.dumps(asdict(turn)))

    async def delete(self, session_id: str) -> None:
        with _translated():
            await self._redis.delete(f"session:{digest(session_id)}")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise unavailable("SESSIONS_UNAVAILABLE", "The conversation cannot be deleted right now.") from error
