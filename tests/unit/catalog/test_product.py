import pytest
from hsc_catalog.domain.product import Document, DocumentRole, DocumentType, all_documents, complete, url_fault

HTTPS = "https://roland.example/td-17.pdf"


def test_a_document_has_one_id_per_product_and_address() -> None:
    document = Document("", 0, 0, "", HTTPS)
    here, again = complete(document, "td-17"), complete(document, "td-17")
    assert here.document_id == again.document_id
    assert here.document_id != complete(document, "td-27").document_id


@pytest.mark.parametrize(
    ("url", "type_"),
    [(HTTPS, DocumentType.PDF), ("https://r.example/m.HTM?a=1", DocumentType.HTML), ("upload:01", DocumentType.PDF)],
)
def test_a_document_without_type_and_role_is_the_owners_manual(url: str, type_: DocumentType) -> None:
    document = complete(Document("", 0, 0, "", url), "td-17")
    assert (document.type, document.role) == (type_, DocumentRole.OWNERS)


@pytest.mark.parametrize("url", [HTTPS, "http://h/a", "file:///manuals/a.pdf", "upload:0123"])
def test_addresses_that_can_be_fetched(url: str) -> None:
    assert url_fault(url) is None


@pytest.mark.parametrize(
    "url", ["", "a.pdf", "//h/a.pdf", "javascript:x", "data:,x", "http://", "https:///a", "http://[1"]
)
def test_addresses_that_cannot(url: str) -> None:
    assert url_fault(url)


def test_what_a_person_attached_holds_over_the_catalogue_and_comes_after_it() -> None:
    first, second = Document("1", 1, 1, "", "a"), Document("2", 1, 1, "", "b")
    said, more = Document("1", 1, 3, "de", "a"), Document("3", 1, 1, "", "c")
    assert all_documents((first, second), (more, said)) == (said, second, more)
