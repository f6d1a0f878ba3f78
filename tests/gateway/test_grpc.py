"""gRPC over h2c, straight through Envoy."""

import asyncio
import json
import struct
from collections.abc import AsyncIterator

import aiohttp
import grpc
import grpc.aio
import pytest
from hsc_rpc.errors import from_call

ECHO = "/hsc.prediction.v1.PredictionService"


async def test_a_unary_call(channel) -> None:
    assert await channel.unary_unary(f"{ECHO}/Unary")(b"ab") == b"ab"


async def test_a_server_stream(channel) -> None:
    assert [message async for message in channel.unary_stream(f"{ECHO}/Stream")(b"3")] == [b"0", b"1", b"2"]


async def test_a_bidirectional_stream_answers_while_it_is_asked(channel) -> None:
    call = channel.stream_stream(f"{ECHO}/Bidi")()
    for message in (b"a", b"b"):
        await call.write(message)
        assert await call.read() == message
    await call.done_writing()
    assert await call.read() is grpc.aio.EOF


async def test_many_messages_in_one_frame_are_answered_and_end_nobody_elses_stream(gateway, channel) -> None:
    neighbour = channel.stream_stream(f"{ECHO}/Bidi")()
    await neighbour.write(b"before")
    assert await neighbour.read() == b"before"
    # 16,380 bytes: as many messages as one DATA frame holds. Envoy sends on as one what comes in one chunk by HTTP/1.1.
    many = struct.pack(">BI", 0, 0) * 3276
    answered = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield many
        await answered.wait()

    headers = {"content-type": "application/grpc", "te": "trailers"}
    url = f"{gateway.url}{ECHO}/Bidi"
    async with aiohttp.ClientSession() as session, session.post(url, data=body(), headers=headers) as answer:
        assert await answer.content.readexactly(len(many)) == many
        answered.set()
    await neighbour.write(b"after")
    assert await neighbour.read() == b"after"


async def test_a_status_with_its_metadata_arrives(channel) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await channel.unary_unary(f"{ECHO}/Fail")("5 kein Gerät".encode())
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    assert caught.value.details() == "kein Gerät"
    assert ("why-bin", b"\x01\x02") in list(caught.value.trailing_metadata())


@pytest.mark.parametrize(
    ("service", "cluster"),
    [
        ("hsc.catalog.v1.CatalogService", "catalog"),
        ("hsc.prediction.v1.PredictionService", "prediction"),
        ("hsc.answer.v1.AnswerService", "answer"),
        ("hsc.ingest.v1.IngestService", "ingest"),
        ("hsc.audit.v1.AuditService", "ingest"),
    ],
)
async def test_every_service_is_reached(gateway, channel, service: str, cluster: str) -> None:
    call = channel.stream_stream(f"/{service}/Bidi")()
    received = gateway.echoes[cluster].received
    await call.write(b"x")
    assert await call.read() == b"x"
    assert gateway.echoes[cluster].received == received + 1
    call.cancel()


@pytest.mark.parametrize(
    "path", ["/grpc.health.v1.Health/Check", "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "/a.B/C"]
)
async def test_health_reflection_and_unknown_services_are_unimplemented(channel, path: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await channel.unary_unary(path)(b"")
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_the_request_id_is_ours_comes_back_and_is_in_the_log(gateway, channel) -> None:
    call = channel.unary_unary(f"{ECHO}/Metadata")(b"", metadata=(("x-request-id", "forged"),))
    seen = dict(json.loads(await call)["metadata"])
    returned = dict(await call.initial_metadata())["x-request-id"]
    assert returned == seen["x-request-id"] != "forged"
    entry = await gateway.logged(request_id=returned)
    assert (entry["path"], entry["grpc_status"], entry["upstream"]) == (f"{ECHO}/Metadata", 0, "prediction")


async def test_what_only_the_gateway_may_say_is_removed(channel) -> None:
    forged = (("x-envoy-external-address", "192.0.2.1"), ("x-envoy-upstream-rq-timeout-ms", "1"))
    seen = dict(json.loads(await channel.unary_unary(f"{ECHO}/Metadata")(b"", metadata=forged))["metadata"])
    assert seen.get("x-envoy-external-address") != "192.0.2.1"
    assert "x-envoy-upstream-rq-timeout-ms" not in seen


async def test_a_cancel_reaches_the_service(gateway, channel) -> None:
    echo = gateway.echoes["prediction"]
    echo.started.clear()
    echo.cancelled.clear()
    call = channel.stream_stream(f"{ECHO}/Hang")()
    async with asyncio.timeout(10):
        await call.write(b"x")
        await echo.started.wait()
        call.cancel()
        await echo.cancelled.wait()


async def test_a_message_of_five_megabytes_passes(channel) -> None:
    large = bytes(4_000_000)
    assert await channel.unary_unary(f"{ECHO}/Unary")(large) == large


async def test_metadata_over_16_kib_is_refused(channel) -> None:
    with pytest.raises(grpc.aio.AioRpcError):
        await channel.unary_unary(f"{ECHO}/Unary")(b"", metadata=(("x-large", "x" * 17_000),))


async def test_a_service_that_is_down_is_unavailable_and_nothing_of_the_inside_is_said(start_gateway) -> None:
    gateway = await start_gateway(missing=frozenset({"catalog"}))
    async with grpc.aio.insecure_channel(gateway.address) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await channel.unary_unary("/hsc.catalog.v1.CatalogService/GetProduct")(b"")
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    failure = from_call(caught.value)
    assert (failure.reason, failure.message) == ("UPSTREAM_UNAVAILABLE", "The service cannot be reached; try again.")
    assert failure.retry_after_s
