"""What a catalogue is made of."""

import hashlib
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from urllib.parse import urlsplit


class DocumentType(IntEnum):
    """As numbered in the contract."""

    UNSPECIFIED = 0
    PDF = 1
    HTML = 2


class DocumentRole(IntEnum):
    """As numbered in the contract."""

    UNSPECIFIED = 0
    OWNERS = 1
    QUICK_START = 2
    REFERENCE = 3
    SERVICE = 4
    ADDENDUM = 5
    OTHER = 6


@dataclass(frozen=True, slots=True)
class Document:
    """Where a manual is to be had."""

    document_id: str
    type: int
    role: int
    language: str
    url: str
    backup_url: str | None = None


@dataclass(frozen=True, slots=True)
class Relationship:
    """Points at another product, which may be unknown still."""

    type: str
    target_id: str
    label: str


@dataclass(frozen=True, slots=True)
class Brand:
    """None is absent."""

    brand_id: str
    name: str | None = None
    hq: str | None = None
    founded: str | None = None
    website: str | None = None
    logo_url: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """None is absent. `documents` are those of the catalogue; attached ones are kept beside it."""

    product_id: str
    brand_id: str
    name: str
    category: str | None = None
    sku: str | None = None
    url: str | None = None
    production_country: str | None = None
    image_url: str | None = None
    documents: tuple[Document, ...] = ()
    relationships: tuple[Relationship, ...] = ()


BRAND_FIELDS = tuple(field.name for field in fields(Brand) if field.name != "brand_id")
PRODUCT_FIELDS = ("name", "category", "sku", "url", "production_country", "image_url")
SCHEMES = ("http", "https", "file", "upload")


def document_id(product_id: str, url: str) -> str:
    """Return the id of a product's document: the same document keeps it through every import."""
    return hashlib.sha256(f"{product_id}\0{url}".encode()).hexdigest()[:32]


def complete(document: Document, product_id: str) -> Document:
    """Return the document with its id, and with the type and the role that go without saying."""
    path = document.url.partition("?")[0].lower()
    guessed = DocumentType.HTML if path.endswith((".html", ".htm")) else DocumentType.PDF
    return replace(
        document,
        document_id=document_id(product_id, document.url),
        type=document.type or int(guessed),
        role=document.role or int(DocumentRole.OWNERS),
        backup_url=document.backup_url or None,
    )


def url_fault(url: str) -> str | None:
    """Return what is wrong with a document's address, for a person."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "is no URL"
    if parts.scheme not in SCHEMES:
        return f"must begin with one of {', '.join(f'{scheme}:' for scheme in SCHEMES)}"
    if parts.scheme in ("http", "https") and not parts.hostname:
        return "names no host"
    return None


def all_documents(of_catalogue: tuple[Document, ...], attached: tuple[Document, ...]) -> tuple[Document, ...]:
    """Return the catalogue's documents, then the attached; what a person says of the same document holds."""
    said = {document.document_id: document for document in attached}
    return (*(said.pop(each.document_id, each) for each in of_catalogue), *said.values())
