"""A maker's site is looked around for a manual, and what is found is proposed to a person."""

import pytest
from grpc import StatusCode
from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from support.ingest import ADMIN, PlayedCatalog, document, refusal
from support.pdf import make_pdf
from support.web import Web

PROPOSE = ingest_pb2.ProposeDocumentsRequest
PDF = make_pdf(["The manual itself."])


def page(*links: tuple[str, str]) -> bytes:
    return b"<html><body>" + b"".join(b"<a href='%b'>%b</a>" % (u.encode(), t.encode()) for u, t in links) + b"</body>"


@pytest.fixture
def site(makers_site: Web) -> Web:
    """Emptied before each test."""
    makers_site.seen.clear()
    makers_site._answers.clear()
    return makers_site


async def proposed(stub: ingest_pb2_grpc.IngestServiceStub, product_id: str) -> list[ingest_pb2.ProposedDocument]:
    return list((await stub.ProposeDocuments(PROPOSE(product_id=product_id), metadata=ADMIN, timeout=60)).documents)


async def test_the_manuals_on_a_products_page_are_proposed_the_likeliest_first_and_none_is_attached(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, site: Web
) -> None:
    catalog.add("p/tarn", name="Larkdon Tarn 16", brand="Larkdon")
    at = site.page(
        "/products/tarn-16",
        page(
            ("/files/quick.pdf", "Quick Start Guide"),
            ("/files/tarn16_de.pdf", "Tarn 16 Bedienungsanleitung"),
            ("/files/tarn16_en.pdf", "Tarn 16 Owner's Manual"),
            ("/files/ce.pdf", "Declaration of Conformity"),
            ("http://elsewhere.example/tarn16.pdf", "Tarn 16 Owner's Manual"),
        ),
    )
    found = await proposed(ingest, "p/tarn")
    assert [each.url for each in found] == [
        site.url(f"/files/{name}") for name in ("tarn16_en.pdf", "tarn16_de.pdf", "quick.pdf")
    ]
    best = found[0]
    assert (best.title, best.role, best.type) == (
        "Tarn 16 Owner's Manual",
        catalog_pb2.DOCUMENT_ROLE_OWNERS,
        catalog_pb2.DOCUMENT_TYPE_PDF,
    )
    assert (best.language, best.source) == ("en", at)
    assert catalog.products["p/tarn"] == []


async def test_a_search_leads_over_the_products_page_to_its_downloads(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, site: Web
) -> None:
    catalog.add("p/x", name="Larkdon Vireo 61", brand="Larkdon")
    site.page("/search?q=Vireo%2061", page(("/shop/vireo-61-black", "Vireo 61"), ("/shop/vireo-49", "Vireo 49")))
    site.page("/shop/vireo-61-black", page(("/get?id=3", "User manual (PDF)"), ("/news", "News")))
    site.page("/get?id=3", PDF)
    (one,) = await proposed(ingest, "p/x")
    assert (one.url, one.source) == (site.url("/get?id=3"), site.url("/shop/vireo-61-black"))
    assert {request.path for request in site.seen}.isdisjoint({"/shop/vireo-49", "/news"})


async def test_the_manual_of_another_model_is_never_proposed(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, site: Web
) -> None:
    catalog.add("p/other", name="Larkdon LD-17", brand="Larkdon")
    # The site does not know it, and shows its home page.
    site.redirect("/products/ld-17", site.page("/", page(("/ld-170.pdf", "LD-170 manual"), ("/m.pdf", "Manual"))))
    site.page("/search?q=LD-17", page(("/ld-27.pdf", "LD-27 Owner's Manual")))
    assert await proposed(ingest, "p/other") == []


async def test_what_the_product_has_already_is_not_proposed(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, site: Web
) -> None:
    url = site.url("/files/tarn16.pdf")
    catalog.add("p/has", document("d/has", url), name="Larkdon Tarn 16", brand="Larkdon")
    site.page("/products/tarn-16", page((url, "Tarn 16 Owner's Manual")))
    assert await proposed(ingest, "p/has") == []


async def test_a_site_of_endless_pages_is_left_after_a_dozen_requests(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, site: Web
) -> None:
    catalog.add("p/maze", name="Larkdon Tarn 16", brand="Larkdon")
    links = [(f"/tarn-16/manuals/{n}", "Tarn 16 manual") for n in range(50)]
    site.page("/products/tarn-16", page(*links))
    for url, _ in links:
        site.page(url, page(*links))
    assert len(await proposed(ingest, "p/maze")) <= 20
    assert len(site.seen) <= 12


async def test_a_brand_without_a_rule_has_no_proposals(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, site: Web
) -> None:
    catalog.add("p/nobody", name="Nobody 1", brand="Nobody")
    assert await proposed(ingest, "p/nobody") == []
    assert site.seen == []


async def test_an_unknown_product_is_not_found(stub: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog) -> None:
    failure = await refusal(stub.ProposeDocuments(PROPOSE(product_id="p/none"), metadata=ADMIN))
    assert (failure.code, failure.reason) == (StatusCode.NOT_FOUND, "PRODUCT_UNKNOWN")


async def test_looking_needs_the_admins_token(stub: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog) -> None:
    failure = await refusal(stub.ProposeDocuments(PROPOSE(product_id="p/none")))
    assert failure.code is StatusCode.UNAUTHENTICATED
