import pytest
from grpc.aio import AioRpcError
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from support.ingest import PlayedCatalog, document, until_final
from support.pdf import make_pdf
from support.web import Web


async def test_each_document_that_was_asked_for_is_told_with_its_state(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    read = document("d/states/read", web.page("/read.pdf", make_pdf(["This one can be read."])))
    picture = document("d/states/picture", web.page("/picture.pdf", b"\x89PNG\r\n\x1a\n"))
    gone = document("d/states/gone", web.url("/gone.pdf"))
    catalog.add("p/states", read, picture, gone)
    await ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id="p/states"))
    await until_final(ingest, "p/states")
    stream = ingest.ListDocumentStates(ingest_pb2.ListDocumentStatesRequest(), timeout=20)
    told = {each.document_id: each async for each in stream if each.product_id == "p/states"}
    assert {key: (each.state, each.reachable) for key, each in told.items()} == {
        "d/states/read": (ingest_pb2.MANUAL_STATE_READY, True),
        "d/states/picture": (ingest_pb2.MANUAL_STATE_FAILED, True),
        "d/states/gone": (ingest_pb2.MANUAL_STATE_FAILED, False),
    }


async def test_each_question_about_a_product_is_counted_though_it_has_no_document(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    catalog.add("p/states/asked")
    for _ in range(2):
        await ingest.ListManuals(ingest_pb2.ListManualsRequest(product_id="p/states/asked", for_question=True))
    await ingest.ListManuals(ingest_pb2.ListManualsRequest(product_id="p/states/asked"))  # a look is no question
    with pytest.raises(AioRpcError):
        await ingest.ListManuals(ingest_pb2.ListManualsRequest(product_id="p/states/unknown", for_question=True))
    stream = ingest.ListDocumentStates(ingest_pb2.ListDocumentStatesRequest(), timeout=20)
    asked = {each.product_id: each.asked async for each in stream if not each.document_id}
    assert (asked["p/states/asked"], asked.get("p/states/unknown")) == (2, None)
