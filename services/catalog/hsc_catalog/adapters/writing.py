"""One change of the catalogue, in one transaction that holds the head."""

from collections.abc import Mapping, Sequence

from hsc_audit import Chain
from hsc_postgres import Connection

from hsc_catalog.adapters import rows
from hsc_catalog.domain.diff import Change
from hsc_catalog.domain.product import Brand, Document, Product
from hsc_catalog.flows.ports import Answered, Applied

_BRAND = f"SELECT {rows.BRAND} FROM brands WHERE brand_id = %s"  # noqa: S608 of constants
_PRODUCTS = f"SELECT {rows.PRODUCT} FROM products WHERE brand_id = %s"  # noqa: S608
_SAVE_BRAND = f"""
INSERT INTO brands ({rows.BRAND}) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (brand_id) DO UPDATE SET name = excluded.name, hq = excluded.hq, founded = excluded.founded,
    website = excluded.website, logo_url = excluded.logo_url, description = excluded.description
"""  # noqa: S608
_SAVE_PRODUCT = f"""
INSERT INTO products ({rows.PRODUCT}, revision) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (product_id) DO UPDATE SET name = excluded.name, category = excluded.category, sku = excluded.sku,
    url = excluded.url, production_country = excluded.production_country, image_url = excluded.image_url,
    documents = excluded.documents, relationships = excluded.relationships, revision = excluded.revision
"""  # noqa: S608
_ATTACHED = """
SELECT to_jsonb(a) - 'product_id' - 'attached_at' FROM attachments a WHERE product_id = %s
ORDER BY attached_at, document_id
"""
_ATTACH = """
INSERT INTO attachments (document_id, product_id, type, role, language, url) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (document_id) DO UPDATE SET type = excluded.type, role = excluded.role, language = excluded.language
"""
_ANSWERED = "SELECT payload_sha256, revision, added, updated, removed FROM requests WHERE request_id = %s"
_REMEMBER = """
INSERT INTO requests (request_id, payload_sha256, revision, added, updated, removed) VALUES (%s, %s, %s, %s, %s, %s)
"""


class PostgresWriting:
    """See flows.ports.Writing."""

    def __init__(self, connection: Connection, chain: Chain, kept_revisions: int) -> None:
        self._connection = connection
        self._chain = chain
        self._kept_revisions = kept_revisions

    async def answered(self, request_id: str) -> Answered | None:
        """Return what this request was answered before."""
        row = await (await self._connection.execute(_ANSWERED, (request_id,))).fetchone()
        return Answered(row[0], Applied(*row[1:])) if row else None

    async def brand(self, brand_id: str) -> Brand | None:
        """Return the brand."""
        row = await (await self._connection.execute(_BRAND, (brand_id,))).fetchone()
        return rows.brand(row) if row else None

    async def products(self, brand_id: str) -> Mapping[str, Product]:
        """Return the brand's products by id."""
        found = await (await self._connection.execute(_PRODUCTS, (brand_id,))).fetchall()
        return {row[0]: rows.product(row) for row in found}

    async def brands_of(self, product_ids: Sequence[str]) -> Mapping[str, str]:
        """Return the brands of those products that are known."""
        query = "SELECT product_id, brand_id FROM products WHERE product_id = ANY(%s)"
        return dict(await (await self._connection.execute(query, (list(product_ids),))).fetchall())

    async def attached(self, product_id: str) -> Sequence[Document]:
        """Return the documents attached to a product."""
        found = await (await self._connection.execute(_ATTACHED, (product_id,))).fetchall()
        return rows.documents([row[0] for row in found])

    async def revision(self) -> int:
        """Return the revision before this change."""
        row = await (await self._connection.execute("SELECT revision FROM head")).fetchone()
        assert row is not None  # the migration wrote it
        return int(row[0])

    async def save(self, change: Change) -> int:
        """Write the change and return its revision."""
        revision = await self._next()
        brand_id = change.brand.brand_id
        async with self._connection.cursor() as cursor:
            if change.brand_changed:
                await cursor.execute(_SAVE_BRAND, rows.brand_row(change.brand))
                # Readers see the brand's name in its products.
                await cursor.execute("UPDATE products SET revision = %s WHERE brand_id = %s", (revision, brand_id))
            written = [*change.added, *change.updated]
            await cursor.executemany(_SAVE_PRODUCT, [rows.product_row(product, revision) for product in written])
            added = [product.product_id for product in change.added]
            await cursor.execute("DELETE FROM removals WHERE product_id = ANY(%s)", (added,))
            removed = list(change.removed)
            await cursor.execute("DELETE FROM products WHERE product_id = ANY(%s)", (removed,))
            await cursor.execute("INSERT INTO removals SELECT unnest(%s::text[]), %s", (removed, revision))
        return revision

    async def attach(self, product_id: str, document: Document) -> int:
        """Write the document and return its revision."""
        revision = await self._next()
        values = (document.document_id, product_id, document.type, document.role, document.language, document.url)
        await self._connection.execute(_ATTACH, values)
        await self._connection.execute(
            "UPDATE products SET revision = %s WHERE product_id = %s", (revision, product_id)
        )
        return revision

    async def remember(self, request_id: str, answered: Answered) -> None:
        """Keep an answer for a month."""
        await self._connection.execute("DELETE FROM requests WHERE at < now() - interval '30 days'")
        applied = answered.applied
        await self._connection.execute(
            _REMEMBER,
            (request_id, answered.payload_sha256, applied.revision, applied.added, applied.updated, applied.removed),
        )

    async def audit(self, kind: str, actor: str, subject: str, payload: bytes) -> None:
        """Add what is done here to the chain."""
        await self._chain.append(kind, actor, subject, payload, self._connection)

    async def _next(self) -> int:
        """Raise the revision, and forget removals that are too old to be told."""
        cursor = await self._connection.execute(
            "UPDATE head SET revision = revision + 1, horizon = greatest(horizon, revision + 1 - %s)"
            " RETURNING revision, horizon",
            (self._kept_revisions,),
        )
        row = await cursor.fetchone()
        assert row is not None  # the migration wrote it
        await self._connection.execute("DELETE FROM removals WHERE revision <= %s", (row[1],))
        return int(row[0])
