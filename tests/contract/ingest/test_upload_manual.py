from collections.abc import Iterator

import pytest
from grpc import StatusCode
from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from support.ingest import ADMIN, PlayedCatalog, refusal, until_final
from support.pdf import make_pdf

REQUEST = ingest_pb2.UploadManualRequest
BODY = make_pdf(["Only the maker has this manual, and now you.", "Keep it dry."])


def messages(
    product_id: str, body: bytes = BODY, chunk: int = 200, file_name: str = ""
) -> Iterator[ingest_pb2.UploadManualRequest]:
    header = REQUEST.Header(product_id=product_id, role=catalog_pb2.DOCUMENT_ROLE_SERVICE, language="en")
    header.file_name = file_name
    yield REQUEST(header=header)
    for start in range(0, len(body), chunk):
        yield REQUEST(chunk=body[start : start + chunk])


async def test_an_uploaded_manual_is_attached_and_read(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    catalog.add("p/upload")
    answer = await ingest.UploadManual(messages("p/upload"), metadata=ADMIN)
    (attached,) = catalog.products["p/upload"]
    assert (attached.url, attached.role) == (f"upload:{answer.manual_id}", catalog_pb2.DOCUMENT_ROLE_SERVICE)
    assert attached.document_id == answer.document_id

    last = (await until_final(ingest, "p/upload"))[answer.document_id]
    assert (last.state, last.manual_id) == (ingest_pb2.MANUAL_STATE_READY, answer.manual_id)
    stream = ingest.ListPassages(ingest_pb2.ListPassagesRequest(manual_id=answer.manual_id), timeout=20)
    assert "Only the maker" in " ".join([response.passage.text async for response in stream])


async def test_a_manual_that_does_not_name_itself_is_called_as_its_file_was(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    catalog.add("p/nameless")
    body = make_pdf(["Nowhere in here is there a title."], title="")
    answer = await ingest.UploadManual(
        messages("p/nameless", body, file_name="C:\\scans\\Larkdon Tarn.v2.pdf"), metadata=ADMIN
    )
    await until_final(ingest, "p/nameless")
    got = await ingest.GetManual(ingest_pb2.GetManualRequest(manual_id=answer.manual_id))
    assert got.manual.title == "Larkdon Tarn.v2"


async def test_uploading_the_same_manual_again_changes_nothing(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    catalog.add("p/again")
    first = await ingest.UploadManual(messages("p/again"), metadata=ADMIN)
    await until_final(ingest, "p/again")
    assert await ingest.UploadManual(messages("p/again"), metadata=ADMIN) == first
    assert len(catalog.products["p/again"]) == 1


@pytest.mark.parametrize(
    ("body", "reason"), [(b"", "EMPTY"), (b"\x89PNG\r\n\x1a\n", "NOT_A_MANUAL"), (b"hello", "NOT_A_MANUAL")]
)
async def test_what_is_no_manual_is_refused_before_anything_is_attached(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, body: bytes, reason: str
) -> None:
    catalog.add("p/picture")
    failure = await refusal(ingest.UploadManual(messages("p/picture", body), metadata=ADMIN))
    assert (failure.code, failure.reason) == (StatusCode.INVALID_ARGUMENT, reason)
    assert catalog.products["p/picture"] == []


async def test_an_unknown_product_is_not_found(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    failure = await refusal(ingest.UploadManual(messages("p/none"), metadata=ADMIN))
    assert (failure.code, failure.reason) == (StatusCode.NOT_FOUND, "PRODUCT_UNKNOWN")


@pytest.mark.parametrize("requests", [[], [REQUEST(chunk=b"%PDF-")]])
async def test_a_stream_without_its_header_is_invalid(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, requests: list[REQUEST]
) -> None:
    failure = await refusal(ingest.UploadManual(iter(requests), metadata=ADMIN))
    assert failure.code is StatusCode.INVALID_ARGUMENT
    assert failure.violations[0].field == "header"


async def test_uploading_needs_the_admins_token(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    catalog.add("p/closed")
    failure = await refusal(ingest.UploadManual(messages("p/closed")))
    assert failure.code is StatusCode.UNAUTHENTICATED
