"""A manual that was read long ago is looked at again, quietly."""

from collections.abc import AsyncIterator

import pytest
from dramatiq.middleware import Middleware
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc_blobs import BlobStore
from hsc_ingest.adapters.documents import Documents
from hsc_ingest.adapters.imports import Imports
from hsc_ingest.adapters.jobs import Jobs
from hsc_ingest.adapters.prefetches import Outcomes
from hsc_ingest.adapters.queue import JobQueue, broker
from hsc_ingest.config import IngestSettings
from hsc_ingest.flows.housekeeping import Housekeeping
from hsc_ingest.flows.maintain import Maintenance
from hsc_ingest.flows.operate import ForgetJobs
from hsc_postgres import open_pool
from hsc_redis import connect
from support.ingest import PlayedCatalog, document, until_final
from support.pdf import make_pdf
from support.wait import until
from support.web import Web

PREFETCH = ingest_pb2.PrefetchManualRequest
LIST = ingest_pb2.ListManualsRequest
NO_MIDDLEWARE: list[Middleware] = []


@pytest.fixture
async def maintenance(settings: IngestSettings) -> AsyncIterator[Maintenance]:
    """As the worker has it, but every manual is stale at once."""
    async with open_pool(settings.database_url, schema="ingest") as pool, connect(settings.redis_url) as redis:
        queue = JobQueue(broker(settings.redis_url, NO_MIDDLEWARE))
        jobs = Jobs(pool)
        documents, imports, blobs = Documents(pool), Imports(pool), BlobStore.from_url(settings.blob_url)
        forget = ForgetJobs(jobs, imports, blobs)
        housekeeping = Housekeeping(jobs, documents, imports, blobs, forget, recheck_after_s=0)
        yield Maintenance(jobs, documents, queue, Outcomes(redis), housekeeping, every_s=1)


async def recheck(maintenance: Maintenance, web: Web, path: str) -> None:
    """Tidies until the document was asked for again: a job that is just ending holds its place a moment longer."""

    async def asked_again() -> bool:
        await maintenance.tidy()
        return web.count(path) >= 2

    await until(asked_again)


async def test_an_unchanged_manual_costs_one_conditional_request_and_no_new_revision(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, maintenance: Maintenance
) -> None:
    catalog.add(
        "p/same", document("d/same", web.page("/same.pdf", make_pdf(["Nothing about this manual is new."]), ETag='"1"'))
    )
    await ingest.PrefetchManual(PREFETCH(product_id="p/same"))
    await until_final(ingest, "p/same")
    before = (await ingest.ListManuals(LIST(product_id="p/same"))).manuals

    web.page("/same.pdf", status=304)
    await recheck(maintenance, web, "/same.pdf")
    assert web.seen[-1].headers["if-none-match"] == '"1"'
    assert (await ingest.ListManuals(LIST(product_id="p/same"))).manuals == before
    assert (await until_final(ingest, "p/same"))["d/same"].state == ingest_pb2.MANUAL_STATE_READY


async def test_a_changed_manual_becomes_the_next_revision_and_is_ready_all_the_while(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, maintenance: Maintenance
) -> None:
    catalog.add("p/changed", document("d/changed", web.page("/changed.pdf", make_pdf(["The first edition."]))))
    await ingest.PrefetchManual(PREFETCH(product_id="p/changed"))
    old = (await until_final(ingest, "p/changed"))["d/changed"].manual_id

    web.page("/changed.pdf", make_pdf(["The second edition."]))
    await recheck(maintenance, web, "/changed.pdf")

    async def second() -> ingest_pb2.Manual | None:
        (listed,) = (await ingest.ListManuals(LIST(product_id="p/changed"))).manuals
        return listed if listed.revision == 2 else None

    newest = await until(second)
    assert newest is not None
    assert newest.manual_id != old
    stream = ingest.ListPassages(ingest_pb2.ListPassagesRequest(manual_id=old), timeout=20)
    assert "first edition" in " ".join([each.passage.text async for each in stream])


async def test_a_manual_that_can_no_longer_be_fetched_stays_readable(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, maintenance: Maintenance
) -> None:
    catalog.add("p/vanished", document("d/vanished", web.page("/v.pdf", make_pdf(["Keep this one safe."]))))
    await ingest.PrefetchManual(PREFETCH(product_id="p/vanished"))
    await until_final(ingest, "p/vanished")
    web.page("/v.pdf", status=404)
    await recheck(maintenance, web, "/v.pdf")
    assert (await until_final(ingest, "p/vanished"))["d/vanished"].state == ingest_pb2.MANUAL_STATE_READY
    assert len((await ingest.ListManuals(LIST(product_id="p/vanished"))).manuals) == 1
