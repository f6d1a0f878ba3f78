from grpc import StatusCode
from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from support.ingest import PlayedCatalog, document, refusal, until_final
from support.pdf import make_pdf
from support.web import Web

PREFETCH = ingest_pb2.PrefetchManualRequest
LIST = ingest_pb2.ListManualsRequest


async def test_the_manuals_of_a_product_are_listed_the_preferred_first(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    english = web.page("/en.pdf", make_pdf(["Hold the button until the lamp goes out."], title="Owner's Manual"))
    french = web.page("/fr.pdf", make_pdf(["Maintenez le bouton jusqu'à ce que le voyant s'éteigne."]))
    quick = web.page("/quick.pdf", make_pdf(["Connect the power, then switch the unit on."]))
    catalog.add(
        "p/list",
        document("d/quick", quick, role=catalog_pb2.DOCUMENT_ROLE_QUICK_START, language="fr"),
        document("d/en", english, language="en"),
        document("d/fr", french, language="fr"),
    )
    await ingest.PrefetchManual(PREFETCH(product_id="p/list"))
    await until_final(ingest, "p/list")

    listed = (await ingest.ListManuals(LIST(product_id="p/list", language="fr"))).manuals
    assert [manual.document_id for manual in listed] == ["d/fr", "d/en", "d/quick"]
    owners = listed[1]
    assert (owners.product_id, owners.role) == ("p/list", catalog_pb2.DOCUMENT_ROLE_OWNERS)
    assert (owners.title, owners.pages, owners.revision) == ("Owner's Manual", 1, 1)
    assert (owners.source_url, owners.content_type) == (english, "application/pdf")
    assert owners.manual_id == owners.sha256
    assert owners.fetched_at.seconds


async def test_what_is_not_read_yet_is_not_listed(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    catalog.add("p/unread", document("d/unread", web.page("/unread.pdf", b"")))
    assert not (await ingest.ListManuals(LIST(product_id="p/unread"))).manuals


async def test_a_document_the_catalogue_dropped_is_no_longer_listed_and_still_readable(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    old = document("d/old", web.page("/old.pdf", make_pdf(["The first edition of this manual."])))
    new = document("d/new", web.page("/new.pdf", make_pdf(["The second edition of this manual."])))
    listed = []
    for edition in (old, new):
        catalog.add("p/editions", edition)
        await ingest.PrefetchManual(PREFETCH(product_id="p/editions"))
        await until_final(ingest, "p/editions")
        listed.append((await ingest.ListManuals(LIST(product_id="p/editions"))).manuals)
    assert [[manual.document_id for manual in manuals] for manuals in listed] == [["d/old"], ["d/new"]]
    first = ingest_pb2.GetManualRequest(manual_id=listed[0][0].manual_id)
    assert (await ingest.GetManual(first)).manual.document_id == "d/old"


async def test_an_unknown_product_is_not_found(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    failure = await refusal(ingest.ListManuals(LIST(product_id="p/none")))
    assert (failure.code, failure.reason) == (StatusCode.NOT_FOUND, "PRODUCT_UNKNOWN")
