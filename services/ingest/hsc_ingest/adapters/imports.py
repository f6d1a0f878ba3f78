# ruff: noqa: S608 - statements are put together from literals of this module alone
"""Imports of catalogues, in PostgreSQL: their files, how far each is, what was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from hsc_postgres import Pool
from psycopg.rows import class_row

from hsc_ingest.adapters.catalog_files import Fault
from hsc_ingest.flows.model import JobState

# Bytes are kept once: what was sent as a catalogue by mistake may be a manual as well.
_NO_MANUAL: LiteralString = (
    " AND NOT EXISTS (SELECT FROM manuals WHERE manual_id = key)"
    " AND NOT EXISTS (SELECT FROM documents WHERE url = 'upload:' || key)"
)


@dataclass(frozen=True, slots=True)
class ImportFile:
    """One file of an import. `mode` is the contract's number; `blob` is the key of its bytes."""

    position: int
    name: str
    mode: int
    blob: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """What a brand's catalogue changed."""

    added: int = 0
    updated: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class ImportProgress:
    files_done: int
    files_total: int
    added: int
    updated: int
    removed: int


class Imports:
    """All methods are transactions of their own."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def add(self, job_id: str, request_id: str, files: Sequence[ImportFile]) -> str:
        """Accepts an import; returns its job's id, which is an earlier one's when the request id was seen before."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "INSERT INTO jobs (job_id, kind, subject, request_id) VALUES (%s, 'import', %s, %s)"
                " ON CONFLICT (request_id) DO NOTHING",
                (job_id, files[0].name, request_id or None),
            )
            if not cursor.rowcount:
                found = await connection.execute("SELECT job_id FROM jobs WHERE request_id = %s", (request_id,))
                row = await found.fetchone()
                assert row is not None
                return str(row[0])
            async with connection.cursor() as writer:
                await writer.executemany(
                    "INSERT INTO import_files (job_id, position, name, mode, blob) VALUES (%s, %s, %s, %s, %s)",
                    [(job_id, each.position, each.name, each.mode, each.blob) for each in files],
                )
        return job_id

    async def files(self, job_id: str) -> list[ImportFile]:
        async with (
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(ImportFile)) as cursor,
        ):
            await cursor.execute(
                "SELECT position, name, mode, blob, done FROM import_files WHERE job_id = %s ORDER BY position",
                (job_id,),
            )
            return await cursor.fetchall()

    async def done(
        self, job_id: str, positions: Sequence[int], applied: Applied, faults: Sequence[tuple[int, Fault]]
    ) -> None:
        """Closes the files of one brand, with what they changed (noted at the first of them) and their faults."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "UPDATE import_files SET done = true WHERE job_id = %s AND position = ANY(%s) AND NOT done",
                (job_id, list(positions)),
            )
            if not cursor.rowcount:
                return
            await connection.execute(
                "UPDATE import_files SET added = %s, updated = %s, removed = %s WHERE job_id = %s AND position = %s",
                (applied.added, applied.updated, applied.removed, job_id, positions[0]),
            )
            async with connection.cursor() as writer:
                await writer.executemany(
                    "INSERT INTO import_faults (job_id, position, file, product_id, field, message)"
                    " VALUES (%s, %s, %s, %s, %s, %s)",
                    [
                        (job_id, position, *(part.replace("\0", "\ufffd")[:500] for part in parts))
                        for position, fault in faults
                        for parts in [(fault.file, fault.product_id, fault.field, fault.message)]
                    ],
                )

    async def release(self, job_id: str) -> list[str]:
        """The keys of an import's bytes that no other import may still need."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT key FROM (SELECT DISTINCT blob AS key FROM import_files WHERE job_id = %s) f"
                " WHERE NOT EXISTS (SELECT"
                " FROM import_files o JOIN jobs j USING (job_id) WHERE o.blob = key AND o.job_id <> %s"
                " AND j.state <> 'SUCCEEDED')" + _NO_MANUAL,
                (job_id, job_id),
            )
            return [blob for (blob,) in await cursor.fetchall()]

    async def begin_anew(self, job_id: str) -> None:
        """Forgets how far an import came and what was wrong with it."""
        async with self._pool.connection() as connection:
            await connection.execute("DELETE FROM import_faults WHERE job_id = %s", (job_id,))
            await connection.execute(
                "UPDATE import_files SET done = false, added = 0, updated = 0, removed = 0 WHERE job_id = %s", (job_id,)
            )

    async def kept(self, state: JobState, older_than_s: float) -> list[str]:
        """The keys of bytes that belong to imports which ended so."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT DISTINCT blob FROM import_files JOIN jobs USING (job_id) WHERE state = %s"
                " AND updated_at <= now() - make_interval(secs => %s)",
                (state, older_than_s),
            )
            return [blob for (blob,) in await cursor.fetchall()]

    async def unneeded(self, blobs: Sequence[str]) -> list[str]:
        """Those of the keys that no import has any more, and no manual."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT key FROM unnest(%s::text[]) key WHERE NOT EXISTS"
                " (SELECT FROM import_files WHERE blob = key)" + _NO_MANUAL,
                (list(blobs),),
            )
            return [blob for (blob,) in await cursor.fetchall()]

    async def progress(self, job_id: str) -> ImportProgress:
        async with (
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(ImportProgress)) as cursor,
        ):
            await cursor.execute(
                "SELECT count(*) FILTER (WHERE done) AS files_done, count(*) AS files_total,"
                " coalesce(sum(added), 0) AS added, coalesce(sum(updated), 0) AS updated,"
                " coalesce(sum(removed), 0) AS removed FROM import_files WHERE job_id = %s",
                (job_id,),
            )
            row = await cursor.fetchone()
        assert row is not None
        return row

    async def faults(self, job_id: str, after: int, limit: int) -> list[tuple[int, Fault]]:
        """Faults in the order they were found, each with its number; those after number `after`."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT fault, file, product_id, field, message FROM import_faults"
                " WHERE job_id = %s AND fault > %s ORDER BY fault LIMIT %s",
                (job_id, after, limit),
            )
            return [(number, Fault(*parts)) for number, *parts in await cursor.fetchall()]
