"""One call, from a WebSocket to a real grpc.aio server and back."""

import asyncio
import base64
import contextlib
import json

import aiohttp
import pytest
from google.rpc import error_details_pb2, status_pb2
from hsc_wsbridge.client import Socket
from support.grpc_websockets import HALF_CLOSE, METADATA, Reply, Stream, call, data, open_stream
from support.rings import freed_without_collector

pytestmark = pytest.mark.usefixtures("bridged")


def reason(reply: Reply) -> str:
    """The ErrorInfo's reason among the rich details."""
    assert reply.trailers is not None
    raw = reply.trailers["grpc-status-details-bin"]
    info = error_details_pb2.ErrorInfo()
    status = status_pb2.Status.FromString(base64.b64decode(raw))
    assert status.code == reply.status
    assert status.details[0].Unpack(info)
    assert info.domain == "hsc-jit"
    return info.reason


async def test_a_unary_call_has_headers_a_message_and_trailers_then_close_1000(bridged) -> None:
    reply = await call(bridged.url("Unary"), b"ab")
    assert reply.headers == {"content-type": "application/grpc-web+proto"}
    assert reply.messages == [b"ab"]
    assert reply.trailers == {"grpc-status": "0", "grpc-message": ""}
    assert reply.close_code == 1000


async def test_a_server_stream_arrives_message_by_message(bridged) -> None:
    reply = await call(bridged.url("Stream"), b"3")
    assert (reply.messages, reply.status) == ([b"0", b"1", b"2"], 0)


async def test_an_empty_stream_has_headers_and_trailers(bridged) -> None:
    reply = await call(bridged.url("Stream"), b"0")
    assert reply.headers is not None
    assert (reply.messages, reply.status) == ([], 0)


async def test_a_bidirectional_stream_answers_while_it_is_asked(bridged) -> None:
    async with asyncio.timeout(10), open_stream(bridged.url("Bidi")) as stream:
        for text in (b"h", b"ho", b"", b"how"):
            await stream.send(data(text))
            assert await stream.receive() == text
        await stream.send(HALF_CLOSE)
        reply = await stream.finish()
    assert (reply.status, reply.close_code) == (0, 1000)


async def test_a_message_may_be_spread_over_websocket_messages(bridged) -> None:
    whole = data(b"spread")
    async with asyncio.timeout(10), open_stream(bridged.url("Bidi")) as stream:
        await stream.send(whole[:4], b"\x00" + whole[4:8], b"\x00" + whole[8:])
        assert await stream.receive() == b"spread"


async def test_a_failure_before_the_first_message_is_one_frame_with_its_metadata(bridged) -> None:
    reply = await call(bridged.url("Fail"), "5 kein Gerät, 100%".encode())
    assert reply.headers is None
    assert reply.trailers == {
        "grpc-status": "5",
        "grpc-message": "kein Ger%C3%A4t, 100%25",
        "x-why": "asked",
        "why-bin": "AQI=",
    }
    assert reply.close_code == 1000


async def test_a_failure_after_a_message_keeps_the_message(bridged) -> None:
    reply = await call(bridged.url("FailLate"), b"one")
    assert (reply.messages, reply.status) == ([b"one"], 15)


async def test_an_unknown_method_of_the_upstream_is_unimplemented(bridged) -> None:
    assert (await call(bridged.url("NotThere"), b"")).status == 12


async def test_an_upstream_that_is_not_there_is_unavailable_and_names_no_address(start) -> None:
    bridged = await start(prediction_address="127.0.0.1:1")
    reply = await call(bridged.url("Unary"), b"ab")
    assert reply.status == 14
    assert reason(reply) == "UPSTREAM_UNAVAILABLE"
    assert "127.0.0.1" not in str(reply.trailers)


async def test_metadata_travels_both_ways(start) -> None:
    bridged = await start(hsc_forward_metadata="authorization,blob-bin")
    sent = METADATA + b"Authorization: Bearer t\r\nblob-bin: AP8\r\nx-request-id: forged\r\nx-other: no\r\n"
    reply = await call(bridged.url("Metadata"), b"", metadata=sent)
    seen = json.loads(reply.messages[0])["metadata"]
    arrived = dict(seen)
    assert arrived["authorization"] == "Bearer t"
    assert arrived["blob-bin"] == "00ff"
    assert "x-other" not in arrived
    assert "x-grpc-web" not in arrived
    assert arrived["traceparent"].split("-")[1] == arrived["x-request-id"].replace("-", "")
    assert arrived["x-request-id"] != "forged"
    assert reply.headers == {
        "content-type": "application/grpc-web+proto",
        "x-head": "first",
        "x-head-bin": "AP8=",
    }
    assert reply.trailers is not None
    assert reply.trailers["x-tail"] == "last"


async def test_a_maximum_is_imposed_where_the_client_sends_no_timeout(start) -> None:
    bridged = await start(hsc_max_call_s=50)
    remaining = json.loads((await call(bridged.url("Metadata"), b"")).messages[0])["time_remaining"]
    assert 40 < remaining < 51  # the server rounds its own clock


async def test_the_clients_timeout_ends_the_call(bridged) -> None:
    reply = await call(bridged.url("Hang"), b"", metadata=METADATA + b"grpc-timeout: 100m\r\n")
    assert reply.status == 4
    await asyncio.wait_for(bridged.echo.cancelled.wait(), 5)


@pytest.mark.parametrize("half_closed", [False, True])
async def test_a_close_cancels_the_upstream_call(bridged, half_closed: bool) -> None:
    async with asyncio.timeout(10), open_stream(bridged.url("Hang")) as stream:
        await stream.send(data(b"x"))
        if half_closed:
            await stream.send(HALF_CLOSE)
        await bridged.echo.started.wait()
        await stream.socket.close()
        await bridged.echo.cancelled.wait()


async def test_a_lost_connection_cancels_the_upstream_call(bridged) -> None:
    async with asyncio.timeout(10), open_stream(bridged.url("Hang")) as stream:
        await stream.send(data(b"x"))
        await bridged.echo.started.wait()
        stream.socket._response.connection.transport.abort()
        await bridged.echo.cancelled.wait()


async def test_a_text_message_is_invalid(bridged) -> None:
    async with asyncio.timeout(10), open_stream(bridged.url("Bidi")) as stream:
        await stream.socket.send_str("hello")
        reply = await stream.finish()
    assert (reply.status, reason(reply), reply.close_code) == (3, "TEXT_MESSAGE", 1000)


async def test_a_broken_frame_is_invalid_and_cancels_the_call(bridged) -> None:
    async with asyncio.timeout(10), open_stream(bridged.url("Hang")) as stream:
        await stream.send(data(b"x"))
        await bridged.echo.started.wait()
        await stream.send(b"\x07nonsense")
        reply = await stream.finish()
        await bridged.echo.cancelled.wait()
    assert (reply.status, reason(reply), reply.close_code) == (3, "MALFORMED_FRAME", 1000)


async def test_a_message_over_64_kib_on_the_typing_stream_is_refused_with_a_status(bridged) -> None:
    async with asyncio.timeout(10), open_stream(bridged.url("Bidi")) as stream:
        await stream.send(data(bytes(64 * 1024)))
        assert await stream.receive() == bytes(64 * 1024)
        await stream.send(data(bytes(64 * 1024 + 1)))
        reply = await stream.finish()
    assert (reply.status, reason(reply), reply.close_code) == (8, "MESSAGE_TOO_LARGE", 1000)


async def test_messages_of_other_streams_may_be_as_large_as_the_services_take(bridged) -> None:
    large = bytes(3 * 1024 * 1024)
    assert (await call(bridged.url("Unary"), large)).messages == [large]


async def test_a_client_that_does_not_read_stops_the_upstream(start) -> None:
    stuffed, fluent = await start(), await start()
    async with (
        asyncio.timeout(20),
        open_stream(stuffed.url("Flood"), metadata=None) as stream,
        open_stream(fluent.url("Flood")) as other,
    ):
        transport = stream.socket._response.connection.transport
        transport.pause_reading()
        await stream.send(METADATA, data(b"65536"), HALF_CLOSE)
        await other.send(data(b"65536"), HALF_CLOSE)
        while fluent.echo.sent < 1000:
            await other.receive()
        before = stuffed.echo.sent
        assert before < 400, "the bridge kept taking what nobody reads"
        transport.resume_reading()
        while stuffed.echo.sent == before:
            await stream.receive()


async def stuff(stream: Stream) -> int:
    """Sends until nobody takes any more; how many messages that took."""
    message = data(bytes(60_000))
    for sent in range(1000):
        try:
            async with asyncio.timeout(0.5):
                await stream.send(message)
        except TimeoutError:
            return sent
    raise AssertionError("the bridge kept taking what the upstream does not read")


async def test_an_upstream_that_does_not_read_stops_the_client(bridged) -> None:
    async with asyncio.timeout(20), open_stream(bridged.url("Hang")) as stream:
        assert await stuff(stream) > 0
        stream.socket._response.connection.transport.abort()


async def test_a_client_that_leaves_while_the_upstream_does_not_read_cancels_the_call(start) -> None:
    bridged = await start(hsc_ping_s=0.3)
    async with asyncio.timeout(20), open_stream(bridged.url("Hang")) as stream:
        await stuff(stream)
        stream.socket._response.connection.transport.abort()
        await bridged.echo.cancelled.wait()


async def test_a_client_that_sends_for_ever_and_reads_nothing_is_given_up(start) -> None:
    bridged = await start(hsc_ping_s=0.5)
    async with asyncio.timeout(20), open_stream(bridged.url("Bidi")) as stream:
        stream.socket._response.connection.transport.pause_reading()
        with contextlib.suppress(aiohttp.ClientConnectionError):
            await stuff(stream)
        await bridged.echo.ended.wait()


async def test_a_client_that_answers_no_ping_is_given_up(start) -> None:
    bridged = await start(hsc_ping_s=0.2)
    async with asyncio.timeout(10), open_stream(bridged.url("Hang"), metadata=None, autoping=False) as stream:
        await stream.send(METADATA)
        message = await stream.socket.receive()
        assert message.type is aiohttp.WSMsgType.PING
        await bridged.echo.cancelled.wait()


async def test_a_client_that_answers_pings_is_kept(start) -> None:
    bridged = await start(hsc_ping_s=0.1)
    async with asyncio.timeout(10), open_stream(bridged.url("Bidi"), autoping=False) as stream:
        for _ in range(5):
            message = await stream.socket.receive()
            assert message.type is aiohttp.WSMsgType.PING
            await stream.socket.pong(message.data)
        await stream.send(data(b"still here"))
        while (message := await stream.socket.receive()).type is aiohttp.WSMsgType.PING:
            await stream.socket.pong(message.data)
        assert message.type is aiohttp.WSMsgType.BINARY


async def test_a_socket_that_its_client_closed_is_freed_without_the_collector(bridged) -> None:
    async with freed_without_collector(Socket), asyncio.timeout(10), open_stream(bridged.url("Bidi")) as stream:
        await stream.send(data(b"h"))
        assert await stream.receive() == b"h"
