from hsc.catalog.v1 import catalog_pb2 as pb
from hsc_rpc import pages
from support.catalog import Replica, refusal, violated


async def test_pages_hold_every_brand_once_in_the_order_of_ids(catalog: Replica) -> None:
    for brand_id in ("roland", "nord", "ampeg"):
        await catalog.apply(brand=pb.Brand(brand_id=brand_id, name=brand_id.title(), founded="1972"))
    first = await catalog.stub.ListBrands(pb.ListBrandsRequest(page_size=2))
    last = await catalog.stub.ListBrands(pb.ListBrandsRequest(page_size=2, page_token=first.next_page_token))
    assert [brand.name for brand in first.brands] == ["Ampeg", "Nord"]
    assert [brand.founded for brand in last.brands] == ["1972"]
    assert last.next_page_token == ""


async def test_a_token_of_another_list_is_refused(catalog: Replica) -> None:
    request = pb.ListBrandsRequest(page_token=pages.token("", "", "a"))
    assert violated(await refusal(catalog.stub.ListBrands(request))) == ["page_token"]
