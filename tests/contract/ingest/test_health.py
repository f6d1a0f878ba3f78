"""What probes and load balancers are told of ingest: readiness depends on PostgreSQL and Redis."""

from grpc_health.v1 import health_pb2, health_pb2_grpc
from hsc_rpc import channels
from hsc_rpc.health import CONDITION
from hsc_rpc.server import Server
from support.valkey import Valkey
from support.wait import until

SERVICES = ("", "hsc.ingest.v1.IngestService")


async def test_the_server_is_not_ready_while_redis_is_away(ingest_server: Server, queue_valkey: Valkey) -> None:
    async with channels.connect(f"127.0.0.1:{ingest_server.port}") as channel:
        stub = health_pb2_grpc.HealthStub(channel)

        async def said() -> set[int]:
            checks = [await stub.Check(health_pb2.HealthCheckRequest(service=name), timeout=10) for name in SERVICES]
            return {check.status for check in checks}

        async def ready() -> bool:
            return await said() == {health_pb2.HealthCheckResponse.SERVING}

        async def not_ready() -> bool:
            return await said() == {health_pb2.HealthCheckResponse.NOT_SERVING}

        await until(ready)
        queue_valkey.stop()
        try:
            await until(not_ready, timeout_s=30)
            assert "redis" in ingest_server.health.detail
        finally:
            queue_valkey.start()
        await until(ready, timeout_s=30)


async def test_the_database_is_a_condition_of_readiness(ingest_server: Server) -> None:
    conditions = {
        sample.labels["condition"]: sample.value
        for metric in CONDITION.collect()
        for sample in metric.samples
        if sample.labels["service"] == "ingest"
    }
    assert conditions["database"] == 1
