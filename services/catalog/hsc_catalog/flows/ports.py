"""What the flows need of the world."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from hsc_catalog.domain.diff import Change
from hsc_catalog.domain.product import Brand, Document, Product


@dataclass(frozen=True, slots=True)
class Shown:
    """A product as readers see it: with its brand's name and every document."""

    product: Product
    brand_name: str
    documents: tuple[Document, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class Applied:
    """What a request changed, and the revision it led to."""

    revision: int
    added: int
    updated: int
    removed: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that was answered before."""

    payload_sha256: str
    applied: Applied


@dataclass(frozen=True, slots=True)
class Head:
    """The catalogue's revision, and the first from which changes can still be told."""

    revision: int
    horizon: int


@dataclass(frozen=True, slots=True)
class Page:
    """Products that changed, in the order of their ids, and products that are gone; both as of `revision`."""

    revision: int
    products: Sequence[Shown]
    removed: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Standing:
    """Products of which a document could be fetched, those of which one was read, and questions about each so far."""

    reachable: Collection[str]
    read: Collection[str]
    asked: Mapping[str, int]


class Wanted(NamedTuple):
    """A product that was asked about and has no document."""

    product_id: str
    name: str
    asked: int


@dataclass(frozen=True, slots=True)
class BrandCoverage:
    """Counts of products, questions about them, and the products whose document is missed most, most asked first."""

    brand_id: str
    brand_name: str
    products: int
    with_document: int
    reachable: int
    read: int
    asked: int
    wanted: Sequence[Wanted]


class Writing(Protocol):
    """One change of the catalogue: all of it or nothing, one at a time."""

    async def answered(self, request_id: str) -> Answered | None:
        """Return what this request was answered before."""
        ...

    async def brand(self, brand_id: str) -> Brand | None:
        """Return the brand."""
        ...

    async def products(self, brand_id: str) -> Mapping[str, Product]:
        """Return the brand's products by id."""
        ...

    async def brands_of(self, product_ids: Sequence[str]) -> Mapping[str, str]:
        """Return the brands of those products that are known."""
        ...

    async def attached(self, product_id: str) -> Sequence[Document]:
        """Return the documents attached to a product."""
        ...

    async def revision(self) -> int:
        """Return the revision before this change."""
        ...

    async def save(self, change: Change) -> int:
        """Write the change and return its revision."""
        ...

    async def attach(self, product_id: str, document: Document) -> int:
        """Write the document and return its revision."""
        ...

    async def remember(self, request_id: str, answered: Answered) -> None:
        """Keep an answer."""
        ...

    async def audit(self, kind: str, actor: str, subject: str, payload: bytes) -> None:
        """Add what is done here to the chain."""
        ...


class Store(Protocol):
    """The catalogue as it is kept."""

    def writing(self) -> AbstractAsyncContextManager[Writing]:
        """Begin a change; it is kept when the context ends well."""
        ...

    async def head(self) -> Head:
        """Return where the catalogue is."""
        ...

    async def changes(self, after_revision: int, after_id: str, limit: int) -> Page:
        """Return a page of what changed after a revision; what is gone comes with the first page, `after_id` empty."""
        ...

    async def coverage(self, brand_id: str, standing: Standing) -> Sequence[BrandCoverage]:
        """Count each brand's products, the brand most asked about first; an empty `brand_id` is every brand."""
        ...


class News(Protocol):
    """How replicas tell each other that the catalogue changed."""

    async def tell(self, revision: int) -> None:
        """Say that there is a new revision."""
        ...

    def heard(self) -> AbstractAsyncContextManager[AsyncIterator[None]]:
        """Come round whenever there may be a new revision."""
        ...


class Manuals(Protocol):
    """What ingest knows of the documents."""

    async def standing(self) -> Standing:
        """Return what was fetched, what was read, and what was asked about."""
        ...
