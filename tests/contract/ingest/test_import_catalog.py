import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from grpc import StatusCode
from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc_rpc.errors import Violation, invalid, unavailable
from support.ingest import ADMIN, PlayedCatalog, refusal

REQUEST = ingest_pb2.ImportCatalogRequest
MERGE, REPLACE = catalog_pb2.IMPORT_MODE_MERGE, catalog_pb2.IMPORT_MODE_REPLACE


def catalogue(brand: str, *products: Any) -> bytes:
    return json.dumps({"brand_identity": {"id": brand, "name": brand.title()}, "products": products}).encode()


def product(product_id: str, **fields: Any) -> dict[str, Any]:
    return {"id": product_id, "name": f"Model {product_id}", "brand": "x", **fields}


def messages(files: dict[str, bytes], mode: Any = MERGE, request_id: str = "") -> Iterator[REQUEST]:
    for name, body in files.items():
        yield REQUEST(file=REQUEST.File(name=name, mode=mode, request_id=request_id))
        for start in range(0, len(body), 100_000):
            yield REQUEST(chunk=body[start : start + 100_000])


async def imported(
    ingest: ingest_pb2_grpc.IngestServiceStub, files: dict[str, bytes], mode: Any = MERGE, request_id: str = ""
) -> tuple[ingest_pb2.WatchJobResponse, list[ingest_pb2.Fault]]:
    """The last that is said of the import, and all its faults."""
    accepted = await ingest.ImportCatalog(messages(files, mode, request_id), metadata=ADMIN)
    request = ingest_pb2.WatchJobRequest(job_id=accepted.job_id)
    told = [progress async for progress in ingest.WatchJob(request, timeout=30, metadata=ADMIN)]
    return told[-1], [fault for progress in told for fault in progress.faults]


async def test_each_brand_is_applied_with_all_its_products(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    files = {"a.json": catalogue("acme", product("a1"), product("a2")), "b.json": catalogue("bolt", product("b1"))}
    last, faults = await imported(ingest, files)
    assert last.state == ingest_pb2.JOB_STATE_SUCCEEDED
    assert (last.files_done, last.files_total, last.added, faults) == (2, 2, 3, [])
    applied = {each.brand.brand_id: [one.product_id for one in each.products] for each in catalog.applied}
    assert applied == {"acme": ["a1", "a2"], "bolt": ["b1"]}
    assert {each.mode for each in catalog.applied} == {MERGE}


async def test_the_files_fields_become_the_contracts(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    full = product(
        "f1",
        category="Synth",
        production_country="Japan",
        sku="87-X",
        url=None,
        images={"main": "/f1.webp"},
        documentation={"type": "html_scrape", "url": "https://maker.example/f1", "backup_url": None},
        relationships=[{"type": "accessory", "target_id": "f2", "label": "Stand"}],
        price=99,
    )
    await imported(ingest, {"full.json": catalogue("full", full)})
    (sent,) = catalog.applied[0].products
    assert sent == catalog_pb2.Product(
        product_id="f1",
        name="Model f1",
        category="Synth",
        production_country="Japan",
        sku="87-X",
        image_url="/f1.webp",
        documents=[
            catalog_pb2.Document(
                type=catalog_pb2.DOCUMENT_TYPE_HTML,
                role=catalog_pb2.DOCUMENT_ROLE_OWNERS,
                url="https://maker.example/f1",
            )
        ],
        relationships=[catalog_pb2.Relationship(type="accessory", target_id="f2", label="Stand")],
    )


async def test_one_bad_product_is_named_and_does_not_lose_the_others(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    bad = product("bad", name=7)
    last, faults = await imported(ingest, {"mixed.json": catalogue("mixed", product("good"), bad)})
    assert last.state == ingest_pb2.JOB_STATE_SUCCEEDED
    assert [(fault.file, fault.product_id, fault.field) for fault in faults] == [("mixed.json", "bad", "name")]
    assert [one.product_id for one in catalog.applied[0].products] == ["good"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'{"products": []}', b"[" * 100_000])
async def test_a_bad_file_changes_nothing_and_the_good_one_beside_it_is_taken(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, body: bytes
) -> None:
    last, faults = await imported(ingest, {"bad.json": body, "good.json": catalogue("good", product("g"))})
    assert (last.state, last.files_done) == (ingest_pb2.JOB_STATE_SUCCEEDED, 2)
    assert {fault.file for fault in faults} == {"bad.json"}
    assert [each.brand.brand_id for each in catalog.applied] == ["good"]


async def test_an_import_of_nothing_sound_fails_with_its_faults(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    last, faults = await imported(ingest, {"notes.json": b"not JSON"})
    assert last.state == ingest_pb2.JOB_STATE_FAILED
    assert [fault.file for fault in faults] == ["notes.json"]
    assert not catalog.applied


async def test_a_file_with_faults_never_removes_products(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    files = {"r.json": catalogue("replaced", product("kept"), {"id": "nameless"})}
    _, faults = await imported(ingest, files, REPLACE)
    assert catalog.applied[0].mode == MERGE
    assert any("not replaced" in fault.message for fault in faults)


async def test_two_files_of_one_brand_replace_it_together(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    files = {"one.json": catalogue("pair", product("p1")), "two.json": catalogue("pair", product("p2"))}
    last, _ = await imported(ingest, files, REPLACE)
    assert last.files_done == 2
    (applied,) = catalog.applied
    assert applied.mode == REPLACE
    assert [one.product_id for one in applied.products] == ["p1", "p2"]


async def test_what_the_catalogue_refuses_is_a_fault_of_the_product(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    catalog.refuse = lambda _: invalid(Violation("products[1].relationships[0].type", "must not be empty"))
    _, faults = await imported(ingest, {"no.json": catalogue("no", product("n1"), product("n2"))})
    (fault,) = faults
    assert (fault.product_id, fault.field) == ("n2", "relationships[0].type")


async def test_a_catalogue_that_is_away_for_a_moment_gets_it_later(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    calls = 0

    def first_away(_: Any) -> Exception | None:
        nonlocal calls
        calls += 1
        return unavailable("DATABASE_UNAVAILABLE", "not now", 0.1) if calls <= 3 else None

    catalog.refuse = first_away
    last, faults = await imported(ingest, {"later.json": catalogue("later", product("l1"))})
    assert (last.state, last.added, faults) == (ingest_pb2.JOB_STATE_SUCCEEDED, 1, [])


async def test_the_same_request_id_is_the_same_import(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    files = {"same.json": catalogue("same", product("s1"))}
    await imported(ingest, files, request_id="import-1")
    await imported(ingest, files, request_id="import-1")
    assert len(catalog.applied) == 1


@pytest.mark.parametrize(("requests", "field"), [([], "file"), ([REQUEST(chunk=b"{}")], "chunk")])
async def test_a_stream_without_a_file_is_invalid(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, requests: list[REQUEST], field: str
) -> None:
    failure = await refusal(ingest.ImportCatalog(iter(requests), metadata=ADMIN))
    assert failure.code is StatusCode.INVALID_ARGUMENT
    assert failure.violations[0].field == field


async def test_importing_needs_the_admins_token(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    failure = await refusal(ingest.ImportCatalog(messages({"x.json": b"{}"})))
    assert failure.code is StatusCode.UNAUTHENTICATED


@pytest.mark.shared_data
@pytest.mark.parametrize(("folder", "products"), [("original-catalogs", 340), ("halilit-catalogs", 2493)])
async def test_real_catalogues_go_in_without_a_fault(
    ingest: ingest_pb2_grpc.IngestServiceStub,
    catalog: PlayedCatalog,
    shared_data: Path,
    folder: str,
    products: int,
) -> None:
    files = {path.name: path.read_bytes() for path in sorted((shared_data / folder).glob("*.json"))}
    last, faults = await imported(ingest, files)
    assert (last.state, last.added, faults) == (ingest_pb2.JOB_STATE_SUCCEEDED, products, [])
    assert last.files_done == len(files)
