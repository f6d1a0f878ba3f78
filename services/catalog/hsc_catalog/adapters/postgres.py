"""The catalogue in PostgreSQL, read. Every method raises DatabaseUnavailable."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from hsc_audit import Chain
from hsc_postgres import Pool

from hsc_catalog.adapters import rows
from hsc_catalog.adapters.writing import PostgresWriting
from hsc_catalog.domain.product import Brand, Relationship
from hsc_catalog.flows.ports import BrandCoverage, Head, Page, Shown, Standing, Wanted

_PRODUCT = f"{rows.SHOWN} WHERE p.product_id = %s"
_RELATED = f"{rows.SHOWN} WHERE p.product_id = ANY(%s)"
_BRAND = f"SELECT {rows.BRAND} FROM brands WHERE brand_id = %s"  # noqa: S608
_BRANDS = f"SELECT {rows.BRAND} FROM brands WHERE brand_id > %s ORDER BY brand_id LIMIT %s"  # noqa: S608
_PRODUCTS = f"""
{rows.SHOWN} WHERE p.product_id > %(after)s
AND (%(brand_id)s = '' OR p.brand_id = %(brand_id)s) AND (%(category)s = '' OR p.category = %(category)s)
ORDER BY p.product_id LIMIT %(limit)s
"""
_CHANGED = f"{rows.SHOWN} WHERE p.revision > %s AND p.product_id > %s ORDER BY p.product_id LIMIT %s"
_REMOVED = "SELECT product_id, revision FROM removals WHERE revision > %s ORDER BY revision, product_id"
_COVERAGE = """
WITH counted AS (
    SELECT p.product_id, p.brand_id, p.name, coalesce(q.asked, 0) AS asked,
           p.documents <> '[]' OR EXISTS (SELECT FROM attachments a WHERE a.product_id = p.product_id) AS documented
    FROM products p LEFT JOIN unnest(%(products)s::text[], %(asked)s::bigint[]) AS q (product_id, asked)
                           ON q.product_id COLLATE "C" = p.product_id
)
SELECT b.brand_id, coalesce(b.name, b.brand_id), count(c.product_id),
       count(*) FILTER (WHERE c.documented),
       count(*) FILTER (WHERE c.product_id = ANY(%(reachable)s)),
       count(*) FILTER (WHERE c.product_id = ANY(%(read)s)),
       coalesce(sum(c.asked), 0)::bigint AS asked,
       coalesce(jsonb_agg(jsonb_build_array(c.product_id, c.name, c.asked) ORDER BY c.asked DESC, c.product_id)
                FILTER (WHERE c.asked > 0 AND NOT c.documented), '[]')
FROM brands b LEFT JOIN counted c ON c.brand_id = b.brand_id
WHERE %(brand_id)s = '' OR b.brand_id = %(brand_id)s
GROUP BY b.brand_id ORDER BY asked DESC, b.brand_id
"""
_MOST_WANTED = 10


@dataclass(frozen=True, slots=True)
class Context:
    """A product, its brand, and the known products it is related to."""

    shown: Shown
    brand: Brand
    related: Sequence[tuple[Relationship, Shown]]


class PostgresStore:
    """The schema `catalog`."""

    def __init__(self, pool: Pool, chain: Chain, kept_revisions: int) -> None:
        self._pool = pool
        self._chain = chain
        self._kept_revisions = kept_revisions

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[PostgresWriting]:
        """Begin a change; another one waits until this is over."""
        async with self._pool.connection() as connection:
            await connection.execute("SELECT FROM head FOR UPDATE")
            yield PostgresWriting(connection, self._chain, self._kept_revisions)

    async def product(self, product_id: str) -> Shown | None:
        """Return one product."""
        async with self._pool.connection() as connection:
            row = await (await connection.execute(_PRODUCT, (product_id,))).fetchone()
        return rows.shown(row) if row else None

    async def context(self, product_id: str) -> Context | None:
        """Return one product with what stands beside it."""
        async with self._pool.connection() as connection:
            row = await (await connection.execute(_PRODUCT, (product_id,))).fetchone()
            if row is None:
                return None
            shown = rows.shown(row)
            brand = await (await connection.execute(_BRAND, (shown.product.brand_id,))).fetchone()
            assert brand is not None  # a foreign key holds it
            targets = [relationship.target_id for relationship in shown.product.relationships]
            related = await (await connection.execute(_RELATED, (targets,))).fetchall() if targets else []
        found = {each.product.product_id: each for each in map(rows.shown, related)}
        return Context(
            shown,
            rows.brand(brand),
            [(each, found[each.target_id]) for each in shown.product.relationships if each.target_id in found],
        )

    async def list_products(self, brand_id: str, category: str, after: str, limit: int) -> list[Shown]:
        """Return products in the order of their ids; an empty filter lets all through."""
        filters = {"brand_id": brand_id, "category": category, "after": after, "limit": limit}
        async with self._pool.connection() as connection:
            return [rows.shown(row) for row in await (await connection.execute(_PRODUCTS, filters)).fetchall()]

    async def list_brands(self, after: str, limit: int) -> list[Brand]:
        """Return brands in the order of their ids."""
        async with self._pool.connection() as connection:
            return [rows.brand(row) for row in await (await connection.execute(_BRANDS, (after, limit))).fetchall()]

    async def head(self) -> Head:
        """Return where the catalogue is."""
        async with self._pool.connection() as connection:
            row = await (await connection.execute("SELECT revision, horizon FROM head")).fetchone()
        assert row is not None  # the migration wrote it
        return Head(*row)

    async def count_products(self) -> int:
        """Return how many products there are."""
        async with self._pool.connection() as connection:
            row = await (await connection.execute("SELECT count(*) FROM products")).fetchone()
        return int(row[0]) if row else 0

    async def changes(self, after_revision: int, after_id: str, limit: int) -> Page:
        """Return a page of what changed after a revision; what is gone comes with the first page of a later one."""
        async with self._pool.connection() as connection:
            # Page, removals and revision must be of one moment.
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            head = await (await connection.execute("SELECT revision FROM head")).fetchone()
            assert head is not None  # the migration wrote it
            changed = await (await connection.execute(_CHANGED, (after_revision, after_id, limit))).fetchall()
            removed: list[tuple[str, int]] = []
            # To a reader that has nothing, nothing is gone.
            if after_revision and not after_id:
                removed = [
                    (row[0], row[1]) for row in await (await connection.execute(_REMOVED, (after_revision,))).fetchall()
                ]
        return Page(head[0], [rows.shown(row) for row in changed], removed)

    async def coverage(self, brand_id: str, standing: Standing) -> Sequence[BrandCoverage]:
        """Count each brand's products, the brand most asked about first."""
        values = {
            "brand_id": brand_id,
            "reachable": list(standing.reachable),
            "read": list(standing.read),
            "products": list(standing.asked.keys()),
            "asked": list(standing.asked.values()),
        }
        async with self._pool.connection() as connection:
            counted = await (await connection.execute(_COVERAGE, values)).fetchall()
        return [
            BrandCoverage(
                brand_id,
                name,
                products,
                with_document,
                reachable,
                read,
                asked,
                [Wanted(*each) for each in wanted[:_MOST_WANTED]],
            )
            for brand_id, name, products, with_document, reachable, read, asked, wanted in counted
        ]
