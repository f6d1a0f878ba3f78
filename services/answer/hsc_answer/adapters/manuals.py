"""Manuals, over gRPC from ingest. The list of a moment ago serves while ingest does not answer."""

import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence

from grpc import StatusCode, aio
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc_rpc.errors import from_call

from hsc_answer.adapters.catalog import PASSING
from hsc_answer.adapters.wire import passage_from
from hsc_answer.domain.events import CitedManual
from hsc_answer.domain.passage import Passage
from hsc_answer.flows.ports import Progress

FRESH_S = 2.0
KEPT = 5_000
TIMEOUT_S = 3.0
PASSAGES_TIMEOUT_S = 30.0


class GrpcManuals:
    """Asks ingest which manuals there are, to read more, and for their passages."""

    def __init__(self, channel: aio.Channel) -> None:
        self._stub = ingest_pb2_grpc.IngestServiceStub(channel)
        self._known: OrderedDict[tuple[str, str], tuple[float, tuple[CitedManual, ...]]] = OrderedDict()

    async def ready(self, product_id: str, language: str) -> Sequence[CitedManual]:
        """Return the manuals that can be searched now, the preferred one first."""
        key = product_id, language
        known = self._known.get(key)
        if known and known[1] and time.monotonic() - known[0] < FRESH_S:
            return known[1]
        request = ingest_pb2.ListManualsRequest(product_id=product_id, language=language)
        try:
            response = await self._stub.ListManuals(request, timeout=TIMEOUT_S)
        except aio.AioRpcError as error:
            if known and known[1] and error.code() in PASSING:
                return known[1]
            raise
        manuals = tuple(CitedManual(m.manual_id, m.sha256, m.revision, m.title, m.pages) for m in response.manuals)
        self._known[key] = time.monotonic(), manuals
        self._known.move_to_end(key)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return manuals

    async def bring(self, product_id: str, language: str) -> AsyncIterator[Progress]:
        """Have the preferred manual read; the last progress is READY or FAILED."""
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
        failed: Progress | None = None
        try:
            async for state in call:
                progress = Progress(
                    ingest_pb2.ManualState.Name(state.state).removeprefix("MANUAL_STATE_"),
                    state.pages,
                    state.bytes,
                    state.reason,
                    state.error,
                )
                if state.state == ingest_pb2.MANUAL_STATE_FAILED:
                    # Another of its documents may still be read.
                    failed = progress
                    continue
                yield progress
                if state.state == ingest_pb2.MANUAL_STATE_READY:
                    return
        finally:
            call.cancel()
        yield failed or Progress("FAILED", reason="NO_DOCUMENT")

    async def passages(self, manual_id: str) -> Sequence[Passage]:
        """Return a manual's passages in reading order."""
        call = self._stub.ListPassages(ingest_pb2.ListPassagesRequest(manual_id=manual_id), timeout=PASSAGES_TIMEOUT_S)
        passages: list[Passage] = []
        async for response in call:
            passage = passage_from(response.passage)
            passages.append(passage)
        return passages
