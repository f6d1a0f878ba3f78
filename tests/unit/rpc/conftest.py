"""A real server on loopback that serves a small catalogue, and a channel to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from grpc import StatusCode
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc
from hsc_rpc import channels, guard
from hsc_rpc.drain import open_ended
from hsc_rpc.errors import Failure, not_found, unavailable
from hsc_rpc.pressure import Stage
from hsc_rpc.server import Server, running
from hsc_rpc.settings import ServerSettings

TOKEN = "an-admin-token"


class Catalog(catalog_pb2_grpc.CatalogServiceServicer):
    """Answers as the tests ask by product id."""

    def __init__(self) -> None:
        self.streaming = asyncio.Event()
        self.callers: list[str] = []
        self.tries = 0

    async def GetProduct(self, request: Any, context: Any) -> Any:
        if request.product_id == "gone":
            raise not_found("PRODUCT_UNKNOWN", "No product has this id.")
        if request.product_id in ("soon", "later"):
            self.tries += 1
            raise unavailable("DRAINING", "Come back.", retry_after_s=0.1 if request.product_id == "soon" else 1.0)
        if request.product_id == "silent":
            raise Failure(StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "Deadline Exceeded")
        if request.product_id == "bug":
            raise RuntimeError("the password is hunter2")
        response = catalog_pb2.GetProductResponse(product=catalog_pb2.Product(product_id=request.product_id))
        return response.SerializeToString() if request.product_id == "encoded" else response

    async def ApplyCatalog(self, request: Any, context: Any) -> Any:
        self.callers.append(guard.CALLER.get().subject)
        return catalog_pb2.ApplyCatalogResponse(revision=1)

    @guard.sheddable(Stage.EXTRAS)
    async def ListBrands(self, request: Any, context: Any) -> Any:
        return catalog_pb2.ListBrandsResponse()

    @open_ended
    async def StreamProducts(self, request: Any, context: Any) -> Any:
        yield catalog_pb2.StreamProductsResponse(revision=1)
        self.streaming.set()
        await asyncio.Event().wait()


@asynccontextmanager
async def serving(**settings: Any) -> AsyncIterator[tuple[Catalog, Server]]:
    """Run the server on a free port."""
    catalog = Catalog()

    @asynccontextmanager
    async def wire(_: Any, server: Server) -> AsyncIterator[None]:
        server.add(catalog_pb2_grpc.add_CatalogServiceServicer_to_server, catalog, "hsc.catalog.v1.CatalogService")
        yield

    values = {"host": "127.0.0.1", "port": 0, "metrics_port": 0, "hsc_admin_token": TOKEN, "drain_delay_s": 0}
    async with running("catalog", ServerSettings(**{**values, **settings}), wire) as server:
        yield catalog, server


@pytest.fixture
async def catalog() -> AsyncIterator[tuple[Catalog, Any]]:
    """The servicer, and a channel to it."""
    async with serving() as (servicer, server):
        channel = channels.connect(f"127.0.0.1:{server.port}")
        yield servicer, channel
        await channel.close()
