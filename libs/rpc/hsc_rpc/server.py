"""The one way to start and to stop a gRPC server.

Stopping: NOT_SERVING → a probe period, so that whoever balances looks away → endless streams end → the listener
closes and calls get their grace → what the wiring opened is closed.
"""

import asyncio
import atexit
import logging
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from typing import Any, TypeVar

import uvloop
from grpc import aio
from grpc_health.v1 import health, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from hsc.status.v1 import status_pb2_grpc
from hsc_telemetry import logs, loop_lag
from hsc_telemetry import metrics as telemetry_metrics
from prometheus_client import Info

from hsc_rpc import collector, metrics
from hsc_rpc.access import AdminToken
from hsc_rpc.background import stop
from hsc_rpc.channels import KEEPALIVE, MAX_MESSAGE_BYTES
from hsc_rpc.drain import Drain
from hsc_rpc.errors import Failure
from hsc_rpc.guard import Guard
from hsc_rpc.health import Health
from hsc_rpc.pressure import Pressure
from hsc_rpc.settings import ServerSettings, load
from hsc_rpc.status import SERVICE, StatusService

log = logging.getLogger(__name__)

# What is open is closed in no more than this, when the calls have ended.
CLOSING_S = 0.4

BUILD = Info("service_build", "The version that runs.", ("service",))


class Server:
    """A gRPC server with its guard, health and reflection. `add` what it serves, then `start`."""

    def __init__(
        self,
        name: str,
        settings: ServerSettings,
        translate: Callable[[BaseException], Failure | None] = lambda _: None,
    ) -> None:
        self.name = name
        self.health = Health(name)
        self.drain = Drain()
        self.pressure = Pressure()
        self._measuring: asyncio.Task[None] | None = None
        self.port = 0
        self._settings = settings
        self._services: list[str] = []
        token = settings.hsc_admin_token
        guard = Guard(
            self.drain,
            AdminToken(token.get_secret_value() if token else None),
            max_calls=settings.max_calls,
            max_streams=settings.max_streams,
            pressure=self.pressure,
            translate=translate,
        )
        self._server = aio.server(
            interceptors=[guard],
            options=[
                *KEEPALIVE,
                ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
                ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),
                ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
                ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
                ("grpc.max_metadata_size", 16 * 1024),
                ("grpc.so_reuseport", 0),
            ],
        )

    def add(self, register: Callable[[Any, Any], None], servicer: Any, service: str) -> None:
        """Serve `service` (its full name) by `servicer`, registered by the generated `add_…_to_server`."""
        register(servicer, self._server)
        self._services.append(service)

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        if SERVICE not in self._services:
            self.add(
                status_pb2_grpc.add_StatusServiceServicer_to_server, StatusService(self.name, self.health), SERVICE
            )
        health_pb2_grpc.add_HealthServicer_to_server(self.health.servicer, self._server)
        reflection.enable_server_reflection(
            (*self._services, health.SERVICE_NAME, reflection.SERVICE_NAME), self._server
        )
        await self.health.watch_over(self._services)
        address = f"{self._settings.host}:{self._settings.port}"
        try:
            self.port = self._server.add_insecure_port(address)
        except RuntimeError:
            raise OSError(f"{address} is taken by another process") from None
        await self._server.start()
        self._measuring = asyncio.create_task(self.pressure.run(), name="pressure")
        await self.health.met("start")
        log.info("listening", extra={"service": self.name, "port": self.port})

    async def stop(self) -> None:
        """Drain and stop, within drain_delay_s + grace_s."""
        await self.health.unmet("draining", "the server is stopping")
        await asyncio.sleep(self._settings.drain_delay_s)
        # The listener closes at once; the drain ends what would outlast the grace.
        closing = asyncio.create_task(self._server.stop(self._settings.grace_s))
        await self.drain.run(patience_s=self._settings.grace_s * 0.8)
        await closing
        if self._measuring is not None:
            await stop(self._measuring)


Wire = Callable[[Any, Server], AbstractAsyncContextManager[None]]
S = TypeVar("S", bound=ServerSettings)


@asynccontextmanager
async def running(
    name: str,
    settings: ServerSettings,
    wire: Wire,
    translate: Callable[[BaseException], Failure | None] = lambda _: None,
) -> AsyncIterator[Server]:
    """Run a server for as long as the context lasts; the door uses it, and so do tests."""
    server = Server(name, settings, translate)
    async with wire(settings, server):
        await server.start()
        try:
            yield server
        finally:
            await server.stop()


def run(
    name: str,
    settings_type: type[S],
    wire: Wire,
    translate: Callable[[BaseException], Failure | None] = lambda _: None,
) -> None:
    """Be a service's door: settings in, serve until SIGTERM or SIGINT."""
    settings = load(settings_type)
    logs.setup(name, settings.log_level)
    BUILD.labels(name).info({"version": version(f"hsc-{name}")})

    async def serve() -> None:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()

        def end() -> None:
            stopped.set()
            # What does not come to an end, a start that waits for a store among it, is left behind.
            late = threading.Timer(settings.drain_delay_s + settings.grace_s + CLOSING_S, _leave, (1,))
            late.daemon = True
            late.start()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, end)
        metrics.TASKS.set_function(lambda: len(asyncio.all_tasks(loop)))
        telemetry_metrics.serve(settings.metrics_port, settings.host)
        async with loop_lag.watched(), running(name, settings, wire, translate), collector.settled():
            await stopped.wait()
            log.info("stopping", extra={"service": name})

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve())
        _leave(0)


def _leave(code: int) -> None:
    """End the process now. Threads that look up the name of a store that is gone are deaf, and would be waited for."""
    if code:
        log.error("what has begun did not end in time")
    atexit._run_exitfuncs()
    logging.shutdown()
    os._exit(code)
