"""protobuf ⇄ what a catalogue is made of."""

from google.protobuf.message import Message
from hsc.catalog.v1 import catalog_pb2 as pb

from hsc_catalog.domain.diff import Catalogue, Entry
from hsc_catalog.domain.product import BRAND_FIELDS, PRODUCT_FIELDS, Brand, Document, Relationship
from hsc_catalog.flows.ports import Shown


def catalogue(request: pb.ApplyCatalogRequest) -> Catalogue:
    """Read what a request says of a brand."""
    return Catalogue(
        request.brand.brand_id,
        _present(request.brand, BRAND_FIELDS),
        tuple(
            Entry(
                product.product_id,
                product.brand_id,
                _present(product, PRODUCT_FIELDS),
                tuple(_document(each) for each in product.documents),
                tuple(Relationship(each.type, each.target_id, each.label) for each in product.relationships),
            )
            for product in request.products
        ),
    )


def product(shown: Shown) -> pb.Product:
    """Write a product as readers see it."""
    known = shown.product
    return pb.Product(
        product_id=known.product_id,
        name=known.name,
        brand_id=known.brand_id,
        brand_name=shown.brand_name,
        category=known.category,
        sku=known.sku,
        url=known.url,
        production_country=known.production_country,
        image_url=known.image_url,
        documents=[document(each) for each in shown.documents],
    )


def document(known: Document) -> pb.Document:
    """Write a document."""
    return pb.Document(
        document_id=known.document_id,
        type=pb.DocumentType.ValueType(known.type),
        role=pb.DocumentRole.ValueType(known.role),
        language=known.language,
        url=known.url,
        backup_url=known.backup_url,
    )


def brand(known: Brand) -> pb.Brand:
    """Write a brand; without a name of its own it goes by its id."""
    return pb.Brand(
        brand_id=known.brand_id,
        name=known.name or known.brand_id,
        hq=known.hq,
        founded=known.founded,
        website=known.website,
        logo_url=known.logo_url,
        description=known.description,
    )


def _document(said: pb.Document) -> Document:
    return Document("", said.type, said.role, said.language, said.url, said.backup_url or None)


def _present(message: Message, names: tuple[str, ...]) -> dict[str, str]:
    return {name: getattr(message, name) for name in names if message.HasField(name)}
