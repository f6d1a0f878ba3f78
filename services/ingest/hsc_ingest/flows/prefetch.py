"""Asking for a product's manuals before the question comes, and hearing how far they are."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace

from hsc_rpc.errors import Failure, exhausted, precondition

from hsc_ingest.adapters.documents import Documents
from hsc_ingest.adapters.fetch import Fetcher, FetchFailure
from hsc_ingest.flows.model import UPLOADED, Document, JobKind, Outcome, State, Wanted
from hsc_ingest.flows.ports import Budget, Catalog, Events, Outcomes, Queue
from hsc_ingest.flows.preference import by_preference, preferred


def no_document(product_id: str) -> Failure:
    return precondition("NO_DOCUMENT", f"Product {product_id} has no manual yet. Attach one, or upload it.")


class Prefetch:
    """Takes up all documents of a product; one flight each, whoever else asks."""

    def __init__(
        self,
        catalog: Catalog,
        documents: Documents,
        fetcher: Fetcher,
        queue: Queue,
        events: Events,
        budget: Budget,
        outcomes: Outcomes,
        patience_s: float,
    ) -> None:
        self._catalog = catalog
        self._documents = documents
        self._fetcher = fetcher
        self._queue = queue
        self._events = events
        self._budget = budget
        self._outcomes = outcomes
        self._patience_s = patience_s

    async def __call__(self, product_id: str, session_id: str, language: str) -> State:
        """The state of the document that is wanted first.

        Raises Failure: PRODUCT_UNKNOWN, NO_DOCUMENT, PREFETCH_BUDGET, or the reason why none of its addresses can ever
        be fetched (BAD_URL, FORBIDDEN_ADDRESS).
        """
        wanted = self._fetchable(product_id, await self._catalog.documents(product_id))
        if session_id and not await self._budget.spend(session_id, len(wanted)):
            raise exhausted("PREFETCH_BUDGET", "This session has asked for many manuals; go on in a minute.", 60)
        # A session may be gone before its turn comes; who asks without one waits for the answer.
        for_s = self._patience_s if session_id else None
        documents, jobs = await self._documents.want(by_preference(wanted, language), for_s=for_s)
        await self._documents.forget_others(product_id, wanted)
        await self._outcomes.count(Outcome.REQUESTED, len(documents))
        if jobs:
            await self._queue.announce(JobKind.READ, jobs)
            for document in documents:
                if document.state is State.QUEUED:
                    await self._events.publish(document)
        return preferred(documents, language).state

    def _fetchable(self, product_id: str, documents: list[Wanted]) -> list[Wanted]:
        if not documents:
            raise no_document(product_id)
        sound: list[Wanted] = []
        refusal: FetchFailure | None = None
        for document in documents:
            addresses = []
            for url in (document.url, document.backup_url):
                try:
                    if url and not url.startswith(UPLOADED):
                        self._fetcher.check(url)
                    addresses.append(url)
                except FetchFailure as failure:
                    refusal = failure
            addresses = [url for url in addresses if url]
            if addresses:
                first, backup = [*addresses, ""][:2]
                sound.append(replace(document, url=first, backup_url=backup))
        if sound:
            return sound
        if refusal is None:
            raise no_document(product_id)
        raise precondition(refusal.reason, f"The manual's address cannot be used: {refusal.detail}. {refusal.hint}")


class Watch:
    """Where each document of a product stands, then each change, until all are final."""

    def __init__(self, catalog: Catalog, documents: Documents, events: Events, patience_s: float) -> None:
        self._catalog = catalog
        self._documents = documents
        self._events = events
        self._patience_s = patience_s

    async def __call__(self, product_id: str, language: str) -> AsyncIterator[tuple[Document, bool]]:
        """Yields (document, whether it is the preferred one). Raises Failure: PRODUCT_UNKNOWN, NO_DOCUMENT."""
        told: dict[str, tuple[Document, bool]] = {}
        waiting_since = -self._patience_s
        async with self._events.subscribe(product_id) as changes:
            async for _ in changes:
                documents = await self._documents.of_product(product_id)
                if not documents and not told and not await self._catalog.documents(product_id):
                    raise no_document(product_id)
                first = preferred(documents, language) if documents else None
                for document in by_preference(documents, language):
                    now = (document, document is first)
                    if told.get(document.document_id) != now:
                        told[document.document_id] = now
                        yield now
                if documents and all(document.state.final for document in documents):
                    return
                if time.monotonic() - waiting_since >= self._patience_s / 4:
                    waiting_since = time.monotonic()
                    await self._documents.wait_for(product_id, self._patience_s)
