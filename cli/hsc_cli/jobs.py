"""Following a job to its end, over broken connections; and why it failed."""

import asyncio
from collections.abc import AsyncIterator

from grpc import StatusCode
from hsc.ingest.v1 import ingest_pb2
from hsc_rpc.errors import Failure

from hsc_cli.client import IMPORT_S, QUICK_S, Client
from hsc_cli.failures import failures_of_calls

RECONNECTS = 5


async def watch_job(client: Client, job_id: str) -> AsyncIterator[ingest_pb2.WatchJobResponse]:
    """Yield a job's progress until it is over; each fault once, although a new watch tells all of them again."""
    told: set[bytes] = set()
    for attempt in range(RECONNECTS + 1):
        try:
            with failures_of_calls(client.place.address):
                watch = client.ingest.WatchJob(
                    ingest_pb2.WatchJobRequest(job_id=job_id), timeout=IMPORT_S, metadata=client.as_admin()
                )
                async for response in watch:
                    fresh = [f for f in response.faults if f.SerializeToString(deterministic=True) not in told]
                    told.update(f.SerializeToString(deterministic=True) for f in fresh)
                    del response.faults[:]
                    response.faults.extend(fresh)
                    yield response
            return
        except Failure as failure:
            if failure.code is not StatusCode.UNAVAILABLE or attempt == RECONNECTS:
                raise
        await asyncio.sleep(0.2 * 2**attempt)


async def why_failed(client: Client, job_id: str) -> str:
    """Return what a failed job says of itself, empty where it is not among the newest."""
    listed = await client.ingest.ListJobs(
        ingest_pb2.ListJobsRequest(state=ingest_pb2.JOB_STATE_FAILED), timeout=QUICK_S, metadata=client.as_admin()
    )
    return next((job.error for job in listed.jobs if job.job_id == job_id), "")
