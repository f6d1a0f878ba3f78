"""Whoever follows the catalogue gets all of it, then every change as it happens.

The snapshot is read page by page, each page in a moment of its own, so no connection waits for a slow reader. What
changed in between comes in a further pass, until a pass fits in a single page: then the reader has exactly a revision.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from hsc_catalog.flows.ports import News, Shown, Store

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Upserted:
    """A product, new or changed."""

    revision: int
    shown: Shown


@dataclass(frozen=True, slots=True)
class Removed:
    """A product that is gone."""

    revision: int
    product_id: str


@dataclass(frozen=True, slots=True)
class Complete:
    """The reader has all of the revision."""

    revision: int


@dataclass(frozen=True, slots=True)
class Restarted:
    """A snapshot begins: what the reader had is void."""


Step = Upserted | Removed | Complete | Restarted


class Follow:
    """Raises DatabaseUnavailable; the reader comes again with the last revision it has."""

    def __init__(self, store: Store, news: News, page: int = PAGE) -> None:
        self._store = store
        self._news = news
        self._page = page

    async def __call__(self, after_revision: int) -> AsyncGenerator[Step, None]:
        """Yield steps without end."""
        async with self._news.heard() as heard:
            at = after_revision
            while True:
                head = await self._store.head()
                # A revision from the future is of a database that was restored since.
                if at == 0 or not head.horizon <= at <= head.revision:
                    yield Restarted()
                    at = 0
                async for step in self._catch_up(at):
                    yield step
                    if isinstance(step, Complete):
                        at = step.revision
                async for _ in heard:
                    if (await self._store.head()).revision != at:
                        break

    async def _catch_up(self, at: int) -> AsyncGenerator[Step, None]:
        while True:
            page = await self._store.changes(at, "", self._page)
            began = page.revision
            for product_id, revision in page.removed:
                yield Removed(revision, product_id)
            single = len(page.products) < self._page
            while True:
                for shown in page.products:
                    yield Upserted(shown.revision, shown)
                if len(page.products) < self._page:
                    break
                page = await self._store.changes(at, page.products[-1].product.product_id, self._page)
            at = began
            if single:
                yield Complete(at)
                return
