"""The door: handshakes, admission, health and the drain."""

import asyncio
import struct

import aiohttp
import pytest
from support.grpc_websockets import METADATA, call, data, open_stream

HEADERS = {"Sec-WebSocket-Protocol": "grpc-websockets"}


async def handshake(url: str, headers: dict[str, str]) -> aiohttp.ClientWebSocketResponse:
    session = aiohttp.ClientSession()
    try:
        return await session.ws_connect(url, headers=headers)
    finally:
        await session.close()


async def status_of_handshake(url: str, **headers: str) -> int:
    async with aiohttp.ClientSession() as session:
        try:
            async with session.ws_connect(url, headers=HEADERS | headers):
                return 101
        except aiohttp.WSServerHandshakeError as error:
            return error.status


async def raw_handshake(
    port: int, path: str, extra: str = ""
) -> tuple[str, asyncio.StreamReader, asyncio.StreamWriter]:
    """The answer's head, and the open connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{extra}\r\n".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    return head.decode(), reader, writer


def masked(opcode: int, payload: bytes) -> bytes:
    """A short client frame under an all-zero mask."""
    return struct.pack(">BB4x", 0x80 | opcode, 0x80 | len(payload)) + payload


async def test_the_subprotocol_is_matched_without_case_and_echoed(bridged) -> None:
    head, _, writer = await raw_handshake(
        bridged.port, "/test.Echo/Unary", "Sec-WebSocket-Protocol: other, GRPC-WebSockets\r\n"
    )
    writer.close()
    assert head.startswith("HTTP/1.1 101")
    assert "Sec-WebSocket-Protocol: GRPC-WebSockets\r\n" in head


async def test_compression_is_declined(bridged) -> None:
    offer = "Sec-WebSocket-Protocol: grpc-websockets\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"
    head, _, writer = await raw_handshake(bridged.port, "/test.Echo/Unary", offer)
    writer.close()
    assert head.startswith("HTTP/1.1 101")
    assert "extensions" not in head.lower()


async def test_a_close_without_status_after_the_half_close_cancels_the_call(bridged) -> None:
    _, _, writer = await raw_handshake(bridged.port, "/test.Echo/Hang", "Sec-WebSocket-Protocol: grpc-websockets\r\n")
    async with asyncio.timeout(10):
        writer.write(masked(2, METADATA) + masked(2, data(b"x")) + masked(2, b"\x01"))
        await bridged.echo.started.wait()
        writer.write(masked(8, b""))
        await bridged.echo.cancelled.wait()
    writer.close()


async def test_the_close_follows_the_trailers_at_once(bridged) -> None:
    _, reader, writer = await raw_handshake(
        bridged.port, "/test.Echo/Unary", "Sec-WebSocket-Protocol: grpc-websockets\r\n"
    )
    async with asyncio.timeout(1):  # well under the five seconds that the bridge waits for the client's own close
        writer.write(masked(2, METADATA) + masked(2, data(b"x")) + masked(2, b"\x01"))
        down = await reader.readuntil(b"\x88\x02\x03\xe8")
    writer.close()
    assert down.count(b"grpc-status: 0\r\n") == 1


@pytest.mark.parametrize("path", ["/test.Echo/Other", "/other.Service/Unary", "/x/y"])
async def test_an_unknown_method_is_404(bridged, path: str) -> None:
    assert await status_of_handshake(f"http://127.0.0.1:{bridged.port}{path}") == 404


async def test_a_foreign_page_is_403_and_the_own_page_is_let_in(bridged) -> None:
    assert await status_of_handshake(bridged.url("Unary"), Origin="http://evil.example") == 403
    assert await status_of_handshake(bridged.url("Unary"), Origin=f"http://127.0.0.1:{bridged.port}") == 101


async def test_a_listed_page_is_let_in(start) -> None:
    bridged = await start(hsc_allowed_origins="http://localhost:5173, https://support.example.com")
    assert await status_of_handshake(bridged.url("Unary"), Origin="https://support.example.com") == 101


async def test_another_subprotocol_and_plain_http_are_400(bridged) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError, match="400"):
            await session.ws_connect(bridged.url("Unary"), protocols=("chat",))
        async with session.get(bridged.url("Unary"), headers=HEADERS) as answer:
            assert answer.status == 400


@pytest.mark.parametrize("first", [b"not metadata", b"a: " + b"x" * 9000 + b"\r\n"])
async def test_a_malformed_first_message_is_invalid(bridged, first: bytes) -> None:
    reply = await call(bridged.url("Unary"), metadata=first)
    assert (reply.status, reply.headers, reply.close_code) == (3, None, 1000)


async def test_a_text_as_first_message_is_invalid(bridged) -> None:
    async with asyncio.timeout(10), open_stream(bridged.url("Unary"), metadata=None) as stream:
        await stream.socket.send_str("content-type: application/grpc-web+proto\r\n")
        assert (await stream.finish()).status == 3


async def test_a_first_message_that_does_not_come_ends_the_socket(start) -> None:
    bridged = await start(hsc_first_message_s=0.1)
    async with asyncio.timeout(10), open_stream(bridged.url("Unary"), metadata=None) as stream:
        reply = await stream.finish()
    assert (reply.status, reply.close_code) == (4, 1000)


async def test_an_address_gets_no_more_than_its_sockets_and_gets_them_back(start) -> None:
    bridged = await start(hsc_max_sockets_per_address=2)
    async with asyncio.timeout(10), open_stream(bridged.url("Bidi")) as one, open_stream(bridged.url("Bidi")) as two:
        for stream in (one, two):
            await stream.send(data(b"x"))
            await stream.receive()
        reply = await call(bridged.url("Unary"), b"x")
        assert (reply.status, reply.close_code) == (8, 1000)
        await one.socket.close()
        while (await call(bridged.url("Unary"), b"x")).status == 8:
            pass


async def test_addresses_are_told_apart_by_what_the_gateway_says(start) -> None:
    bridged = await start(hsc_max_sockets_per_address=1)
    async with (
        asyncio.timeout(10),
        open_stream(bridged.url("Bidi"), headers={"x-forwarded-for": "203.0.113.1, 203.0.113.7"}) as one,
        open_stream(bridged.url("Bidi"), headers={"x-forwarded-for": "203.0.113.8"}) as two,
        open_stream(bridged.url("Bidi"), headers={"x-forwarded-for": "203.0.113.7"}) as third,
    ):
        for stream in (one, two):
            await stream.send(data(b"x"))
            assert await stream.receive() == b"x"
        assert (await third.finish()).status == 8


async def test_a_user_gets_no_more_than_its_sockets(start) -> None:
    bridged = await start(hsc_max_sockets_per_user=1)
    someone = METADATA + b"authorization: Bearer a\r\n"
    async with asyncio.timeout(10), open_stream(bridged.url("Bidi"), metadata=someone) as stream:
        await stream.send(data(b"x"))
        await stream.receive()
        assert (await call(bridged.url("Unary"), b"x", metadata=someone)).status == 8
        assert (await call(bridged.url("Unary"), b"x")).status == 0
        await stream.socket.close()
        while (await call(bridged.url("Unary"), b"x", metadata=someone)).status == 8:
            pass


async def test_health_and_readiness(bridged) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("/health", "/ready"):
            async with session.get(f"http://127.0.0.1:{bridged.port}{path}") as answer:
                assert answer.status == 200


async def test_a_drain_is_seen_and_ends_every_socket_with_unavailable(start) -> None:
    bridged = await start(drain_delay_s=0.3)
    ready = f"http://127.0.0.1:{bridged.port}/ready"
    async with (
        asyncio.timeout(10),
        open_stream(bridged.url("Bidi")) as typing,
        open_stream(bridged.url("Bidi"), metadata=None) as silent,
        aiohttp.ClientSession() as session,
    ):
        await typing.send(data(b"x"))
        await typing.receive()
        stopping = asyncio.create_task(bridged.stop())
        while (await session.get(ready)).status != 503:
            pass
        assert (await call(bridged.url("Unary"), b"x")).status == 14, "a new socket while draining"
        ended, unasked = await typing.finish(), await silent.finish()
        await stopping
    assert (ended.status, ended.close_code, ended.messages) == (14, 1000, [b"x"])
    assert unasked.status == 14
