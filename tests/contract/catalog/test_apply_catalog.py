import asyncio
import json
from pathlib import Path

import pytest
from grpc import StatusCode
from hsc.audit.v1 import audit_pb2
from hsc.catalog.v1 import catalog_pb2 as pb
from support.catalog import ADMIN, House, Replica, pdf, product, refusal, violated

MERGE, REPLACE = pb.IMPORT_MODE_MERGE, pb.IMPORT_MODE_REPLACE
ROLAND = pb.Brand(brand_id="roland", name="Roland")


def counts(response: pb.ApplyCatalogResponse) -> tuple[int, int, int]:
    return response.added, response.updated, response.removed


async def test_the_same_catalogue_again_changes_nothing(catalog: Replica) -> None:
    said = [
        product("a", category="Drums", documents=[pdf("https://r.example/a.pdf"), pdf("https://r.example/b.html")]),
        product("b", relationships=[pb.Relationship(type="bundle", target_id="a", label="A")]),
    ]
    first = await catalog.apply(*said)
    assert (counts(first), first.revision) == ((2, 0, 0), 1)
    for mode in (MERGE, REPLACE):
        again = await catalog.apply(*said, mode=mode)
        assert (counts(again), again.revision) == ((0, 0, 0), 1)


async def test_one_change_set_is_one_revision_and_counts_what_changed(catalog: Replica) -> None:
    await catalog.apply(product("a"), product("b"), product("c"))
    response = await catalog.apply(product("a"), product("b", "New name"), product("d"), mode=REPLACE)
    assert (counts(response), response.revision) == ((1, 1, 1), 2)


async def test_merging_keeps_absent_fields_and_absent_products(catalog: Replica) -> None:
    await catalog.apply(
        product("a", category="Drums", sku="1", documents=[pdf("https://r.example/a.pdf")]), product("b")
    )
    await catalog.apply(pb.Product(product_id="a", sku="2"))
    told = await catalog.product("a")
    assert (told.name, told.category, told.sku, len(told.documents)) == ("Roland A", "Drums", "2", 1)
    assert await catalog.ids() == ["a", "b"]


async def test_an_empty_text_clears_a_field(catalog: Replica) -> None:
    await catalog.apply(product("a", category="Drums"))
    assert counts(await catalog.apply(pb.Product(product_id="a", category=""))) == (0, 1, 0)
    assert not (await catalog.product("a")).HasField("category")


async def test_no_mode_is_merge(catalog: Replica) -> None:
    await catalog.apply(product("a"))
    await catalog.apply(product("b"), mode=pb.IMPORT_MODE_UNSPECIFIED)
    assert await catalog.ids() == ["a", "b"]


async def test_replacing_clears_absent_fields_and_removes_absent_products(catalog: Replica) -> None:
    await catalog.apply(product("a", category="Drums", documents=[pdf("https://r.example/a.pdf")]), product("b"))
    await catalog.apply(product("a"), mode=REPLACE)
    told = await catalog.product("a")
    assert not told.HasField("category")
    assert not told.documents
    assert await catalog.ids() == ["a"]


async def test_replacing_leaves_other_brands_alone(catalog: Replica) -> None:
    await catalog.apply(product("n"), brand=pb.Brand(brand_id="nord"))
    await catalog.apply(product("a"), mode=REPLACE)
    assert await catalog.ids() == ["a", "n"]


async def test_attached_documents_survive_replacing_and_wait_for_a_product_that_is_gone(catalog: Replica) -> None:
    await catalog.apply(product("a"), product("b"))
    await catalog.attach("a", "upload:0123")
    await catalog.attach("b", "https://r.example/b.pdf")
    await catalog.apply(product("a"), mode=REPLACE)
    assert [document.url for document in (await catalog.product("a")).documents] == ["upload:0123"]
    await catalog.apply(product("b"))
    assert [document.url for document in (await catalog.product("b")).documents] == ["https://r.example/b.pdf"]


async def test_a_brand_alone_may_change(catalog: Replica) -> None:
    await catalog.apply(product("a"))
    response = await catalog.apply(brand=pb.Brand(brand_id="roland", name="Roland Corporation"))
    assert (counts(response), response.revision) == ((0, 0, 0), 2)
    assert (await catalog.product("a")).brand_name == "Roland Corporation"


async def test_the_same_request_gets_the_same_answer_from_every_replica(house: House, catalog: Replica) -> None:
    first = await catalog.apply(product("a"), request_id="import-1")
    await catalog.apply(product("b"))
    async with house.replica() as other:
        assert await other.apply(product("a"), request_id="import-1") == first


async def test_the_same_request_sent_many_times_at_once_is_done_once(catalog: Replica) -> None:
    responses = await asyncio.gather(*(catalog.apply(product("a"), request_id="import-1") for _ in range(10)))
    assert {(response.revision, *counts(response)) for response in responses} == {(1, 1, 0, 0)}


async def test_a_request_id_is_not_taken_for_another_catalogue(catalog: Replica) -> None:
    await catalog.apply(product("a"), request_id="import-1")
    failure = await refusal(catalog.apply(product("b"), request_id="import-1"))
    assert (failure.code, failure.reason) == (StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED")


async def test_catalogues_applied_at_once_all_arrive_each_with_its_revision(catalog: Replica) -> None:
    brands = [pb.Brand(brand_id=f"brand-{number}") for number in range(8)]
    responses = await asyncio.gather(*(catalog.apply(product(f"p-{brand.brand_id}"), brand=brand) for brand in brands))
    assert sorted(response.revision for response in responses) == list(range(1, 9))
    assert len(await catalog.ids()) == 8


async def test_a_fault_in_one_product_changes_nothing_and_every_fault_is_named(catalog: Replica) -> None:
    failure = await refusal(
        catalog.apply(
            product("good"),
            pb.Product(product_id="nameless"),
            product("other", brand_id="nord"),
            product("twice"),
            product("twice"),
            product("linked", documents=[pdf("javascript:alert(1)"), pdf("https://")]),
        )
    )
    assert failure.reason == "CATALOG_UNSOUND"
    assert violated(failure) == [
        "products[1].name",
        "products[2].brand_id",
        "products[3].product_id",
        "products[4].product_id",
        "products[5].documents[0].url",
        "products[5].documents[1].url",
    ]
    assert await catalog.ids() == []


async def test_a_product_of_another_brand_is_not_taken_over(catalog: Replica) -> None:
    await catalog.apply(product("n"), brand=pb.Brand(brand_id="nord"))
    failure = await refusal(catalog.apply(product("a"), product("n")))
    assert violated(failure) == ["products[1].product_id"]
    assert await catalog.ids() == ["n"]


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (pb.ApplyCatalogRequest(), ["brand"]),
        (pb.ApplyCatalogRequest(brand=pb.Brand(brand_id="a" * 201)), ["brand.brand_id"]),
        (pb.ApplyCatalogRequest(brand=ROLAND, products=[pb.Product(product_id="a" * 201)]), ["products[0].product_id"]),
        (pb.ApplyCatalogRequest(brand=ROLAND, products=[product("a\nb")]), ["products[0].product_id"]),
        (pb.ApplyCatalogRequest(brand=ROLAND, products=[product("a", "n" * 301)]), ["products[0].name"]),
    ],
)
async def test_what_the_contract_forbids_is_refused(
    catalog: Replica, request_: pb.ApplyCatalogRequest, fields: list[str]
) -> None:
    assert violated(await refusal(catalog.stub.ApplyCatalog(request_, metadata=ADMIN))) == fields


async def test_a_text_that_cannot_be_stored_is_refused(catalog: Replica) -> None:
    assert (await refusal(catalog.apply(product("a", "nul \0")))).code is StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [((), "TOKEN_MISSING"), ((("authorization", "Bearer wrong"),), "TOKEN_UNKNOWN")],
    ids=["without a token", "with a wrong token"],
)
async def test_only_admins_may(catalog: Replica, metadata: tuple[tuple[str, str], ...], reason: str) -> None:
    call = catalog.stub.ApplyCatalog(pb.ApplyCatalogRequest(brand=ROLAND), metadata=metadata)
    failure = await refusal(call)
    assert (failure.code, failure.reason) == (StatusCode.UNAUTHENTICATED, reason)


async def test_each_call_is_a_link_in_the_audit_chain(catalog: Replica) -> None:
    await catalog.apply(product("a"))
    await refusal(catalog.apply(pb.Product(product_id="nameless")))
    await catalog.attach("a", "https://r.example/a.pdf")
    events = (await catalog.audit.ListEvents(audit_pb2.ListEventsRequest(), metadata=ADMIN)).events
    assert [(event.kind, event.actor, event.subject) for event in events] == [
        ("AttachDocument", "admin", "a"),
        ("ApplyCatalog", "admin", "roland"),
    ]
    (chain,) = (await catalog.audit.Verify(audit_pb2.VerifyRequest(), metadata=ADMIN)).chains
    # That the chain was listed is a link in it too.
    assert (chain.service, chain.events, chain.intact) == ("catalog", 3, True)


@pytest.fixture
def files(shared_data: Path) -> list[list[Path]]:
    return [sorted(shared_data.glob(f"{folder}/*.json")) for folder in ("original-catalogs", "halilit-catalogs")]


@pytest.mark.shared_data
async def test_real_catalogues_go_in_and_a_second_time_change_nothing(
    catalog: Replica, files: list[list[Path]]
) -> None:
    def read(path: Path) -> pb.ApplyCatalogRequest:
        file = json.loads(path.read_text("utf-8"))
        brand = file["brand_identity"]
        products = [
            pb.Product(
                product_id=each["id"],
                name=each["name"],
                category=each.get("category"),
                relationships=[pb.Relationship(**relation) for relation in each.get("relationships", ())],
            )
            for each in file["products"]
        ]
        return pb.ApplyCatalogRequest(brand=pb.Brand(brand_id=brand["id"], name=brand["name"]), products=products)

    for paths in files:
        requests = [read(path) for path in paths]
        for request in requests:
            response = await catalog.stub.ApplyCatalog(request, metadata=ADMIN)
            assert response.added == len(request.products)
        before = response.revision
        for request in requests:
            response = await catalog.stub.ApplyCatalog(request, metadata=ADMIN)
            assert (counts(response), response.revision) == ((0, 0, 0), before)
