"""The prediction service in process, a real Valkey, and a catalogue and an ingest that speak the contract."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
from google.protobuf import json_format
from grpc import aio
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc.prediction.v1 import prediction_pb2 as pb
from hsc.prediction.v1 import prediction_pb2_grpc
from hsc_prediction.config import Settings
from hsc_prediction.wiring import wire
from hsc_rpc.errors import DETAILS_KEY, precondition
from hsc_rpc.server import Server, running
from redis.asyncio import Redis
from support.ports import free_port
from support.wait import until

NAMES = (
    ("td17", "Roland TD-17"),
    ("td27", "Roland TD-27"),
    ("lx5-black", "Roland LX-5"),
    ("lx5-white", "Roland LX-5"),
    ("lx6", "Roland LX-6"),
    ("gokeys", "Roland GO:KEYS 3"),
    ("pad", "Roland PDX-8 Drum Pad"),
)


def product(product_id: str, name: str) -> catalog_pb2.Product:
    return catalog_pb2.Product(product_id=product_id, name=name, brand_id="roland", brand_name="Roland")


class Catalog(catalog_pb2_grpc.CatalogServiceServicer):
    """Keeps every change as one revision, and streams them as the contract says."""

    def __init__(self) -> None:
        self.products = {product_id: product(product_id, name) for product_id, name in NAMES}
        self.changes: list[catalog_pb2.StreamProductsResponse] = []
        self.asked: list[int] = []
        self._changed = asyncio.Condition()

    @property
    def revision(self) -> int:
        return 1 + len(self.changes)

    async def upsert(self, added: catalog_pb2.Product) -> None:
        self.products[added.product_id] = added
        await self._tell(catalog_pb2.StreamProductsResponse(revision=self.revision + 1, upserted=added))

    async def remove(self, product_id: str) -> None:
        del self.products[product_id]
        await self._tell(catalog_pb2.StreamProductsResponse(revision=self.revision + 1, removed_product_id=product_id))

    async def _tell(self, change: catalog_pb2.StreamProductsResponse) -> None:
        async with self._changed:
            self.changes.append(change)
            self._changed.notify_all()

    async def StreamProducts(
        self, request: catalog_pb2.StreamProductsRequest, context: Any
    ) -> AsyncIterator[catalog_pb2.StreamProductsResponse]:
        self.asked.append(request.after_revision)
        at = request.after_revision
        if not at:
            at = self.revision
            yield catalog_pb2.StreamProductsResponse(revision=at, snapshot_start=True)
            for each in list(self.products.values()):
                yield catalog_pb2.StreamProductsResponse(revision=at, upserted=each)
        for change in self.changes[at - 1 :]:
            yield change
        at = self.revision
        yield catalog_pb2.StreamProductsResponse(revision=at, snapshot_complete=True)
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self.revision > at)  # noqa: B023
            for change in self.changes[at - 1 :]:
                yield change
                at += 1
                yield catalog_pb2.StreamProductsResponse(revision=at, snapshot_complete=True)


class Ingest(ingest_pb2_grpc.IngestServiceServicer):
    """Notes who asked for what; a manual is in `states`, or there is none. `down`: calls that fail first."""

    def __init__(self) -> None:
        self.down = 0
        self.asked: list[tuple[str, str]] = []
        self.states: dict[str, int] = {product_id: ingest_pb2.MANUAL_STATE_FETCHING for product_id, _ in NAMES}

    async def PrefetchManual(self, request: ingest_pb2.PrefetchManualRequest, context: Any) -> Any:
        self.asked.append((request.product_id, request.session_id))
        if self.down:
            self.down -= 1
            await context.abort(grpc.StatusCode.UNAVAILABLE, "away")
        if request.product_id not in self.states:
            failure = precondition("NO_DOCUMENT", "The catalogue names no manual for this product.")
            details = ((DETAILS_KEY, failure.status().SerializeToString()),)
            await context.abort(failure.code, failure.message, details)
        return ingest_pb2.PrefetchManualResponse(state=self.states[request.product_id])

    async def WatchManual(self, request: ingest_pb2.WatchManualRequest, context: Any) -> Any:
        yield ingest_pb2.WatchManualResponse(
            document_id="d", state=self.states[request.product_id], pages=61, bytes=900, preferred=True
        )


@asynccontextmanager
async def serving(register: Callable[[Any, Any], None], servicer: Any, port: int = 0) -> AsyncIterator[str]:
    """A grpc.aio server on loopback; its address."""
    server = aio.server()
    register(servicer, server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    try:
        yield f"127.0.0.1:{bound}"
    finally:
        await server.stop(0)


@dataclass
class Replica:
    """A running replica and a client of it."""

    server: Server
    stub: prediction_pb2_grpc.PredictionServiceStub
    channel: aio.Channel

    async def predict(self, text: str, **request: Any) -> pb.PredictResponse:
        return await self.stub.Predict(pb.PredictRequest(text=text, **request))

    async def ids(self, text: str) -> list[str]:
        return [p.product_id for p in (await self.predict(text)).predictions]

    async def finds(self, text: str, product_id: str) -> bool:
        try:
            return product_id in await self.ids(text)
        except aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
            return False


@dataclass
class House:
    """Everything around the replicas."""

    redis_url: str
    catalog: Catalog = field(default_factory=Catalog)
    ingest: Ingest = field(default_factory=Ingest)
    catalog_address: str = ""
    ingest_address: str = ""

    @asynccontextmanager
    async def replica(self, **settings: Any) -> AsyncIterator[Replica]:
        """One more replica."""
        values: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": 0,
            "metrics_port": 0,
            "drain_delay_s": 0,
            "redis_url": self.redis_url,
            "catalog_address": self.catalog_address,
            "ingest_address": self.ingest_address,
            "popularity_refresh_s": 0.05,
            "snapshot_every_s": 0,
            "catalog_wait_s": 0.05,
        }
        async with (
            running("prediction", Settings(**{**values, **settings}), wire) as server,
            aio.insecure_channel(f"127.0.0.1:{server.port}") as channel,
        ):
            yield Replica(server, prediction_pb2_grpc.PredictionServiceStub(channel), channel)

    async def tell_of_manual(self, **event: Any) -> None:
        """What ingest publishes."""
        message = json_format.MessageToJson(pb.ManualEvent(**event))
        async with Redis.from_url(self.redis_url) as redis:
            await redis.publish(f"manual.{event['product_id']}", message)


@pytest.fixture
async def house(redis_url: str) -> AsyncIterator[House]:
    house = House(redis_url)
    async with (
        serving(catalog_pb2_grpc.add_CatalogServiceServicer_to_server, house.catalog) as house.catalog_address,
        serving(ingest_pb2_grpc.add_IngestServiceServicer_to_server, house.ingest) as house.ingest_address,
    ):
        yield house


@pytest.fixture
async def replica(house: House) -> AsyncIterator[Replica]:
    """A replica that has the catalogue."""
    async with house.replica() as replica:
        await until(lambda: replica.finds("td-17", "td17"))
        yield replica


@pytest.fixture
def closed_port() -> int:
    return free_port()
