"""Changes of documents as events in Redis, for every replica."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from google.protobuf.json_format import MessageToDict
from hsc_redis import PubSub

from hsc_ingest.adapters.documents import Documents
from hsc_ingest.adapters.messages import document_message
from hsc_ingest.flows.model import Document, State
from hsc_ingest.flows.preference import preferred

# Whoever missed an event learns the state this much later at most.
_ASK_EVERY_S = 2.0


def manual_channel(product_id: str) -> str:
    """Where the state of a product's manual is told: of the document wanted first, whoever asks.

    Each event is JSON of hsc.ingest.v1.WatchManualResponse with `productId` beside it.
    """
    return f"manual.{product_id}"


def documents_channel(product_id: str) -> str:
    """Where it is said that some document of a product changed; which and how, PostgreSQL knows."""
    return f"documents.{product_id}"


class DocumentEvents:
    """The port `Events`."""

    def __init__(self, pubsub: PubSub, documents: Documents) -> None:
        self._pubsub = pubsub
        self._documents = documents

    async def publish(self, document: Document) -> None:
        product_id = document.product_id
        await self._pubsub.publish(documents_channel(product_id), {})
        documents = await self._documents.of_product(product_id)
        if not documents:
            return
        first = preferred(documents, "")
        # Where the one wanted first failed, another takes its place.
        if first.document_id == document.document_id or document.state is State.FAILED:
            event = MessageToDict(document_message(first, preferred=True)) | {"productId": product_id}
            await self._pubsub.publish(manual_channel(product_id), event)

    @asynccontextmanager
    async def subscribe(self, product_id: str) -> AsyncIterator[AsyncIterator[None]]:
        async with self._pubsub.subscribe(documents_channel(product_id)) as subscription:

            async def changes() -> AsyncIterator[None]:
                while True:
                    await subscription.get(_ASK_EVERY_S)
                    yield

            yield changes()
