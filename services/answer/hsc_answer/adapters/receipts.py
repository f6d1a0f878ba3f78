"""Receipts in PostgreSQL, written behind: an answer never waits for the database.

A receipt goes to a Redis stream first, where any replica takes it up and writes it; until then it is read from Redis.
While Redis cannot be reached it waits in memory. Both waits are bounded, and what is let go is counted.
"""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hsc.answer.v1 import answer_pb2
from hsc_audit import Chain
from hsc_postgres import Connection, DatabaseUnavailable, Pool
from hsc_rpc import pages
from hsc_rpc.access import ADMIN
from hsc_rpc.background import background
from prometheus_client import Counter, Gauge
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from hsc_answer.adapters.journal import deleted_key
from hsc_answer.adapters.sessions import digest
from hsc_answer.adapters.wire import answer, receipt_from
from hsc_answer.domain.events import Receipt
from hsc_answer.flows.ports import Handed, Kept

log = logging.getLogger(__name__)

STREAM = "answer.receipts"
GROUP = "keepers"
MOST_WAITING = 100_000
MOST_IN_MEMORY = 5_000
BATCH = 100
RETRY_S = 0.5
PATIENCE_S = 0.3
ABANDONED_MS = 30_000
_INSERT = (
    "INSERT INTO answers (answer_id, session_digest, product_id, asked_at, receipt) VALUES (%s, %s, %s, %s, %s)"
    # A receipt that was rated before it was written: whose conversation it is comes later. New rows have no xmax.
    " ON CONFLICT (answer_id) DO UPDATE SET session_digest = excluded.session_digest"
    " WHERE answers.session_digest = '' RETURNING xmax = 0"
)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)

WAITING = Gauge("receipts_waiting", "Receipts in memory that wait for Redis.")
DROPPED = Counter("receipts_dropped_total", "Receipts that were let go because too many waited.")


class Receipts:
    """Keeps receipts and verdicts."""

    def __init__(self, pool: Pool, chain: Chain, redis: "Redis", ttl_s: int, replica: str) -> None:
        self._pool = pool
        self._chain = chain
        self._redis = redis
        self._ttl_s = ttl_s
        self._replica = replica
        self._waiting: deque[tuple[str, bytes]] = deque()

    async def keep(self, receipt: Receipt, session_id: str) -> None:
        session, data = digest(session_id), answer(receipt).SerializeToString()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._enqueue(receipt.answer_id, session, data)
        except (RedisError, TimeoutError):
            if len(self._waiting) >= MOST_IN_MEMORY:
                DROPPED.inc()
                return
            self._waiting.append((session, data))
            WAITING.set(len(self._waiting))

    async def get(self, answer_id: str) -> Kept | None:
        try:
            async with self._pool.connection() as connection:
                cursor = await connection.execute(
                    "SELECT receipt, helpful, reason FROM answers LEFT JOIN ratings USING (answer_id)"
                    " WHERE answer_id = %s",
                    (answer_id,),
                )
                row = await cursor.fetchone()
        except DatabaseUnavailable:
            row = None
            if (data := await self._from_redis(answer_id)) is None:
                raise
        else:
            if row is not None:
                return Kept(_read(row[0]), row[1], row[2] or "")
            data = await self._from_redis(answer_id)
        return Kept(_read(data)) if data else None

    async def rate(self, answer_id: str, *, helpful: bool, reason: str) -> bool:
        async with self._pool.connection() as connection:
            if not await self._written(connection, answer_id):
                return False
            await connection.execute(
                "INSERT INTO ratings (answer_id, helpful, reason) VALUES (%s, %s, %s) ON CONFLICT (answer_id)"
                " DO UPDATE SET helpful = excluded.helpful, reason = excluded.reason, rated_at = now()",
                (answer_id, helpful, reason),
            )
        return True

    async def hand_over(self, answer_id: str) -> Handed | None:
        async with self._pool.connection() as connection:
            if not await self._written(connection, answer_id):
                return None
            cursor = await connection.execute(
                "INSERT INTO hand_overs (answer_id, hand_over_id) VALUES (%s, %s) ON CONFLICT (answer_id)"
                " DO UPDATE SET answer_id = excluded.answer_id RETURNING hand_over_id, delivered_at IS NOT NULL",
                (answer_id, secrets.token_hex(16)),
            )
            row = await cursor.fetchone()
            return Handed(*row) if row else None

    async def handed_over(self, answer_id: str, session_id: str, handed: Handed) -> Handed:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "UPDATE hand_overs SET delivered_at = now() WHERE answer_id = %s AND delivered_at IS NULL", (answer_id,)
            )
            if cursor.rowcount:
                said = handed.hand_over_id.encode()
                await self._chain.append("HandOver", digest(session_id), answer_id, said, connection)
        return replace(handed, delivered=True)

    async def rated(self, helpful: bool | None, before: str, limit: int) -> tuple[Sequence[Kept], str]:
        key = pages.after(before, 2)
        at, last = (datetime.fromisoformat(str(key[0])), str(key[1])) if key else (NEVER, "")
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT receipt, helpful, reason, rated_at, answer_id FROM ratings JOIN answers USING (answer_id)"
                " WHERE (%(helpful)s::boolean IS NULL OR helpful = %(helpful)s)"
                " AND (rated_at, answer_id) < (%(at)s, %(last)s)"
                " ORDER BY rated_at DESC, answer_id DESC LIMIT %(limit)s",
                {"helpful": helpful, "at": at, "last": last, "limit": limit + 1},
            )
            rows = await cursor.fetchall()
            await self._chain.append("ListRatedAnswers", ADMIN, "", before.encode(), connection)
        token = pages.token(rows[limit - 1][3].isoformat(), rows[limit - 1][4]) if len(rows) > limit else ""
        return [Kept(_read(row[0]), row[1], row[2]) for row in rows[:limit]], token

    async def delete(self, session_id: str, answer_ids: Sequence[str]) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(
                "DELETE FROM answers WHERE session_digest = %s OR answer_id = ANY(%s)",
                (digest(session_id), list(answer_ids)),
            )
            await self._chain.append("DeleteSession", digest(session_id), "", b"", connection)

    @asynccontextmanager
    async def writing_behind(self) -> AsyncIterator[None]:
        """Write what waits for as long as the context lasts."""
        async with background(self._write_for_ever(), "receipts: write behind"):
            yield

    async def _write_for_ever(self) -> None:
        while True:
            try:
                if not await self._write_waiting():
                    await asyncio.sleep(RETRY_S)
            except (RedisError, DatabaseUnavailable) as error:
                log.warning("receipts wait", extra={"error": type(error).__name__})
                await asyncio.sleep(RETRY_S)

    async def _write_waiting(self) -> bool:
        """Write a batch; False when nothing waits."""
        while self._waiting:
            session, data = self._waiting[0]
            await self._enqueue(_id(data), session, data)
            self._waiting.popleft()
            WAITING.set(len(self._waiting))
        await self._make_group()
        # Entries that another replica took and did not finish come first.
        reclaimed: Any = await self._redis.xautoclaim(
            STREAM, GROUP, self._replica, min_idle_time=ABANDONED_MS, start_id="0-0", count=BATCH
        )
        entries = list(reclaimed[1])
        if not entries:
            read: Any = await self._redis.xreadgroup(GROUP, self._replica, {STREAM: ">"}, count=BATCH)
            entries = read[0][1] if read else []
        if not entries:
            return False
        receipts = [(fields[b"session"].decode(), fields[b"receipt"]) for _, fields in entries if fields]
        gone = await self._deleted(receipts)
        await self._insert([r for r in receipts if r not in gone])
        # Again, now that they are there: a conversation that was deleted between found nothing to delete.
        await self._take_back(await self._deleted(receipts))
        ids = [entry for entry, _ in entries]
        await self._redis.xack(STREAM, GROUP, *ids)
        await self._redis.xdel(STREAM, *ids)
        return True

    async def _deleted(self, receipts: Sequence[tuple[str, bytes]]) -> Sequence[tuple[str, bytes]]:
        """Those whose answer was deleted meanwhile."""
        if not receipts:
            return []
        marks = await self._redis.mget([deleted_key(_id(data)) for _, data in receipts])
        return [receipt for receipt, mark in zip(receipts, marks, strict=True) if mark is not None]

    async def _take_back(self, receipts: Sequence[tuple[str, bytes]]) -> None:
        if not receipts:
            return
        ids = [_id(data) for _, data in receipts]
        await self._redis.delete(*(f"answer:{answer_id}:receipt" for answer_id in ids))
        async with self._pool.connection() as connection:
            await connection.execute("DELETE FROM answers WHERE answer_id = ANY(%s)", (ids,))

    async def _written(self, connection: Connection, answer_id: str) -> bool:
        """Have an answer's row there; False when nobody gave that answer."""
        found = await connection.execute("SELECT 1 FROM answers WHERE answer_id = %s", (answer_id,))
        if await found.fetchone() is None:
            data = await self._from_redis(answer_id)
            if data is None:
                return False
            # Wanted before it was written: whose conversation it is arrives with the stream's entry.
            await self._insert([("", data)])
        return True

    async def _insert(self, receipts: Sequence[tuple[str, bytes]]) -> None:
        async with self._pool.connection() as connection:
            for session, data in receipts:
                wire = answer_pb2.Answer.FromString(data)
                asked_at = wire.asked_at.ToDatetime(tzinfo=UTC)
                cursor = await connection.execute(_INSERT, (wire.answer_id, session, wire.product_id, asked_at, data))
                row = await cursor.fetchone()
                if row is not None and row[0]:
                    await self._chain.append("Answer", session, wire.answer_id, data, connection)

    async def _enqueue(self, answer_id: str, session: str, data: bytes) -> None:
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.set(f"answer:{answer_id}:receipt", data, ex=self._ttl_s)
            pipe.xadd(STREAM, {"session": session, "receipt": data})
            pipe.xlen(STREAM)
            _, entry, waiting = await pipe.execute()
        if waiting > MOST_WAITING:
            await self._redis.xdel(STREAM, entry)
            DROPPED.inc()

    async def _from_redis(self, answer_id: str) -> bytes | None:
        try:
            data: Any = await self._redis.get(f"answer:{answer_id}:receipt")
        except RedisError:
            return None
        return data if isinstance(data, bytes) else None

    async def _make_group(self) -> None:
        with suppress(ResponseError):  # it is there already
            await self._redis.xgroup_create(STREAM, GROUP, id="0", mkstream=True)


def _read(data: bytes) -> Receipt:
    return receipt_from(answer_pb2.Answer.FromString(data))


def _id(data: bytes) -> str:
    return answer_pb2.Answer.FromString(data).answer_id
