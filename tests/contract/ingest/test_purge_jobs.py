from grpc import StatusCode
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from support.ingest import ADMIN, PlayedCatalog, document, refusal, until_final
from support.wait import until
from support.web import Web

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

    listed = await until(dead)
    purged = await ingest.PurgeJobs(PURGE(), metadata=ADMIN)
    assert purged.purged >= len(listed)
    assert await dead() == []


async def test_jobs_that_are_not_over_cannot_be_purged(ingest: ingest_pb2_grpc.IngestServiceStub) -> None:
    failure = await refusal(ingest.PurgeJobs(PURGE(state=ingest_pb2.JOB_STATE_RUNNING), metadata=ADMIN))
    assert (failure.code, failure.reason) == (StatusCode.FAILED_PRECONDITION, "JOB_NOT_OVER")


async def test_purging_needs_the_admins_token(ingest: ingest_pb2_grpc.IngestServiceStub) -> None:
    assert (await refusal(ingest.PurgeJobs(PURGE()))).code is StatusCode.UNAUTHENTICATED
