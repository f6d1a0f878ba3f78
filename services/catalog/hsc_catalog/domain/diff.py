"""What a brand's catalogue, as a file says it, changes in the catalogue as it is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from hsc_catalog.domain.product import (
    BRAND_FIELDS,
    PRODUCT_FIELDS,
    Brand,
    Document,
    Product,
    Relationship,
    complete,
    url_fault,
)


class Mode(IntEnum):
    """As numbered in the contract; UNSPECIFIED is taken as MERGE."""

    UNSPECIFIED = 0
    MERGE = 1
    REPLACE = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """What the file says of one product. `fields` has only what is there; an empty text clears."""

    product_id: str
    brand_id: str
    fields: Mapping[str, str]
    documents: tuple[Document, ...] = ()
    relationships: tuple[Relationship, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the file says of one brand."""

    brand_id: str
    fields: Mapping[str, str]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where: `field` is the path in the request."""

    field: str
    description: str


class Unsound(Exception):
    """The catalogue cannot be taken; nothing of it is."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.description}" for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Change:
    """What has to be written."""

    brand: Brand
    brand_changed: bool
    added: tuple[Product, ...]
    updated: tuple[Product, ...]
    removed: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether everything was known."""
        return not (self.brand_changed or self.added or self.updated or self.removed)


def diff(brand: Brand | None, products: Mapping[str, Product], said: Catalogue, mode: Mode) -> Change:
    """Return the change from what is known of the brand to what the file says. Raises Unsound, naming each fault."""
    replacing = mode is Mode.REPLACE
    known_brand = brand or Brand(said.brand_id)
    base = Brand(said.brand_id) if replacing else known_brand
    wanted_brand = replace(base, **_cleared(said.fields, BRAND_FIELDS))
    if faults := _faults(products, said, replacing=replacing):
        raise Unsound(faults)
    # What is replaced does not shine through.
    wanted = {
        entry.product_id: _wanted(None if replacing else products.get(entry.product_id), entry, said.brand_id)
        for entry in said.entries
    }
    return Change(
        brand=wanted_brand,
        brand_changed=brand is None or wanted_brand != brand,
        added=tuple(product for key, product in wanted.items() if key not in products),
        updated=tuple(product for key, product in wanted.items() if key in products and product != products[key]),
        removed=tuple(key for key in products if key not in wanted) if replacing else (),
    )


def _wanted(known: Product | None, entry: Entry, brand_id: str) -> Product:
    product = known or Product(entry.product_id, brand_id, name="")
    product = replace(product, **_cleared(entry.fields, PRODUCT_FIELDS))
    # An empty list in a message is an absent one.
    if entry.documents:
        first: dict[str, Document] = {}
        for document in (complete(said, entry.product_id) for said in entry.documents):
            first.setdefault(document.document_id, document)
        product = replace(product, documents=tuple(first.values()))
    if entry.relationships:
        product = replace(product, relationships=tuple(dict.fromkeys(entry.relationships)))
    return product


def _cleared(said: Mapping[str, str], known: Sequence[str]) -> dict[str, Any]:
    return {name: said[name] or None for name in known if name in said}


def _faults(products: Mapping[str, Product], said: Catalogue, *, replacing: bool) -> list[Fault]:
    faults = []
    times = Counter(entry.product_id for entry in said.entries)
    for index, entry in enumerate(said.entries):
        path = f"products[{index}]"
        if times[entry.product_id] > 1:
            faults.append(Fault(f"{path}.product_id", f"stands {times[entry.product_id]} times in this catalogue"))
        if entry.brand_id not in ("", said.brand_id):
            faults.append(Fault(f"{path}.brand_id", f"is not {said.brand_id}, whose catalogue this is"))
        named = entry.fields.get("name", "" if replacing or entry.product_id not in products else "known")
        if not named:
            faults.append(Fault(f"{path}.name", "a product needs a name"))
        for number, document in enumerate(entry.documents):
            if wrong := url_fault(document.url):
                faults.append(Fault(f"{path}.documents[{number}].url", wrong))
    return faults
