"""What compose asks a container's health with, against real servers."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from prometheus_client import CollectorRegistry, Gauge, start_http_server

SCRIPT = Path(__file__).parents[3] / "compose" / "healthy.py"
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


def asked(*target: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SCRIPT), *target], capture_output=True, text=True, check=False)


@pytest.fixture
def server() -> Iterator[tuple[health.HealthServicer, int]]:
    servicer = health.HealthServicer()
    running = grpc.server(ThreadPoolExecutor(2))
    health_pb2_grpc.add_HealthServicer_to_server(servicer, running)
    port = running.add_insecure_port("127.0.0.1:0")
    running.start()
    yield servicer, port
    running.stop(None).wait()


def test_a_server_that_serves_is_healthy(server: tuple[health.HealthServicer, int]) -> None:
    servicer, port = server
    servicer.set("", SERVING)
    assert asked(str(port)).returncode == 0


def test_a_server_that_does_not_serve_is_not_healthy(server: tuple[health.HealthServicer, int]) -> None:
    servicer, port = server
    servicer.set("", NOT_SERVING)
    result = asked(str(port))
    assert result.returncode == 1
    assert "NOT_SERVING" in result.stderr


def test_over_http_200_is_healthy_and_nobody_there_is_not() -> None:
    httpd, thread = start_http_server(0, "127.0.0.1")
    address = f"http://127.0.0.1:{httpd.server_port}/metrics"
    assert asked(address).returncode == 0
    httpd.shutdown()
    httpd.server_close()
    thread.join()
    assert asked(address).returncode == 1


def test_a_worker_that_takes_no_jobs_is_not_healthy() -> None:
    registry = CollectorRegistry()
    ready = Gauge("worker_ready", "1 while the worker takes jobs.", registry=registry)
    httpd, thread = start_http_server(0, "127.0.0.1", registry)
    address = f"http://127.0.0.1:{httpd.server_port}/metrics"
    before = asked(address, "worker_ready")
    ready.set(1)
    after = asked(address, "worker_ready")
    httpd.shutdown()
    httpd.server_close()
    thread.join()
    assert (before.returncode, after.returncode) == (1, 0)
    assert "worker_ready is not 1" in before.stderr
