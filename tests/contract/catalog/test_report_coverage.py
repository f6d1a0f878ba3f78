from grpc import StatusCode
from hsc.catalog.v1 import catalog_pb2 as pb
from hsc.ingest.v1 import ingest_pb2
from support.catalog import House, Replica, pdf, product, refusal


async def report(catalog: Replica, brand_id: str = "") -> list[tuple[str, int, int, int, int, int]]:
    rows = catalog.stub.ReportCoverage(pb.ReportCoverageRequest(brand_id=brand_id))
    return [
        (row.brand_name, row.products, row.with_document, row.reachable, row.read, row.missing) async for row in rows
    ]


def state(product_id: str, state: int, *, reachable: bool) -> ingest_pb2.ListDocumentStatesResponse:
    return ingest_pb2.ListDocumentStatesResponse(
        product_id=product_id, document_id="d", state=ingest_pb2.ManualState.ValueType(state), reachable=reachable
    )


def asked(product_id: str, times: int) -> ingest_pb2.ListDocumentStatesResponse:
    return ingest_pb2.ListDocumentStatesResponse(product_id=product_id, asked=times)


async def fill(catalog: Replica) -> None:
    await catalog.apply(
        product("a", documents=[pdf("https://r.example/a.pdf")]),
        product("b", documents=[pdf("https://r.example/b.pdf")]),
        product("c"),
        product("d"),
    )
    await catalog.attach("c", "upload:0123")
    await catalog.apply(brand=pb.Brand(brand_id="empty", name="Empty"))


async def test_each_brand_is_counted(house: House, catalog: Replica) -> None:
    await fill(catalog)
    house.ingest.states = [
        state("a", ingest_pb2.MANUAL_STATE_READY, reachable=True),
        state("a", ingest_pb2.MANUAL_STATE_FAILED, reachable=False),
        state("b", ingest_pb2.MANUAL_STATE_FAILED, reachable=True),
        state("gone", ingest_pb2.MANUAL_STATE_READY, reachable=True),
    ]
    assert await report(catalog) == [("Empty", 0, 0, 0, 0, 0), ("Roland", 4, 3, 2, 1, 1)]


async def test_what_is_asked_about_most_comes_first_with_the_products_that_lack_a_document(
    house: House, catalog: Replica
) -> None:
    await fill(catalog)
    await catalog.apply(product("e"), product("f"), brand=pb.Brand(brand_id="boss", name="Boss"))
    house.ingest.states = [asked("a", 5), asked("d", 1), asked("e", 3), asked("f", 4), asked("gone", 9)]
    rows = [row async for row in catalog.stub.ReportCoverage(pb.ReportCoverageRequest())]
    assert [(row.brand_name, row.asked) for row in rows] == [("Boss", 7), ("Roland", 6), ("Empty", 0)]
    assert [[(each.product_id, each.asked) for each in row.wanted] for row in rows] == [
        [("f", 4), ("e", 3)],
        [("d", 1)],
        [],
    ]


async def test_one_brand_may_be_asked_for(catalog: Replica) -> None:
    await fill(catalog)
    assert await report(catalog, "roland") == [("Roland", 4, 3, 0, 0, 1)]


async def test_an_unknown_brand_is_not_found(catalog: Replica) -> None:
    await fill(catalog)
    failure = await refusal(report(catalog, "rolnad"))
    assert (failure.code, failure.reason) == (StatusCode.NOT_FOUND, "BRAND_UNKNOWN")


async def test_without_ingest_it_says_so_instead_of_counting_nothing(house: House) -> None:
    house.ingest_address = "127.0.0.1:1"
    async with house.replica() as catalog:
        await fill(catalog)
        failure = await refusal(report(catalog))
        assert failure.code is StatusCode.UNAVAILABLE
        assert failure.retry_after_s
