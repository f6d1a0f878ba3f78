"""The catalogue's file format: one JSON file a brand, `{brand_identity{…}, products[{…}]}`, to the contract's messages.

A fault costs as little as possible: a faulty optional field is left out, a product without a sound id or name is
left out, a file that is not such a catalogue is left out. Each fault is named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from hsc.catalog.v1 import catalog_pb2
from hsc_rpc.errors import Failure
from hsc_rpc.validation import check
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError

from hsc_ingest.adapters.fetch import AddressPolicy, FetchFailure

_TYPES = {
    "pdf": catalog_pb2.DOCUMENT_TYPE_PDF,
    "html": catalog_pb2.DOCUMENT_TYPE_HTML,
    "html_scrape": catalog_pb2.DOCUMENT_TYPE_HTML,
}
_ROLES = {
    "owners": catalog_pb2.DOCUMENT_ROLE_OWNERS,
    "quick_start": catalog_pb2.DOCUMENT_ROLE_QUICK_START,
    "reference": catalog_pb2.DOCUMENT_ROLE_REFERENCE,
    "service": catalog_pb2.DOCUMENT_ROLE_SERVICE,
    "addendum": catalog_pb2.DOCUMENT_ROLE_ADDENDUM,
    "other": catalog_pb2.DOCUMENT_ROLE_OTHER,
}
# Where the contract's names differ from the file's.
_FILE_NAMES = {
    "product_id": "id",
    "brand_id": "id",
    "image_url": "images",
    "documents": "documentation",
}
# JSON can write half of a surrogate pair, which is no text, and NUL, which PostgreSQL does not hold.
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field; empty parts are the file as a whole, or the brand."""

    file: str
    product_id: str
    field: str
    message: str


@dataclass(slots=True)
class CatalogFile:
    """One file as read. `brand` is None when the file as a whole is not a catalogue."""

    name: str
    brand: catalog_pb2.Brand | None = None
    products: list[catalog_pb2.Product] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def _storable(text: str) -> str:
    if _NO_TEXT.search(text):
        raise ValueError("has a character that cannot be stored")
    return text


_Text = Annotated[str, AfterValidator(_storable)]


def _web_address(text: str) -> str:
    if text[:5].lower() == "file:":
        return text
    try:
        AddressPolicy().check_url(text)
    except FetchFailure as failure:
        raise ValueError(failure.detail) from None
    return text


def _as_list(value: object) -> object:
    return [value] if isinstance(value, dict) else value


class _Documentation(BaseModel):
    type: Literal["pdf", "html", "html_scrape"] = "pdf"
    url: Annotated[_Text, AfterValidator(_web_address)]
    backup_url: Annotated[_Text, AfterValidator(_web_address)] | None = None
    role: Literal["owners", "quick_start", "reference", "service", "addendum", "other"] = "owners"
    language: _Text | None = None


class _Relationship(BaseModel):
    type: _Text
    target_id: _Text
    label: _Text | None = None


class _Images(BaseModel):
    main: _Text | None = None
    thumbnail: _Text | None = None


class _Product(BaseModel):
    id: _Text
    name: _Text
    category: _Text | None = None
    production_country: _Text | None = None
    sku: _Text | None = None
    url: _Text | None = None
    images: _Images | None = None
    documentation: Annotated[list[_Documentation], BeforeValidator(_as_list)] | None = None
    relationships: list[_Relationship] | None = None


class _Brand(BaseModel):
    id: _Text
    name: _Text | None = None
    hq: _Text | None = None
    founded: Annotated[str, Field(coerce_numbers_to_str=True), AfterValidator(_storable)] | None = None
    website: _Text | None = None
    logo_url: _Text | None = None
    description: _Text | None = None


class _File(BaseModel):
    brand_identity: _Brand
    products: list[Any] = Field(max_length=20_000)


def read_catalog(name: str, data: bytes) -> CatalogFile:
    """Reads one file. Never raises for what is in it."""
    result = CatalogFile(name)
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        result.faults.append(Fault(name, "", "", "the file is not UTF-8 text"))
        return result
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        result.faults.append(Fault(name, "", "", f"the file is not JSON{where}"))
        return result
    try:
        file = _File.model_validate(content)
        brand = _brand_message(file.brand_identity)
        check(brand)
    except ValidationError as error:
        result.faults.extend(Fault(name, "", where, message) for where, message in _faults(error))
        return result
    except Failure as failure:
        for where, message in _violations(failure):
            result.faults.append(Fault(name, "", f"brand_identity.{where}", message))
        return result
    result.brand = brand
    _read_products(file.products, result)
    return result


def _read_products(entries: list[Any], result: CatalogFile) -> None:
    known: set[str] = set()
    for position, entry in enumerate(entries):
        product_id = entry.get("id") if isinstance(entry, dict) else None
        label = f"#{position + 1}"
        if isinstance(product_id, str) and product_id and not _NO_TEXT.search(product_id):
            label = product_id
        product, faults = _read_product(entry)
        result.faults.extend(Fault(result.name, label[:200], where, message) for where, message in faults)
        if product is None:
            continue
        if product.product_id in known:
            result.faults.append(Fault(result.name, label, "id", "this id occurred before in this file"))
            continue
        known.add(product.product_id)
        result.products.append(product)


def _read_product(entry: Any) -> tuple[catalog_pb2.Product | None, list[tuple[str, str]]]:
    faults: list[tuple[str, str]] = []
    if not isinstance(entry, dict):
        return None, [("", "a product is an object")]
    try:
        sound = _Product.model_validate(entry)
    except ValidationError as error:
        faults = list(_faults(error))
        broken = {str(each["loc"][0]) for each in error.errors(include_url=False, include_input=False)}
        if broken & {"id", "name"}:
            return None, faults
        sound = _Product.model_validate({key: entry[key] for key in entry.keys() - broken})
    message = _product_message(sound)
    try:
        check(message)
    except Failure as failure:
        faults += _violations(failure)
        broken = {re.split(r"[.\[]", each.field, maxsplit=1)[0] for each in failure.violations}
        if broken & {"product_id", "name"}:
            return None, faults
        for name in broken:
            message.ClearField(name)  # type: ignore[arg-type]
    return message, faults


def _faults(error: ValidationError) -> Iterator[tuple[str, str]]:
    for each in error.errors(include_url=False, include_input=False):
        parts = (str(part) for part in each["loc"] if not isinstance(part, int))
        yield ".".join(parts), each["msg"].removeprefix("Value error, ")


def _violations(failure: Failure) -> list[tuple[str, str]]:
    """The contract's rules that are broken, one a field, under the file's names."""
    first: dict[str, str] = {}
    for each in failure.violations:
        top = re.split(r"[.\[]", each.field, maxsplit=1)[0]
        first.setdefault(each.field.replace(top, _FILE_NAMES.get(top, top), 1), each.description)
    return list(first.items())


def _brand_message(brand: _Brand) -> catalog_pb2.Brand:
    return catalog_pb2.Brand(
        brand_id=brand.id,
        name=brand.name,
        hq=brand.hq,
        founded=brand.founded,
        website=brand.website,
        logo_url=brand.logo_url,
        description=brand.description,
    )


def _product_message(product: _Product) -> catalog_pb2.Product:
    images = product.images or _Images()
    return catalog_pb2.Product(
        product_id=product.id,
        name=product.name,
        category=product.category,
        sku=product.sku,
        url=product.url,
        production_country=product.production_country,
        image_url=images.main or images.thumbnail,
        documents=[
            catalog_pb2.Document(
                type=_TYPES[document.type],
                role=_ROLES[document.role],
                language=document.language or "",
                url=document.url,
                backup_url=document.backup_url,
            )
            for document in product.documentation or ()
        ],
        relationships=[
            catalog_pb2.Relationship(type=each.type, target_id=each.target_id, label=each.label or "")
            for each in product.relationships or ()
        ],
    )
