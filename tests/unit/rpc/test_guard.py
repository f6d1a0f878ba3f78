"""What a client sees of a server: validation, access, failures, shedding."""

from typing import Any

import grpc
import pytest
from grpc import StatusCode, aio
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc
from hsc_rpc import channels, errors
from prometheus_client import REGISTRY

from .conftest import TOKEN, serving

METHOD = "/hsc.catalog.v1.CatalogService/GetProduct"


async def failure_of(call: Any) -> errors.Failure:
    with pytest.raises(aio.AioRpcError) as caught:
        await call
    return errors.from_call(caught.value)


async def test_a_good_request_reaches_the_service(catalog: Any) -> None:
    stub = catalog_pb2_grpc.CatalogServiceStub(catalog[1])
    response = await stub.GetProduct(catalog_pb2.GetProductRequest(product_id="a / b & c+"))
    assert response.product.product_id == "a / b & c+"


async def test_what_a_service_has_encoded_is_sent_as_it_is(catalog: Any) -> None:
    stub = catalog_pb2_grpc.CatalogServiceStub(catalog[1])
    response = await stub.GetProduct(catalog_pb2.GetProductRequest(product_id="encoded"))
    assert response.product.product_id == "encoded"


async def test_a_request_that_breaks_a_rule_names_the_field(catalog: Any) -> None:
    stub = catalog_pb2_grpc.CatalogServiceStub(catalog[1])
    failure = await failure_of(stub.ListProducts(catalog_pb2.ListProductsRequest(page_size=-1)))
    assert failure.code is StatusCode.INVALID_ARGUMENT
    assert [violation.field for violation in failure.violations] == ["page_size"]


async def test_a_fault_in_a_list_is_named_with_its_place(catalog: Any) -> None:
    stub = catalog_pb2_grpc.CatalogServiceStub(catalog[1])
    request = catalog_pb2.ApplyCatalogRequest(
        brand=catalog_pb2.Brand(brand_id="b"), products=[catalog_pb2.Product(product_id="p"), catalog_pb2.Product()]
    )
    call = stub.ApplyCatalog(request, metadata=(("authorization", f"Bearer {TOKEN}"),))
    failure = await failure_of(call)
    assert failure.violations[0].field == "products[1].product_id"


async def test_bytes_that_are_not_utf8_are_an_invalid_argument(catalog: Any) -> None:
    call = catalog[1].unary_unary(METHOD)(b"\x0a\x02\xff\xfe")
    failure = await failure_of(call)
    assert (failure.code, failure.reason) == (StatusCode.INVALID_ARGUMENT, "MALFORMED_REQUEST")


async def test_a_failure_keeps_its_reason(catalog: Any) -> None:
    stub = catalog_pb2_grpc.CatalogServiceStub(catalog[1])
    failure = await failure_of(stub.GetProduct(catalog_pb2.GetProductRequest(product_id="gone")))
    assert (failure.code, failure.reason) == (StatusCode.NOT_FOUND, "PRODUCT_UNKNOWN")


@pytest.mark.parametrize(("when", "tries"), [("soon", 3), ("later", 1)])
async def test_a_channel_tries_again_by_itself_only_where_that_may_help(catalog: Any, when: str, tries: int) -> None:
    stub = catalog_pb2_grpc.CatalogServiceStub(catalog[1])
    failure = await failure_of(stub.GetProduct(catalog_pb2.GetProductRequest(product_id=when)))
    assert (failure.reason, catalog[0].tries) == ("DRAINING", tries)


async def test_a_deadline_towards_another_service_is_not_the_callers_own(catalog: Any) -> None:
    stub = catalog_pb2_grpc.CatalogServiceStub(catalog[1])
    failure = await failure_of(stub.GetProduct(catalog_pb2.GetProductRequest(product_id="silent")))
    assert (failure.code, failure.reason) == (StatusCode.UNAVAILABLE, "UPSTREAM_UNAVAILABLE")
    assert failure.retry_after_s


async def test_an_exceptions_text_never_leaves_the_server(catalog: Any) -> None:
    stub = catalog_pb2_grpc.CatalogServiceStub(catalog[1])
    failure = await failure_of(stub.GetProduct(catalog_pb2.GetProductRequest(product_id="bug")))
    assert failure.code is StatusCode.INTERNAL
    assert "hunter2" not in failure.message


@pytest.mark.parametrize("header", [(), (("authorization", "Bearer wrong"),), (("authorization", TOKEN),)])
async def test_an_admin_method_without_the_token_is_unauthenticated(catalog: Any, header: Any) -> None:
    stub = catalog_pb2_grpc.CatalogServiceStub(catalog[1])
    request = catalog_pb2.ApplyCatalogRequest(brand=catalog_pb2.Brand(brand_id="b"))
    failure = await failure_of(stub.ApplyCatalog(request, metadata=header))
    assert failure.code is StatusCode.UNAUTHENTICATED


async def test_an_admin_is_known_by_name_to_the_service(catalog: Any) -> None:
    stub = catalog_pb2_grpc.CatalogServiceStub(catalog[1])
    request = catalog_pb2.ApplyCatalogRequest(brand=catalog_pb2.Brand(brand_id="b"))
    await stub.ApplyCatalog(request, metadata=(("authorization", f"Bearer {TOKEN}"),))
    assert catalog[0].callers == ["admin"]


async def test_a_method_that_is_not_in_the_contract_is_unimplemented(catalog: Any) -> None:
    failure = await failure_of(catalog[1].unary_unary("/hsc.catalog.v1.CatalogService/Nothing")(b""))
    assert failure.code is StatusCode.UNIMPLEMENTED


async def test_calls_beyond_the_bound_are_shed_while_health_still_answers() -> None:
    async with serving(max_streams=1) as (servicer, server):
        channel = channels.connect(f"127.0.0.1:{server.port}")
        stub = catalog_pb2_grpc.CatalogServiceStub(channel)
        first = stub.StreamProducts(catalog_pb2.StreamProductsRequest())
        await servicer.streaming.wait()
        failure = await failure_of(stub.StreamProducts(catalog_pb2.StreamProductsRequest()).read())
        assert (failure.code, failure.reason) == (StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
        assert failure.retry_after_s
        assert server.health.serving
        first.cancel()
        await channel.close()


@pytest.mark.parametrize(("product_id", "code"), [("gone", "NOT_FOUND"), ("bug", "INTERNAL")])
async def test_each_call_is_counted_by_its_status(catalog: Any, product_id: str, code: str) -> None:
    labels = {
        "grpc_service": "hsc.catalog.v1.CatalogService",
        "grpc_method": "GetProduct",
        "grpc_type": "unary",
        "grpc_code": code,
    }
    before = REGISTRY.get_sample_value("grpc_server_handled_total", labels) or 0
    stub = catalog_pb2_grpc.CatalogServiceStub(catalog[1])
    await failure_of(stub.GetProduct(catalog_pb2.GetProductRequest(product_id=product_id)))
    assert REGISTRY.get_sample_value("grpc_server_handled_total", labels) == before + 1


def test_a_method_that_says_nothing_of_access_is_refused() -> None:
    from hsc_rpc.access import AdminToken, admit, required

    with pytest.raises(errors.Failure) as caught:
        admit(required("/grpc.unknown.Service/Method"), (), AdminToken(None))
    assert caught.value.code is grpc.StatusCode.PERMISSION_DENIED
