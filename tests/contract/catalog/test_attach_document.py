import pytest
from grpc import StatusCode
from hsc.catalog.v1 import catalog_pb2 as pb
from support.catalog import Replica, pdf, product, refusal, violated

PDF_URL = "https://roland.example/td-17.pdf"


@pytest.fixture
async def filled(catalog: Replica) -> Replica:
    await catalog.apply(product("td-17"))
    return catalog


async def test_a_product_without_a_manual_gets_one(filled: Replica) -> None:
    document = await filled.attach(
        "td-17", PDF_URL, type=pb.DOCUMENT_TYPE_PDF, role=pb.DOCUMENT_ROLE_QUICK_START, language="he"
    )
    assert document.document_id
    assert list((await filled.product("td-17")).documents) == [document]


async def test_what_goes_without_saying_need_not_be_said(filled: Replica) -> None:
    page = await filled.attach("td-17", "https://roland.example/manual.HTML?x=1")
    file = await filled.attach("td-17", "upload:0123")
    assert (page.type, page.role) == (pb.DOCUMENT_TYPE_HTML, pb.DOCUMENT_ROLE_OWNERS)
    assert file.type == pb.DOCUMENT_TYPE_PDF


async def test_attaching_again_changes_the_document_and_adds_none(filled: Replica) -> None:
    first = await filled.attach("td-17", PDF_URL)
    again = await filled.attach("td-17", PDF_URL, language="de", role=pb.DOCUMENT_ROLE_SERVICE)
    assert again.document_id == first.document_id
    assert list((await filled.product("td-17")).documents) == [again]


async def test_what_a_person_says_of_a_document_of_the_catalogue_holds(catalog: Replica) -> None:
    await catalog.apply(product("td-17", documents=[pdf(PDF_URL), pdf("https://roland.example/other.pdf")]))
    said = await catalog.attach("td-17", PDF_URL, role=pb.DOCUMENT_ROLE_REFERENCE)
    documents = (await catalog.product("td-17")).documents
    assert documents[0] == said
    assert len(documents) == 2


async def test_the_same_attachment_twice_is_no_change(filled: Replica) -> None:
    await filled.attach("td-17", PDF_URL)
    before = (await filled.apply()).revision
    await filled.attach("td-17", PDF_URL)
    assert (await filled.apply()).revision == before


async def test_an_unknown_product_is_not_found(filled: Replica) -> None:
    failure = await refusal(filled.attach("td-99", PDF_URL))
    assert (failure.code, failure.reason) == (StatusCode.NOT_FOUND, "PRODUCT_UNKNOWN")


@pytest.mark.parametrize(
    "url", ["", "roland.pdf", "javascript:alert(1)", "ftp://roland.example/a.pdf", "http://", "http://["]
)
async def test_an_address_that_nobody_could_fetch_is_refused(filled: Replica, url: str) -> None:
    assert violated(await refusal(filled.attach("td-17", url))) == ["url"]


async def test_a_product_takes_a_bounded_number_of_them(filled: Replica) -> None:
    for number in range(50):
        await filled.attach("td-17", f"https://roland.example/{number}.pdf")
    failure = await refusal(filled.attach("td-17", PDF_URL))
    assert (failure.code, failure.reason) == (StatusCode.FAILED_PRECONDITION, "TOO_MANY_DOCUMENTS")


async def test_only_admins_may(filled: Replica) -> None:
    request = pb.AttachDocumentRequest(product_id="td-17", url=PDF_URL)
    assert (await refusal(filled.stub.AttachDocument(request))).code is StatusCode.UNAUTHENTICATED
