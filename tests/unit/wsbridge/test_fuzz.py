"""Bytes at random on real connections: nothing crashes, nothing stays open, each call ends with the right status."""

import asyncio
import contextlib
import logging
import random
import struct

import pytest
from hsc_wsbridge import metrics
from hsc_wsbridge.routes import TYPING_MESSAGE
from support.grpc_websockets import HALF_CLOSE, METADATA, call, data, open_stream
from support.wait import until

OK, INVALID_ARGUMENT, RESOURCE_EXHAUSTED = 0, 3, 8
SEED = 20_261_123
CONNECTIONS = 150
HANDSHAKE = (
    b"GET /test.Echo/Bidi HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: grpc-websockets\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


def frame(dice: random.Random, payload: bytes) -> bytes:
    """A client frame, mostly sound: now and then with a wrong opcode, length or mask bit."""
    opcode = dice.choice((2, 2, 2, 2, 0, 1, 8, 9, 10, 3))
    final = dice.choice((0x80, 0x80, 0x80, 0, 0xC0))
    masked = dice.choice((0x80, 0x80, 0x80, 0))
    length = dice.choice((len(payload), len(payload), len(payload), dice.randrange(1 << 20)))
    if length < 126:
        head = struct.pack(">BB", final | opcode, masked | length)
    elif length < 1 << 16:
        head = struct.pack(">BBH", final | opcode, masked | 126, length)
    else:
        head = struct.pack(">BBQ", final | opcode, masked | 127, length)
    return head + (bytes(4) if masked else b"") + payload


def payload(dice: random.Random) -> bytes:
    return dice.choice(
        (
            METADATA,
            data(dice.randbytes(dice.randrange(200))),
            data(b"x")[: dice.randrange(8)],
            b"\0" + struct.pack(">BI", dice.choice((0, 0, 1)), TYPING_MESSAGE + dice.randrange(2)),
            b"\x00\x00\xff\xff\xff\xff",
            b"\x01",
            dice.randbytes(dice.randrange(300)),
            b"",
        )
    )


async def attack(port: int, dice: random.Random) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HANDSHAKE)
    if dice.random() < 0.7:
        writer.write(b"\x82" + bytes([0x80 | len(METADATA)]) + bytes(4) + METADATA)
    for _ in range(dice.randrange(1, 8)):
        writer.write(frame(dice, payload(dice)))
    if dice.random() < 0.5:
        writer.transport.abort()
        return
    try:
        async with asyncio.timeout(0.1):
            while await reader.read(65536):
                pass
    except (TimeoutError, ConnectionError):
        pass
    writer.transport.abort()


def deserved(messages: list[bytes]) -> int:
    """The gRPC status of a call with these messages and a half-close, by the text of the protocol."""
    rest = b""
    for message in messages:
        if message[:1] != b"\0":
            return INVALID_ARGUMENT
        rest += message[1:]
        while len(rest) >= 5:
            compressed, length = struct.unpack_from(">BI", rest)
            if compressed:
                return INVALID_ARGUMENT
            if length > TYPING_MESSAGE:
                return RESOURCE_EXHAUSTED
            if len(rest) < 5 + length:
                break
            rest = rest[5 + length :]
    return INVALID_ARGUMENT if rest else OK


async def status(url: str, messages: list[bytes]) -> int:
    async with asyncio.timeout(10), open_stream(url) as stream:
        with contextlib.suppress(ConnectionError):  # a call that is refused hears no more
            await stream.send(*messages, HALF_CLOSE)
        return (await stream.finish()).status


async def test_random_messages_get_the_status_they_deserve(bridged, caplog: pytest.LogCaptureFixture) -> None:
    dice = random.Random(SEED)
    calls = [[payload(dice) for _ in range(dice.choice((1, 1, 2, 4)))] for _ in range(CONNECTIONS)]
    calls = [[each for each in messages if each != HALF_CLOSE] for messages in calls]
    wanted = [deserved(messages) for messages in calls]
    assert set(wanted) == {OK, INVALID_ARGUMENT, RESOURCE_EXHAUSTED}
    assert [await status(bridged.url("Bidi"), messages) for messages in calls] == wanted
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_random_frames_do_no_harm(start, caplog: pytest.LogCaptureFixture) -> None:
    bridged = await start(hsc_first_message_s=1, hsc_ping_s=1)
    tasks_before = len(asyncio.all_tasks())
    open_before = metrics.ACTIVE._value.get()
    dice = random.Random(SEED)
    for _ in range(CONNECTIONS // 10):
        await asyncio.gather(*(attack(bridged.port, dice) for _ in range(10)))
    assert (await call(bridged.url("Unary"), b"still here")).messages == [b"still here"]
    await until(lambda: metrics.ACTIVE._value.get() == open_before)
    await until(lambda: len(asyncio.all_tasks()) <= tasks_before + 1)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
