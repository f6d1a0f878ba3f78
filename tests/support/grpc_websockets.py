"""A client of `grpc-websockets`, written against the protocol's text and sharing nothing with the bridge."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

METADATA = b"content-type: application/grpc-web+proto\r\nx-grpc-web: 1\r\n"
HALF_CLOSE = b"\x01"


def data(message: bytes) -> bytes:
    return b"\x00\x00" + struct.pack(">I", len(message)) + message


@dataclass
class Reply:
    """All that came down one socket. `frames` counts WebSocket messages; each must hold one frame."""

    headers: dict[str, str] | None = None
    messages: list[bytes] = field(default_factory=list)
    trailers: dict[str, str] | None = None
    close_code: int | None = None

    @property
    def status(self) -> int:
        assert self.trailers is not None, "no trailers came"
        return int(self.trailers["grpc-status"])


class Stream:
    """One open socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.reply = Reply()

    async def send(self, *messages: bytes) -> None:
        for message in messages:
            await self.socket.send_bytes(message)

    async def receive(self) -> bytes | None:
        """The next gRPC message, or None at the end."""
        while True:
            message = await self.socket.receive()
            if message.type is not aiohttp.WSMsgType.BINARY:
                self.reply.close_code = self.socket.close_code
                return None
            payload = self._frame(message.data)
            if payload is not None:
                return payload

    async def finish(self) -> Reply:
        """Everything up to the close."""
        while await self.receive() is not None:
            pass
        return self.reply

    def _frame(self, frame: bytes) -> bytes | None:
        flag, length = struct.unpack_from(">BI", frame)
        payload = frame[5:]
        assert len(payload) == length, "one frame per WebSocket message"
        if flag == 0:
            assert self.reply.headers is not None, "a message came before the headers"
            assert self.reply.trailers is None, "a message came after the trailers"
            self.reply.messages.append(payload)
            return payload
        assert flag == 0x80
        pairs = dict(line.split(": ", 1) for line in payload.decode("ascii").split("\r\n")[:-1])
        if "grpc-status" in pairs:
            assert self.reply.trailers is None, "trailers came twice"
            self.reply.trailers = pairs
        else:
            assert self.reply.headers is None, "headers came twice"
            self.reply.headers = pairs
        return None


@asynccontextmanager
async def open_stream(url: str, *, metadata: bytes | None = METADATA, **options: object) -> AsyncIterator[Stream]:
    """A socket to `url` (…/package.Service/Method), its metadata sent unless None."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(url, protocols=("grpc-websockets",), max_msg_size=0, **options) as socket,  # type: ignore[arg-type]
    ):
        stream = Stream(socket)
        if metadata is not None:
            await stream.send(metadata)
        yield stream


async def call(url: str, *messages: bytes, metadata: bytes = METADATA, **options: object) -> Reply:
    """A whole call: metadata, these messages, half-close, and all of the reply."""
    async with asyncio.timeout(10), open_stream(url, metadata=metadata, **options) as stream:
        await stream.send(*(data(message) for message in messages), HALF_CLOSE)
        return await stream.finish()
