from grpc import StatusCode
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc_rpc.errors import Failure
from support.ingest import ADMIN, PlayedCatalog, document, refusal, until_final
from support.pdf import make_pdf
from support.wait import until
from support.web import Web

IMPORT = ingest_pb2.ImportCatalogRequest
RETRY = ingest_pb2.RetryJobRequest


async def job_of(ingest: ingest_pb2_grpc.IngestServiceStub, subject: str, state: int) -> ingest_pb2.Job:
    async def found() -> ingest_pb2.Job | None:
        answer = await ingest.ListJobs(ingest_pb2.ListJobsRequest(page_size=1000), metadata=ADMIN)
        return next((job for job in answer.jobs if job.subject == subject and job.state == state), None)

    job = await until(found)
    assert job is not None
    return job


async def test_a_dead_letter_is_done_again_once_its_cause_is_gone(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    catalog.add("p/retry", document("d/retry", web.url("/retry.pdf")))
    await ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id="p/retry"))
    await until_final(ingest, "p/retry")
    dead = await job_of(ingest, "d/retry", ingest_pb2.JOB_STATE_FAILED)

    web.page("/retry.pdf", make_pdf(["Now the manual is where it should be."]))
    again = await ingest.RetryJob(RETRY(job_id=dead.job_id), metadata=ADMIN)
    assert again.job.state == ingest_pb2.JOB_STATE_QUEUED
    assert (await until_final(ingest, "p/retry"))["d/retry"].state == ingest_pb2.MANUAL_STATE_READY
    assert (await job_of(ingest, "d/retry", ingest_pb2.JOB_STATE_SUCCEEDED)).job_id == dead.job_id

    failure = await refusal(ingest.RetryJob(RETRY(job_id=dead.job_id), metadata=ADMIN))
    assert (failure.code, failure.reason) == (StatusCode.FAILED_PRECONDITION, "JOB_NOT_FAILED")


async def test_an_import_that_was_given_up_is_done_again_with_the_files_it_came_with(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    catalog.refuse = lambda _: Failure(StatusCode.UNAUTHENTICATED, "TOKEN_UNKNOWN", "who are you?")
    body = b'{"brand_identity": {"id": "acme"}, "products": [{"id": "a", "name": "A"}, {"id": "nameless"}]}'
    parts = [IMPORT(file=IMPORT.File(name="retried.json")), IMPORT(chunk=body)]
    job_id = (await ingest.ImportCatalog(iter(parts), metadata=ADMIN)).job_id
    watch = ingest_pb2.WatchJobRequest(job_id=job_id)
    told = [each async for each in ingest.WatchJob(watch, timeout=30, metadata=ADMIN)]
    assert told[-1].state == ingest_pb2.JOB_STATE_FAILED

    catalog.refuse = lambda _: None
    await ingest.RetryJob(RETRY(job_id=job_id), metadata=ADMIN)
    told = [each async for each in ingest.WatchJob(watch, timeout=30, metadata=ADMIN)]
    assert (told[-1].state, told[-1].added) == (ingest_pb2.JOB_STATE_SUCCEEDED, 1)
    assert [fault.product_id for each in told for fault in each.faults] == ["nameless"]


async def test_an_unknown_job_is_not_found(ingest: ingest_pb2_grpc.IngestServiceStub) -> None:
    failure = await refusal(ingest.RetryJob(RETRY(job_id="none"), metadata=ADMIN))
    assert (failure.code, failure.reason) == (StatusCode.NOT_FOUND, "JOB_UNKNOWN")


async def test_retrying_needs_the_admins_token(ingest: ingest_pb2_grpc.IngestServiceStub) -> None:
    assert (await refusal(ingest.RetryJob(RETRY(job_id="none")))).code is StatusCode.UNAUTHENTICATED
