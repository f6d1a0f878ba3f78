"""What tests of the ingest service share: a played catalogue, the worker as a process, small helpers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from grpc import StatusCode, aio
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc_rpc.errors import Failure, from_call, not_found
from hsc_rpc.settings import ServerSettings

TOKEN = "an-admin-token"
ADMIN = (("authorization", f"Bearer {TOKEN}"),)


class PlayedCatalog(catalog_pb2_grpc.CatalogServiceServicer):
    """Speaks the contract; says what a test put in."""

    def __init__(self) -> None:
        self.products: dict[str, list[catalog_pb2.Document]] = {}
        self.names: dict[str, tuple[str, str]] = {}
        self.applied: list[catalog_pb2.ApplyCatalogRequest] = []
        self.refuse: Callable[[catalog_pb2.ApplyCatalogRequest], Exception | None] = lambda _: None

    def add(self, product_id: str, *documents: catalog_pb2.Document, name: str = "", brand: str = "") -> str:
        self.products[product_id] = list(documents)
        self.names[product_id] = (name, brand)
        return product_id

    async def GetProduct(self, request: Any, context: Any) -> Any:
        if request.product_id not in self.products:
            raise not_found("PRODUCT_UNKNOWN", "No product has this id.")
        name, brand = self.names[request.product_id]
        product = catalog_pb2.Product(
            product_id=request.product_id,
            name=name,
            brand_name=brand,
            documents=self.products[request.product_id],
        )
        return catalog_pb2.GetProductResponse(product=product)

    async def AttachDocument(self, request: Any, context: Any) -> Any:
        documents = self.products[request.product_id]
        document = catalog_pb2.Document(
            document_id=f"{request.product_id}/{request.url}",
            type=request.type,
            role=request.role,
            language=request.language,
            url=request.url,
        )
        if document not in documents:
            documents.append(document)
        return catalog_pb2.AttachDocumentResponse(document=document)

    async def ApplyCatalog(self, request: Any, context: Any) -> Any:
        if (refusal := self.refuse(request)) is not None:
            raise refusal
        self.applied.append(request)
        return catalog_pb2.ApplyCatalogResponse(revision=1, added=len(request.products))


def server_settings() -> ServerSettings:
    """Of a server on a free port of loopback that knows the admin's token."""
    values = {"host": "127.0.0.1", "port": 0, "metrics_port": 0, "hsc_admin_token": TOKEN, "drain_delay_s": 0}
    return ServerSettings.model_validate(values)


class Worker:
    """The worker's door as a process of its own."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment = environment
        self._log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                (sys.executable, "-m", "hsc_ingest.worker"),
                env={**os.environ, **self._environment},
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(20)

    @property
    def listening(self) -> bool:
        """Whether it takes jobs."""
        return '"message": "listening"' in self.log

    @property
    def log(self) -> str:
        return self._log.read_text()


def document(document_id: str, url: str, **fields: Any) -> catalog_pb2.Document:
    fields.setdefault("type", catalog_pb2.DOCUMENT_TYPE_PDF)
    fields.setdefault("role", catalog_pb2.DOCUMENT_ROLE_OWNERS)
    return catalog_pb2.Document(document_id=document_id, url=url, **fields)


async def until_final(
    ingest: ingest_pb2_grpc.IngestServiceStub, product_id: str
) -> dict[str, ingest_pb2.WatchManualResponse]:
    """The last that WatchManual says of each document."""
    last: dict[str, ingest_pb2.WatchManualResponse] = {}
    request = ingest_pb2.WatchManualRequest(product_id=product_id)
    async for message in ingest.WatchManual(request, timeout=60):
        last[message.document_id] = message
    return last


async def refusal(call: Awaitable[Any]) -> Failure:
    """The typed failure a call ends with."""
    with pytest.raises(aio.AioRpcError) as caught:
        await call
    return from_call(caught.value)


async def refused_stream(call: Any) -> Failure:
    """The typed failure a server stream ends with."""

    async def drain() -> None:
        async for _ in call:
            pass

    return await refusal(drain())


__all__ = [
    "ADMIN",
    "TOKEN",
    "PlayedCatalog",
    "StatusCode",
    "Worker",
    "document",
    "refusal",
    "refused_stream",
    "server_settings",
    "until_final",
]
