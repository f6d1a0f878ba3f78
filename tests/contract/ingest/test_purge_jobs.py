from grpc import StatusCode
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from support.ingest import ADMIN, PlayedCatalog, document, refusal, until_final
from support.pdf import make_pdf
from support.wait import until
from support.web import Web

IMPORT = ingest_pb2.ImportCatalogRequest
PURGE = ingest_pb2.PurgeJobsRequest
FAILED = ingest_pb2.ListJobsRequest(state=ingest_pb2.JOB_STATE_FAILED, page_size=1000)


async def test_dead_letters_are_forgotten_when_purged(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    catalog.add("p/purge", document("d/purge", web.url("/none.pdf")))
    await ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id="p/purge"))
    await until_final(ingest, "p/purge")

    async def dead() -> list[ingest_pb2.Job]:
        return list((await ingest.ListJobs(FAILED, metadata=ADMIN)).jobs)

    async def own_is_dead() -> bool:
        return "d/purge" in {job.subject for job in await dead()}

    # A document is final a moment before its job is, and the jobs of other tests may be there already.
    await until(own_is_dead)
    listed = await dead()
    purged = await ingest.PurgeJobs(PURGE(), metadata=ADMIN)
    assert purged.purged >= len(listed)
    assert await dead() == []


async def test_purging_an_import_of_what_is_a_manual_leaves_the_manual(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    body = make_pdf(["Somebody sent this manual as a catalogue."])
    catalog.add("p/mistake", document("d/mistake", web.page("/mistake.pdf", body)))
    await ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id="p/mistake"))
    manual_id = (await until_final(ingest, "p/mistake"))["d/mistake"].manual_id
    parts = [IMPORT(file=IMPORT.File(name="mistake.pdf")), IMPORT(chunk=body)]
    job_id = (await ingest.ImportCatalog(iter(parts), metadata=ADMIN)).job_id
    watch = ingest.WatchJob(ingest_pb2.WatchJobRequest(job_id=job_id), timeout=30, metadata=ADMIN)
    assert [each.state async for each in watch][-1] == ingest_pb2.JOB_STATE_FAILED
    await ingest.PurgeJobs(PURGE(), metadata=ADMIN)
    stream = ingest.DownloadManual(ingest_pb2.DownloadManualRequest(manual_id=manual_id), timeout=20)
    assert b"".join([part.data async for part in stream]) == body


async def test_jobs_that_are_not_over_cannot_be_purged(ingest: ingest_pb2_grpc.IngestServiceStub) -> None:
    failure = await refusal(ingest.PurgeJobs(PURGE(state=ingest_pb2.JOB_STATE_RUNNING), metadata=ADMIN))
    assert (failure.code, failure.reason) == (StatusCode.FAILED_PRECONDITION, "JOB_NOT_OVER")


async def test_purging_needs_the_admins_token(ingest: ingest_pb2_grpc.IngestServiceStub) -> None:
    assert (await refusal(ingest.PurgeJobs(PURGE()))).code is StatusCode.UNAUTHENTICATED
