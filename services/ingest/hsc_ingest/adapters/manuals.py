"""Manuals that were read, in PostgreSQL: what each is, its revisions, its passages as the contract's messages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import PurePosixPath
from typing import Any, LiteralString
from urllib.parse import unquote, urlsplit

from hsc.ingest.v1 import ingest_pb2
from hsc_postgres import Pool
from psycopg.rows import dict_row
from psycopg.sql import SQL

from hsc_ingest.adapters.parsing.frames import utf8
from hsc_ingest.domain.manual import Transcript
from hsc_ingest.flows.model import UPLOADED

_PAGE = 500
_BREATH = 64  # passages

_SELECT: LiteralString = (
    "SELECT m.manual_id, m.content_type, m.bytes, m.title, m.pages, m.languages, m.outline, r.revision,"
    " r.source_url, r.fetched_at, d.product_id, d.document_id, d.role, d.language,"
    " d.file_name"
    " FROM manuals m JOIN revisions r USING (manual_id) JOIN documents d USING (document_id) "
)


class Manuals:
    """`manual_id` is the SHA-256 of a manual's bytes, in hexadecimal."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def has(self, manual_id: str) -> bool:
        async with self._pool.connection() as connection:
            cursor = await connection.execute("SELECT 1 FROM manuals WHERE manual_id = %s", (manual_id,))
            return await cursor.fetchone() is not None

    async def store(self, manual_id: str, transcript: Transcript, size: int) -> None:
        """Keeps a manual with all its passages, or nothing. Storing it twice is storing it once."""
        manual = transcript.manual
        # Messages put one behind the other are one message: so each passage gets the name that was not known before.
        name = ingest_pb2.Passage(manual_id=manual_id).SerializeToString()
        outline = ingest_pb2.Manual(
            outline=[
                ingest_pb2.OutlineEntry(title=utf8(e.title), level=e.level, page=e.page, anchor=utf8(e.anchor))
                for e in manual.outline
            ]
        )
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "INSERT INTO manuals (manual_id, content_type, bytes, title, pages, languages, outline)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                (
                    manual_id,
                    manual.content_type,
                    size,
                    utf8(manual.title).replace("\0", ""),
                    manual.pages,
                    list(manual.languages),
                    outline.SerializeToString(),
                ),
            )
            if not cursor.rowcount:
                return
            async with (
                connection.cursor() as writer,
                writer.copy("COPY passages (manual_id, ordinal, message) FROM STDIN (FORMAT BINARY)") as copy,
            ):
                copy.set_types(["text", "int4", "bytea"])
                for ordinal, passage in enumerate(transcript.passages):
                    await copy.write_row((manual_id, ordinal, passage + name))
                    if ordinal % _BREATH == 0:
                        await asyncio.sleep(0)  # COPY itself hardly ever waits, and leases and progress must go on

    async def of_product(self, product_id: str) -> list[tuple[ingest_pb2.Manual, str]]:
        """The newest revision of each READY document, with the document's language."""
        return await self._select(
            "WHERE d.current AND d.product_id = %s AND d.manual_id = m.manual_id AND r.revision ="
            " (SELECT max(revision) FROM revisions n WHERE n.document_id = d.document_id)"
            " ORDER BY d.document_id",
            product_id,
        )

    async def get(self, manual_id: str) -> ingest_pb2.Manual | None:
        """One manual; where several documents have its bytes, as the first of them."""
        found = await self._select(
            "WHERE m.manual_id = %s ORDER BY r.fetched_at, d.document_id, r.revision LIMIT 1", manual_id
        )
        return found[0][0] if found else None

    async def passages(self, manual_id: str) -> AsyncIterator[ingest_pb2.Passage]:
        """In reading order. No connection is held while the reader takes its time."""
        after = -1
        while True:
            async with self._pool.connection() as connection:
                cursor = await connection.execute(
                    "SELECT ordinal, message FROM passages WHERE manual_id = %s AND ordinal > %s"
                    " ORDER BY ordinal LIMIT %s",
                    (manual_id, after, _PAGE),
                    binary=True,
                )
                rows = await cursor.fetchall()
            for ordinal, message in rows:
                yield ingest_pb2.Passage.FromString(message)
                after = ordinal
            if len(rows) < _PAGE:
                return

    async def _select(self, where: LiteralString, value: str) -> list[tuple[ingest_pb2.Manual, str]]:
        async with self._pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(SQL(_SELECT + where), (value,))
            return [(_manual_message(row), row["language"]) for row in await cursor.fetchall()]


def _file_name(url: str, uploaded_as: str) -> str:
    """What to call a manual that does not name itself."""
    path = uploaded_as.replace("\\", "/") if url.startswith(UPLOADED) else unquote(urlsplit(url).path)
    return PurePosixPath(path).stem


def _manual_message(row: dict[str, Any]) -> ingest_pb2.Manual:
    manual = ingest_pb2.Manual.FromString(row["outline"])
    manual.fetched_at.FromDatetime(row["fetched_at"])
    manual.MergeFrom(
        ingest_pb2.Manual(
            manual_id=row["manual_id"],
            product_id=row["product_id"],
            document_id=row["document_id"],
            role=row["role"],
            sha256=row["manual_id"],
            revision=row["revision"],
            title=row["title"] or _file_name(row["source_url"], row["file_name"]),
            pages=row["pages"],
            languages=row["languages"],
            source_url=row["source_url"],
            content_type=row["content_type"],
            bytes=row["bytes"],
        )
    )
    return manual
