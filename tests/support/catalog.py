"""The catalogue service in process, on a real PostgreSQL and a real Valkey, with an ingest that speaks the contract."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from grpc import StatusCode, aio
from hsc.audit.v1 import audit_pb2_grpc
from hsc.catalog.v1 import catalog_pb2 as pb
from hsc.catalog.v1 import catalog_pb2_grpc
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc.status.v1 import status_pb2_grpc
from hsc_catalog.config import Settings
from hsc_catalog.wiring import translate, wire
from hsc_rpc.errors import Failure, from_call
from hsc_rpc.server import Server, running

TOKEN = "an-admin's-token"
ADMIN = (("authorization", f"Bearer {TOKEN}"),)


class Ingest(ingest_pb2_grpc.IngestServiceServicer):
    """Tells the states it was given."""

    def __init__(self) -> None:
        self.states: list[ingest_pb2.ListDocumentStatesResponse] = []

    async def ListDocumentStates(self, request: Any, context: Any) -> Any:
        for state in self.states:
            yield state


@dataclass
class Replica:
    """A running replica and a client of it."""

    server: Server
    stub: catalog_pb2_grpc.CatalogServiceStub
    audit: audit_pb2_grpc.AuditServiceStub
    status: status_pb2_grpc.StatusServiceStub

    async def apply(
        self,
        *products: pb.Product,
        brand: pb.Brand | None = None,
        mode: "pb.ImportMode.ValueType" = pb.IMPORT_MODE_MERGE,
        request_id: str = "",
    ) -> pb.ApplyCatalogResponse:
        """Apply a catalogue, of Roland where no brand is given."""
        request = pb.ApplyCatalogRequest(
            brand=brand or pb.Brand(brand_id="roland", name="Roland"),
            products=products,
            mode=mode,
            request_id=request_id,
        )
        return await self.stub.ApplyCatalog(request, metadata=ADMIN)

    async def attach(self, product_id: str, url: str, **said: Any) -> pb.Document:
        """Attach a document."""
        request = pb.AttachDocumentRequest(product_id=product_id, url=url, **said)
        return (await self.stub.AttachDocument(request, metadata=ADMIN)).document

    async def product(self, product_id: str) -> pb.Product:
        """Return a product."""
        return (await self.stub.GetProduct(pb.GetProductRequest(product_id=product_id))).product

    async def ids(self) -> list[str]:
        """Return the ids of all products."""
        return [each.product_id for each in (await self.stub.ListProducts(pb.ListProductsRequest())).products]


@dataclass
class House:
    """Everything around the replicas, which share one database."""

    database_url: str
    redis_url: str
    ingest: Ingest = field(default_factory=Ingest)
    ingest_address: str = ""

    @asynccontextmanager
    async def replica(self, **settings: Any) -> AsyncIterator[Replica]:
        """One more replica."""
        values: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": 0,
            "metrics_port": 0,
            "drain_delay_s": 0,
            "hsc_admin_token": TOKEN,
            "database_url": self.database_url,
            "redis_url": self.redis_url,
            "ingest_address": self.ingest_address,
        }
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(
                running("catalog", Settings(**{**values, **settings}), wire, translate)
            )
            channel = await stack.enter_async_context(aio.insecure_channel(f"127.0.0.1:{server.port}"))
            yield Replica(
                server,
                catalog_pb2_grpc.CatalogServiceStub(channel),
                audit_pb2_grpc.AuditServiceStub(channel),
                status_pb2_grpc.StatusServiceStub(channel),
            )


async def refusal(call: Awaitable[Any]) -> Failure:
    """Return the failure of a call that must be refused."""
    try:
        await call
    except aio.AioRpcError as error:
        return from_call(error)
    raise AssertionError("the call was not refused")


def product(product_id: str, name: str | None = None, **said: Any) -> pb.Product:
    """Return a product, named after its id where no name is given."""
    return pb.Product(product_id=product_id, name=name or f"Roland {product_id.upper()}", **said)


def pdf(url: str, **said: Any) -> pb.Document:
    """Return a PDF document."""
    return pb.Document(type=pb.DOCUMENT_TYPE_PDF, url=url, **said)


def violated(failure: Failure) -> list[str]:
    """Return the fields that a request was refused for."""
    assert failure.code is StatusCode.INVALID_ARGUMENT
    return [violation.field for violation in failure.violations]
