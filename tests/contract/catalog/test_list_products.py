import pytest
from hsc.catalog.v1 import catalog_pb2 as pb
from hsc_rpc import pages
from support.catalog import Replica, product, refusal, violated


async def listed(catalog: Replica, **filters: str) -> list[str]:
    """The ids of all pages of two."""
    ids: list[str] = []
    token = ""
    while True:
        request = pb.ListProductsRequest(page_size=2, page_token=token, **filters)
        page = await catalog.stub.ListProducts(request)
        assert 0 < len(page.products) <= 2
        ids += [each.product_id for each in page.products]
        token = page.next_page_token
        if not token:
            return ids


@pytest.fixture
async def filled(catalog: Replica) -> Replica:
    await catalog.apply(
        product("c", category="Drums"), product("a", category="Drums"), product("B"), product("e", category="Keys")
    )
    await catalog.apply(product("d", category="Keys"), brand=pb.Brand(brand_id="nord"))
    return catalog


async def test_pages_hold_every_product_once_in_the_order_of_ids(filled: Replica) -> None:
    assert await listed(filled) == ["B", "a", "c", "d", "e"]


async def test_a_brand_and_a_category_filter(filled: Replica) -> None:
    assert await listed(filled, brand_id="nord") == ["d"]
    assert await listed(filled, category="Keys") == ["d", "e"]
    assert await listed(filled, brand_id="roland", category="Keys") == ["e"]


async def test_products_that_come_and_go_shift_no_page(filled: Replica) -> None:
    first = await filled.stub.ListProducts(pb.ListProductsRequest(page_size=2))
    await filled.apply(product("A"), product("b"))
    request = pb.ListProductsRequest(page_size=10, page_token=first.next_page_token)
    rest = await filled.stub.ListProducts(request)
    assert [each.product_id for each in rest.products] == ["b", "c", "d", "e"]


async def test_an_empty_list_is_one_empty_page(catalog: Replica) -> None:
    page = await catalog.stub.ListProducts(pb.ListProductsRequest())
    assert not page.products
    assert page.next_page_token == ""


async def test_no_page_size_is_fifty_and_the_most_is_a_thousand(catalog: Replica) -> None:
    await catalog.apply(*(product(f"{number:04}") for number in range(1001)))
    for asked, given in ((0, 50), (5000, 1000)):
        page = await catalog.stub.ListProducts(pb.ListProductsRequest(page_size=asked))
        assert len(page.products) == given
        assert page.next_page_token


async def test_a_negative_page_size_is_refused(catalog: Replica) -> None:
    assert violated(await refusal(catalog.stub.ListProducts(pb.ListProductsRequest(page_size=-1)))) == ["page_size"]


@pytest.mark.parametrize("token", ["made up", pages.token("nord", "", "a"), pages.token("a"), pages.token("", "", 7)])
async def test_a_token_that_this_list_did_not_give_is_refused(filled: Replica, token: str) -> None:
    failure = await refusal(filled.stub.ListProducts(pb.ListProductsRequest(page_token=token)))
    assert violated(failure) == ["page_token"]
