"""Rows of the schema ⇄ what a catalogue is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from psycopg.types.json import Jsonb

from hsc_catalog.domain.product import Brand, Document, Product, Relationship, all_documents
from hsc_catalog.flows.ports import Shown

PRODUCT = "product_id, brand_id, name, category, sku, url, production_country, image_url, documents, relationships"
BRAND = "brand_id, name, hq, founded, website, logo_url, description"

# A product as readers see it: its row, its revision, its brand's name, its attached documents.
SHOWN = """
SELECT p.product_id, p.brand_id, p.name, p.category, p.sku, p.url, p.production_country, p.image_url,
       p.documents, p.relationships, p.revision, coalesce(b.name, b.brand_id),
       (SELECT jsonb_agg(to_jsonb(a) - 'product_id' - 'attached_at' ORDER BY a.attached_at, a.document_id)
        FROM attachments a WHERE a.product_id = p.product_id)
FROM products p JOIN brands b ON b.brand_id = p.brand_id
"""


def documents(stored: Sequence[Mapping[str, Any]] | None) -> tuple[Document, ...]:
    """Read documents kept as JSON."""
    return tuple(Document(**each) for each in stored or ())


def product(row: Sequence[Any]) -> Product:
    """Read a row of PRODUCT."""
    product_id, brand_id, name, category, sku, url, production_country, image_url, kept, related = row[:10]
    return Product(
        product_id,
        brand_id,
        name,
        category,
        sku,
        url,
        production_country,
        image_url,
        documents(kept),
        tuple(Relationship(**each) for each in related),
    )


def product_row(product: Product, revision: int) -> tuple[object, ...]:
    """Write a row of PRODUCT, then its revision."""
    return (
        product.product_id,
        product.brand_id,
        product.name,
        product.category,
        product.sku,
        product.url,
        product.production_country,
        product.image_url,
        _json(product.documents),
        _json(product.relationships),
        revision,
    )


def _json(parts: Sequence[Document] | Sequence[Relationship]) -> Jsonb:
    # asdict copies deeply, at three times the price.
    return Jsonb([{field.name: getattr(part, field.name) for field in fields(part)} for part in parts])


def shown(row: Sequence[Any]) -> Shown:
    """Read a row of SHOWN."""
    found = product(row)
    revision, brand_name, attached = row[10:]
    return Shown(found, brand_name, all_documents(found.documents, documents(attached)), revision)


def brand(row: Sequence[Any]) -> Brand:
    """Read a row of BRAND."""
    return Brand(*row)


def brand_row(brand: Brand) -> tuple[object, ...]:
    """Write a row of BRAND."""
    return (brand.brand_id, brand.name, brand.hq, brand.founded, brand.website, brand.logo_url, brand.description)
