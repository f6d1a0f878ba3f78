# ruff: noqa: S608 - statements are put together from literals of this module alone
"""Documents that were asked for, in PostgreSQL: where each stands and what it was before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, LiteralString

from hsc_postgres import Pool
from psycopg.rows import TupleRow, dict_row
from psycopg.sql import SQL

from hsc_ingest.flows.model import Document, JobKind, State, Wanted

_PAGE = 1000

_COLUMNS: LiteralString = (
    "document_id, product_id, type, role, language, url, backup_url, state, manual_id, pages, bytes, reason, error,"
    " fetched_url, etag, last_modified"
)
_SELECT: LiteralString = "SELECT " + _COLUMNS + " FROM documents "

# A document is taken up when it is new or its addresses changed, and when it failed long enough ago.
# What is under way or READY at the same addresses stays as it is.
_WANT: LiteralString = (
    """
INSERT INTO documents (document_id, product_id, type, role, language, url, backup_url, state, wanted_until)
VALUES (%(document_id)s, %(product_id)s, %(type)s, %(role)s, %(language)s, %(url)s, %(backup_url)s, 'QUEUED',
        coalesce(now() + make_interval(secs => %(for)s), 'infinity'))
ON CONFLICT (document_id) DO UPDATE SET
    product_id = EXCLUDED.product_id, current = true,
    type = EXCLUDED.type, role = EXCLUDED.role, language = EXCLUDED.language,
    url = EXCLUDED.url, backup_url = EXCLUDED.backup_url,
    state = CASE WHEN documents.state = 'FAILED' AND coalesce(documents.retry_at, '-infinity') <= now()
                   OR (documents.url, documents.backup_url) <> (EXCLUDED.url, EXCLUDED.backup_url)
                 THEN 'QUEUED' ELSE documents.state END,
    wanted_until = greatest(EXCLUDED.wanted_until, CASE WHEN documents.state NOT IN ('READY', 'FAILED')
                                                        THEN documents.wanted_until END),
    prefetched_at = CASE WHEN documents.state IN ('READY', 'FAILED') THEN now() ELSE documents.prefetched_at END,
    updated_at = now()
RETURNING """
    + _COLUMNS
)

_FLY = """
INSERT INTO jobs (job_id, kind, subject)
VALUES (gen_random_uuid()::text, %s, %s)
ON CONFLICT (kind, subject) WHERE kind = 'read' AND state IN ('QUEUED', 'RUNNING') DO NOTHING
RETURNING job_id
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """For coverage: where one document stands, and whether its bytes were ever fetched."""

    product_id: str
    document_id: str
    state: State
    reachable: bool


@dataclass(frozen=True, slots=True)
class Fetch:
    """What an address gave, and what to ask it with the next time."""

    manual_id: str
    etag: str
    last_modified: str


class Documents:
    """All methods are transactions of their own."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def want(self, wanted: Sequence[Wanted], *, for_s: float | None = None) -> tuple[list[Document], list[str]]:
        """Takes documents up, each in at most one flight. Returns them in the given order, and the new jobs' ids.

        They are wanted for so long, or for good.
        """
        documents: list[Document] = []
        jobs: list[str] = []
        async with self._pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            # One order for all askers, or two of them would wait for each other's rows.
            for each in sorted(wanted, key=lambda one: one.document_id):
                await cursor.execute(SQL(_WANT), asdict(each) | {"for": for_s})
                row = await cursor.fetchone()
                assert row is not None
                documents.append(_document(row))
            order = {each.document_id: position for position, each in enumerate(wanted)}
            documents.sort(key=lambda document: order[document.document_id])
            for document in documents:
                if document.state is State.QUEUED:
                    new = await connection.execute(_FLY, (JobKind.READ, document.document_id))
                    jobs += [job_id for (job_id,) in await new.fetchall()]
        return documents, jobs

    async def name_file(self, document_id: str, file_name: str) -> None:
        """What the file was called that was uploaded as this document."""
        await self._execute("UPDATE documents SET file_name = %s WHERE document_id = %s", (file_name, document_id))

    async def wait_for(self, product_id: str, for_s: float | None = None) -> None:
        """Somebody waits for what is under way of a product, so long or for good."""
        await self._execute(
            "UPDATE documents SET wanted_until = greatest(wanted_until,"
            " coalesce(now() + make_interval(secs => %s), 'infinity'))"
            " WHERE current AND product_id = %s AND state NOT IN ('READY', 'FAILED')",
            (for_s, product_id),
        )

    async def cancel(self, document: Document, reason: str, error: str) -> bool:
        """Ends a document's way to be read when nobody waits for it any more; False while somebody does."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "UPDATE documents SET state = 'FAILED', reason = %s, error = %s, retry_at = NULL, accounted_at = now(),"
                " updated_at = now() WHERE document_id = %s AND (url, backup_url) = (%s, %s)"
                " AND state NOT IN ('READY', 'FAILED') AND wanted_until < now()",
                (reason, error, *_identity(document)),
            )
            return cursor.rowcount > 0

    async def forget_others(self, product_id: str, wanted: Sequence[Wanted]) -> None:
        """What the catalogue no longer lists for a product is not shown any more; receipts still find it."""
        await self._execute(
            "UPDATE documents SET current = false WHERE current AND product_id = %s AND document_id <> ALL(%s)",
            (product_id, [each.document_id for each in wanted]),
        )

    async def of_product(self, product_id: str) -> list[Document]:
        return await self._select("WHERE current AND product_id = %s ORDER BY document_id", product_id)

    async def get(self, document_id: str) -> Document | None:
        found = await self._select("WHERE document_id = %s", document_id)
        return found[0] if found else None

    async def advance(
        self, document: Document, state: State, *, pages: int = 0, size: int = 0, reachable: bool = False
    ) -> None:
        """Notes a step on the way; `reachable` once its bytes have arrived.

        Like the other notes below it does nothing when the document's addresses changed meanwhile: it then waits to
        be read from the new ones.
        """
        await self._note(
            "state = %s, pages = %s, bytes = %s, reason = '', error = '', reachable = reachable OR %s",
            (state, pages, size, reachable),
            document,
        )

    async def fail(self, document: Document, reason: str, error: str, retry_after_s: float) -> None:
        await self._note(
            "state = 'FAILED', reason = %s, error = %s, retry_at = now() + make_interval(secs => %s)",
            (reason, error, retry_after_s),
            document,
        )

    async def checked(self, document: Document) -> None:
        """It was looked at again, in vain or to find nothing new: the newest revision still holds."""
        await self._note("state = 'READY', reason = '', error = '', checked_at = now()", (), document)

    async def ready(
        self, document: Document, manual_id: str, *, source_url: str, etag: str, last_modified: str
    ) -> None:
        """The document is this manual now: a new revision unless it already was."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "UPDATE documents d SET state = 'READY', reason = '', error = '', retry_at = NULL,"
                " manual_id = m.manual_id, pages = m.pages, bytes = m.bytes, reachable = true, fetched_url = %s,"
                " etag = %s, last_modified = %s, checked_at = now(), updated_at = now() FROM manuals m"
                " WHERE m.manual_id = %s AND d.document_id = %s AND (d.url, d.backup_url) = (%s, %s)",
                (source_url, etag, last_modified, manual_id, *_identity(document)),
            )
            if not cursor.rowcount:
                return
            # The row of the document is locked now, so revisions of one document are counted one at a time.
            await connection.execute(
                "INSERT INTO revisions (document_id, revision, manual_id, source_url)"
                " SELECT %(document)s, coalesce(max(revision), 0) + 1, %(manual)s, %(url)s"
                " FROM revisions WHERE document_id = %(document)s"
                " HAVING (array_agg(manual_id ORDER BY revision DESC))[1] IS DISTINCT FROM %(manual)s",
                {"document": document.document_id, "manual": manual_id, "url": source_url},
            )

    async def twin(self, document: Document, address: str, within_s: float) -> Fetch | None:
        """What another document with the same address was, when that was looked at lately: variants share manuals."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT manual_id, etag, last_modified FROM documents WHERE fetched_url = %s AND document_id <> %s"
                " AND state = 'READY' AND checked_at > now() - make_interval(secs => %s)"
                " ORDER BY checked_at DESC LIMIT 1",
                (address, document.document_id, within_s),
            )
            row = await cursor.fetchone()
        return Fetch(*row) if row else None

    async def asked(self, product_id: str) -> list[State]:
        """Counts a question; returns the states of the documents prefetched for it and not yet counted."""
        async with self._pool.connection() as connection:
            await connection.execute(
                "INSERT INTO questions VALUES (%s, 1)"
                " ON CONFLICT (product_id) DO UPDATE SET asked = questions.asked + 1",
                (product_id,),
            )
            cursor = await connection.execute(
                "UPDATE documents SET accounted_at = now() WHERE product_id = %s AND"
                " (accounted_at IS NULL OR accounted_at < prefetched_at) RETURNING state",
                (product_id,),
            )
            return [State(state) for (state,) in await cursor.fetchall()]

    async def wasted(self, after_s: float) -> int:
        """Counts, once, the documents that were prefetched and that nobody asked about within `after_s`."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "UPDATE documents SET accounted_at = now()"
                " WHERE (accounted_at IS NULL OR accounted_at < prefetched_at)"
                " AND prefetched_at < now() - make_interval(secs => %s)",
                (after_s,),
            )
            return cursor.rowcount

    async def stale(self, older_than_s: float, limit: int) -> list[str]:
        """READY documents from the web that were not checked for so long, longest first."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT document_id FROM documents WHERE state = 'READY' AND url NOT LIKE 'upload:%%'"
                " AND checked_at < now() - make_interval(secs => %s) ORDER BY checked_at LIMIT %s",
                (older_than_s, limit),
            )
            return [document_id for (document_id,) in await cursor.fetchall()]

    async def standings(self) -> AsyncIterator[Standing]:
        """In the order of their ids."""
        async for document_id, product_id, state, reachable in self._in_order(
            "SELECT document_id, product_id, state, reachable FROM documents"
            " WHERE current AND document_id > %s ORDER BY document_id LIMIT %s"
        ):
            yield Standing(product_id, document_id, State(state), reachable)

    async def questions(self) -> AsyncIterator[tuple[str, int]]:
        """How often each product was asked about, in the order of their ids."""
        async for product_id, asked in self._in_order(
            "SELECT product_id, asked FROM questions WHERE product_id > %s ORDER BY product_id LIMIT %s"
        ):
            yield product_id, asked

    async def _in_order(self, select: LiteralString) -> AsyncIterator[TupleRow]:
        """Rows by the id in their first column. No connection is held while the reader takes its time."""
        after = ""
        while True:
            async with self._pool.connection() as connection:
                rows = await (await connection.execute(select, (after, _PAGE))).fetchall()
            for row in rows:
                yield row
            if len(rows) < _PAGE:
                return
            after = rows[-1][0]

    async def count_ready(self) -> int:
        async with self._pool.connection() as connection:
            cursor = await connection.execute("SELECT count(*) FROM documents WHERE state = 'READY'")
            row = await cursor.fetchone()
        return int(row[0]) if row else 0

    async def _select(self, where: LiteralString, value: str) -> list[Document]:
        async with self._pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(SQL(_SELECT + where), (value,))
            return [_document(row) for row in await cursor.fetchall()]

    async def _note(self, changes: LiteralString, values: tuple[object, ...], document: Document) -> None:
        await self._execute(
            "UPDATE documents SET " + changes + ", updated_at = now()"
            " WHERE document_id = %s AND (url, backup_url) = (%s, %s)",
            (*values, *_identity(document)),
        )

    async def _execute(self, statement: LiteralString, values: tuple[object, ...]) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(SQL(statement), values)


def _identity(document: Document) -> tuple[str, str, str]:
    return document.document_id, document.url, document.backup_url


def _document(row: dict[str, Any]) -> Document:
    return Document(**row | {"state": State(row["state"])})
