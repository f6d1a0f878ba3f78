"""What the use cases need from outside; the adapters give it, the wiring connects them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from hsc.catalog.v1 import catalog_pb2

from hsc_ingest.domain.manual import Transcript
from hsc_ingest.flows.model import Document, JobKind, Outcome, Wanted


class Catalog(Protocol):
    """The catalogue service. Raises hsc_rpc's Failure with the catalogue's own reasons (PRODUCT_UNKNOWN …)."""

    async def documents(self, product_id: str) -> list[Wanted]: ...

    async def product(self, product_id: str) -> catalog_pb2.Product: ...

    async def attach(self, product_id: str, *, type_: int, role: int, language: str, url: str) -> Wanted: ...

    async def apply(
        self,
        brand: catalog_pb2.Brand,
        products: Sequence[catalog_pb2.Product],
        mode: int,
        request_id: str,
    ) -> catalog_pb2.ApplyCatalogResponse: ...


class Queue(Protocol):
    """Tells some worker to look at these jobs. May lose the message: the sweep says it again."""

    async def announce(self, kind: JobKind, job_ids: Sequence[str]) -> bool:
        """False when nobody could be told."""


class Parser(Protocol):
    """Bytes to passages. Raises ReadingError."""

    async def parse(self, data_path: Path, progress: Callable[[int, int], None] | None = None) -> Transcript: ...


class Turns(Protocol):
    """Documents that share an address take turns, over all workers, so that one download serves them all."""

    def turn(self, address: str) -> AbstractAsyncContextManager[None]: ...


class Events(Protocol):
    """What happens to a product's documents, over all replicas. May lose an event: ask, then listen."""

    async def publish(self, document: Document) -> None: ...

    def subscribe(self, product_id: str) -> AbstractAsyncContextManager[AsyncIterator[None]]:
        """Yields once the subscription stands, then after each change or after a while without any."""


class Budget(Protocol):
    """How much prefetching one session may cause."""

    async def spend(self, session_id: str, documents: int) -> bool:
        """False when the session has used up its share for now."""


class Outcomes(Protocol):
    """What prefetching brought, counted over all replicas."""

    async def count(self, outcome: Outcome, documents: int = 1) -> None: ...
