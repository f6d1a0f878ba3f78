"""The resume buffer in Redis: one stream an answer, its entries numbered as the events are."""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict
from typing import Any

from hsc_rpc.background import background
from hsc_rpc.errors import unavailable
from redis.asyncio import Redis
from redis.exceptions import RedisError

from hsc_answer.adapters.sessions import digest
from hsc_answer.adapters.wire import numbered_from, response
from hsc_answer.domain.events import Done, Numbered
from hsc_answer.flows.ports import Opened, Question

log = logging.getLogger(__name__)

# A writer says this often that it lives, and is dead when it has not said so for DEAD_S.
ALIVE_S = 1.0
DEAD_S = 3
BLOCK_MS = 500
# After a failure the buffer is left alone for a moment: an answer must not wait for it at each event.
PATIENCE_S = 0.3
PAUSE_S = 1.0
MOST_EVENTS = 5_000
REQUEST_TTL_S = 24 * 3600


def deleted_key(answer_id: str) -> str:
    """What stands there for a while when an answer was deleted: what of it comes later is dropped."""
    return f"answer:{answer_id}:deleted"


def _begun(session_id: str) -> str:
    return f"session:{digest(session_id)}:begun"


class RedisJournal:
    """Events are kept `ttl_s` after the last one."""

    def __init__(self, redis: "Redis", ttl_s: int) -> None:
        self._redis = redis
        self._ttl_s = ttl_s
        self._paused_until = 0.0

    async def claim(self, question: Question, answer_id: str) -> str:
        digest = hashlib.sha256(f"{question.session_id}\x1f{question.request_id}".encode()).hexdigest()
        key = f"answer:request:{digest}"
        try:
            async with asyncio.timeout(PATIENCE_S):
                if await self._redis.set(key, answer_id, nx=True, ex=REQUEST_TTL_S):
                    return answer_id
                claimed: Any = await self._redis.get(key)
        except (RedisError, TimeoutError) as error:
            # Without memory of requests, answering twice is better than not at all.
            self._pause(error)
            return answer_id
        return claimed.decode() if claimed else answer_id

    async def open(self, answer_id: str, question: Question, *, repeatable: bool) -> None:
        known = asdict(question)
        # Only a model looks at pictures, and a model's answer is not continued.
        known.pop("image")
        value = json.dumps({"question": known, "repeatable": repeatable})

        async def remember() -> None:
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.set(f"answer:{answer_id}:opened", value, ex=self._ttl_s)
                if question.session_id:
                    pipe.sadd(_begun(question.session_id), answer_id)
                    pipe.expire(_begun(question.session_id), self._ttl_s)
                await pipe.execute()

        await self._try(remember)

    async def append(self, answer_id: str, numbered: Numbered) -> None:
        key = f"answer:{answer_id}:events"
        data = response(answer_id, numbered).SerializeToString()

        async def append() -> None:
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.xadd(key, {"event": data}, id=f"0-{numbered.number}", maxlen=MOST_EVENTS)
                pipe.expire(key, self._ttl_s)
                await pipe.execute()

        await self._try(append)

    @asynccontextmanager
    async def writing(self, answer_id: str) -> AsyncIterator[None]:
        key = f"answer:{answer_id}:writer"

        async def live() -> None:
            while True:
                await self._try(lambda: self._redis.set(key, b"1", ex=DEAD_S))
                await asyncio.sleep(ALIVE_S)

        await self._try(lambda: self._redis.set(key, b"1", ex=DEAD_S))
        try:
            async with background(live(), "journal: the writer lives"):
                yield
        finally:
            await self._try(lambda: self._redis.delete(key))

    async def take_over(self, answer_id: str) -> bool:
        with _translated():
            return bool(await self._redis.set(f"answer:{answer_id}:writer", b"1", nx=True, ex=DEAD_S))

    async def opened(self, answer_id: str) -> Opened | None:
        with _translated():
            value = await self._redis.get(f"answer:{answer_id}:opened")
        if value is None:
            return None
        known = json.loads(value)
        return Opened(Question(**known["question"]), known["repeatable"])

    async def events(self, answer_id: str) -> Sequence[Numbered]:
        with _translated():
            entries: Any = await self._redis.xrange(f"answer:{answer_id}:events")
        return [numbered_from(fields[b"event"]) for _, fields in entries]

    async def follow(self, answer_id: str, after: int) -> AsyncIterator[Numbered]:
        key = f"answer:{answer_id}:events"
        last = f"0-{after}"
        while True:
            with _translated():
                # Asked before reading: what a writer left behind when it died is read all the same.
                alive = await self._redis.exists(f"answer:{answer_id}:writer")
                if alive:
                    await self._redis.set(f"answer:{answer_id}:reader", b"1", ex=DEAD_S)
                entries: Any = await self._redis.xread({key: last}, block=BLOCK_MS if alive else None)
            for entry, fields in entries[0][1] if entries else ():
                last = entry.decode()
                numbered = numbered_from(fields[b"event"])
                yield numbered
                if isinstance(numbered.event, Done):
                    return
            if not entries and not alive:
                return

    async def followed(self, answer_id: str) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return bool(await self._redis.exists(f"answer:{answer_id}:reader"))
        except (RedisError, TimeoutError) as error:
            self._pause(error)
            return True

    async def begun(self, session_id: str) -> Sequence[str]:
        with _translated():
            members: Any = await self._redis.smembers(_begun(session_id))
        return [member.decode() for member in members]

    async def delete(self, answer_ids: Sequence[str]) -> None:
        keys = [f"answer:{answer_id}:{part}" for answer_id in answer_ids for part in ("opened", "events", "receipt")]
        if keys:
            with _translated():
                async with self._redis.pipeline(transaction=False) as pipe:
                    for answer_id in answer_ids:
                        pipe.set(deleted_key(answer_id), b"1", ex=self._ttl_s)
                    pipe.delete(*keys)
                    await pipe.execute()

    async def deleted(self, answer_id: str) -> bool:
        return bool(await self._try(lambda: self._redis.exists(deleted_key(answer_id))))

    async def _try(self, command: Callable[[], Awaitable[object]]) -> object:
        """Return what Redis answered; None while it is left alone, and where it failed or was too slow."""
        if time.monotonic() < self._paused_until:
            return None
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await command()
        except (RedisError, TimeoutError) as error:
            self._pause(error)
            return None

    def _pause(self, error: Exception) -> None:
        self._paused_until = time.monotonic() + PAUSE_S
        log.warning("the resume buffer cannot be reached", extra={"error": type(error).__name__})


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise unavailable(
            "JOURNAL_UNAVAILABLE", "Answers cannot be resumed right now; try again in a second."
        ) from error
