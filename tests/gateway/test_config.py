"""The committed file against the contracts: no method without its kind of route, no stats without a bound."""

import json
import re
import subprocess
from typing import Any

import pytest
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions
from hsc.answer.v1 import answer_pb2  # noqa: F401 the imports fill the descriptor pool
from hsc.audit.v1 import audit_pb2  # noqa: F401
from hsc.catalog.v1 import catalog_pb2  # noqa: F401
from hsc.ingest.v1 import ingest_pb2  # noqa: F401
from hsc.prediction.v1 import prediction_pb2  # noqa: F401
from hsc.status.v1 import status_pb2  # noqa: F401
from hsc_local.envoy import COMMITTED, Doors, command, load, rewritten
from hsc_wsbridge.routes import ROUTES

CLUSTERS = {
    "hsc.catalog.v1.CatalogService": "catalog",
    "hsc.prediction.v1.PredictionService": "prediction",
    "hsc.answer.v1.AnswerService": "answer",
    "hsc.ingest.v1.IngestService": "ingest",
    "hsc.status.v1.StatusService": "ingest",
    "hsc.audit.v1.AuditService": "ingest",
}
METHODS: list[MethodDescriptor] = [
    method
    for service in CLUSTERS
    for method in descriptor_pool.Default().FindServiceByName(service).methods  # type: ignore[no-untyped-call]
]


def path(method: MethodDescriptor) -> str:
    return f"/{method.containing_service.full_name}/{method.name}"


def manager() -> dict[str, Any]:
    edge = next(each for each in load()["static_resources"]["listeners"] if each["name"] == "edge")
    config: dict[str, Any] = edge["filter_chains"][0]["filters"][0]["typed_config"]
    return config


def route_of(rpc_path: str) -> dict[str, Any]:
    """The first route that takes a POST of this path which is no upgrade."""
    for route in manager()["route_config"]["virtual_hosts"][0]["routes"]:
        match = route["match"]
        if any(header["name"] == "upgrade" for header in match.get("headers", [])):
            continue
        regex = match.get("safe_regex", {}).get("regex")
        if (
            match.get("path") == rpc_path
            or ("prefix" in match and rpc_path.startswith(match["prefix"]))
            or (regex and re.fullmatch(regex, rpc_path))
        ):
            found: dict[str, Any] = route
            return found
    raise AssertionError(f"no route takes {rpc_path}")


def test_envoy_takes_the_committed_file_without_a_warning() -> None:
    validate = [*command(COMMITTED), "--mode", "validate"]
    done = subprocess.run(validate, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    assert "Deprecated" not in done.stderr


def test_envoy_takes_the_file_rewritten_for_one_machine(tmp_path) -> None:
    names = [each["name"] for each in load()["static_resources"]["clusters"] if each["name"] != "admin"]
    ours = rewritten(load(), Doors(1, 2, 3), {name: [4, 5] for name in names}, ["http://localhost:1234"])
    config = tmp_path / "envoy.json"
    config.write_text(json.dumps(ours))
    done = subprocess.run(
        [*command(config), "--mode", "validate"], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "0.0.0.0" not in config.read_text()


@pytest.mark.parametrize("method", METHODS, ids=path)
def test_every_method_has_the_route_of_its_kind(method: MethodDescriptor) -> None:
    route = route_of(path(method))["route"]
    assert route["cluster"] == CLUSTERS[method.containing_service.full_name]
    streams = method.client_streaming or method.server_streaming
    assert (route["timeout"] == "0s") == streams, "a stream outlives any timeout, a unary call must not"
    assert ("max_stream_duration" in route["max_stream_duration"]) == streams
    idempotent = method.GetOptions().idempotency_level == MethodOptions.NO_SIDE_EFFECTS
    assert ("retry_policy" in route) == (idempotent and not streams), "only reads are tried again"


def test_every_method_has_its_own_stats_and_nothing_else_has() -> None:
    stats = next(each for each in manager()["http_filters"] if each["name"].endswith("grpc_stats"))["typed_config"]
    listed = {
        (service["name"], name)
        for service in stats["individual_method_stats_allowlist"]["services"]
        for name in service["method_names"]
    }
    assert listed == {(method.containing_service.full_name, method.name) for method in METHODS}


@pytest.mark.parametrize("rpc_path", ["/grpc.health.v1.Health/Check", "/hsc.catalog.v1.Other/Get", "/hsc.x/Y"])
def test_what_is_not_public_is_not_found(rpc_path: str) -> None:
    assert route_of(rpc_path)["direct_response"]["status"] == 404


def test_the_bridge_routes_only_methods_that_exist_to_the_service_that_has_them() -> None:
    clusters = {path(method): CLUSTERS[method.containing_service.full_name] for method in METHODS}
    assert {route.method: route.service for route in ROUTES.values()}.items() <= clusters.items()


def test_what_fetch_cannot_do_the_bridge_does() -> None:
    assert {path(method) for method in METHODS if method.client_streaming} <= ROUTES.keys()


def test_the_admin_interface_is_on_loopback_alone_and_only_figures_lead_there() -> None:
    """In the committed file, for what is rewritten for one machine is on loopback anyway."""
    assert load()["admin"]["address"]["socket_address"]["address"] == "127.0.0.1"
    [admin] = [each for each in load()["static_resources"]["clusters"] if each["name"] == "admin"]
    [endpoint] = admin["load_assignment"]["endpoints"][0]["lb_endpoints"]
    assert endpoint["endpoint"]["address"]["socket_address"]["address"] == "127.0.0.1"
    listeners = {each["name"]: each for each in load()["static_resources"]["listeners"]}
    assert listeners.keys() == {"edge", "stats"}
    assert '"cluster": "admin"' not in json.dumps(listeners["edge"])
