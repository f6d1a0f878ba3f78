"""A typing stream from a WebSocket through Envoy and the bridge to a service."""

import asyncio
import json

import aiohttp
import pytest
from hsc_local.envoy import load
from support.grpc_websockets import HALF_CLOSE, call, data, open_stream
from support.ports import free_port

ECHO = "/hsc.prediction.v1.PredictionService"


async def test_keystrokes_are_answered_one_by_one(gateway) -> None:
    async with asyncio.timeout(10), open_stream(f"{gateway.url}{ECHO}/Bidi") as stream:
        for text in (b"h", b"ho", b"how"):
            await stream.send(data(text))
            assert await stream.receive() == text
        await stream.send(HALF_CLOSE)
        reply = await stream.finish()
    assert (reply.status, reply.close_code) == (0, 1000)


async def test_the_same_path_is_grpc_without_an_upgrade(gateway, channel) -> None:
    stream = channel.stream_stream(f"{ECHO}/Bidi")()
    await stream.write(b"x")
    assert await stream.read() == b"x"
    stream.cancel()


async def test_the_request_id_of_the_service_is_in_envoys_log(gateway) -> None:
    reply = await call(f"{gateway.url}{ECHO}/Metadata", b"")
    seen = dict(json.loads(reply.messages[0])["metadata"])
    entry = await gateway.logged(request_id=seen["x-request-id"])
    assert (entry["upstream"], entry["upgrade"], entry["status"]) == ("wsbridge", "websocket", 101)


async def test_the_own_page_may_open_a_socket_and_a_foreign_one_may_not(gateway) -> None:
    assert (await call_from(gateway, gateway.url)).status == 0
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await call_from(gateway, "https://evil.example")


async def test_a_bridge_that_is_gone_and_not_yet_missed_costs_no_socket(start_gateway) -> None:
    unwatched = load()
    [bridges] = [each for each in unwatched["static_resources"]["clusters"] if each["name"] == "wsbridge"]
    del bridges["health_checks"]
    gateway = await start_gateway(committed=unwatched, dead={"wsbridge": free_port()})
    # At once, as those come back who typed through it.
    replies = await asyncio.gather(*(call(f"{gateway.url}{ECHO}/Unary", b"x") for _ in range(50)))
    assert [reply.messages for reply in replies] == [[b"x"]] * 50


async def call_from(gateway, origin: str):
    url = f"{gateway.url}{ECHO}/Unary"
    async with asyncio.timeout(10), open_stream(url, headers={"origin": origin}) as stream:
        await stream.send(data(b"x"), HALF_CLOSE)
        return await stream.finish()


async def test_a_method_the_bridge_does_not_list_is_not_found(gateway) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError, match="404"):
        await call(f"{gateway.url}{ECHO}/Stream", b"1")


async def test_other_upgrades_do_not_reach_the_page(gateway) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await call(f"{gateway.url}/socket", b"")
    assert "/socket" not in gateway.page_requests


async def test_a_closed_socket_cancels_the_call_behind_both(gateway) -> None:
    echo = gateway.echoes["prediction"]
    echo.started.clear()
    echo.cancelled.clear()
    async with asyncio.timeout(10), open_stream(f"{gateway.url}{ECHO}/Hang") as stream:
        await stream.send(data(b"x"), HALF_CLOSE)
        await echo.started.wait()
        await stream.socket.close()
        await echo.cancelled.wait()


async def test_a_service_that_is_down_is_unavailable_in_the_trailers(start_gateway) -> None:
    gateway = await start_gateway(missing=frozenset({"prediction"}))
    await gateway.until("/ready", 503)
    reply = await call(f"{gateway.url}{ECHO}/Unary", b"x")
    assert (reply.status, reply.close_code) == (14, 1000)
