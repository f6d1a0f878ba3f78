# ruff: noqa: S608 - statements are put together from literals of this module alone
"""Accepted work, in PostgreSQL: the only place where a job's state lives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

from hsc_postgres import Pool
from psycopg.rows import dict_row
from psycopg.sql import SQL

from hsc_ingest.flows.model import Job, JobKind, JobState

_COLUMNS: LiteralString = "job_id, kind, subject, state, attempts, error, created_at, updated_at"


class Jobs:
    """All methods are transactions of their own. Intervals are in seconds."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def get(self, job_id: str) -> Job | None:
        found = await self._rows("SELECT " + _COLUMNS + " FROM jobs WHERE job_id = %s", (job_id,))
        return found[0] if found else None

    async def list_newest(self, state: JobState | None, before: tuple[datetime, str] | None, limit: int) -> list[Job]:
        """Newest first; `before` is (created_at, job_id) of the last one seen."""
        return await self._rows(
            "SELECT " + _COLUMNS + " FROM jobs WHERE (%(state)s::text IS NULL OR state = %(state)s)"
            " AND (%(at)s::timestamptz IS NULL OR (created_at, job_id) < (%(at)s, %(id)s))"
            " ORDER BY created_at DESC, job_id DESC LIMIT %(limit)s",
            {
                "state": state,
                "at": before[0] if before else None,
                "id": before[1] if before else None,
                "limit": limit,
            },
        )

    async def add_read(self, document_id: str) -> str | None:
        """A job that reads the document; None when one is under way already."""
        found = await self._rows(
            "INSERT INTO jobs (job_id, kind, subject) VALUES (gen_random_uuid()::text, 'read', %s)"
            " ON CONFLICT (kind, subject) WHERE kind = 'read' AND state IN ('QUEUED', 'RUNNING') DO NOTHING"
            " RETURNING " + _COLUMNS,
            (document_id,),
        )
        return found[0].job_id if found else None

    async def adopt(self) -> None:
        """Gives a job to each document that waits without one: its addresses changed while it was being read."""
        await self._change(
            "INSERT INTO jobs (job_id, kind, subject) SELECT gen_random_uuid()::text, 'read', document_id"
            " FROM documents d WHERE state IN ('QUEUED', 'FETCHING', 'PARSING') AND NOT EXISTS (SELECT FROM jobs j"
            " WHERE j.kind = 'read' AND j.subject = d.document_id AND j.state IN ('QUEUED', 'RUNNING'))"
            " ON CONFLICT (kind, subject) WHERE kind = 'read' AND state IN ('QUEUED', 'RUNNING') DO NOTHING",
            (),
        )

    async def claim(self, job_id: str, lease_s: float) -> Job | None:
        """Starts the job, unless it is over, not due, or in somebody's hands."""
        found = await self._rows(
            "UPDATE jobs SET state = 'RUNNING', attempts = attempts + 1, updated_at = now(),"
            " lease_until = now() + make_interval(secs => %s) WHERE job_id = %s AND"
            " (state = 'QUEUED' AND run_after <= now() OR state = 'RUNNING' AND lease_until < now())"
            " RETURNING " + _COLUMNS,
            (lease_s, job_id),
        )
        return found[0] if found else None

    async def extend(self, job_id: str, attempt: int, lease_s: float) -> bool:
        """Says that the job is still in hand; False when it has been taken over."""
        return await self._change(
            "UPDATE jobs SET lease_until = now() + make_interval(secs => %s)"
            " WHERE job_id = %s AND attempts = %s AND state = 'RUNNING'",
            (lease_s, job_id, attempt),
        )

    async def finish(self, job_id: str, attempt: int, state: JobState, error: str = "") -> bool:
        """Ends this attempt and the job; False when the job has been taken over."""
        return await self._change(
            "UPDATE jobs SET state = %s, error = %s, lease_until = NULL, updated_at = now()"
            " WHERE job_id = %s AND attempts = %s AND state = 'RUNNING'",
            (state, error[:2000], job_id, attempt),
        )

    async def put_back(self, job_id: str, attempt: int, after_s: float, error: str, *, counts: bool = True) -> bool:
        """Queues the job again; an attempt that was merely interrupted does not count."""
        return await self._change(
            "UPDATE jobs SET state = 'QUEUED', error = %s, lease_until = NULL, announced_at = NULL,"
            " attempts = attempts - %s, run_after = now() + make_interval(secs => %s), updated_at = now()"
            " WHERE job_id = %s AND attempts = %s AND state = 'RUNNING'",
            (error[:2000], 0 if counts else 1, after_s, job_id, attempt),
        )

    async def due(self, announced_before_s: float, limit: int) -> list[Job]:
        """Jobs that should be running and that no message may speak of any more.

        They are new or due again and were not announced lately, or whoever ran them is gone.
        """
        return await self._rows(
            "SELECT " + _COLUMNS + " FROM jobs WHERE state IN ('QUEUED', 'RUNNING') AND run_after <= now()"
            " AND (state = 'QUEUED' OR lease_until < now())"
            " AND (announced_at IS NULL OR announced_at < coalesce(lease_until, now() - make_interval(secs => %s)))"
            " ORDER BY run_after LIMIT %s",
            (announced_before_s, limit),
        )

    async def announced(self, job_ids: Sequence[str]) -> None:
        """A message speaks of these now."""
        await self._change("UPDATE jobs SET announced_at = now() WHERE job_id = ANY(%s)", (list(job_ids),))

    async def retry(self, job_id: str) -> Job | None:
        """Queues a failed job anew, with all its attempts; None when it has not failed, or runs under another id."""
        found = await self._rows(
            "UPDATE jobs j SET state = 'QUEUED', attempts = 0, error = '', run_after = now(),"
            " announced_at = NULL, updated_at = now() WHERE job_id = %s AND state = 'FAILED' AND NOT EXISTS"
            " (SELECT FROM jobs o WHERE o.kind = 'read' AND o.kind = j.kind AND o.subject = j.subject"
            "  AND o.state IN ('QUEUED', 'RUNNING')) RETURNING " + _COLUMNS,
            (job_id,),
        )
        return found[0] if found else None

    async def ended(self, state: JobState, older_than_s: float, limit: int) -> list[Job]:
        """Jobs that ended so, and so long ago, the oldest first."""
        return await self._rows(
            "SELECT " + _COLUMNS + " FROM jobs WHERE state = %s AND updated_at <= now() - make_interval(secs => %s)"
            " ORDER BY updated_at LIMIT %s",
            (state, older_than_s, limit),
        )

    async def count_ended(self, state: JobState, older_than_s: float) -> int:
        """How many `purge` would forget."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT count(*) FROM jobs WHERE state = %s AND updated_at <= now() - make_interval(secs => %s)",
                (state, older_than_s),
            )
            row = await cursor.fetchone()
        return int(row[0]) if row else 0

    async def purge(self, state: JobState, older_than_s: float = 0) -> int:
        """Forgets jobs that ended so; their number."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "DELETE FROM jobs WHERE state = %s AND state IN ('SUCCEEDED', 'FAILED')"
                " AND updated_at <= now() - make_interval(secs => %s)",
                (state, older_than_s),
            )
            return cursor.rowcount

    async def backlog(self) -> tuple[int, float, int]:
        """(jobs that wait, seconds the oldest of them waits, dead letters)."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT count(*) FILTER (WHERE state = 'QUEUED'),"
                " coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE state = 'QUEUED')), 0)::float8,"
                " count(*) FILTER (WHERE state = 'FAILED') FROM jobs"
            )
            row = await cursor.fetchone()
        assert row is not None
        return int(row[0]), float(row[1]), int(row[2])

    async def _rows(self, statement: LiteralString, values: Any) -> list[Job]:
        async with self._pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(SQL(statement), values)
            return [
                Job(**row | {"kind": JobKind(row["kind"]), "state": JobState(row["state"])})
                for row in await cursor.fetchall()
            ]

    async def _change(self, statement: LiteralString, values: tuple[object, ...]) -> bool:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(SQL(statement), values)
            return cursor.rowcount > 0
