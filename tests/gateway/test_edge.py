"""What the edge itself answers: health, the page's headers, limits, and what it keeps for itself."""

import asyncio

import aiohttp
import pytest
from grpc_health.v1 import health_pb2

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


async def raw(gateway, request: bytes) -> bytes:
    """The first line of the answer to these bytes; empty where the connection was just closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    writer.write(request)
    async with asyncio.timeout(10):
        line = await reader.readline()
    writer.close()
    return line


async def test_it_is_alive_whatever_is_behind_it_and_ready_only_with_all_of_it(start_gateway) -> None:
    gateway = await start_gateway(missing=frozenset({"answer"}))
    assert await gateway.status("/health") == 200
    await gateway.until("/ready", 503)


async def test_ready_follows_the_health_of_the_services(start_gateway) -> None:
    gateway = await start_gateway()
    assert await gateway.status("/ready") == 200
    health = gateway.echoes["ingest"].health
    await health.set("", NOT_SERVING)
    await gateway.until("/ready", 503)
    assert await gateway.status("/health") == 200
    await health.set("", SERVING)
    await gateway.until("/ready", 200)


async def test_the_page_comes_with_a_strict_policy(gateway) -> None:
    async with aiohttp.ClientSession() as session, session.get(gateway.url + "/") as answer:
        assert answer.status == 200
        headers = answer.headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["server"] == "hsc-jit"
    assert "x-request-id" in headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_the_page_is_only_read(gateway, method: str) -> None:
    async with aiohttp.ClientSession() as session, session.request(method, gateway.url + "/") as answer:
        assert answer.status == 405
        assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/../secret", "/a/%2e%2e/secret", "//secret", "/./secret"])
async def test_paths_are_normalised(gateway, path: str) -> None:
    gateway.page_requests.clear()
    await raw(gateway, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert gateway.page_requests == ["/secret"]


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /a%2fb HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /a%5cb HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nx_under_score: 1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nx-large: " + b"x" * 17_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"x-%d: 1\r\n" % i for i in range(101)) + b"\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"nonsense\r\n\r\n",
    ],
    ids=["slash", "backslash", "underscore", "large header", "many headers", "no host", "nonsense"],
)
async def test_suspicious_requests_are_refused(gateway, request_line: bytes) -> None:
    gateway.page_requests.clear()
    assert (await raw(gateway, request_line)).split(b" ")[1][:1] == b"4"
    assert gateway.page_requests == []


async def test_figures_are_served_inside_and_nothing_of_admin_outside(gateway) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{gateway.stats_port}/stats/prometheus") as answer:
            text = await answer.text()
        async with session.get(f"http://127.0.0.1:{gateway.stats_port}/config_dump") as answer:
            assert answer.status == 404
    assert "envoy_cluster_membership_healthy" in text
    gateway.page_requests.clear()
    await gateway.status("/stats/prometheus")
    assert gateway.page_requests == ["/stats/prometheus"]


async def test_calls_are_counted_by_method(gateway, channel) -> None:
    call = channel.stream_stream("/hsc.prediction.v1.PredictionService/Bidi")()
    await call.write(b"x")
    await call.read()
    await call.done_writing()
    await call.read()
    url = f"http://127.0.0.1:{gateway.stats_port}/stats/prometheus"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        text = await answer.text()
    assert 'envoy_cluster_grpc_success{envoy_cluster_name="prediction"}' in text
    assert "Bidi" not in text, "a method that is not in the contract must not make a series"
