"""Ingest over gRPC: asks for manuals."""

import logging
from collections.abc import Callable

import grpc
from grpc import aio
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc_rpc.errors import from_call

from hsc_prediction.flows.prefetch import ManualState

log = logging.getLogger(__name__)

TIMEOUT_S = 3.0
_TO_TELL = (grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.NOT_FOUND)


class GrpcIngest:
    """Calls ingest.PrefetchManual, and for a manual that is there already, WatchManual for its size."""

    def __init__(self, channel: aio.Channel, overloaded: Callable[[], bool] = lambda: False) -> None:
        self._overloaded = overloaded
        self._stub = ingest_pb2_grpc.IngestServiceStub(channel)

    async def prefetch(self, product_id: str, session_id: str, language: str) -> ManualState | None:
        """The state of the manual wanted first; that there is none is a state too. None: ask again later.

        While there is too much to do here, nothing is asked for: a manual that nobody has asked about yet can wait.
        """
        if self._overloaded():
            return None
        request = ingest_pb2.PrefetchManualRequest(product_id=product_id, session_id=session_id, language=language)
        try:
            response = await self._stub.PrefetchManual(request, timeout=TIMEOUT_S)
            state = ManualState(product_id, response.state)
            return (await self._watched(product_id, language) or state) if state.final else state
        except aio.AioRpcError as error:
            if error.code() in _TO_TELL:
                failure = from_call(error)
                return ManualState(
                    product_id,
                    ingest_pb2.MANUAL_STATE_FAILED,
                    error=failure.message,
                    reason=failure.reason,
                )
            log.warning("a manual cannot be asked for", extra={"code": error.code().name, "product_id": product_id})
            return None

    async def _watched(self, product_id: str, language: str) -> ManualState | None:
        request = ingest_pb2.WatchManualRequest(product_id=product_id, language=language)
        call = self._stub.WatchManual(request, timeout=TIMEOUT_S)
        try:
            async for message in call:
                if message.preferred:
                    return ManualState(
                        product_id,
                        message.state,
                        message.pages,
                        message.bytes,
                        message.error,
                        message.reason,
                    )
        finally:
            call.cancel()
        return None
