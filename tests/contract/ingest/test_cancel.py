"""A manual that nobody waits for any more is not read; one that somebody asked for always is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import NamedTuple

import pytest
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc_ingest.config import IngestSettings
from hsc_postgres import Pool, open_pool
from support.ingest import PlayedCatalog, Worker, document, until_final
from support.pdf import make_pdf
from support.wait import until
from support.web import Web

PREFETCH = ingest_pb2.PrefetchManualRequest


@pytest.fixture
async def pool(settings: IngestSettings) -> AsyncIterator[Pool]:
    async with open_pool(settings.database_url, schema="ingest") as opened:
        yield opened


async def everybody_has_waited_long_enough(pool: Pool, document_id: str) -> None:
    """As when the session's patience is over; what is wanted for good stays so."""
    async with pool.connection() as connection:
        await connection.execute(
            "UPDATE documents SET wanted_until = now() - interval '1 s'"
            " WHERE document_id = %s AND wanted_until <> 'infinity'",
            (document_id,),
        )


class Slow:
    """A server that holds a manual back until it is told to go on."""

    def __init__(self, web: Web, path: str, text: str) -> None:
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()
        self._body = make_pdf([text])
        self.url = web.raw(path, self._answer)

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        self.asked.set()
        await self.go_on.wait()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(self._body) + self._body)


async def state_of(pool: Pool, document_id: str) -> tuple[str, str]:
    async with pool.connection() as connection:
        cursor = await connection.execute("SELECT state, reason FROM documents WHERE document_id = %s", (document_id,))
        row = await cursor.fetchone()
    assert row is not None
    return row[0], row[1]


class Prefetched(NamedTuple):
    at: datetime
    waited_for: bool


async def prefetched(pool: Pool, document_id: str) -> Prefetched:
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT prefetched_at, wanted_until > now() FROM documents WHERE document_id = %s", (document_id,)
        )
        row = await cursor.fetchone()
    assert row is not None
    return Prefetched(*row)


async def test_a_prefetch_is_not_read_when_the_session_is_gone(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, pool: Pool
) -> None:
    slow = Slow(web, "/left.pdf", "Nobody will ever ask for this one.")
    catalog.add("p/left", document("d/left", slow.url))
    await ingest.PrefetchManual(PREFETCH(product_id="p/left", session_id="gone"))
    await slow.asked.wait()
    await everybody_has_waited_long_enough(pool, "d/left")
    slow.go_on.set()

    async def cancelled() -> bool:
        return await state_of(pool, "d/left") == ("FAILED", "NOT_WANTED")

    await until(cancelled)
    # Whoever asks again gets it.
    await ingest.PrefetchManual(PREFETCH(product_id="p/left"))
    assert (await until_final(ingest, "p/left"))["d/left"].state == ingest_pb2.MANUAL_STATE_READY


async def test_a_prefetch_in_the_queue_is_not_even_fetched_when_the_session_is_gone(
    stub: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, pool: Pool, worker: Worker
) -> None:
    catalog.add("p/queued", document("d/queued", web.page("/queued.pdf", make_pdf(["Too late for this one."]))))
    async with pool.connection() as connection:  # held back, as behind a long queue
        await connection.execute(
            "INSERT INTO jobs (job_id, kind, subject, run_after) VALUES ('held', 'read', 'd/queued', 'infinity')"
        )
    await stub.PrefetchManual(PREFETCH(product_id="p/queued", session_id="gone"))
    await everybody_has_waited_long_enough(pool, "d/queued")
    async with pool.connection() as connection:
        await connection.execute("UPDATE jobs SET run_after = now() WHERE job_id = 'held'")

    async def cancelled() -> bool:
        return await state_of(pool, "d/queued") == ("FAILED", "NOT_WANTED")

    await until(cancelled)
    assert web.count("/queued.pdf") == 0


async def test_what_somebody_asked_for_is_read_whoever_else_has_left(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, pool: Pool
) -> None:
    slow = Slow(web, "/asked.pdf", "Somebody asked about this one.")
    catalog.add("p/asked", document("d/asked", slow.url))
    await ingest.PrefetchManual(PREFETCH(product_id="p/asked", session_id="gone"))
    await ingest.PrefetchManual(PREFETCH(product_id="p/asked"))
    await slow.asked.wait()
    await everybody_has_waited_long_enough(pool, "d/asked")
    slow.go_on.set()
    assert (await until_final(ingest, "p/asked"))["d/asked"].state == ingest_pb2.MANUAL_STATE_READY


async def test_who_watches_waits(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, pool: Pool
) -> None:
    slow = Slow(web, "/watched.pdf", "Somebody watches this one.")
    catalog.add("p/watched", document("d/watched", slow.url))
    await ingest.PrefetchManual(PREFETCH(product_id="p/watched", session_id="gone"))
    await slow.asked.wait()
    await everybody_has_waited_long_enough(pool, "d/watched")
    watching = asyncio.create_task(until_final(ingest, "p/watched"))

    async def waited_for() -> bool:
        async with pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT wanted_until > now() FROM documents WHERE document_id = 'd/watched'"
            )
            return await cursor.fetchone() == (True,)

    await until(waited_for)
    slow.go_on.set()
    assert (await watching)["d/watched"].state == ingest_pb2.MANUAL_STATE_READY


async def test_a_session_that_asks_again_is_waited_for_and_is_not_a_prefetch_more(
    stub: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, pool: Pool
) -> None:
    catalog.add("p/renewed", document("d/renewed", web.url("/renewed.pdf")))
    async with pool.connection() as connection:  # held back, as behind a long queue
        await connection.execute(
            "INSERT INTO jobs (job_id, kind, subject, run_after) VALUES ('kept', 'read', 'd/renewed', 'infinity')"
        )
    await stub.PrefetchManual(PREFETCH(product_id="p/renewed", session_id="there"))
    begun = await prefetched(pool, "d/renewed")
    await everybody_has_waited_long_enough(pool, "d/renewed")
    await stub.PrefetchManual(PREFETCH(product_id="p/renewed", session_id="there"))
    assert await prefetched(pool, "d/renewed") == begun
