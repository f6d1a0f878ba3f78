"""Reading what was read: manuals, passages, bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator

from hsc.ingest.v1 import ingest_pb2
from hsc_blobs import BlobStore
from hsc_rpc.errors import Failure, Violation, invalid, not_found

from hsc_ingest.adapters.documents import Documents
from hsc_ingest.adapters.manuals import Manuals
from hsc_ingest.flows.model import Outcome, State
from hsc_ingest.flows.ports import Catalog, Outcomes
from hsc_ingest.flows.preference import by_preference


def manual_unknown(manual_id: str) -> Failure:
    return not_found("MANUAL_UNKNOWN", f"There is no manual {manual_id}; ListManuals names those of a product.")


class ReadManuals:
    """Raises Failure: PRODUCT_UNKNOWN, MANUAL_UNKNOWN."""

    def __init__(
        self, catalog: Catalog, documents: Documents, manuals: Manuals, blobs: BlobStore, outcomes: Outcomes
    ) -> None:
        self._catalog = catalog
        self._documents = documents
        self._manuals = manuals
        self._blobs = blobs
        self._outcomes = outcomes

    async def of_product(self, product_id: str, language: str, *, for_question: bool) -> list[ingest_pb2.Manual]:
        """The manuals that are ready, the one preferred in this language first. A question is counted as it comes."""
        found = await self._manuals.of_product(product_id)
        if not found:
            await self._catalog.documents(product_id)
        if for_question:
            for state in await self._documents.asked(product_id):
                await self._outcomes.count(Outcome.HIT if state is State.READY else Outcome.LATE)
        ranked = by_preference((_Ranked(manual, spoken) for manual, spoken in found), language)
        return [each.manual for each in ranked]

    async def get(self, manual_id: str) -> ingest_pb2.Manual:
        manual = await self._manuals.get(manual_id)
        if manual is None:
            raise manual_unknown(manual_id)
        return manual

    async def passages(self, manual_id: str) -> AsyncIterator[ingest_pb2.Passage]:
        found = False
        async for passage in self._manuals.passages(manual_id):
            found = True
            yield passage
        if not found:
            raise manual_unknown(manual_id)

    async def download(self, manual_id: str, offset: int) -> AsyncIterator[ingest_pb2.DownloadManualResponse]:
        """The bytes from `offset` on, at most 64 KiB a message; type and whole size with the first."""
        manual = await self.get(manual_id)
        if offset > manual.bytes:
            raise invalid(Violation("offset", f"is beyond the manual's {manual.bytes} bytes"))
        head = ingest_pb2.DownloadManualResponse(content_type=manual.content_type, size=manual.bytes)
        async for data in self._blobs.stream(manual_id, offset):
            head.data = data
            yield head
            head = ingest_pb2.DownloadManualResponse()
        if head.size:  # there was nothing left to send: the reader still learns what it is
            yield head


class _Ranked:
    """A manual as `by_preference` looks at it."""

    def __init__(self, manual: ingest_pb2.Manual, language: str) -> None:
        self.manual = manual
        self.document_id = manual.document_id
        self.role = int(manual.role)
        self.language = language
