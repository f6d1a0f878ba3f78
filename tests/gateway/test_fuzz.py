"""Broken and hostile bytes at the public door: they are blamed, the next call is served, nothing is left over."""

import asyncio
import random
import re
import struct

import psutil
from gateway.conftest import ECHO, Gateway
from support.grpc_websockets import METADATA, call, data
from support.wait import until

SEED = 20_261_124
CONNECTIONS = 120
STATUS = re.compile(rb"(?:HTTP/1\.1 |grpc-status: ?)(\d+)")
# Of HTTP, and of gRPC: OK, INVALID_ARGUMENT, RESOURCE_EXHAUSTED.
THE_CALLERS = {101, 200, *range(400, 500), 0, 3, 8}
OPENINGS = (
    b"GET /%s/Bidi HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: grpc-websockets\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n" % ECHO.encode(),
    b"POST /%s/Unary HTTP/1.1\r\nHost: x\r\nContent-Type: application/grpc-web+proto\r\nContent-Length: 40\r\n\r\n"
    % ECHO.encode(),
    b"POST /%s/Unary HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n" % ECHO.encode(),
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"",
)


def noise(dice: random.Random) -> bytes:
    """A frame of WebSocket, of HTTP/2 or of nothing, sound or not."""
    junk = dice.randbytes(dice.randrange(120))
    return dice.choice(
        (
            bytes([0x82, 0x80 | len(METADATA)]) + bytes(4) + METADATA,
            bytes([0x82, 0x80 | min(len(junk) + 6, 125)]) + bytes(4) + data(junk)[:125],
            bytes([dice.randrange(256), dice.randrange(256)]) + junk,
            struct.pack(">I", len(junk))[1:] + bytes([dice.randrange(12), dice.randrange(256)]) + bytes(4) + junk,
            junk,
        )
    )


async def attack(port: int, dice: random.Random) -> bytes:
    """What was answered, as far as it was waited for."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    heard = b""
    try:
        writer.write(dice.choice(OPENINGS))
        for _ in range(dice.randrange(6)):
            writer.write(noise(dice))
        if dice.random() < 0.5:
            async with asyncio.timeout(0.1):
                while more := await reader.read(65_536):
                    heard += more
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.transport.abort()
    return heard


async def test_hostile_bytes_at_the_door_do_no_harm(gateway: Gateway) -> None:
    assert gateway.process is not None
    envoy = psutil.Process(gateway.process.pid)
    url = f"{gateway.url}/{ECHO}/Unary"
    assert (await call(url, b"before")).messages == [b"before"]
    descriptors, tasks = envoy.num_fds(), len(asyncio.all_tasks())
    dice = random.Random(SEED)
    heard: list[bytes] = []
    for _ in range(CONNECTIONS // 10):
        heard += await asyncio.gather(*(attack(gateway.port, dice) for _ in range(10)))
    statuses = {int(found) for found in STATUS.findall(b"\n".join(heard))}
    assert statuses
    assert statuses <= THE_CALLERS, "the house takes the blame"
    assert gateway.process.returncode is None
    assert (await call(url, b"still here")).messages == [b"still here"]
    # Envoy keeps a few idle connections to what stands behind it.
    await until(lambda: envoy.num_fds() <= descriptors + 8, 30)
    await until(lambda: len(asyncio.all_tasks()) <= tasks + 4, 30)
