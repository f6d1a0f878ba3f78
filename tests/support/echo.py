"""An upstream without protobuf: generic handlers that echo, stream, fail, hang or flood. Bytes in, bytes out."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
import grpc.aio
from grpc_health.v1 import health_pb2_grpc
from grpc_health.v1._async import HealthServicer

SERVICE = "test.Echo"


@dataclass
class Echo:
    """What the handlers saw, for tests to look at."""

    port: int = 0
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    sent: int = 0
    received: int = 0
    health: HealthServicer = field(default_factory=HealthServicer)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def unary(self, request: bytes, _context: Any) -> bytes:
        return request

    async def metadata(self, _request: bytes, context: Any) -> bytes:
        """Everything that arrived as metadata, as JSON; answers with metadata of its own."""
        await context.send_initial_metadata((("x-head", "first"), ("x-head-bin", b"\x00\xff")))
        context.set_trailing_metadata((("x-tail", "last"),))
        pairs = context.invocation_metadata()
        found = [[k, v.hex() if isinstance(v, bytes) else v] for k, v in pairs]
        return json.dumps(
            {"metadata": found, "time_remaining": context.time_remaining(), "peer": context.peer()}
        ).encode()

    async def stream(self, request: bytes, _context: Any) -> AsyncIterator[bytes]:
        """`3` is answered by three messages."""
        for number in range(int(request)):
            yield str(number).encode()

    async def bidi(self, requests: AsyncIterator[bytes], _context: Any) -> AsyncIterator[bytes]:
        self.started.set()
        try:
            async for request in requests:
                self.received += 1
                yield request
        finally:
            self.ended.set()

    async def fail(self, request: bytes, context: Any) -> bytes:
        """`5 text` is answered by status 5 with that text."""
        code, _, text = request.decode().partition(" ")
        context.set_trailing_metadata((("x-why", "asked"), ("why-bin", b"\x01\x02")))
        await context.abort(next(c for c in grpc.StatusCode if c.value[0] == int(code)), text)
        raise AssertionError

    async def fail_late(self, request: bytes, context: Any) -> AsyncIterator[bytes]:
        yield request
        await context.abort(grpc.StatusCode.DATA_LOSS, "after the first message")

    async def hang(self, _requests: AsyncIterator[bytes], _context: Any) -> AsyncIterator[bytes]:
        """Reads nothing, says nothing, notes its cancellation."""
        self.started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        yield b""

    async def flood(self, request: bytes, _context: Any) -> AsyncIterator[bytes]:
        """Messages of `request` bytes as fast as they are taken."""
        self.started.set()
        message = bytes(int(request))
        try:
            while True:
                yield message
                self.sent += 1
        except asyncio.CancelledError:
            self.cancelled.set()
            raise

    def handlers(self, service: str) -> grpc.GenericRpcHandler:
        kinds: dict[str, tuple[Callable[..., grpc.RpcMethodHandler], Any]] = {
            "Unary": (grpc.unary_unary_rpc_method_handler, self.unary),
            "Metadata": (grpc.unary_unary_rpc_method_handler, self.metadata),
            "Fail": (grpc.unary_unary_rpc_method_handler, self.fail),
            "Stream": (grpc.unary_stream_rpc_method_handler, self.stream),
            "FailLate": (grpc.unary_stream_rpc_method_handler, self.fail_late),
            "Flood": (grpc.unary_stream_rpc_method_handler, self.flood),
            "Bidi": (grpc.stream_stream_rpc_method_handler, self.bidi),
            "Hang": (grpc.stream_stream_rpc_method_handler, self.hang),
        }
        return grpc.method_handlers_generic_handler(
            service, {name: kind(handler) for name, (kind, handler) in kinds.items()}
        )


@asynccontextmanager
async def serving_echo(*services: str, port: int = 0) -> AsyncIterator[Echo]:
    """An echo upstream under these service names (`test.Echo` where none is given), with grpc.health.v1."""
    echo = Echo()
    server = grpc.aio.server(options=[("grpc.max_receive_message_length", 8 << 20)])
    server.add_generic_rpc_handlers([echo.handlers(name) for name in services or (SERVICE,)])
    health_pb2_grpc.add_HealthServicer_to_server(echo.health, server)
    echo.port = server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    try:
        yield echo
    finally:
        await server.stop(0)
