"""A brand's catalogue is applied: all of it or nothing, and once however often it is asked for."""

import hashlib

from grpc import StatusCode
from hsc_rpc.errors import Failure, Violation, invalid

from hsc_catalog.domain.diff import Catalogue, Fault, Mode, Unsound, diff
from hsc_catalog.flows.ports import Answered, Applied, News, Store, Writing


class Apply:
    """Raises Failure: INVALID_ARGUMENT naming each fault, ALREADY_EXISTS REQUEST_ID_REUSED."""

    def __init__(self, store: Store, news: News) -> None:
        self._store = store
        self._news = news

    async def __call__(self, said: Catalogue, mode: Mode, request_id: str, payload: bytes, actor: str) -> Applied:
        """Apply and return what changed. `payload` is what was sent, without its request id."""
        payload_sha256 = hashlib.sha256(payload).hexdigest()
        async with self._store.writing() as writing:
            if request_id and (before := await writing.answered(request_id)) is not None:
                if before.payload_sha256 != payload_sha256:
                    raise Failure(
                        StatusCode.ALREADY_EXISTS,
                        "REQUEST_ID_REUSED",
                        "This request_id was used with another catalogue; give each catalogue its own.",
                    )
                return before.applied
            revision = await writing.revision()
            try:
                applied = await _apply(writing, said, mode, revision)
            except Unsound as unsound:
                raise invalid(
                    *(Violation(fault.field, fault.description) for fault in unsound.faults),
                    reason="CATALOG_UNSOUND",
                ) from None
            if request_id:
                await writing.remember(request_id, Answered(payload_sha256, applied))
            await writing.audit("ApplyCatalog", actor, said.brand_id, payload)
        if applied.revision > revision:
            await self._news.tell(applied.revision)
        return applied


async def _apply(writing: Writing, said: Catalogue, mode: Mode, revision: int) -> Applied:
    known = await writing.products(said.brand_id)
    change = diff(await writing.brand(said.brand_id), known, said, mode)
    owners = await writing.brands_of([product.product_id for product in change.added])
    if owners:
        raise Unsound(
            [
                Fault(f"products[{index}].product_id", f"is a product of {owners[entry.product_id]} already")
                for index, entry in enumerate(said.entries)
                if entry.product_id in owners
            ]
        )
    if not change.empty:
        revision = await writing.save(change)
    return Applied(revision, len(change.added), len(change.updated), len(change.removed))
