"""The answer service with a real PostgreSQL and Valkey; catalogue and ingest are servers that speak the contract."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from grpc import aio
from hsc.answer.v1 import answer_pb2, answer_pb2_grpc
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc_answer import wiring
from hsc_answer.config import Settings
from hsc_rpc import channels
from hsc_rpc.errors import not_found, precondition
from hsc_rpc.server import Server, running
from hsc_rpc.settings import ServerSettings

TOKEN = "an-admin-token"
SYNTH = "tempera-2"

PAGES = [
    (
        3,
        ("Getting started", "Switching on"),
        "Connect the power adapter to the DC IN jack.\nHold POWER for two seconds.",
    ),
    (
        17,
        ("Maintenance", "Factory reset"),
        "A factory reset erases all user programs.\n1. Switch the Tempera 2 off.\n2. Hold SHIFT and PRESET while you"
        " press POWER.\n3. Release both keys when the display shows INIT.",
    ),
    (24, ("Appendix", "Specifications"), "Polyphony: 16 voices\nKeyboard: 37 slim keys\nPower consumption: 12 W"),
    (25, ("Appendix", "MIDI"), "The Tempera 2 receives on MIDI channel 1 unless another channel is chosen in SETUP."),
    (9, ("Sound", "Filter"), "CUTOFF sets the frequency above which the filter removes overtones from the sound."),
]


class Catalog(catalog_pb2_grpc.CatalogServiceServicer):
    """Knows a synthesizer, and a stand that has no manual."""

    async def GetProductContext(self, request: Any, context: Any) -> Any:
        if request.product_id not in (SYNTH, "stand"):
            raise not_found("PRODUCT_UNKNOWN", "No product has this id.")
        product = catalog_pb2.Product(product_id=request.product_id, name="Tempera 2", brand_name="Lumen")
        bag = catalog_pb2.Product(product_id="bag", name="Tempera Gig Bag")
        return catalog_pb2.GetProductContextResponse(
            product=product,
            brand=catalog_pb2.Brand(brand_id="lumen", name="Lumen"),
            related=[catalog_pb2.Related(type="accessory", label="fits", product=bag)],
        )


@dataclass
class Ingest(ingest_pb2_grpc.IngestServiceServicer):
    """Has the synthesizer's manual, or gets it when `read` is set."""

    read: asyncio.Event = field(default_factory=asyncio.Event)
    fails: str = ""
    revision: int = 1
    questions: int = 0

    async def ListManuals(self, request: Any, context: Any) -> Any:
        self.questions += request.for_question
        if request.product_id != SYNTH or not self.read.is_set():
            return ingest_pb2.ListManualsResponse()
        sha = f"{self.revision:064d}"
        manual = ingest_pb2.Manual(
            manual_id=f"m{self.revision}", sha256=sha, revision=self.revision, title="Tempera 2 Reference", pages=28
        )
        return ingest_pb2.ListManualsResponse(manuals=[manual])

    async def PrefetchManual(self, request: Any, context: Any) -> Any:
        if request.product_id != SYNTH:
            raise precondition("NO_DOCUMENT", "The catalogue has no document for this product.")
        return ingest_pb2.PrefetchManualResponse(state=ingest_pb2.MANUAL_STATE_FETCHING)

    async def WatchManual(self, request: Any, context: Any) -> Any:
        yield ingest_pb2.WatchManualResponse(state=ingest_pb2.MANUAL_STATE_FETCHING, bytes=1000)
        if self.fails:
            failed = ingest_pb2.MANUAL_STATE_FAILED
            yield ingest_pb2.WatchManualResponse(state=failed, reason=self.fails, error="The address is not there.")
            return
        await self.read.wait()
        yield ingest_pb2.WatchManualResponse(state=ingest_pb2.MANUAL_STATE_PARSING, pages=10)
        yield ingest_pb2.WatchManualResponse(state=ingest_pb2.MANUAL_STATE_READY, pages=28)

    async def ListPassages(self, request: Any, context: Any) -> Any:
        for ordinal, (page, path, text) in enumerate(PAGES):
            box = ingest_pb2.Box(page=page, x0=72, y0=100, x1=500, y1=112, start=0, end=len(text))
            yield ingest_pb2.ListPassagesResponse(
                passage=ingest_pb2.Passage(
                    ordinal=ordinal,
                    page_start=page,
                    page_end=page,
                    section_path=path,
                    text=text,
                    boxes=[box],
                    language="en",
                    manual_id=request.manual_id,
                )
            )


@dataclass
class Replica:
    """A running answer service and a stub to it."""

    server: Server
    stub: Any
    channel: aio.Channel

    async def ask(self, question: str, product_id: str = SYNTH, **fields: Any) -> list[answer_pb2.AskResponse]:
        """Ask and return all events."""
        request = answer_pb2.AskRequest(product_id=product_id, question=question, **fields)
        return [event async for event in self.stub.Ask(request)]


@dataclass
class World:
    """The services around the answer service, and how to start replicas of it."""

    ingest: Ingest
    settings: dict[str, Any]
    stack: AsyncExitStack

    async def replica(self, **settings: Any) -> Replica:
        """Start a replica; it stops with the test."""
        return await self.stack.enter_async_context(self.running(**settings))

    @asynccontextmanager
    async def running(self, **settings: Any) -> AsyncIterator[Replica]:
        """Run a replica for as long as the context lasts."""
        values = Settings(**{**self.settings, **settings})
        async with running("answer", values, wiring.wire, wiring.translate) as server:
            channel = channels.connect(f"127.0.0.1:{server.port}")
            yield Replica(server, answer_pb2_grpc.AnswerServiceStub(channel), channel)
            await channel.close()


@asynccontextmanager
async def _serving(name: str, register: Any, servicer: Any, service: str) -> AsyncIterator[str]:
    @asynccontextmanager
    async def wire(_: Any, server: Server) -> AsyncIterator[None]:
        server.add(register, servicer, service)
        yield

    settings = ServerSettings(host="127.0.0.1", port=0, metrics_port=0, drain_delay_s=0, grace_s=0.2)
    async with running(name, settings, wire) as server:
        yield f"127.0.0.1:{server.port}"


@pytest.fixture
async def world(postgres_url: str, redis_url: str, redis_cache_url: str) -> AsyncIterator[World]:
    """Everything the answer service needs; the manual is ready."""
    ingest = Ingest()
    ingest.read.set()
    async with AsyncExitStack() as stack:
        catalog_address = await stack.enter_async_context(
            _serving(
                "catalog",
                catalog_pb2_grpc.add_CatalogServiceServicer_to_server,
                Catalog(),
                "hsc.catalog.v1.CatalogService",
            )
        )
        ingest_address = await stack.enter_async_context(
            _serving(
                "ingest", ingest_pb2_grpc.add_IngestServiceServicer_to_server, ingest, "hsc.ingest.v1.IngestService"
            )
        )
        settings = {
            "host": "127.0.0.1",
            "port": 0,
            "metrics_port": 0,
            "hsc_admin_token": TOKEN,
            "drain_delay_s": 0,
            "grace_s": 1,
            "database_url": postgres_url,
            "redis_url": redis_url,
            "redis_cache_url": redis_cache_url,
            "catalog_address": catalog_address,
            "ingest_address": ingest_address,
            "hsc_model": "extractive",
        }
        yield World(ingest, settings, stack)


@pytest.fixture
async def replica(world: World) -> Replica:
    """One replica."""
    return await world.replica()


@pytest.fixture
def session_id() -> str:
    """128 random bits."""
    return secrets.token_hex(16)
