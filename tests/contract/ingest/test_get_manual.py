from grpc import StatusCode
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from support.ingest import PlayedCatalog, document, refusal, until_final
from support.pdf import make_pdf
from support.web import Web

GET = ingest_pb2.GetManualRequest


async def test_a_changed_document_is_a_new_revision_and_the_old_one_stays(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    ids = []
    for edition, text in enumerate(("Turn the dial to the left.", "Turn the dial to the right."), 1):
        catalog.add("p/revised", document("d/revised", web.page(f"/v{edition}.pdf", make_pdf([text]))))
        await ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id="p/revised"))
        ids.append((await until_final(ingest, "p/revised"))["d/revised"].manual_id)
    manuals = [(await ingest.GetManual(GET(manual_id=each))).manual for each in ids]
    assert [manual.revision for manual in manuals] == [1, 2]
    assert {manual.document_id for manual in manuals} == {"d/revised"}
    assert ids[0] != ids[1]


async def test_an_unknown_manual_is_not_found(ingest: ingest_pb2_grpc.IngestServiceStub) -> None:
    failure = await refusal(ingest.GetManual(GET(manual_id="0" * 64)))
    assert (failure.code, failure.reason) == (StatusCode.NOT_FOUND, "MANUAL_UNKNOWN")
