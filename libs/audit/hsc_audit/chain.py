"""A chain of events: each carries the hash of the one before, so none can be changed or taken out unnoticed.

Ids and hashes only: what was sent is kept as its SHA-256. Each event's hash also goes to the log, so a chain whose
end was cut off, or that was written anew as a whole, no longer agrees with the logs.
"""

import hashlib
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import resources
from importlib.resources.abc import Traversable

from hsc_postgres import Connection, Pool
from psycopg.rows import class_row

log = logging.getLogger(__name__)

MIGRATIONS: Traversable = resources.files("hsc_audit") / "migrations"
GENESIS = "0" * 64

_LAST = "SELECT sequence, hash FROM audit_events ORDER BY sequence DESC LIMIT 1"
_ADD = "INSERT INTO audit_events VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
_NEWEST = "SELECT * FROM audit_events WHERE %s::bigint IS NULL OR sequence < %s ORDER BY sequence DESC LIMIT %s"
_ALL = "SELECT * FROM audit_events ORDER BY sequence"


@dataclass(frozen=True)
class Event:
    """One link. `sequence` counts from 1 without gaps; hashes are in hexadecimal."""

    sequence: int
    at: datetime
    kind: str
    actor: str
    subject: str
    data_sha256: str
    previous_hash: str
    hash: str

    def computed_hash(self) -> str:
        """Return the hash this event must have."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        said = [self.previous_hash, self.sequence, at, self.kind, self.actor, self.subject, self.data_sha256]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """`first_broken` is the sequence of the first link that does not hold, 0 when all do."""

    events: int
    first_broken: int

    @property
    def intact(self) -> bool:
        """Whether every link holds."""
        return self.first_broken == 0


class Chain:
    """The chain of one service, in its own schema. Methods raise DatabaseUnavailable."""

    def __init__(self, service: str, pool: Pool) -> None:
        self.service = service
        self._pool = pool

    async def append(
        self, kind: str, actor: str, subject: str, data: bytes, connection: Connection | None = None
    ) -> Event:
        """Add an event; with `connection`, as part of its transaction: best at its end, for others wait meanwhile."""
        async with self._borrowed(connection) as borrowed:
            # One writer at a time; readers go on.
            await borrowed.execute("LOCK TABLE audit_events IN EXCLUSIVE MODE")
            cursor = await borrowed.execute(_LAST)
            sequence, previous = await cursor.fetchone() or (0, GENESIS)
            data_sha256 = hashlib.sha256(data).hexdigest()
            event = Event(sequence + 1, datetime.now(UTC), kind, actor, subject, data_sha256, previous, hash="")
            event = replace(event, hash=event.computed_hash())
            await borrowed.execute(_ADD, tuple(vars(event).values()))
        log.info("audited", extra={"kind": kind, "sequence": event.sequence, "hash": event.hash})
        return event

    async def list(self, limit: int, before: int | None = None) -> list[Event]:
        """Return the newest events, or those older than the sequence `before`."""
        async with self._pool.connection() as connection, connection.cursor(row_factory=class_row(Event)) as cursor:
            await cursor.execute(_NEWEST, (before, before, limit))
            return await cursor.fetchall()

    async def verify(self) -> Verdict:
        """Walk the chain."""
        expected, previous, broken = 0, GENESIS, 0
        async with (
            self._pool.connection() as connection,
            connection.cursor("verify", row_factory=class_row(Event)) as cursor,
        ):
            await cursor.execute(_ALL)
            async for event in cursor:
                expected += 1
                must_be = (expected, previous, event.computed_hash())
                if not broken and (event.sequence, event.previous_hash, event.hash) != must_be:
                    broken = expected
                previous = event.hash
        return Verdict(expected, broken)

    @asynccontextmanager
    async def _borrowed(self, connection: Connection | None) -> AsyncIterator[Connection]:
        if connection is not None:
            yield connection
            return
        async with self._pool.connection() as own:
            yield own
