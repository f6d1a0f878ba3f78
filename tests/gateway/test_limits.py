"""What one client may take, and what the door remembers of each call."""

import asyncio
import json
from typing import Any

import aiohttp
import grpc.aio
import pytest
from hsc_local import envoy
from hsc_rpc.errors import from_call
from support.grpc_websockets import HALF_CLOSE, METADATA, call, data, open_stream

ECHO = "/hsc.prediction.v1.PredictionService"


def with_limit(tokens: int) -> Any:
    """The committed configuration with a smaller bucket for each client."""
    config = envoy.load()
    [edge] = [each for each in config["static_resources"]["listeners"] if each["name"] == "edge"]
    [manager] = edge["filter_chains"][0]["filters"]
    [limit] = [f for f in manager["typed_config"]["http_filters"] if f["name"] == "envoy.filters.http.local_ratelimit"]
    bucket = limit["typed_config"]["descriptors"][0]["token_bucket"]
    bucket |= {"max_tokens": tokens, "tokens_per_fill": 1, "fill_interval": "3600s"}
    return config


async def get(gateway: Any, source: str) -> int:
    connector = aiohttp.TCPConnector(local_addr=(source, 0))
    async with aiohttp.ClientSession(connector=connector) as session, session.get(gateway.url + "/") as answer:
        return answer.status


async def test_a_client_that_floods_is_refused_and_its_neighbour_is_not(start_gateway: Any) -> None:
    gateway = await start_gateway(committed=with_limit(20))
    answers = [await get(gateway, "127.0.0.7") for _ in range(25)]
    assert answers == [200] * 20 + [429] * 5
    assert await get(gateway, "127.0.0.8") == 200


async def test_a_call_beyond_the_limit_is_resource_exhausted(start_gateway: Any) -> None:
    gateway = await start_gateway(committed=with_limit(20))
    async with asyncio.timeout(15):
        while await gateway.status("/") != 429:
            pass
    async with grpc.aio.insecure_channel(gateway.address) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await channel.unary_unary(f"{ECHO}/Unary")(b"")
    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_calls_beyond_a_services_bound_are_told_when_to_come_back_and_streams_go_on(start_gateway: Any) -> None:
    config = envoy.load()
    [prediction] = [each for each in config["static_resources"]["clusters"] if each["name"] == "prediction"]
    prediction["circuit_breakers"]["thresholds"][0]["max_requests"] = 1
    gateway = await start_gateway(committed=config)
    async with grpc.aio.insecure_channel(gateway.address) as channel:
        # A call whose method does not end holds the one place there is.
        held = channel.unary_stream(f"{ECHO}/Hang")(b"")
        await asyncio.wait_for(gateway.echoes["prediction"].started.wait(), 10)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await channel.unary_unary(f"{ECHO}/Unary")(b"")
        failure = from_call(refused.value)
        assert (failure.code, failure.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
        assert failure.retry_after_s
        # TypeAhead goes by the streams' bound: the echo behind does not know it, but the call comes there.
        with pytest.raises(grpc.aio.AioRpcError) as unknown:
            await channel.unary_unary(f"{ECHO}/TypeAhead")(b"")
        assert unknown.value.code() is grpc.StatusCode.UNIMPLEMENTED
        held.cancel()
    reply = await call(f"{gateway.url}{ECHO}/Unary", b"by way of the bridge")
    assert reply.messages == [b"by way of the bridge"]


async def test_the_committed_limit_lets_a_support_centre_behind_one_address_work(gateway: Any) -> None:
    answers = await asyncio.gather(*(gateway.status("/") for _ in range(200)))
    assert set(answers) == {200}


async def test_a_typing_stream_is_one_record_with_ids_and_no_text_or_token(gateway: Any) -> None:
    texts = (b"how do i reset", b"how do i reset my device")
    credentials = METADATA + b"authorization: Bearer token-of-mine\r\n"
    async with asyncio.timeout(10), open_stream(f"{gateway.url}{ECHO}/Bidi", metadata=credentials) as stream:
        for text in texts:
            await stream.send(data(text))
            await stream.receive()
        await stream.send(HALF_CLOSE)
        await stream.finish()
    reply = await call(f"{gateway.url}{ECHO}/Metadata", b"what i asked", metadata=credentials)
    request_id = dict(json.loads(reply.messages[0])["metadata"])["x-request-id"]
    entry = await gateway.logged(request_id=request_id)
    assert entry.keys() >= {"timestamp", "method", "path", "status", "client", "request_id", "traceparent"}
    written = gateway.log.read_text()
    records = [json.loads(line) for line in written.splitlines()]
    assert [each["request_id"] for each in records].count(request_id) == 1
    for said in ("how do i", "what i asked", "token-of-mine"):
        assert said not in written
