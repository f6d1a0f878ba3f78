"""The end of a WebSocket as a browser lives it: it answers the Close, then waits for the connection to end."""

import asyncio
import base64
import contextlib
import os
import struct

# Envoy's own default would keep the browser waiting for a second, and a call lasts until then.
ENVOYS_DEFAULT_S = 1.0
METHOD = "/hsc.prediction.v1.PredictionService/Unary"
BINARY, CLOSE = 2, 8


def frame(opcode: int, payload: bytes) -> bytes:
    mask = os.urandom(4)
    masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
    return bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + masked


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    first, length = await reader.readexactly(2)
    if length == 126:
        (length,) = struct.unpack(">H", await reader.readexactly(2))
    return first & 0x0F, await reader.readexactly(length)


async def test_the_connection_ends_as_soon_as_the_close_is_answered(gateway) -> None:
    host, port = gateway.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET {METHOD} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: grpc-websockets\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    writer.write(frame(BINARY, b"content-type: application/grpc-web+proto\r\nx-grpc-web: 1\r\n"))
    writer.write(frame(BINARY, b"\x00\x00\x00\x00\x00\x01x") + frame(BINARY, b"\x01"))
    opcode, payload = BINARY, b""
    while opcode != CLOSE:
        opcode, payload = await read_frame(reader)
    writer.write(frame(CLOSE, payload))
    async with asyncio.timeout(ENVOYS_DEFAULT_S * 0.9):
        # Both sides have said Close: a reset is as good an end as an orderly one, and a browser takes them alike.
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
    writer.close()
