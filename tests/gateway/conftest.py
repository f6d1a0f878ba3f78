"""A real Envoy with the committed configuration, echo upstreams behind it, and the real bridge between."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import grpc.aio
import pytest
from aiohttp import web
from hsc_local.envoy import Doors, command, load, rewritten
from hsc_local.ports import free
from hsc_wsbridge.config import Settings
from hsc_wsbridge.edge import asking
from hsc_wsbridge.routes import LARGEST_MESSAGE, TYPING_MESSAGE, Route
from hsc_wsbridge.wiring import serving
from support.echo import Echo, serving_echo
from support.wait import until

SERVICES = {
    "catalog": ("hsc.catalog.v1.CatalogService",),
    "prediction": ("hsc.prediction.v1.PredictionService",),
    "answer": ("hsc.answer.v1.AnswerService",),
    "ingest": ("hsc.ingest.v1.IngestService", "hsc.status.v1.StatusService", "hsc.audit.v1.AuditService"),
}
ECHO = "hsc.prediction.v1.PredictionService"
"""Where most tests call: the echo's methods under a service's name that Envoy routes."""


@dataclass
class Gateway:
    """`echoes` by cluster; `log` is Envoy's access log."""

    port: int
    stats_port: int
    admin_port: int
    echoes: dict[str, Echo]
    log: Path
    process: asyncio.subprocess.Process | None = None
    page_requests: list[str] = field(default_factory=list)
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def status(self, path: str) -> int:
        async with aiohttp.ClientSession() as session, session.get(self.url + path, ssl=False) as answer:
            return answer.status

    async def until(self, path: str, status: int) -> None:
        """Waits for the answer, and for somebody who gives it."""

        async def is_so() -> bool:
            try:
                return await self.status(path) == status
            except aiohttp.ClientConnectionError:
                return False

        await until(is_so, 15)

    async def logged(self, **fields: object) -> dict[str, object]:
        """The access-log line with these fields, once it is written."""

        def found() -> dict[str, object] | None:
            # A line that is being written is not one yet.
            whole = self.log.read_text().rpartition("\n")[0]
            entries = map(json.loads, whole.splitlines())
            return next((entry for entry in entries if fields.items() <= entry.items()), None)

        entry = await until(found, 15)
        assert entry is not None
        return entry


@asynccontextmanager
async def serving_page(requests: list[str], port: int) -> AsyncIterator[None]:
    async def answer(request: web.Request) -> web.Response:
        requests.append(request.path)
        return web.Response(text="<!doctype html>", content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def running_envoy(config: Path, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    with log.open("wb") as out, log.with_suffix(".err").open("wb") as errors:
        process = await asyncio.create_subprocess_exec(*command(config), stdout=out, stderr=errors)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


Start = Callable[..., Awaitable[Gateway]]


@asynccontextmanager
async def gateway_factory(folder: Path) -> AsyncIterator[Start]:
    async with AsyncExitStack() as stack:

        async def begin(
            missing: frozenset[str] = frozenset(),
            origins: tuple[str, ...] = (),
            committed: Mapping[str, Any] | None = None,
            scheme: str = "http",
            dead: Mapping[str, int] | None = None,
            **asked: object,
        ) -> Gateway:
            """Starts everything but the `missing` clusters' upstreams; `committed` stands for the committed file.

            `dead` has ports that clusters name too, and nobody listens on.

            `asked` are settings of what the door asks of callers.
            """
            edge, stats, admin, page, bridge_port, *rest = free(10)
            where = dict(zip(SERVICES, rest, strict=False))
            echoes = {
                name: await stack.enter_async_context(serving_echo(*SERVICES[name], port=where[name]))
                for name in SERVICES
                if name not in missing
            }
            gateway = Gateway(edge, stats, admin, echoes, folder / f"{edge}.log", scheme=scheme)
            await stack.enter_async_context(serving_page(gateway.page_requests, page))
            routes = {
                method: Route(method, "prediction", TYPING_MESSAGE if method.endswith("Bidi") else LARGEST_MESSAGE)
                for method in (f"/{ECHO}/{name}" for name in ("Unary", "Bidi", "Metadata", "Hang"))
            }
            settings = Settings(
                host="127.0.0.1",
                port=bridge_port,
                prediction_address=f"127.0.0.1:{where['prediction']}",
                drain_delay_s=0,
                grace_s=0.2,
                hsc_allowed_origins=origins,
                **asked,  # type: ignore[arg-type]
            )
            await stack.enter_async_context(serving(settings, routes))
            clusters = {name: [port] for name, port in where.items()} | {"wsbridge": [bridge_port], "web": [page]}
            clusters |= {name: [*clusters[name], port] for name, port in (dead or {}).items()}
            config = folder / f"{edge}.json"
            ours = rewritten(committed or load(), Doors(edge, stats, admin), clusters, origins)
            config.write_text(json.dumps(asking(ours, settings)))
            gateway.process = await stack.enter_async_context(running_envoy(config, gateway.log))
            await gateway.until("/health", 200)
            if not missing:
                await gateway.until("/ready", 200)
            return gateway

        yield begin


@pytest.fixture
async def start_gateway(tmp_path: Path) -> AsyncIterator[Start]:
    async with gateway_factory(tmp_path) as start:
        yield start


@pytest.fixture(scope="session")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gateway]:
    """One gateway for all tests that leave it as it was."""
    async with gateway_factory(tmp_path_factory.mktemp("gateway")) as start:
        yield await start()


@pytest.fixture
async def channel(gateway: Gateway) -> AsyncIterator[grpc.aio.Channel]:
    async with grpc.aio.insecure_channel(gateway.address) as open_channel:
        yield open_channel
