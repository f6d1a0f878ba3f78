"""A text that PostgreSQL cannot hold, one with the character NUL, is the caller's fault and not the service's."""

from collections.abc import Callable
from typing import Any

import pytest
from grpc import StatusCode
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from support.ingest import ADMIN, refusal

NUL = "a\0b"

Call = Callable[[ingest_pb2_grpc.IngestServiceStub], Any]
CALLS: dict[str, Call] = {
    "ListManuals": lambda stub: stub.ListManuals(ingest_pb2.ListManualsRequest(product_id=NUL)),
    "GetManual": lambda stub: stub.GetManual(ingest_pb2.GetManualRequest(manual_id=NUL)),
    "ListPassages": lambda stub: stub.ListPassages(ingest_pb2.ListPassagesRequest(manual_id=NUL)).read(),
    "DownloadManual": lambda stub: stub.DownloadManual(ingest_pb2.DownloadManualRequest(manual_id=NUL)).read(),
    "RetryJob": lambda stub: stub.RetryJob(ingest_pb2.RetryJobRequest(job_id=NUL), metadata=ADMIN),
    "WatchJob": lambda stub: stub.WatchJob(ingest_pb2.WatchJobRequest(job_id=NUL), metadata=ADMIN).read(),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_it_is_refused_as_invalid(ingest: ingest_pb2_grpc.IngestServiceStub, call: Call) -> None:
    failure = await refusal(call(ingest))
    assert (failure.code, failure.reason) == (StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
