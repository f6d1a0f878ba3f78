from typing import Any

from grpc import StatusCode
from hsc.catalog.v1 import catalog_pb2 as pb
from support.catalog import Replica, product, refusal


async def context(catalog: Replica, product_id: str) -> pb.GetProductContextResponse:
    return await catalog.stub.GetProductContext(pb.GetProductContextRequest(product_id=product_id))


def relates(*said: tuple[str, str, str]) -> Any:
    return [pb.Relationship(type=type_, target_id=target, label=label) for type_, target, label in said]


async def test_a_product_stands_beside_its_brand_and_its_related_products(catalog: Replica) -> None:
    brand = pb.Brand(
        brand_id="roland",
        name="Roland",
        hq="Hamamatsu",
        founded="1972",
        website="https://roland.example",
        logo_url="/roland.png",
        description="Instruments.",
    )
    await catalog.apply(
        product("td-17", relationships=relates(("successor", "td-27", "Next"), ("accessory", "stand", "Stand"))),
        product("td-27"),
        product("stand"),
        brand=brand,
    )
    told = await context(catalog, "td-17")
    assert told.product.product_id == "td-17"
    assert told.brand == brand
    assert [(each.type, each.label, each.product.product_id) for each in told.related] == [
        ("successor", "Next", "td-27"),
        ("accessory", "Stand", "stand"),
    ]


async def test_a_relation_to_an_unknown_product_waits_until_it_exists(catalog: Replica) -> None:
    await catalog.apply(product("td-17", relationships=relates(("bundle", "lamp", "Lamp"))))
    assert not (await context(catalog, "td-17")).related
    await catalog.apply(product("lamp"), brand=pb.Brand(brand_id="lampmaker", name="Lampmaker"))
    (related,) = (await context(catalog, "td-17")).related
    assert (related.product.product_id, related.product.brand_name) == ("lamp", "Lampmaker")


async def test_a_related_product_that_is_removed_is_left_out(catalog: Replica) -> None:
    await catalog.apply(product("lamp"), brand=pb.Brand(brand_id="lampmaker"))
    await catalog.apply(product("td-17", relationships=relates(("bundle", "lamp", ""))))
    await catalog.apply(brand=pb.Brand(brand_id="lampmaker"), mode=pb.IMPORT_MODE_REPLACE)
    assert not (await context(catalog, "td-17")).related


async def test_an_unknown_product_is_not_found(catalog: Replica) -> None:
    failure = await refusal(context(catalog, "td-99"))
    assert (failure.code, failure.reason) == (StatusCode.NOT_FOUND, "PRODUCT_UNKNOWN")
