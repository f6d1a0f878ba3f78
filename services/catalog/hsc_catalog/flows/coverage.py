"""How far each brand is documented: what the catalogue has, and what ingest could fetch and read of it."""

from collections.abc import Sequence

from hsc_rpc.errors import not_found

from hsc_catalog.flows.ports import BrandCoverage, Manuals, Store


class Coverage:
    """Raises Failure: BRAND_UNKNOWN, and what ingest says when it does not answer."""

    def __init__(self, store: Store, manuals: Manuals) -> None:
        self._store = store
        self._manuals = manuals

    async def __call__(self, brand_id: str) -> Sequence[BrandCoverage]:
        """Return one row a brand, the most asked about first."""
        rows = await self._store.coverage(brand_id, await self._manuals.standing())
        if brand_id and not rows:
            raise not_found("BRAND_UNKNOWN", f"There is no brand {brand_id!r} in the catalogue.")
        return rows
