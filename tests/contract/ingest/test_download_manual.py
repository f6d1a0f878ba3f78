import pytest
from grpc import StatusCode
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from support.ingest import PlayedCatalog, document, refused_stream, until_final
from support.pdf import make_pdf
from support.web import Web

DOWNLOAD = ingest_pb2.DownloadManualRequest
BODY = make_pdf(["A manual with a large picture in it, or what looks like one."]) + b"\n% " + b"p" * 150_000


@pytest.fixture
async def manual_id(ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web) -> str:
    catalog.add("p/big", document("d/big", web.page("/big.pdf", BODY)))
    await ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id="p/big"))
    return (await until_final(ingest, "p/big"))["d/big"].manual_id


@pytest.mark.parametrize("offset", [0, 1, 65_536, len(BODY) - 1, len(BODY)])
async def test_the_bytes_come_from_the_offset_on_in_small_chunks(
    ingest: ingest_pb2_grpc.IngestServiceStub, manual_id: str, offset: int
) -> None:
    request = DOWNLOAD(manual_id=manual_id, offset=offset)
    parts = [part async for part in ingest.DownloadManual(request, timeout=20)]
    assert b"".join(part.data for part in parts) == BODY[offset:]
    assert max(len(part.data) for part in parts) <= 65_536
    assert (parts[0].content_type, parts[0].size) == ("application/pdf", len(BODY))
    assert not any(part.size for part in parts[1:])


async def test_an_offset_beyond_the_end_is_invalid(ingest: ingest_pb2_grpc.IngestServiceStub, manual_id: str) -> None:
    request = DOWNLOAD(manual_id=manual_id, offset=len(BODY) + 1)
    failure = await refused_stream(ingest.DownloadManual(request, timeout=20))
    assert failure.code is StatusCode.INVALID_ARGUMENT
    assert failure.violations[0].field == "offset"


async def test_an_unknown_manual_is_not_found(ingest: ingest_pb2_grpc.IngestServiceStub) -> None:
    failure = await refused_stream(ingest.DownloadManual(DOWNLOAD(manual_id="../etc/passwd"), timeout=20))
    assert (failure.code, failure.reason) == (StatusCode.NOT_FOUND, "MANUAL_UNKNOWN")
