"""Whether a child serves: asked the way a probe would ask.

The clients are imported when they are first needed: a start that is refused should be refused at once.
"""

import asyncio
import contextlib
from typing import Any

from hsc_local.ports import LOOPBACK
from hsc_local.supervisor import Ready

_PATIENCE_S = 1.0


def grpc_serving(port: int) -> Ready:
    """grpc.health.v1 says SERVING for the whole server."""

    async def ready() -> bool:
        import grpc.aio
        from grpc_health.v1 import health_pb2, health_pb2_grpc

        # A channel of its own each time: one that failed to connect would sit out its backoff.
        async with grpc.aio.insecure_channel(f"{LOOPBACK}:{port}") as channel:
            try:
                stub: Any = health_pb2_grpc.HealthStub(channel)
                answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=_PATIENCE_S)
            except grpc.aio.AioRpcError:
                return False
            return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    return ready


def http_ok(port: int, path: str) -> Ready:
    """GET answers 200."""

    async def ready() -> bool:
        import aiohttp

        timeout = aiohttp.ClientTimeout(total=_PATIENCE_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(f"http://{LOOPBACK}:{port}{path}") as answer,
            ):
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    return ready


def redis_pong(port: int, password: str) -> Ready:
    """PING is answered: the data set is loaded."""

    async def ready() -> bool:
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                reader, writer = await asyncio.open_connection(LOOPBACK, port)
                try:
                    writer.write(f"AUTH {password}\r\nPING\r\n".encode())
                    return await reader.readline() == b"+OK\r\n" and await reader.readline() == b"+PONG\r\n"
                finally:
                    writer.close()
        return False

    return ready
