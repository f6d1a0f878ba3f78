from grpc import StatusCode
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from support.ingest import ADMIN, PlayedCatalog, refused_stream

WATCH = ingest_pb2.WatchJobRequest
IMPORT = ingest_pb2.ImportCatalogRequest


async def test_who_watches_an_import_twice_hears_all_its_faults_twice(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    requests = [
        each for n in range(300) for each in (IMPORT(file=IMPORT.File(name=f"{n}.json")), IMPORT(chunk=b"not JSON"))
    ]
    job_id = (await ingest.ImportCatalog(iter(requests), metadata=ADMIN)).job_id
    for _ in range(2):
        told = [each async for each in ingest.WatchJob(WATCH(job_id=job_id), timeout=30, metadata=ADMIN)]
        assert sorted(fault.file for each in told for fault in each.faults) == sorted(f"{n}.json" for n in range(300))
        assert (told[-1].state, told[-1].files_done) == (ingest_pb2.JOB_STATE_FAILED, 300)


async def test_an_unknown_job_is_not_found(ingest: ingest_pb2_grpc.IngestServiceStub) -> None:
    failure = await refused_stream(ingest.WatchJob(WATCH(job_id="none"), timeout=20, metadata=ADMIN))
    assert (failure.code, failure.reason) == (StatusCode.NOT_FOUND, "JOB_UNKNOWN")


async def test_watching_needs_the_admins_token(ingest: ingest_pb2_grpc.IngestServiceStub) -> None:
    assert (await refused_stream(ingest.WatchJob(WATCH(job_id="x"), timeout=20))).code is StatusCode.UNAUTHENTICATED
