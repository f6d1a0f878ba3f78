"""The ranked passages of a product's manuals, for anyone."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hsc_rpc.errors import precondition

from hsc_answer.domain.ranking import Hit
from hsc_answer.flows.find import Find
from hsc_answer.flows.ports import Catalog, Library, Manuals


@dataclass(frozen=True)
class Search:
    """Searches all manuals of a product; one that nobody read yet is read first."""

    catalog: Catalog
    manuals: Manuals
    library: Library
    find: Find = field(default_factory=Find)

    async def __call__(self, product_id: str, query: str, limit: int, language: str) -> Sequence[Hit]:
        """Return at most `limit` passages, best first. Raises PRODUCT_UNKNOWN, NO_DOCUMENT and why reading failed."""
        await self.catalog.product(product_id)
        ready = await self.manuals.ready(product_id, language, for_question=True)
        if not ready:
            async for progress in self.manuals.bring(product_id, language):
                if progress.state == "FAILED":
                    raise precondition(progress.reason, progress.error or "The manual could not be read.")
            ready = await self.manuals.ready(product_id, language, for_question=False)
        index = await self.library.index(ready)
        return (await self.find(index, query, limit, language)).hits
