"""Housekeeping on demand: each task does what it says, and says beforehand what it would do."""

import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from grpc import StatusCode
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc_ingest.config import IngestSettings
from hsc_postgres import Pool, open_pool
from support.ingest import ADMIN, PlayedCatalog, document, refusal, until_final
from support.pdf import make_pdf
from support.wait import until
from support.web import Web

RUN = ingest_pb2.RunMaintenanceRequest
BLOBS = ingest_pb2.MAINTENANCE_TASK_REMOVE_BLOBS
JOBS = ingest_pb2.MAINTENANCE_TASK_REMOVE_JOBS
RECHECK = ingest_pb2.MAINTENANCE_TASK_RECHECK_MANUALS


@pytest.fixture
async def pool(settings: IngestSettings) -> AsyncIterator[Pool]:
    async with open_pool(settings.database_url, schema="ingest") as opened:
        yield opened


async def run(
    stub: ingest_pb2_grpc.IngestServiceStub, task: int, *, dry_run: bool
) -> ingest_pb2.RunMaintenanceResponse:
    request = RUN(task=ingest_pb2.MaintenanceTask.ValueType(task), dry_run=dry_run)
    return await stub.RunMaintenance(request, metadata=ADMIN, timeout=20)


def keep(settings: IngestSettings, data: bytes, *, old: bool) -> Path:
    """Puts bytes into the store of manuals, as of now or of long ago."""
    key = hashlib.sha256(data).hexdigest()
    path = Path(urlsplit(settings.blob_url).path) / key[:2] / key
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    if old:
        os.utime(path, (1, 1))
    return path


async def test_bytes_that_nothing_refers_to_are_removed_and_all_others_stay(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, settings: IngestSettings
) -> None:
    body = make_pdf(["This one is referred to."])
    catalog.add("p/blob", document("d/blob", web.page("/blob.pdf", body)))
    await ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id="p/blob"))
    await until_final(ingest, "p/blob")
    manual = keep(settings, body, old=True)
    young, orphan = keep(settings, b"an upload on its way", old=False), keep(settings, b"nobody's", old=True)

    said = await run(ingest, BLOBS, dry_run=True)
    assert (said.affected, said.bytes, list(said.examples)) == (1, 8, [orphan.name])
    assert orphan.exists()

    assert await run(ingest, BLOBS, dry_run=False) == said
    assert (manual.exists(), young.exists(), orphan.exists()) == (True, True, False)
    assert (await run(ingest, BLOBS, dry_run=True)).affected == 0


async def test_jobs_that_ended_long_ago_are_forgotten(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, pool: Pool
) -> None:
    async with pool.connection() as connection:
        await connection.execute(
            "INSERT INTO jobs (job_id, kind, subject, state, updated_at)"
            " SELECT 'job-' || days, 'read', 'd/of long ago', state, now() - make_interval(days => days)"
            " FROM (VALUES (6, 'SUCCEEDED'), (8, 'SUCCEEDED'), (29, 'FAILED'), (31, 'FAILED')) old (days, state)"
        )
    said = await run(ingest, JOBS, dry_run=True)
    assert list(said.examples) == ["read d/of long ago (job-8)", "read d/of long ago (job-31)"]
    done = await run(ingest, JOBS, dry_run=False)
    assert done.affected == said.affected == 2
    async with pool.connection() as connection:
        cursor = await connection.execute("DELETE FROM jobs WHERE subject = 'd/of long ago' RETURNING job_id")
        assert {job_id for (job_id,) in await cursor.fetchall()} == {"job-6", "job-29"}


async def test_manuals_that_were_checked_long_ago_are_checked_again(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, pool: Pool
) -> None:
    catalog.add("p/stale", document("d/stale", web.page("/stale.pdf", make_pdf(["Is this still so?"]))))
    await ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id="p/stale"))
    await until_final(ingest, "p/stale")
    async with pool.connection() as connection:
        await connection.execute(
            "UPDATE documents SET checked_at = now() - interval '8 days' WHERE document_id = 'd/stale'"
        )
    said = await run(ingest, RECHECK, dry_run=True)
    assert list(said.examples) == ["d/stale"]
    assert web.count("/stale.pdf") == 1

    async def asked_again() -> bool:
        await run(ingest, RECHECK, dry_run=False)  # a job that is just ending holds its place a moment longer
        return web.count("/stale.pdf") >= 2

    await until(asked_again)


async def test_maintaining_is_the_admins_and_names_a_task(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    failure = await refusal(ingest.RunMaintenance(RUN(task=BLOBS)))
    assert failure.code is StatusCode.UNAUTHENTICATED
    failure = await refusal(ingest.RunMaintenance(RUN(), metadata=ADMIN))
    assert failure.code is StatusCode.INVALID_ARGUMENT
