"""Manuals, over gRPC from ingest. The list of a moment ago serves while ingest does not answer.

A product can be asked about as soon as its preferred document is read: the one wanted first among those that did not
fail. Another that is read sooner is no reason to answer from it.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

from grpc import StatusCode, aio
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc_rpc.errors import from_call

from hsc_answer.adapters.catalog import PASSING
from hsc_answer.adapters.wire import passage_from
from hsc_answer.domain.events import CitedManual
from hsc_answer.domain.passage import Passage
from hsc_answer.flows.ports import Progress

FRESH_S = 2.0
PREFERENCE_FRESH_S = 60.0  # which document is preferred changes with the catalogue alone
KEPT = 5_000
TIMEOUT_S = 3.0
FINAL = (ingest_pb2.MANUAL_STATE_READY, ingest_pb2.MANUAL_STATE_FAILED)
PASSAGES_TIMEOUT_S = 30.0

K = TypeVar("K")
V = TypeVar("V")


class GrpcManuals:
    """Asks ingest which manuals there are, to read more, and for their passages."""

    def __init__(self, channel: aio.Channel) -> None:
        self._stub = ingest_pb2_grpc.IngestServiceStub(channel)
        self._known: OrderedDict[tuple[str, str], tuple[float, tuple[CitedManual, ...]]] = OrderedDict()
        self._read: OrderedDict[tuple[str, str], float] = OrderedDict()  # whose preferred document was seen to be read

    async def ready(self, product_id: str, language: str, *, for_question: bool) -> Sequence[CitedManual]:
        """Return the manuals that can be searched now, the preferred one first; none before that one is read."""
        key = product_id, language
        known = self._known.get(key)
        if known and known[1] and time.monotonic() - known[0] < FRESH_S:
            return known[1]
        request = ingest_pb2.ListManualsRequest(product_id=product_id, language=language, for_question=for_question)
        try:
            response = await self._stub.ListManuals(request, timeout=TIMEOUT_S)
        except aio.AioRpcError as error:
            if known and known[1] and error.code() in PASSING:
                return known[1]
            raise
        manuals = tuple(CitedManual(m.manual_id, m.sha256, m.revision, m.title, m.pages) for m in response.manuals)
        if manuals and not await self._preferred_is_read(product_id, language):
            return ()
        _keep(self._known, key, (time.monotonic(), manuals))
        return manuals

    async def _preferred_is_read(self, product_id: str, language: str) -> bool:
        """Whether nothing better than what there is can be waited for; so too when ingest does not say."""
        key = product_id, language
        if time.monotonic() - self._read.get(key, -PREFERENCE_FRESH_S) < PREFERENCE_FRESH_S:
            return True
        call = self._stub.WatchManual(ingest_pb2.WatchManualRequest(product_id=product_id, language=language))
        try:
            async with asyncio.timeout(TIMEOUT_S):
                async for state in call:
                    if state.preferred and state.state not in FINAL:
                        return False
                    if state.preferred:
                        break
        except (TimeoutError, aio.AioRpcError):
            return True
        finally:
            call.cancel()
        _keep(self._read, key, time.monotonic())
        return True

    async def bring(self, product_id: str, language: str) -> AsyncIterator[Progress]:
        """Have the preferred manual read; the last progress is READY or FAILED.

        When it fails, the next one is preferred; FAILED is when all of them did.
        """
        prefetch = ingest_pb2.PrefetchManualRequest(product_id=product_id, language=language)
        try:
            await self._stub.PrefetchManual(prefetch, timeout=TIMEOUT_S)
        except aio.AioRpcError as error:
            if error.code() is not StatusCode.FAILED_PRECONDITION:
                raise
            failure = from_call(error)
            yield Progress("FAILED", reason=failure.reason, error=failure.message)
            return
        call = self._stub.WatchManual(ingest_pb2.WatchManualRequest(product_id=product_id, language=language))
        last: Progress | None = None  # of those that came to an end
        try:
            async for state in call:
                progress = Progress(
                    ingest_pb2.ManualState.Name(state.state).removeprefix("MANUAL_STATE_"),
                    state.pages,
                    state.bytes,
                    state.reason,
                    state.error,
                )
                if state.state in FINAL:
                    # Another document may be preferred and still come, or come instead.
                    if last is None or last.state != "READY":
                        last = progress
                    if state.preferred and state.state == ingest_pb2.MANUAL_STATE_READY:
                        break
                elif state.preferred or last is None:
                    yield progress
        finally:
            call.cancel()
        if last is not None and last.state == "READY":
            _keep(self._read, (product_id, language), time.monotonic())
        yield last or Progress("FAILED", reason="NO_DOCUMENT")

    async def passages(self, manual_id: str) -> Sequence[Passage]:
        """Return a manual's passages in reading order."""
        call = self._stub.ListPassages(ingest_pb2.ListPassagesRequest(manual_id=manual_id), timeout=PASSAGES_TIMEOUT_S)
        passages: list[Passage] = []
        async for response in call:
            passage = passage_from(response.passage)
            passages.append(passage)
        return passages


def _keep(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > KEPT:
        kept.popitem(last=False)
