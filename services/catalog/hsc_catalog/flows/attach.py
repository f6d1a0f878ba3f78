"""A product is given a document."""

from hsc_rpc.errors import Violation, invalid, not_found, precondition

from hsc_catalog.domain.product import Document, complete, url_fault
from hsc_catalog.flows.ports import News, Store

MAX_ATTACHED = 50


class Attach:
    """Raises Failure: PRODUCT_UNKNOWN, INVALID_REQUEST, TOO_MANY_DOCUMENTS."""

    def __init__(self, store: Store, news: News) -> None:
        self._store = store
        self._news = news

    async def __call__(self, product_id: str, document: Document, payload: bytes, actor: str) -> Document:
        """Attach and return the document with its id; attaching it again, in another role or language, changes it."""
        if wrong := url_fault(document.url):
            raise invalid(Violation("url", wrong))
        document = complete(document, product_id)
        async with self._store.writing() as writing:
            if product_id not in await writing.brands_of([product_id]):
                raise product_unknown(product_id)
            attached = {each.document_id: each for each in await writing.attached(product_id)}
            known = attached.get(document.document_id)
            if known is None and len(attached) >= MAX_ATTACHED:
                raise precondition("TOO_MANY_DOCUMENTS", f"A product takes {MAX_ATTACHED} attached documents.")
            revision = 0 if known == document else await writing.attach(product_id, document)
            await writing.audit("AttachDocument", actor, product_id, payload)
        if revision:
            await self._news.tell(revision)
        return document


def product_unknown(product_id: str) -> Exception:
    """Return the failure of a call that names no product of ours."""
    return not_found("PRODUCT_UNKNOWN", f"There is no product {product_id!r} in the catalogue.")
