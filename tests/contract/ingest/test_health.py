"""What probes and load balancers are told of ingest: it is ready with PostgreSQL, and does not wait for Redis."""

from grpc_health.v1 import health_pb2, health_pb2_grpc
from hsc_rpc import channels
from hsc_rpc.health import CONDITION
from hsc_rpc.server import Server
from support.valkey import Valkey

SERVICES = ("", "hsc.ingest.v1.IngestService")


async def test_the_server_stays_ready_while_redis_is_away(ingest_server: Server, queue_valkey: Valkey) -> None:
    async with channels.connect(f"127.0.0.1:{ingest_server.port}") as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        queue_valkey.stop()
        try:
            for service in SERVICES:
                check = await stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=10)
                assert check.status == health_pb2.HealthCheckResponse.SERVING
        finally:
            queue_valkey.start()


async def test_the_database_is_a_condition_of_readiness(ingest_server: Server) -> None:
    conditions = {
        sample.labels["condition"]: sample.value
        for metric in CONDITION.collect()
        for sample in metric.samples
        if sample.labels["service"] == "ingest"
    }
    assert conditions["database"] == 1
