"""Every server tells what it is: reflection lists and describes its services, health says that it serves."""

from typing import Any

import pytest
from e2e.desk import Desk
from google.protobuf.descriptor_pool import DescriptorPool
from grpc import insecure_channel
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from hsc_local.services import GRPC

OWN = {name: f"hsc.{name}.v1.{name.title()}Service" for name in GRPC}


@pytest.mark.parametrize("server", GRPC)
def test_reflection_lists_and_describes_every_service_with_its_methods(desk: Desk, server: str) -> None:
    with insecure_channel(f"127.0.0.1:{desk.up.ports[server]}") as channel:
        reflected = ProtoReflectionDescriptorDatabase(channel)
        listed = set(reflected.get_services())
        assert {OWN[server], "grpc.health.v1.Health"} <= listed
        pool = DescriptorPool(reflected)
        for name in listed - {"grpc.reflection.v1alpha.ServerReflection", "grpc.reflection.v1.ServerReflection"}:
            described = pool.FindServiceByName(name)
            assert [method.name for method in described.methods]
            for method in described.methods:
                assert method.input_type.full_name
                assert method.output_type.full_name


@pytest.mark.parametrize("server", GRPC)
@pytest.mark.parametrize("of", ["whole", "own"])
def test_health_says_serving_for_the_whole_server_and_for_its_service(desk: Desk, server: str, of: str) -> None:
    with insecure_channel(f"127.0.0.1:{desk.up.ports[server]}") as channel:
        request = health_pb2.HealthCheckRequest(service="" if of == "whole" else OWN[server])
        stub: Any = health_pb2_grpc.HealthStub(channel)
        status = stub.Check(request, timeout=10).status
    assert status == health_pb2.HealthCheckResponse.SERVING
