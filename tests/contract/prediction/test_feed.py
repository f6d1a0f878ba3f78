"""How the index follows catalog's StreamProducts."""

from contextlib import AsyncExitStack, asynccontextmanager

from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc
from hsc_prediction.wiring import FEED
from prometheus_client import REGISTRY
from redis.asyncio import Redis
from support.wait import until

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


def product(product_id: str, name: str) -> catalog_pb2.Product:
    return catalog_pb2.Product(product_id=product_id, name=name, brand_id="nord", brand_name="Nord")


async def health_of(replica, name):
    stub = health_pb2_grpc.HealthStub(replica.channel)
    return (await stub.Check(health_pb2.HealthCheckRequest(service=name))).status


async def test_a_product_applied_to_the_catalogue_is_predicted_by_every_replica(house):
    async with house.replica() as one, house.replica() as two:
        for replica in (one, two):
            await until(lambda r=replica: r.finds("td-17", "td17"))
        await house.catalog.upsert(product("stage4", "Nord Stage 4"))
        for replica in (one, two):
            await until(lambda r=replica: r.finds("nord stage 4", "stage4"), timeout_s=1)


async def test_a_removed_product_is_predicted_no_longer(house, replica):
    await house.catalog.remove("td27")
    await until(lambda: _gone(replica))


async def _gone(replica):
    return "td27" not in await replica.ids("td-27")


async def test_a_lost_catalogue_is_followed_from_the_revision_that_was_reached(house, closed_port):
    add = catalog_pb2_grpc.add_CatalogServiceServicer_to_server
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(_serving(add, house.catalog, closed_port))
        house.catalog_address = first
        async with house.replica() as replica:
            await until(lambda: replica.finds("td-17", "td17"))
            await stack.aclose()
            await until(lambda: _is(replica, FEED, NOT_SERVING))
            assert await replica.ids("td-17"), "it serves what it has"
            assert await health_of(replica, "") == SERVING
            async with _serving(add, house.catalog, closed_port):
                await until(lambda: _is(replica, FEED, SERVING))
                assert house.catalog.asked[-1] == 1
                await house.catalog.upsert(product("stage4", "Nord Stage 4"))
                await until(lambda: replica.finds("nord stage 4", "stage4"))


async def _is(replica, name, status):
    return await health_of(replica, name) == status


async def test_a_replica_that_starts_without_the_catalogue_serves_the_one_that_was_kept(house, closed_port):
    async with house.replica() as first:
        await until(lambda: first.finds("td-17", "td17"))
        await until(lambda: _kept(house.redis_url))
    house.catalog_address = f"127.0.0.1:{closed_port}"
    async with house.replica() as replica:
        await until(lambda: _is(replica, "", SERVING))
        assert await replica.finds("td-17", "td17")
        assert await health_of(replica, FEED) == NOT_SERVING
        assert REGISTRY.get_sample_value("prediction_index_stale") == 1


async def test_a_replica_does_not_serve_the_kept_catalogue_while_the_newest_may_still_come(house, closed_port):
    async with house.replica() as first:
        await until(lambda: first.finds("td-17", "td17"))
        await until(lambda: _kept(house.redis_url))
    await house.catalog.upsert(product("stage4", "Nord Stage 4"))
    house.catalog_address = f"127.0.0.1:{closed_port}"
    async with house.replica(catalog_wait_s=60) as replica:
        await until(lambda: replica.finds("td-17", "td17"))
        assert await health_of(replica, "") == NOT_SERVING
        async with _serving(catalog_pb2_grpc.add_CatalogServiceServicer_to_server, house.catalog, closed_port):
            await until(lambda: _is(replica, "", SERVING))
            assert await replica.finds("nord stage 4", "stage4")


async def _kept(redis_url):
    async with Redis.from_url(redis_url) as redis:
        return bool(await redis.keys("prediction:snapshot*"))


async def test_a_replica_without_any_catalogue_does_not_serve(house, closed_port):
    house.catalog_address = f"127.0.0.1:{closed_port}"
    async with house.replica() as replica:
        assert await health_of(replica, "") == NOT_SERVING


@asynccontextmanager
async def _serving(register, servicer, port):
    server = aio.server()
    register(servicer, server)
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(0)
