import pytest
from grpc import StatusCode
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from support.ingest import ADMIN, PlayedCatalog, document, refusal, until_final
from support.pdf import make_pdf
from support.wait import until
from support.web import Web

LIST = ingest_pb2.ListJobsRequest


async def read_one_of_three(ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web) -> str:
    """Has three documents of a product read, of which one is there; returns the product's id."""
    product_id = f"p/jobs{web.port}"
    documents = [document(f"{product_id}/{n}", web.url(f"/{n}.pdf")) for n in range(3)]
    web.page("/0.pdf", make_pdf(["The only manual that is there."]))
    catalog.add(product_id, *documents)
    await ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id=product_id))
    await until_final(ingest, product_id)
    return product_id


async def jobs_of(
    ingest: ingest_pb2_grpc.IngestServiceStub,
    product_id: str,
    *,
    page_size: int = 0,
    state: ingest_pb2.JobState.ValueType = ingest_pb2.JOB_STATE_UNSPECIFIED,
) -> list[ingest_pb2.Job]:
    found: list[ingest_pb2.Job] = []
    token = ""
    while True:
        answer = await ingest.ListJobs(LIST(page_token=token, page_size=page_size, state=state), metadata=ADMIN)
        found += [job for job in answer.jobs if job.subject.startswith(product_id)]
        token = answer.next_page_token
        if not token:
            return found


async def test_jobs_are_listed_newest_first_whatever_the_page_size(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    product_id = await read_one_of_three(ingest, catalog, web)
    whole = await jobs_of(ingest, product_id)
    assert {job.subject for job in whole} == {f"{product_id}/{n}" for n in range(3)}
    assert [job.job_id for job in await jobs_of(ingest, product_id, page_size=2)] == [job.job_id for job in whole]
    created = [job.created_at.ToNanoseconds() for job in whole]
    assert created == sorted(created, reverse=True)
    assert {job.kind for job in whole} == {"read"}


async def test_dead_letters_are_listed_with_what_went_wrong(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    product_id = await read_one_of_three(ingest, catalog, web)

    async def both_failed() -> bool:
        return len(await jobs_of(ingest, product_id, state=ingest_pb2.JOB_STATE_FAILED)) == 2

    await until(both_failed)
    failed = await jobs_of(ingest, product_id, state=ingest_pb2.JOB_STATE_FAILED)
    assert {job.subject[-1] for job in failed} == {"1", "2"}
    assert all("NOT_FOUND" in job.error and job.attempts == 1 for job in failed)


@pytest.mark.parametrize("request_", [LIST(page_size=-1), LIST(page_token="mine"), LIST(page_token="W10")])
async def test_a_size_below_zero_and_a_token_nobody_gave_are_invalid(
    ingest: ingest_pb2_grpc.IngestServiceStub, request_: LIST
) -> None:
    failure = await refusal(ingest.ListJobs(request_, metadata=ADMIN))
    assert failure.code is StatusCode.INVALID_ARGUMENT
    assert failure.violations


async def test_listing_needs_the_admins_token(ingest: ingest_pb2_grpc.IngestServiceStub) -> None:
    assert (await refusal(ingest.ListJobs(LIST()))).code is StatusCode.UNAUTHENTICATED
