import asyncio

from grpc import StatusCode, aio
from hsc.catalog.v1 import catalog_pb2 as pb
from support.catalog import House, Replica, pdf, product, refusal
from support.postgres import Postgres
from support.wait import until


async def test_a_product_is_told_with_its_brand_and_its_documents(catalog: Replica) -> None:
    await catalog.apply(
        product(
            "td-17",
            "Roland TD-17",
            category="Drums",
            sku="87-TD17",
            url="https://shop.example/td-17",
            production_country="Malaysia",
            image_url="/img/td-17.webp",
            documents=[pdf("https://roland.example/td-17.pdf", language="en", backup_url="https://b.example/td-17")],
        )
    )
    told = await catalog.product("td-17")
    assert (told.name, told.brand_id, told.brand_name, told.category) == ("Roland TD-17", "roland", "Roland", "Drums")
    assert (told.sku, told.url, told.production_country) == ("87-TD17", "https://shop.example/td-17", "Malaysia")
    assert told.image_url == "/img/td-17.webp"
    (document,) = told.documents
    assert (document.url, document.backup_url) == ("https://roland.example/td-17.pdf", "https://b.example/td-17")
    assert (document.type, document.role) == (pb.DOCUMENT_TYPE_PDF, pb.DOCUMENT_ROLE_OWNERS)
    assert document.language == "en"
    assert document.document_id


async def test_what_is_unknown_of_a_product_is_absent(catalog: Replica) -> None:
    await catalog.apply(product("td-17"))
    told = await catalog.product("td-17")
    assert not told.HasField("category")
    assert not told.HasField("sku")


async def test_a_document_keeps_its_id_through_imports(catalog: Replica) -> None:
    await catalog.apply(product("td-17", documents=[pdf("https://roland.example/a.pdf")]))
    (before,) = (await catalog.product("td-17")).documents
    await catalog.apply(
        product("td-17", documents=[pdf("https://x.example/b.pdf"), pdf("https://roland.example/a.pdf")])
    )
    after = (await catalog.product("td-17")).documents
    assert [document.document_id == before.document_id for document in after] == [False, True]


async def test_ids_may_hold_slashes_ampersands_pluses_and_spaces(catalog: Replica) -> None:
    await catalog.apply(product("a/b & c+d é"))
    assert (await catalog.product("a/b & c+d é")).product_id == "a/b & c+d é"


async def test_an_unknown_product_is_not_found(catalog: Replica) -> None:
    failure = await refusal(catalog.product("td-99"))
    assert (failure.code, failure.reason) == (StatusCode.NOT_FOUND, "PRODUCT_UNKNOWN")


async def test_an_id_that_cannot_be_stored_is_refused(catalog: Replica) -> None:
    assert (await refusal(catalog.product("td\0-17"))).code is StatusCode.INVALID_ARGUMENT


async def test_a_brand_without_a_name_goes_by_its_id(catalog: Replica) -> None:
    await catalog.apply(product("x"), brand=pb.Brand(brand_id="noname"))
    assert (await catalog.product("x")).brand_name == "noname"


async def test_while_the_database_is_away_what_was_read_is_told_again(
    house: House, catalog: Replica, postgres_server: Postgres
) -> None:
    await catalog.apply(product("td-17"), product("td-27"))
    before = await catalog.product("td-17")
    with postgres_server.away(house.database_url):
        known, failure = await asyncio.gather(catalog.product("td-17"), refusal(catalog.product("td-27")))
    assert known == before
    assert (failure.code, failure.reason) == (StatusCode.UNAVAILABLE, "DATABASE_UNAVAILABLE")
    assert failure.retry_after_s

    async def applied() -> bool:
        try:
            await catalog.apply(product("td-17", "New name"))
        except aio.AioRpcError as error:
            return error.code() is not StatusCode.UNAVAILABLE
        return True

    async def renewed() -> bool:
        return (await catalog.product("td-17")).name == "New name"

    await until(applied)
    await until(renewed)
